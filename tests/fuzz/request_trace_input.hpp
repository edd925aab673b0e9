#pragma once
// Any bytes as a trace of requests, for the fuzz target and for the tests that replay its corpus.

#include <cmath>
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "app/trace/request_trace.hpp"
#include "app/trace/trace_report.hpp"
#include "models/tenant/trace_statistics.hpp"

namespace spindle::test {

// Whether a reader and the statistics keep their promises on `bytes`. The first byte chooses the
// format, and whether bad lines are left out; the rest is the file.
inline bool reads_or_refuses(std::string_view bytes) {
  if (bytes.empty()) return true;
  const auto choice = static_cast<unsigned char>(bytes.front());
  const auto formats = app::trace_formats();
  const std::size_t index = choice % (formats.size() + 1);
  app::RequestTraceOptions options;
  if (index < formats.size()) {
    options.format = formats[index].name;
    if (formats[index].takes_columns) {
      const bool by_name = (choice & 64U) != 0;
      options.lines.time = by_name ? "when" : "1";
      options.lines.object = by_name ? "what" : "2";
      options.lines.bytes = by_name ? "size" : "3";
      options.lines.op = by_name ? "verb" : "";
    }
  }
  if ((choice & 128U) != 0) options.skip_bad = 5;
  std::istringstream input{std::string(bytes.substr(1))};
  app::RequestTrace trace(input, "t", options);
  models::TraceStatistics statistics(trace.shape(), 64);
  std::vector<models::TraceRecord> batch(7);
  std::int64_t last = 0;
  std::size_t records = 0;
  for (std::size_t count = batch.size(); count == batch.size();) {
    count = trace.read(batch);
    for (std::size_t i = 0; i < count; ++i) {
      if (batch[i].time_ns < last || !std::isfinite(batch[i].requests)) return false;
      // A trace that says how long it is has a zero of its own.
      if (records == 0 && batch[i].time_ns != 0 && trace.shape().span_ns == 0) return false;
      last = batch[i].time_ns;
      ++records;
    }
    statistics.add({batch.data(), count});
  }
  const std::vector<app::Problem> problems = trace.problems();
  if (problems.size() > 21 || trace.skipped() > 20) return false;
  if (!problems.empty()) return true;
  const models::TraceSummary summary = statistics.finish();
  return records > 0 && summary.rows == records &&
         !app::render_trace(app::Format::kJson, {}, summary).empty();
}

}  // namespace spindle::test
