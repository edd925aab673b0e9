#pragma once
// The verdicts of a check as continuous integration reads them: JUnit's XML, annotations of GitHub
// Actions, a page of Markdown.

#include <string>
#include <vector>

#include "app/gate/gate.hpp"
#include "app/report/threshold_report.hpp"

namespace spindle::app {

// One check: thresholds, and gates where there is a baseline.
struct CheckOutcome {
  std::string scenario;
  std::vector<CheckedThreshold> thresholds;
  const GateReport* gates = nullptr;
};

// A test case a threshold and a gate. What is broken or regressed is a failure; what is
// inconclusive is an error, not skipped: the check has not shown what it is there for, and fails
// too.
std::string junit_text(const CheckOutcome& outcome);
// "::error file=…,line=…,col=…::…" of what is broken or regressed, "::warning …" of what is
// inconclusive, a line each; empty where all is well.
std::string github_annotations(const CheckOutcome& outcome);
// A heading with the verdict, then tables.
std::string markdown_summary(const CheckOutcome& outcome);

}  // namespace spindle::app
