#pragma once
// What the commands take, after the command line was parsed.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/console/progress.hpp"
#include "app/report/text_table.hpp"

namespace spindle::app {

struct Ranks;

struct Arguments {
  std::filesystem::path scenario;  // of `check` also a finished run's folder
  std::vector<std::string> sets;   // path=value, in order
  unsigned threads = 1;
  std::filesystem::path out;  // empty: results/<scenario name>
  Format format = Format::kTable;
  ProgressStyle progress = ProgressStyle::kAuto;
  bool quiet = false;
  std::string list_kind;
  const Ranks* ranks = nullptr;  // that do the run together; null: this process alone
};

// Each returns an exit code and reports its own errors on stderr.
int run_command(const Arguments& arguments);
int compare_command(const Arguments& arguments);
int validate_command(const Arguments& arguments);
int explain_command(const Arguments& arguments);
int list_command(const Arguments& arguments);
int schema_command(bool of_drives);  // or else of scenarios
int version_command();

}  // namespace spindle::app
