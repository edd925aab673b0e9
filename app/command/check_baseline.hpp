#pragma once
// The baseline of a `check`: read and found fit before anything is run, written after it.

#include <filesystem>
#include <optional>

#include "app/command/arguments.hpp"
#include "app/command/check_options.hpp"
#include "app/experiment/experiment.hpp"
#include "app/gate/baseline.hpp"
#include "app/gate/replications.hpp"

namespace spindle::app {

// Reports on stderr what makes the file unfit for the scenario: what it says wrongly, another
// scenario's name, metrics that gates name and it lacks. Empty then.
std::optional<Baseline> load_baseline(const std::filesystem::path& file, const Scenario& scenario);

// The one to write anew: what is there, which must be the scenario's; without rows where there is
// no such file. Empty where problems were reported.
std::optional<Baseline> load_for_update(const std::filesystem::path& file,
                                        const Scenario& scenario);

struct MoreRuns {
  int exit_code = 0;  // not 0: why stands on stderr
  std::vector<Replication> rows;
};
// The replications of a check, `first` of which has been run.
MoreRuns run_others(const Arguments& arguments, const ReplicatedScenario& scenario,
                    const RunResult& first, std::uint32_t count);

// Writes it with the rows in place of its own, and the reason behind the others; reports gates
// whose metrics the rows lack, and writes nothing then. An exit code.
int bless(const std::filesystem::path& file, Baseline baseline, const Scenario& scenario,
          const std::string& digest, std::vector<Replication> rows, const std::string& reason);

}  // namespace spindle::app
