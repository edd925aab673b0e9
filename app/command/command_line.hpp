#pragma once
// The program as a user meets it: arguments in, exit code out.

#include "app/command/shared_run.hpp"

namespace spindle::app {

// Never throws. Data goes to stdout; progress, warnings and errors to stderr. Exit codes:
// app/console/exit_codes.hpp. With ranks, of which this is the first, it takes sweeps, whose runs
// they share, and runs of fleets of ledgers, which they do together.
int run_command_line(int argc, char** argv, const Ranks* ranks = nullptr);

}  // namespace spindle::app
