#pragma once
// The program as a user meets it: arguments in, exit code out.

namespace spindle::app {

// Never throws. Data goes to stdout; progress, warnings and errors to stderr. Exit codes:
// app/console/exit_codes.hpp.
int run_command_line(int argc, char** argv);

}  // namespace spindle::app
