#include "app/command/drive_options.hpp"

#include "app/command/seed_check.hpp"
#include "app/drive/drive_reader.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

constexpr const char* kDriveFooter = R"(Examples:
  spindle drive --drive nearline-20tb
      4 KB random reads, one at a time
  spindle drive --drive nearline-20tb --depth 16 --scheduler sptf
      what a queue of 16 and the best order gain
  spindle drive --drive my-drive.json --size "512 KB" --rate 60
      half-megabyte reads that come as they like, 60 a second
  spindle drive --drive nearline-20tb --trace log.csv --columns time=t,kind=op,block=lba,count=n
      a trace with a header row, at the times it says
  spindle drive --drive cheetah-9lp --trace t.txt --columns block=1,count=2,response=3 --time-unit ms
      one after the other, beside measured responses: prints the demerit

IOPS, MB/s and the parts of each response: queue + overhead + seek + rotation + transfer = total.
Drive files and traces: docs/user/drive.md.)";

std::string drive_help() {
  return "Drive file, or one of " + listed(mechanical_preset_names(), 20);
}

}  // namespace

CLI::App& declare_drive(CLI::App& app, DriveArguments& arguments) {
  CLI::App& drive = *app.add_subcommand("drive", "Put one mechanical drive on the bench");
  drive.footer(kDriveFooter);
  drive.add_option("--drive", arguments.drive, drive_help())->capture_default_str();
  auto* workload =
      drive.add_option("--workload", arguments.workload, "What is asked of it")
          ->check(CLI::IsMember({"random_read", "random_write", "sequential", "mixed", "log"}))
          ->capture_default_str();
  auto* size = drive.add_option("--size", arguments.size, "Bytes of a request; KB is 1,024 bytes")
                   ->capture_default_str();
  drive.add_option("--depth", arguments.depth, "Requests that the drive holds at a time")
      ->check(CLI::Range(1, 65536))
      ->capture_default_str();
  drive.add_option("--scheduler", arguments.scheduler, "In which order it serves them")
      ->check(CLI::IsMember({"fcfs", "sstf", "c_look", "sptf"}))
      ->capture_default_str();
  auto* requests = drive.add_option("--requests", arguments.requests, "How many")
                       ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{10'000'000'000}))
                       ->capture_default_str();
  drive.add_option("--seed", arguments.seed, "Seed of all random numbers")
      ->check(seed_check())
      ->capture_default_str();
  auto* rate = drive
                   .add_option("--rate", arguments.rate,
                               "Poisson arrivals per second; 0: closed loop, `depth` outstanding")
                   ->check(CLI::Range(0.0, 1e6))
                   ->capture_default_str();
  auto* predict = drive.add_flag(
      "--predict", arguments.predict,
      "With --rate, of random requests: also what is expected without serving them one by one");
  drive.add_option("--read-share", arguments.read_share, "Of the workloads mixed and log")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  drive.add_option("--patience", arguments.patience, "sptf: what waits longer goes first")
      ->capture_default_str();
  auto* trace = drive.add_option(
      "--trace", arguments.trace,
      "Requests from a file of text instead of a workload; may be compressed (gzip, zstd)");
  for (CLI::Option* other : {workload, size, requests, rate, predict}) trace->excludes(other);
  drive.add_option("--columns", arguments.columns,
                   "Where the trace has what: time=, kind=, block=, count=, response=; names of a "
                   "header row, or numbers from 1");
  drive.add_option("--time-unit", arguments.time_unit, "Of times and responses in the trace")
      ->check(CLI::IsMember({"s", "ms", "us", "ns"}))
      ->capture_default_str();
  drive.add_option("--block", arguments.block, "Size of a block of the trace (default: a sector)");
  drive.add_option("--read-is", arguments.read_word,
                   "What `kind` holds for a read (default: r, read, R, Read or READ)");
  drive.add_flag("--closed", arguments.closed,
                 "Ignore the trace's times: keep `depth` requests outstanding");
  drive.add_option("--format", arguments.format, "What to print: table, json, csv or md")
      ->check(CLI::IsMember({"table", "json", "csv", "md"}))
      ->capture_default_str();
  return drive;
}

}  // namespace spindle::app
