#include "app/trace/request_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "app/text/wording.hpp"
#include "app/trace/fields.hpp"
#include "sim/time.hpp"

namespace spindle::app {
namespace {

constexpr std::size_t kHeadLines = 8;
constexpr std::size_t kMostProblems = 20;
constexpr std::int64_t kLatest = 1'000'000'000 * sim::kSecond;  // 31 years
constexpr std::int64_t kMostDisorder = sim::kSecond;
// Nothing is kept of what was read: a file may unpack to any size, if not to any multiple of its
// own.
constexpr UnpackLimits kUnpackLimits{.bytes = std::uint64_t{1} << 60U};

std::string format_names() {
  std::vector<std::string> names;
  for (const TraceFormat& format : trace_formats()) names.emplace_back(format.name);
  return listed(names);
}

}  // namespace

RequestTrace::RequestTrace(std::istream& input, const std::string& name,
                           const RequestTraceOptions& options)
    : lines_(input, kUnpackLimits), options_(options), problems_(name, kMostProblems) {
  read_head();
  if (done_) return;
  std::vector<std::string> head;
  for (const Line& line : head_) head.push_back(line.text);
  done_ = !choose_format(head);
  if (done_) return;
  parser_ = format_->make(options_.lines);
  const auto header = parser_->open(head, problem_);
  if (!header) {
    give_up(head_.front().number, problem_);
    return;
  }
  head_at_ = *header;
}

void RequestTrace::read_head() {
  std::string_view line;
  while (head_.size() < kHeadLines && next_from_file(line)) {
    head_.push_back({std::string(line), lines_.line_number()});
  }
  if (head_.empty() && problems_.empty()) give_up(0, "empty file — give a trace with requests");
}

bool RequestTrace::choose_format(const std::vector<std::string>& head) {
  const std::string name =
      options_.format.empty() && !options_.lines.time.empty() ? "csv" : options_.format;
  is_guessed_ = name.empty();
  format_ = is_guessed_ ? guess_trace_format(head) : find_trace_format(name);
  if (format_ != nullptr) return check_options();
  if (is_guessed_) {
    give_up(head_.front().number,
            fmt::format("{} looks like no format known ({}) — name one, or describe the columns "
                        "with --time and others",
                        shown(head.front()), format_names()));
  } else {
    give_up(0, fmt::format("{} is no format ({})", in_quotes(name), format_names()));
  }
  return false;
}

bool RequestTrace::check_options() {
  const TraceLineOptions& lines = options_.lines;
  const bool any_column = !lines.time.empty() || !lines.object.empty() || !lines.bytes.empty() ||
                          !lines.op.empty() || !lines.tenant.empty() || !lines.read_word.empty() ||
                          lines.bytes_per_unit != 1;
  std::string wrong;
  if (format_->takes_columns && lines.time.empty()) wrong = "which column has times — give --time";
  if (!format_->takes_columns && any_column) {
    wrong = "its columns itself — leave the options for columns out, or name the format csv";
  }
  if (!wrong.empty()) {
    give_up(0, fmt::format("format {} {} {}", format_->name,
                           format_->takes_columns ? "needs to know" : "knows", wrong));
    return false;
  }
  if (lines.time_unit_ns != 0 && !format_->takes_time_unit) {
    give_up(0, fmt::format("format {} has a unit of time of its own — leave --time-unit out",
                           format_->name));
    return false;
  }
  return true;
}

bool RequestTrace::next_from_file(std::string_view& line) {
  if (lines_.next(line)) return true;
  if (!lines_.problem().empty() && !done_) give_up(lines_.problem_line(), lines_.problem());
  return false;
}

bool RequestTrace::next_line(std::string_view& line) {
  if (head_at_ < head_.size()) {
    line_ = head_[head_at_].number;
    line = head_[head_at_++].text;
    return true;
  }
  if (!next_from_file(line)) return false;
  line_ = lines_.line_number();
  return true;
}

std::size_t RequestTrace::read(std::span<models::TraceRecord> batch) {
  std::size_t count = 0;
  std::string_view line;
  while (count < batch.size() && !done_ && next_line(line)) {
    if (parse(line, batch[count])) ++count;
  }
  if (count < batch.size() && !any_ && problems_.empty()) {
    give_up(line_, bad_ == 0 ? "no requests after the header"
                             : "no requests but bad lines; the last: " + problem_);
  }
  return count;
}

bool RequestTrace::parse(std::string_view line, models::TraceRecord& record) {
  if (parser_->parse(line, record, problem_) && place(record)) return true;
  add_bad(line_);
  return false;
}

// Since the first request, and not before the last one.
bool RequestTrace::place(models::TraceRecord& record) {
  if (!any_) {
    any_ = true;
    first_ns_ = parser_->shape().span_ns > 0 ? 0 : record.time_ns;
  }
  const std::int64_t since = record.time_ns - first_ns_;
  if (since > kLatest) {
    problem_ = "time is more than 1e9 s after the first — check the unit of times";
    return false;
  }
  if (since < last_ns_ - kMostDisorder) {
    problem_ = fmt::format(
        "time goes back by {} s (more than the second that logs are out of order by) — sort the "
        "file by time; is the unit of all times the same?",
        shortest(static_cast<double>(last_ns_ - since) / 1e9));
    return false;
  }
  if (since < last_ns_) ++late_;
  last_ns_ = std::max(last_ns_, since);
  record.time_ns = last_ns_;
  return true;
}

void RequestTrace::add_bad(std::size_t line) {
  ++bad_;
  if (options_.skip_bad == 0) {
    problems_.add(line, [&] { return problem_; });
    done_ = bad_ == kMostProblems;
  } else if (bad_ > options_.skip_bad) {
    give_up(line, fmt::format("{}; with it {} are bad, more than --skip-bad allows", problem_,
                              counted(bad_, "line")));
  }
}

void RequestTrace::give_up(std::size_t line, const std::string& message) {
  problems_.add(line, [&] { return message; });
  done_ = true;
}

RequestTraceFile::RequestTraceFile(const std::string& path, const RequestTraceOptions& options) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    problem_ = problem_at(path, 0, "is no regular file, or is not there — check the path");
    return;
  }
  file_.open(path, std::ios::binary);
  if (!file_) {
    problem_ = problem_at(path, 0, "cannot be read (is it readable to you?)");
    return;
  }
  trace_ = std::make_unique<RequestTrace>(file_, path, options);
}

}  // namespace spindle::app
