#pragma once
// Fills a scenario's trace-driven classes from their files.

#include <vector>

#include "app/scenario/scenario.hpp"
#include "app/trace/trace_reader.hpp"

namespace spindle::app {

// Reads every file that `scenario.tenants` name (relative to scenario.trace_dir) into the classes'
// read_trace and write_trace. Series that count requests become bytes by the class's object size.
// Returns all problems of all files, of traces that lie wholly beyond the run, that take hours to
// play, and that have more than limits.rows rows together; each has the
// path of its tenant class. Nothing may be run where there are any.
std::vector<Problem> load_traces(Scenario& scenario, const TraceLimits& limits = {});

}  // namespace spindle::app
