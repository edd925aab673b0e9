#include "app/scenario/point_reader.hpp"

#include <utility>

#include "app/scenario/document_file.hpp"
#include "app/scenario/overrides.hpp"
#include "app/scenario/scenario_values.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {

SweepBase read_sweep_base(const std::filesystem::path& file, const std::vector<std::string>& sets,
                          const std::function<void(Value& root, ProblemList& problems)>& edit) {
  SweepBase base;
  OpenedDocument opened = open_document(file, "scenario");
  if (!opened.value) {
    base.problems.push_back(std::move(opened.problem));
    return base;
  }
  base.root = std::move(*opened.value);
  ProblemList problems;
  apply_sets(base.root, sets, problems);
  edit(base.root, problems);
  Json resolved = resolve_and_check(base.root, file.string(), problems);
  base.problems = problems.sorted(file.string());
  if (problems.empty()) {
    base.scenario = build_located(base.root, std::move(resolved), file.string());
  }
  return base;
}

PointReader::PointReader(const Value& root, std::string file)
    : base_(without_studies(root)), file_(std::move(file)) {}

std::optional<ReadPoint> PointReader::read(std::span<const Override> overrides,
                                           ProblemList& problems) const {
  ReadPoint point{base_, {}};
  ProblemList found;
  for (const Override& change : overrides) {
    Value value = change.value;
    // What the command line put into a point keeps its own origin.
    if (value.origin.source == Origin::Source::kFile) set_source(value, Origin::Source::kVariant);
    const Origin origin = value.origin;
    if (const auto problem = apply_override(point.root, change.path, std::move(value))) {
      found.add(origin, shortened(change.path), *problem);
    }
  }
  point.resolved = resolve_and_check(point.root, file_, found);
  if (found.empty()) return point;
  for (const ProblemList::Entry& entry : found.entries()) {
    problems.add(entry.origin, entry.path, entry.message, entry.subject);
  }
  return std::nullopt;
}

Scenario PointReader::build(ReadPoint point, std::uint64_t seed) const {
  point.resolved["seed"] = seed;
  return build_located(point.root, std::move(point.resolved), file_);
}

}  // namespace spindle::app
