#pragma once
// `spindle nines`: the planner's calculator of durability.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

#include "app/nines/nines_request.hpp"

namespace spindle::app {

struct NinesArguments {
  NinesRequest request;
  std::uint64_t seed = 1;
  unsigned threads = 1;
  bool analytic = false;
  bool explain_window = false;
  std::string format = "table";
  std::string out;  // empty: standard output
  std::string progress = "auto";
  bool quiet = false;
};

CLI::App& declare_nines(CLI::App& app, NinesArguments& arguments);

// Returns an exit code and reports its own errors on stderr.
int nines_command(const NinesArguments& arguments);

}  // namespace spindle::app
