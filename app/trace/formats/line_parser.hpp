#pragma once
// What a format of request traces is: one row of a table, and a parser of its lines.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/tenant/trace_record.hpp"

namespace spindle::app {

// What the user says of a trace's lines.
struct TraceLineOptions {
  // Columns of the format `csv`: names of a header row, or numbers from 1. All but time may be
  // empty: the trace has none.
  std::string time, object, bytes, op, tenant;
  std::string read_word;             // what `op` holds for a read; empty: r, read, get and others
  std::uint64_t bytes_per_unit = 1;  // of the column `bytes`
  std::int64_t time_unit_ns = 0;     // of plain numbers; 0: as the format has it
};

// Parses lines of one file. Keeps no more than its options and a line's fields.
class LineParser {
 public:
  virtual ~LineParser() = default;
  // Looks at the first lines (one or more, not blank) and returns how many of them are a header;
  // nothing, and why in `problem`, where the file cannot be of this format. Called once, first.
  virtual std::optional<std::size_t> open(std::span<const std::string> head, std::string& problem);
  // Fills every field that shape() names; time since any zero, the same for all lines. False, and
  // what is wrong in `problem`, for a line that is not as the format has it.
  virtual bool parse(std::string_view line, models::TraceRecord& record, std::string& problem) = 0;
  [[nodiscard]] virtual models::TraceShape shape() const = 0;
};

struct TraceFormat {
  std::string_view name;
  std::string_view columns;  // of a line, for people
  std::string_view summary;
  bool takes_time_unit;  // --time-unit has a meaning
  bool takes_columns;    // --time and the other columns, too
  // Whether these first lines look like it; asked in the table's order, so that the first is the
  // most particular.
  bool (*fits)(std::span<const std::string> head);
  std::unique_ptr<LineParser> (*make)(const TraceLineOptions& options);
};

std::span<const TraceFormat> trace_formats();
const TraceFormat* find_trace_format(std::string_view name);  // nullptr where there is none
// The format that the first lines look like; nullptr where they look like none.
const TraceFormat* guess_trace_format(std::span<const std::string> head);

// The rows: one function a file.
TraceFormat ibm_format();
TraceFormat msr_format();
TraceFormat spc_format();
TraceFormat disksim_format();
TraceFormat swim_format();
TraceFormat series_format();
TraceFormat libcachesim_format();
TraceFormat csv_format();
TraceFormat spindle_format();
// The first line of that format's files; what lies before it and after `span_s` is no part of the
// trace.
std::string spindle_trace_header(double span_s);

}  // namespace spindle::app
