#include "app/command/drive_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "app/command/load_scenario.hpp"
#include "app/console/exit_codes.hpp"
#include "app/console/interrupt.hpp"
#include "app/console/streams.hpp"
#include "app/drive/bench_result.hpp"
#include "app/drive/block_trace.hpp"
#include "app/drive/drive_reader.hpp"
#include "app/scenario/fields.hpp"
#include "app/scenario/units.hpp"
#include "app/text/wording.hpp"
#include "models/drive/workload.hpp"

namespace spindle::app {
namespace {

// A wrong option: exit code 2.
class BadOption : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Nothing where the file has problems, which stand on stderr then.
std::optional<models::MechanicalSpec> load_drive(const std::string& name) {
  if (auto preset = find_mechanical_preset(name)) return preset;
  if (!std::filesystem::exists(name)) {
    const std::vector<std::string> names = mechanical_preset_names();
    const std::string near = nearest(name, names);
    throw BadOption(
        fmt::format("--drive: {} is neither a file nor a drive that comes with Spindle "
                    "({}){}",
                    in_quotes(name), listed(names, 20),
                    near.empty() ? "" : " — did you mean \"" + near + "\"?"));
  }
  DriveReadResult read = read_drive(name);
  report_problems(read.problems);
  return std::move(read.drive);
}

// Requests of "4 KB" are 4,096 bytes wherever drives are measured; kB stays 1,000 bytes.
std::uint64_t read_size(const char* option, std::string text, const char* example) {
  if (text.ends_with("KB")) text.replace(text.size() - 2, 2, "KiB");
  const Parsed<models::Bytes> bytes = parse_bytes(text, example);
  if (!bytes.value || bytes.value->value == 0) {
    throw BadOption(fmt::format("{}: {}", option, bytes.value ? "must be above 0" : bytes.problem));
  }
  return bytes.value->value;
}

models::DriveRunOptions run_options(const DriveArguments& arguments) {
  models::DriveRunOptions options;
  options.scheduler = models::find_scheduler(arguments.scheduler).value();
  options.depth = arguments.depth;
  const Parsed<sim::Duration> patience = parse_duration(arguments.patience, "5 s");
  if (!patience.value) throw BadOption("--patience: " + patience.problem);
  options.patience = *patience.value;
  return options;
}

// Stops between requests when the user interrupts.
template <class Source>
class Interruptible {
 public:
  explicit Interruptible(Source& source) : source_(source) {}
  bool operator()(models::DriveRequest& request) {
    constexpr std::uint64_t kOften = 1U << 16U;
    if (++asked_ % kOften == 0 && interrupted()) stopped_ = true;
    return !stopped_ && source_(request);
  }
  [[nodiscard]] bool stopped() const { return stopped_; }

