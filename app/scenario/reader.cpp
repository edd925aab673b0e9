#include "app/scenario/reader.hpp"

#include <fmt/format.h>

#include <functional>

#include "app/scenario/document_file.hpp"
#include "app/scenario/overrides.hpp"
#include "app/scenario/problems.hpp"
#include "app/scenario/scenario_values.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

ReadResult failed(const std::string& file, std::string message, Position position = {}) {
  ReadResult result;
  result.problems.push_back({file, position.line, position.column, "", std::move(message)});
  return result;
}

// The "set" object of each variant; nullptr where it is none (that is reported elsewhere).
std::vector<const Value*> variant_sets(const Value& root) {
  std::vector<const Value*> sets;
  const Value* compare = root.find("compare");
  const Value* variants = compare == nullptr ? nullptr : compare->find("variants");
  if (variants == nullptr) return sets;
  for (const Value& variant : variants->items) {
    const Value* set = variant.find("set");
    sets.push_back(set != nullptr && set->type == Value::Type::kObject ? set : nullptr);
  }
  return sets;
}

using KeepVariant = std::function<void(std::size_t, const Value&, Json)>;

// Every variant must be a scenario too: a comparison is not to stop half way. `keep` gets each that
// has no problems: its number, its values and the same resolved.
void check_variants(const Value& root, const std::string& file, ProblemList& problems,
                    const KeepVariant& keep) {
  constexpr std::size_t kMostVariants = 200;  // as in the field table
  const std::vector<const Value*> sets = variant_sets(root);
  if (sets.empty() || sets.size() > kMostVariants) return;
  const Value base = without_studies(root);
  for (std::size_t i = 0; i < sets.size() && !problems.full(); ++i) {
    if (sets[i] == nullptr) continue;
    Value changed = base;
    ProblemList found;
    apply_variant(changed, *sets[i], found);
    Json resolved = resolve_and_check(changed, file, found);
    if (found.empty()) keep(i, changed, std::move(resolved));
    problems.add_variant(found, fmt::format("compare.variants.{}.set.", i), sets[i]->origin);
  }
}

// What a reader wants besides the base scenario.
struct Wanted {
  std::optional<std::size_t> variant;  // in its place
  bool all_variants = false;           // too
  VariantCheck check = VariantCheck::kAllVariants;
};

ReadResult read_document(Value root, const std::string& file, const std::vector<std::string>& sets,
                         const Wanted& wanted) {
  ProblemList problems;
  apply_sets(root, sets, problems);
  Json resolved = resolve_and_check(root, file, problems);
  ReadResult result;
  Value of_variant;
  const auto keep = [&](std::size_t i, const Value& changed, Json json) {
    if (wanted.all_variants) {
      result.variants.push_back(build_located(changed, std::move(json), file));
    } else if (i == wanted.variant) {
      resolved = std::move(json);
      of_variant = changed;
    }
  };
  if (wanted.check == VariantCheck::kAllVariants) check_variants(root, file, problems, keep);
  if (!problems.empty()) {
    result.variants.clear();
    result.problems = problems.sorted(file);
    return result;
  }
  const std::size_t variants = variant_sets(root).size();
  if (wanted.variant && *wanted.variant >= variants) {
    return failed(file, fmt::format("there is no variant {} (`compare` has {}) — number them "
                                    "from 0",
                                    *wanted.variant, counted(variants, "variant")));
  }
  result.scenario = build_located(wanted.variant ? of_variant : root, std::move(resolved), file);
  return result;
}

ReadResult read_opened(OpenedDocument opened, const std::string& file_name,
                       const std::vector<std::string>& sets, const Wanted& wanted) {
  if (opened.value) return read_document(std::move(*opened.value), file_name, sets, wanted);
  ReadResult result;
  result.problems.push_back(std::move(opened.problem));
  return result;
}

constexpr std::string_view kKind = "scenario";

}  // namespace

ReadResult read_scenario_text(std::string_view text, const std::string& file_name,
                              const std::vector<std::string>& sets,
                              std::optional<std::size_t> variant, VariantCheck check) {
  return read_opened(open_document_text(text, file_name, kKind), file_name, sets,
                     {.variant = variant, .all_variants = false, .check = check});
}

ReadResult read_scenario(const std::filesystem::path& file, const std::vector<std::string>& sets,
                         VariantCheck check) {
  return read_opened(open_document(file, kKind), file.string(), sets,
                     {.variant = std::nullopt, .all_variants = false, .check = check});
}

ReadResult read_comparison(const std::filesystem::path& file,
                           const std::vector<std::string>& sets) {
  return read_opened(
      open_document(file, kKind), file.string(), sets,
      {.variant = std::nullopt, .all_variants = true, .check = VariantCheck::kAllVariants});
}

}  // namespace spindle::app
