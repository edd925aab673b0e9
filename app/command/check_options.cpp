#include "app/command/check_options.hpp"

#include "app/gate/baseline.hpp"

namespace spindle::app {
namespace {

constexpr const char* kCheckFooter = R"(Examples:
  spindle check scenarios/regress/balance.json
  spindle check scenarios/regress/balance.json --set placement.policy=random
  spindle check scenarios/regress/balance.json --baseline results/baselines/balance.json
      against the baseline's replications: identical, or equal within the scenario's gates
  spindle check scenarios/regress/balance.json --baseline results/baselines/balance.json \
      --update --reason "drives of 24 TB"
      runs them and writes the baseline anew
  spindle check scenarios/comparison.json --set "thresholds.capacity.skew.over=< 25 %"
  spindle check results/balance --format json

Exit codes: 0 pass, 4 a threshold is broken or a metric has moved by more than its margin,
5 too few replications to tell, 3 invalid scenario, baseline or folder.)";

// An empty text, of a variable that is not set, must not turn a check off.
CLI::Validator not_blank() {
  return CLI::Validator(
      [](const std::string& text) {
        return text.find_first_not_of(" \t\r\n") == std::string::npos ? "is empty — say which"
                                                                      : std::string();
      },
      "");
}

}  // namespace

void declare_check_options(CLI::App& check, CheckOptions& options) {
  CLI::Option* baseline =
      check
          .add_option("--baseline", options.baseline,
                      "File of replications to compare with, within the scenario's gates")
          ->check(not_blank());
  check
      .add_option("--replications", options.replications,
                  "Of the scenario, by seeds that follow from its own (default: as many as the "
                  "baseline has; 20 for a new one)")
      ->check(CLI::Range(std::uint32_t{1}, kMostGateReplications))
      ->needs(baseline);
  CLI::Option* update =
      check.add_flag("--update", options.update, "Write the baseline from this run")
          ->needs(baseline);
  CLI::Option* reason = check.add_option("--reason", options.reason, "Why: kept in the baseline")
                            ->check(not_blank())
                            ->needs(update);
  update->needs(reason);
  check.add_option("--junit", options.junit, "Write the verdicts as JUnit's XML to that file")
      ->check(not_blank());
  check.add_option("--markdown", options.markdown, "Write a summary in Markdown to that file")
      ->check(not_blank());
  check.add_flag("--github", options.github, "Print annotations for GitHub Actions on stderr");
  check.footer(kCheckFooter);
}

}  // namespace spindle::app