 private:
  Source& source_;
  std::uint64_t asked_ = 0;
  bool stopped_ = false;
};

struct Bench {
  const models::MechanicalDrive& drive;
  const DriveArguments& arguments;
  models::DriveRunOptions options;
  BenchResult result;
  BenchResult::Heading heading;
};

template <class Source>
int run_and_print(Bench& bench, Source& requests, bool is_open, std::vector<double> measured_s) {
  Interruptible source(requests);
  if (is_open) {
    models::run_open(bench.drive, bench.options, source, bench.result);
  } else {
    models::run_closed(bench.drive, bench.options, source, bench.result);
  }
  if (source.stopped()) return kExitInterrupted;
  if (!measured_s.empty()) bench.result.compare_with(std::move(measured_s));
  write_output(bench.result.render(*parse_format(bench.arguments.format), bench.heading,
                                   bench.drive.spec().sector_bytes));
  return kExitOk;
}

std::string how(const Bench& bench, bool is_open) {
  return fmt::format("{}, depth {}, {}", bench.arguments.scheduler, bench.options.depth,
                     is_open ? "open arrivals" : "closed loop");
}

// What the bridge between the fidelities says of the same requests.
models::LatencyAtLoad predict(const Bench& bench, const models::WorkloadOptions& workload) {
  const models::MechanicalSpec& spec = bench.drive.spec();
  if (workload.arrivals_per_s <= 0) throw BadOption("--predict: needs --rate");
  if (spec.cache || spec.actuators > 1) {
    throw BadOption("--predict: only of drives with one arm and no cache");
  }
  double reads = 1;
  if (workload.kind == models::WorkloadKind::kRandomWrite) {
    reads = 0;
  } else if (workload.kind == models::WorkloadKind::kMixed) {
    reads = workload.read_share;
  } else if (workload.kind != models::WorkloadKind::kRandomRead) {
    throw BadOption("--predict: only of random_read, random_write and mixed");
  }
  std::vector<models::RequestKind> mix;
  if (reads > 0) mix.push_back({reads, workload.size_bytes, false});
  if (reads < 1) mix.push_back({1 - reads, workload.size_bytes, true});
  const models::DriveLatency latency(bench.drive, mix,
                                     {.scheduler = bench.options.scheduler,
                                      .depth = bench.options.depth,
                                      .patience = bench.options.patience,
                                      .seed = workload.seed});
  return latency.at({workload.arrivals_per_s});
}

// Requests that take longer than any clock here counts are refused before the first.
void check_length(const Bench& bench, const models::WorkloadOptions& options) {
  const models::MechanicalDrive& drive = bench.drive;
  const std::uint64_t sectors =
      std::max<std::uint64_t>(1, options.size_bytes / drive.spec().sector_bytes);
  const std::uint64_t last = drive.spec().sectors - sectors;
  // A seek takes 10 s at most, and the slowest tracks are the last.
  const models::MechanicalService slow = drive.serve({}, drive.locate(last), sectors, true, 0);
  const double each_s = 10 + drive.revolution_s() + slow.transfer_s;
  const double seconds = each_s * static_cast<double>(options.requests);
  if (seconds <= kHorizonSeconds) return;
  throw BadOption(fmt::format(
      "--requests: {} of {} may take {:.3g} years (at most 200) — fewer "
      "or smaller requests",
      grouped(options.requests), bench.arguments.size, seconds / (sim::kHoursPerYear * 3600)));
}

int run_workload(Bench& bench) {
  const DriveArguments& arguments = bench.arguments;
  models::WorkloadOptions options;
  options.kind = models::find_workload(arguments.workload).value();
  options.size_bytes = read_size("--size", arguments.size, "4 KB");
  options.requests = arguments.requests;
  options.read_share = arguments.read_share;
  options.arrivals_per_s = arguments.rate;
  options.seed = {arguments.seed};
  if (options.size_bytes > bench.drive.spec().sectors * bench.drive.spec().sector_bytes) {
    throw BadOption(fmt::format("--size: {} is more than the drive holds", arguments.size));
  }
  models::Workload source(bench.drive, options);
  check_length(bench, options);
  if (arguments.predict) bench.result.expect(predict(bench, options));
  const bool is_open = arguments.rate > 0;
  bench.heading.emplace_back("workload",
                             fmt::format("{} of {}", arguments.workload, arguments.size));
  bench.heading.emplace_back("service", how(bench, is_open));
  return run_and_print(bench, source, is_open, {});
}

BlockTraceOptions trace_options(const DriveArguments& arguments,
                                const models::MechanicalSpec& drive) {
  BlockTraceOptions options;
  const std::string problem = parse_columns(arguments.columns, options);
  if (!problem.empty()) throw BadOption("--columns: " + problem);
  options.time_unit_s = parse_as("1 " + arguments.time_unit, "s", "1 s").value.value();
  options.read_word = arguments.read_word;
  options.drive_sectors = drive.sectors;
  options.arm_sectors = models::sectors_per_actuator(drive);
  if (arguments.block.empty()) return options;
  const std::uint64_t block = read_size("--block", arguments.block, "512 B");
  if (block % drive.sector_bytes != 0) {
    throw BadOption(fmt::format("--block: {} is not a multiple of the drive's sector of {} B",
                                arguments.block, drive.sector_bytes));
  }
  options.block_sectors = block / drive.sector_bytes;
  if (options.block_sectors > drive.sectors) {
    throw BadOption(fmt::format("--block: {} is more than the drive holds", arguments.block));
  }
  return options;
}

int run_trace(Bench& bench) {
  const DriveArguments& arguments = bench.arguments;
  const BlockTraceOptions options = trace_options(arguments, bench.drive.spec());
  BlockTrace trace = read_block_trace(arguments.trace, options);
  if (report_problems(trace.problems)) return kExitInvalidScenario;
  const bool is_open = !arguments.closed && !options.time.empty();
  bench.heading.emplace_back("trace", arguments.trace);
  bench.heading.emplace_back("service", how(bench, is_open));
  if (!trace.responses_s.empty()) bench.result.keep_responses(trace.requests.size());
  std::size_t next = 0;
  const auto source = [&](models::DriveRequest& request) {
    if (next == trace.requests.size()) return false;
    request = trace.requests[next++];
    return true;
  };
  return run_and_print(bench, source, is_open, std::move(trace.responses_s));
}

}  // namespace

int drive_command(const DriveArguments& arguments) {
  try {
    std::optional<models::MechanicalSpec> spec = load_drive(arguments.drive);
    if (!spec) return kExitInvalidScenario;
    const models::MechanicalDrive drive(std::move(*spec));
    Bench bench{drive, arguments, run_options(arguments), {}, {}};
    bench.heading.emplace_back("drive", drive.spec().name);
    if (arguments.trace.empty()) {
      if (!arguments.columns.empty()) throw BadOption("--columns: needs --trace");
      return run_workload(bench);
    }
    return run_trace(bench);
  } catch (const BadOption& error) {
    print_message("spindle drive: {}\n", error.what());
  } catch (const std::invalid_argument& error) {
    print_message("spindle drive: {}\n", error.what());
  }
  return kExitUsage;
}

}  // namespace spindle::app
