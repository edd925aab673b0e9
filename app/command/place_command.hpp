#pragma once
// `spindle place`: placement alone, balls into bins, at tens of millions of drives.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <set>
#include <string>

#include "app/place/place_request.hpp"

namespace spindle::app {

struct PlaceArguments {
  PlaceRequest request;
  std::string memory;  // empty: what the machine has
  bool histogram = false;
  std::string format = "table";
  std::string out;  // empty: standard output
  std::string progress = "auto";
  bool quiet = false;
};

CLI::App& declare_place(CLI::App& app, PlaceArguments& arguments);

// Returns an exit code and reports its own errors on stderr.
int place_command(const PlaceArguments& arguments);

}  // namespace spindle::app
