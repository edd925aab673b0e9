#pragma once
// A scenario's replications: with seeds that follow from its own, as those of a sweep.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "app/gate/baseline.hpp"
#include "app/scenario/point_reader.hpp"

namespace spindle::app {

class ReplicatedScenario {
 public:
  // Of a file that read_scenario() takes. Throws OutputError where it no longer does.
  ReplicatedScenario(const std::filesystem::path& file, const std::vector<std::string>& sets);

  [[nodiscard]] std::uint64_t seed_of(std::uint32_t replication) const;
  [[nodiscard]] Scenario scenario_of(std::uint32_t replication) const;
  // Of what it is, less its seed: equal digests and seeds, equal results of one version.
  [[nodiscard]] std::string digest() const;

 private:
  explicit ReplicatedScenario(const SweepBase& base, const std::filesystem::path& file);

  PointReader reader_;
  ReadPoint point_;
  std::uint64_t seed_;
};

struct FinishedReplications {
  std::vector<Replication> rows;      // in order; complete where there are no failures
  std::vector<std::string> failures;  // "replication 3 (seed 17): why"
  bool interrupted = false;
};
// Those from `first` up to `end`, several at a time, as memory allows. `progress` gets the number
// of the run from 0 and the share of it that is done; where it returns false, all end early.
FinishedReplications run_replications(const ReplicatedScenario& scenario, std::uint32_t first,
                                      std::uint32_t end, unsigned threads,
                                      const std::function<bool(std::size_t, double)>& progress);

}  // namespace spindle::app
