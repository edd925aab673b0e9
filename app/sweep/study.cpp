#include "app/sweep/study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "app/sweep/design.hpp"
#include "app/text/wording.hpp"
#include "app/world/memory.hpp"
#include "sim/digest.hpp"
#include "sim/parallel.hpp"

namespace spindle::app {
namespace {

constexpr std::uint64_t kBlock = 4096;  // points between two looks at what was found
constexpr std::size_t kMostProblems = 1000;

// What one point's check leaves.
struct CheckedPoint {
  ProblemList problems;
  std::vector<std::string> warnings;
  std::vector<std::uint64_t> ids;  // of the shard's replications
  std::uint64_t first_id = 0;      // of replication 0
  std::uint64_t bytes = 0;
};

// A problem or a warning that points share.
struct Shared {
  Origin origin;
  std::string path;
  std::uint64_t first = 0;  // point
  std::uint64_t points = 0;
};
using SharedLines = std::map<std::pair<std::string, std::string>, Shared>;  // by path and message

void note(SharedLines& lines, const Origin& origin, const std::string& path,
          const std::string& message, std::uint64_t point) {
  Shared& line = lines.try_emplace({path, message}, Shared{origin, path, point, 0}).first->second;
  ++line.points;
}

CheckedPoint check_point(const Study& study, const Shard& shard, std::uint64_t point) {
  CheckedPoint checked;
  std::optional<ReadPoint> read = study.read(point, checked.problems);
  if (!read) return checked;
  const std::uint32_t repeat = study.points().repeat();
  checked.first_id = run_id(read->resolved, study.seed_of(point * repeat));
  for (std::uint32_t r = 0; r < repeat; ++r) {
    const std::uint64_t run = point * repeat + r;
    if (!shard.holds(run)) continue;
    checked.ids.push_back(r == 0 ? checked.first_id : run_id(read->resolved, study.seed_of(run)));
  }
  const Scenario scenario = study.build(std::move(*read), study.base().seed);
  checked.warnings = warnings_of(scenario);
  checked.bytes = memory_estimate(scenario);
  return checked;
}

std::string whose(const Study& study, const Shared& line) {
  const std::string others =
      line.points > 1 ? fmt::format(" and {} more", grouped(line.points - 1)) : "";
  return fmt::format("sweep point {} ({}){}", line.first, described(study.points().at(line.first)),
                     others);
}

std::string place_of(const std::string& file, const Origin& origin) {
  if (origin.source == Origin::Source::kCommandLine) return "command line";
  if (origin.position.line == 0) return file;
  return fmt::format("{}:{}:{}", file, origin.position.line, origin.position.column);
}

// Here it is more than "--set" alone.
void name_command_line(std::vector<Problem>& problems) {
  for (Problem& problem : problems) {
    if (problem.file == "--set") problem.file = "command line";
  }
}

std::vector<std::string> problem_lines(const Study& study, const SharedLines& found) {
  std::vector<std::pair<Shared, std::string>> sorted;
  for (const auto& [key, line] : found) sorted.emplace_back(line, key.second);
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return std::tuple(a.first.first, a.first.origin.position) <
           std::tuple(b.first.first, b.first.origin.position);
  });
  std::vector<std::string> lines;
  for (const auto& [line, message] : sorted) {
    if (lines.size() == kMostProblems) {
      lines.push_back("further problems are not listed — mend these first");
      break;
    }
    lines.push_back(fmt::format("{}: {}: {}{}{}", place_of(study.file(), line.origin),
                                whose(study, line), line.path, line.path.empty() ? "" : ": ",
                                message));
  }
  return lines;
}

}  // namespace

Study::Study(Scenario base, PointReader reader, SweepPoints points)
    : base_(std::move(base)), reader_(std::move(reader)), points_(std::move(points)) {}

Scenario Study::scenario_of(std::uint64_t run) const {
  ProblemList none;
  return build(read(point_of(run), none).value(), seed_of(run));
}

StudyResult read_study(const StudyRequest& request) {
  StudyResult result;
  SweepBase base =
      read_sweep_base(request.file, request.sets, [&](Value& root, ProblemList& found) {
        apply_axes(root, request.axes, found);
        if (request.repeat) apply_repeat(root, *request.repeat);
      });
  result.problems = std::move(base.problems);
  name_command_line(result.problems);
  if (!base.scenario) return result;
  ProblemList problems;
  Design design = read_design(base.root, base.scenario->seed, problems);
  std::optional<SweepPoints> points;
  if (problems.empty()) points = SweepPoints::make(std::move(design), problems);
  result.problems = problems.sorted(request.file.string());
  name_command_line(result.problems);
  if (points) {
    result.study.emplace(std::move(*base.scenario), PointReader(base.root, request.file.string()),
                         std::move(*points));
  }
  return result;
}

CheckedStudy check_study(const Study& study, const Shard& shard, unsigned threads,
                         const std::function<bool(double)>& progress) {
  CheckedStudy out;
  SharedLines problems;
  SharedLines warnings;
  sim::Digest digest;
  digest.add(std::string_view(study.base().name));
  for (const std::string& column : study.points().columns()) digest.add(std::string_view(column));
  digest.add(study.points().repeat());
  std::uint64_t most_bytes = 0;
  std::vector<CheckedPoint> block;
  const std::uint64_t size = study.points().size();
  for (std::uint64_t begin = 0; begin < size && problems.size() <= kMostProblems; begin += kBlock) {
    if (!progress(static_cast<double>(begin) / static_cast<double>(size))) {
      out.interrupted = true;
      return out;
    }
    block.assign(std::min(kBlock, size - begin), {});
    sim::for_each_index(threads, block.size(),
                        [&](std::size_t i) { block[i] = check_point(study, shard, begin + i); });
    for (std::size_t i = 0; i < block.size(); ++i) {
      const CheckedPoint& point = block[i];
      for (const ProblemList::Entry& entry : point.problems.entries()) {
        note(problems, entry.origin, entry.path, entry.message, begin + i);
      }
      for (const std::string& line : point.warnings) note(warnings, {}, {}, line, begin + i);
      out.ids.insert(out.ids.end(), point.ids.begin(), point.ids.end());
      digest.add(point.first_id);
      if (point.bytes > most_bytes) {
        most_bytes = point.bytes;
        out.largest_point = begin + i;
      }
    }
  }
  out.digest = digest.hex();
  out.problems = problem_lines(study, problems);
  for (const auto& [key, line] : warnings) {
    out.warnings.push_back(fmt::format("warning: {}: {}", whose(study, line), key.second));
  }
  return out;
}

std::uint64_t run_id(const Json& resolved, std::uint64_t seed) {
  Json what = resolved;
  for (const char* key : {"$schema", "name", "question", "thresholds", "gates"}) what.erase(key);
  what["seed"] = seed;
  sim::Digest digest;
  digest.add(std::string_view(what.dump(-1, ' ', false, Json::error_handler_t::replace)));
  return digest.value();
}

std::string id_text(std::uint64_t id) {
  return fmt::format("{:016x}", id);
}

std::string described(const std::vector<Override>& point) {
  constexpr std::size_t kMostShown = 6;
  std::string out;
  for (std::size_t i = 0; i < point.size() && i < kMostShown; ++i) {
    if (i > 0) out += ", ";
    const Json json = to_json(point[i].value);
    const std::string text = json.is_string() ? json.get<std::string>() : json.dump();
    out += fmt::format("{}={}", shortened(point[i].path), shortened(text));
  }
  if (point.empty()) return "the scenario itself";
  return point.size() > kMostShown ? out + ", …" : out;
}

}  // namespace spindle::app
