#pragma once
// How two results differ: two runs, or two sweeps paired run by run.
//
// Runs of sweeps make a pair where what their points set and their seeds are equal: they drew the
// same random numbers. A difference of two sweeps is the mean over points of B - A, replication by
// replication, with Student's 95 % interval over the replications, which are independent; points of
// one replication are not.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/statistics.hpp"

namespace spindle::app {

struct DiffRow {
  std::string metric;
  std::string point;  // what it sets; empty: all points, or a run
  double a = 0;       // means
  double b = 0;
  sim::Interval difference;   // of B - A; its ends are infinite where there is one replication
  std::uint64_t samples = 0;  // replications
  bool is_equal = false;      // in every pair
};

struct ResultDiff {
  std::vector<std::string> problems;  // there is nothing else then
  std::vector<DiffRow> rows;          // in the order of metrics; of one metric, of points
  std::uint64_t pairs = 0;            // of runs
  std::uint64_t alone = 0;            // runs of either that have none
};

// Of all metrics that both have. With `metric`, of that alone, and a row a point for sweeps.
ResultDiff diff_results(const std::filesystem::path& a, const std::filesystem::path& b,
                        const std::optional<std::string>& metric);

}  // namespace spindle::app
