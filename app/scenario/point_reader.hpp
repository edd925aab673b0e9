#pragma once
// A scenario that a sweep changes point by point.

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/scenario/json_document.hpp"
#include "app/scenario/problems.hpp"
#include "app/scenario/reader.hpp"
#include "app/scenario/scenario.hpp"

namespace spindle::app {

struct Override {
  std::string path;
  Value value;
};

struct SweepBase {
  std::optional<Scenario> scenario;  // empty where there are problems
  std::vector<Problem> problems;     // in file order
  Value root;                        // the file's values, with what the command line changed
};
// `edit` changes the values after the "--set"s, and before they are checked.
SweepBase read_sweep_base(const std::filesystem::path& file, const std::vector<std::string>& sets,
                          const std::function<void(Value& root, ProblemList& problems)>& edit);

struct ReadPoint {
  Value root;
  Json resolved;
};

// Any number of threads may read points at a time.
class PointReader {
 public:
  // Of a scenario without problems.
  PointReader(const Value& root, std::string file);

  [[nodiscard]] const std::string& file() const { return file_; }
  // The scenario with the new values; empty where it has problems, which are added.
  [[nodiscard]] std::optional<ReadPoint> read(std::span<const Override> overrides,
                                              ProblemList& problems) const;
  [[nodiscard]] Scenario build(ReadPoint point, std::uint64_t seed) const;

 private:
  Value base_;  // without compare and sweep
  std::string file_;
};

}  // namespace spindle::app
