#pragma once
// `spindle diff`: how two results differ.

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

namespace spindle::app {

struct DiffArguments {
  std::string a;
  std::string b;
  std::optional<std::string> metric;
  bool all = false;
  std::string format = "table";
  bool quiet = false;
};

CLI::App& declare_diff(CLI::App& app, DiffArguments& arguments);
// Returns an exit code and reports its own errors on stderr.
int diff_command(const DiffArguments& arguments);

}  // namespace spindle::app
