#pragma once
// Reads traces of requests in any of the formats of app/trace/formats/, untrusted, as a stream:
// memory does not grow with the trace. Files compressed by gzip or zstd are unpacked as they are
// read. Cost: 65 to 120 ns a line (bench/trace).
//
// Times must not fall by more than a second: logs are written as requests end, so that lines lie a
// little out of order, and such a line counts at the latest time before it. What falls further is a
// bad line, as is a line that is not as the format has it, and what lies 1e9 s after the first.

#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "app/scenario/reader.hpp"
#include "app/trace/formats/line_parser.hpp"
#include "app/trace/packed_lines.hpp"
#include "app/trace/problem_log.hpp"

namespace spindle::app {

struct RequestTraceOptions {
  std::string format;  // of trace_formats(); empty: by the first lines
  TraceLineOptions lines;
  std::uint64_t skip_bad = 0;  // so many bad lines are left out and counted
};

class RequestTrace {
 public:
  // `input` must outlive the reader; `name` stands for it in messages. Reads the first lines.
  RequestTrace(std::istream& input, const std::string& name, const RequestTraceOptions& options);

  // Fills `batch` from the front and returns how many: fewer than there is room for only at the
  // end, or where reading was given up (see problems()).
  std::size_t read(std::span<models::TraceRecord> batch);

  // What is wrong with the file, in its order; nothing read is of use where there is anything.
  // At most about 20 problems: reading ends there.
  [[nodiscard]] std::vector<Problem> problems() { return problems_.take(); }

  // Of the trace; nullptr and nothing where there are problems with the first lines.
  [[nodiscard]] const TraceFormat* format() const { return format_; }
  [[nodiscard]] bool is_guessed() const { return is_guessed_; }
  [[nodiscard]] models::TraceShape shape() const {
    return parser_ ? parser_->shape() : models::TraceShape{};
  }

  [[nodiscard]] std::uint64_t skipped() const { return bad_; }        // lines, so far
  [[nodiscard]] std::uint64_t out_of_order() const { return late_; }  // lines moved, so far

 private:
  struct Line {
    std::string text;
    std::size_t number;
  };
  void read_head();
  bool choose_format(const std::vector<std::string>& head);
  bool check_options();
  bool next_line(std::string_view& line);
  bool next_from_file(std::string_view& line);
  bool parse(std::string_view line, models::TraceRecord& record);
  bool place(models::TraceRecord& record);
  void add_bad(std::size_t line);
  void give_up(std::size_t line, const std::string& message);

  PackedLines lines_;
  RequestTraceOptions options_;
  ProblemLog problems_;
  std::vector<Line> head_;  // read ahead
  std::size_t head_at_ = 0;
  std::size_t line_ = 0;  // number of the line at hand
  const TraceFormat* format_ = nullptr;
  bool is_guessed_ = false;
  std::unique_ptr<LineParser> parser_;
  bool done_ = false;    // given up
  std::string problem_;  // of the line at hand
  std::uint64_t bad_ = 0;
  std::uint64_t late_ = 0;
  bool any_ = false;
  std::int64_t first_ns_ = 0;
  std::int64_t last_ns_ = 0;  // since the first
};

// A trace in a file. What cannot be opened is a problem of the trace.
class RequestTraceFile {
 public:
  RequestTraceFile(const std::string& path, const RequestTraceOptions& options);
  // Precondition of both: is_open().
  [[nodiscard]] RequestTrace* operator->() { return trace_.get(); }
  [[nodiscard]] RequestTrace& operator*() { return *trace_; }
  // Whether there is a trace to read at all; else problem() says why not.
  [[nodiscard]] bool is_open() const { return trace_ != nullptr; }
  [[nodiscard]] const Problem& problem() const { return problem_; }

 private:
  std::ifstream file_;
  std::unique_ptr<RequestTrace> trace_;
  Problem problem_;
};

}  // namespace spindle::app
