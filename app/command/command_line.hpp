#pragma once
// The program as a user meets it: arguments in, exit code out.

#include "app/sweep/crew.hpp"

namespace spindle::app {

// Never throws. Data goes to stdout; progress, warnings and errors to stderr. Exit codes:
// app/console/exit_codes.hpp. With a crew, of which this is rank 0, it takes sweeps alone.
int run_command_line(int argc, char** argv, Crew* crew = nullptr);

}  // namespace spindle::app
