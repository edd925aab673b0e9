#pragma once
// What is said of a scenario's gates.

#include <string>

#include "app/gate/gate.hpp"
#include "app/report/text_table.hpp"
#include "app/scenario/json_document.hpp"
#include "app/scenario/reader.hpp"

namespace spindle::app {

// metric, baseline, now, difference, its interval, margin, verdict; full precision in CSV, which
// has what is below in JSON. kTable, kCsv or kMarkdown.
std::string gate_table(const GateReport& report, Format format);
// Adds to the object of thresholds: verdict, identical, same_scenario, paired, replications,
// baseline_replications, gates[]; "passed" becomes false where the verdict is none.
void add_gates(Json& check, const GateReport& report);
// Of a regression or what is inconclusive: where its margin is stated, what was found, what to do.
Problem gate_problem(const JudgedGate& gate, const GateReport& report);
// "2 of 3 gates pass; 10 replications, paired, against the baseline's 10".
std::string gate_summary(const GateReport& report);

}  // namespace spindle::app
