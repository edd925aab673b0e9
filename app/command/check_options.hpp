#pragma once
// What `spindle check` takes beside the options of every run.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "app/command/arguments.hpp"

namespace spindle::app {

struct CheckOptions {
  std::string baseline;  // empty: thresholds alone
  std::optional<std::uint32_t> replications;
  bool update = false;
  std::string reason;
  std::string junit;
  std::string markdown;
  bool github = false;
};

void declare_check_options(CLI::App& check, CheckOptions& options);

// Returns an exit code and reports its own errors on stderr.
int check_command(const Arguments& arguments, const CheckOptions& options);

}  // namespace spindle::app
