#pragma once
// Shows what a trace comes to: every figure has one row, whatever the format.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/report/text_table.hpp"
#include "models/tenant/trace_statistics.hpp"

namespace spindle::app {

struct TraceFigure {
  enum class Kind { kNumber, kCount, kShare, kBytes, kSeconds, kPerSecond, kBytesPerSecond };
  std::string name;     // of JSON and CSV: "peak_to_mean.1s"; base units
  std::string meaning;  // of tables
  Kind kind;
  double value;  // NaN where undefined
};
std::vector<TraceFigure> trace_figures(const models::TraceSummary& summary);

// `heading` says what was read: lines of a table, members of a JSON object. Tables leave undefined
// figures out; JSON has null for them, CSV nothing.
using TraceHeading = std::vector<std::pair<std::string, std::string>>;
std::string render_trace(Format format, const TraceHeading& heading,
                         const models::TraceSummary& summary);

// What makes the figures doubtful: sentences. `read_word`: as RequestTraceOptions has it.
std::vector<std::string> trace_warnings(const models::TraceSummary& summary,
                                        const models::TraceShape& shape,
                                        std::string_view read_word);

}  // namespace spindle::app
