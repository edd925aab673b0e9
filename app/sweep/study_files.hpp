#pragma once
// The files that a sweep leaves in its folder. Nothing in them depends on when, where or in which
// order the runs were done.
//
//   sweep.csv, sweep.jsonl        a row a run (rows.hpp), in the order of points and replications
//   sweep.sqlite                  the same rows as a table, where it was asked for
//   failures.csv, failures.jsonl  a row a run that failed, where there are any
//   sweep.json                    what the study is: points, replications, version, digests
//   scenario.json                 the scenario as resolved, its sweep block included

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "app/scenario/json_document.hpp"
#include "app/sweep/shard.hpp"

namespace spindle::app {

struct StudyFacts {
  std::string name;
  std::string study;  // CheckedStudy::digest
  std::string version;
  std::uint64_t points = 0;
  std::uint32_t repeat = 1;
  Shard shard;
  std::vector<std::string> columns;
  std::string scenario_json;

  [[nodiscard]] std::uint64_t runs() const { return points * repeat; }
};

// Calls its argument with every row, in order; asked more than once.
using RowSource = std::function<void(const std::function<void(const Json& row)>&)>;

struct WrittenStudy {
  std::uint64_t finished = 0;
  std::uint64_t unplaced = 0;  // runs that left extents without drives
  std::string digest;          // of the rows' digests
};
// Throws OutputError.
WrittenStudy write_study(const std::filesystem::path& folder, const StudyFacts& facts,
                         const RowSource& rows, const std::vector<Json>& failures, bool sqlite);

inline constexpr const char* kTableFile = "sweep.sqlite";
inline constexpr const char* kStudyFile = "sweep.json";
inline constexpr const char* kFailuresFile = "failures.jsonl";

}  // namespace spindle::app
