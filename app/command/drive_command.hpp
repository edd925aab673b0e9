#pragma once
// `spindle drive`: one mechanical drive on the bench.

#include <cstdint>
#include <string>

#include "app/report/text_table.hpp"

namespace spindle::app {

// As the command line gives them; texts are checked by the command.
struct DriveArguments {
  std::string drive = "nearline-20tb";  // a preset's name or a drive file
  std::string workload = "random_read";
  std::string size = "4 KB";
  std::uint64_t depth = 1;
  std::string scheduler = "fcfs";
  std::uint64_t requests = 100'000;
  std::uint64_t seed = 1;
  double rate = 0;  // arrivals per second; 0: closed loop
  bool predict = false;
  double read_share = 0.7;
  std::string patience = "5 s";
  std::string trace;
  std::string columns;
  std::string time_unit = "s";
  std::string block;  // empty: a sector
  std::string read_word;
  bool closed = false;
  std::string format = "table";
};

// Returns an exit code and reports its own errors on stderr.
int drive_command(const DriveArguments& arguments);

}  // namespace spindle::app
