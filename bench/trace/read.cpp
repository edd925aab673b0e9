// Reading traces of requests: items per second are lines per second, on one core. The text lies in
// memory; `read` turns it into records, `stats` sums these up too.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <sstream>
#include <string>
#include <vector>

#include "app/trace/request_trace.hpp"
#include "models/tenant/trace_statistics.hpp"

namespace spindle {
namespace {

constexpr std::size_t kLines = 500'000;

// Requests of 400,000 objects in no order: the table of objects does not fit the cache.
std::string lines_of(std::string_view format) {
  std::string text;
  for (std::size_t i = 0; i < kLines; ++i) {
    const std::uint64_t object = models::scattered(i) % 1'000'000;
    const std::size_t size = 512 * (1 + object % 64);
    const double seconds = 1e-3 * static_cast<double>(i);
    if (format == "libcachesim") {
      text += fmt::format("{:.3f},{},{}\n", seconds, object, size);
    } else if (format == "msr") {
      text += fmt::format("{},hm,{},{},{},{},413\n", 128'166'372'003'061'629 + 10'000 * i,
                          object % 4, object % 3 == 0 ? "Read" : "Write", object * 4096, size);
    } else if (format == "csv") {
      text += fmt::format("2023-11-16 18:{:02}:{:06.3f},{},{},{}\n", i / 60'000,
                          seconds - 60.0 * static_cast<double>(i / 60'000), object, size,
                          i % 3 == 0 ? "read" : "write");
    } else {
      text += fmt::format("{} REST.GET.OBJECT {:016x} {}\n", 1'219'008 + i, object, size);
    }
  }
  return text;
}

void read(benchmark::State& state, const std::string& format, bool sums_up) {
  const std::string text = lines_of(format);
  app::RequestTraceOptions options;
  options.format = format;
  if (format == "csv") {
    options.lines.time = std::string("1");
    options.lines.object = "2";
    options.lines.bytes = std::string("3");
    options.lines.op = std::string("4");
  }
  std::vector<models::TraceRecord> batch(4096);
  for (auto _ : state) {
    std::istringstream input(text);
    app::RequestTrace trace(input, "bench", options);
    models::TraceStatistics statistics(trace.shape());
    std::uint64_t bytes = 0;
    for (std::size_t count = batch.size(); count == batch.size();) {
      count = trace.read(batch);
      if (sums_up) statistics.add({batch.data(), count});
      bytes += batch.front().bytes;
    }
    benchmark::DoNotOptimize(bytes);
    if (sums_up) benchmark::DoNotOptimize(statistics.finish().rows);
    if (!trace.problems().empty()) state.SkipWithError("the trace was refused");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kLines));
}

BENCHMARK_CAPTURE(read, libcachesim, "libcachesim", false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read, csv_timestamps, "csv", false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read, msr, "msr", false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read, ibm, "ibm", false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read, stats_libcachesim, "libcachesim", true)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace spindle
