#pragma once
// Declares the options of `spindle drive`.

#include <CLI/CLI.hpp>

#include "app/command/drive_command.hpp"

namespace spindle::app {

// The subcommand, whose options land in `arguments`.
CLI::App& declare_drive(CLI::App& app, DriveArguments& arguments);

}  // namespace spindle::app
