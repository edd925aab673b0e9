#include "app/trace/table_reader.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

// More bytes than this in one row is a mistake, and would put sums at risk.
constexpr double kMostBytes = 1e24;

bool is_blank_line(std::string_view line) {
  return line.find_first_not_of(" \t") == std::string_view::npos;
}

// A column given as a position from 1.
std::optional<std::size_t> as_position(std::string_view column) {
  std::size_t position = 0;
  const auto [end, error] = std::from_chars(column.data(), column.data() + column.size(), position);
  const bool whole = error == std::errc{} && end == column.data() + column.size();
  return whole && position > 0 ? std::optional(position - 1) : std::nullopt;
}

std::string separator_name(char separator) {
  return separator == '\t' ? "tabs" : "commas";
}

char find_separator(const std::string& name, std::string_view first_line) {
  const std::string extension = std::filesystem::path(name).extension().string();
  if (extension == ".csv") return ',';
  if (extension == ".tsv" || extension == ".tab") return '\t';
  return first_line.find('\t') != std::string_view::npos ? '\t' : ',';
}

std::string list_of(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 20;
  std::string out;
  for (std::size_t i = 0; i < std::min(names.size(), kMost); ++i) {
    out += (i == 0 ? "" : ", ") + shown(names[i]);
  }
  return names.size() > kMost ? out + ", ..." : out;
}

}  // namespace

TableReader::TableReader(std::istream& input, const std::string& name, const TableOptions& options,
                         const TraceLimits& limits, ProblemLog& problems)
    : lines_(input, limits.line_bytes),
      name_(name),
      options_(options),
      limits_(limits),
      problems_(problems),
      columns_{options.time_column},
      points_(options.amount_columns.size()) {
  columns_.insert(columns_.end(), options.amount_columns.begin(), options.amount_columns.end());
}

std::vector<std::vector<models::DemandTrace::Point>> TableReader::read() {
  if (!find_columns()) return {};
  std::string_view line;
  std::size_t rows = any_row_ ? 1 : 0;  // a file without header gave its first row already
  while (next_line(line)) {
    if (++rows > limits_.rows) {
      problems_.add(this->line(), [&] {
        return "more than " + std::to_string(limits_.rows) +
               " rows (the trace would not fit in memory) — thin it out or cut it";
      });
      break;
    }
    read_row(line);
  }
  if (rows == 0 && problems_.empty()) {
    problems_.add(0,
                  [] { return std::string("no rows after the header — give a trace with data"); });
  }
  return std::move(points_);
}

// The next line that is not blank; false at the end, or after reporting why there are no more.
bool TableReader::next_line(std::string_view& line) {
  LineStatus status = LineStatus::kLine;
  do {
    status = lines_.next(line);
  } while (status == LineStatus::kLine && is_blank_line(line));
  if (status == LineStatus::kTooLong) {
    problems_.add(this->line(), [&] {
      return "line of more than " + std::to_string(limits_.line_bytes) +
             " bytes (not a table of text) — give CSV or TSV, one row a line";
    });
  } else if (status == LineStatus::kBinary) {
    problems_.add(this->line(), [] {
      return std::string(
          "zero byte (the file is binary) — give CSV or TSV text; decompress it "
          "first if it is compressed");
    });
  } else if (status == LineStatus::kReadError) {
    problems_.add(this->line(), [] {
      return std::string("reading failed (the system reports an error) — check the file");
    });
  }
  return status == LineStatus::kLine;
}

// Finds where the columns are; takes the first row of a file without header. False on problems.
bool TableReader::find_columns() {
  std::string_view line;
  if (!next_line(line)) {
    if (problems_.empty()) {
      problems_.add(0, [] { return std::string("empty file — give a trace with data"); });
    }
    return false;
  }
  separator_ = find_separator(name_, line);
  const bool headerless = std::all_of(columns_.begin(), columns_.end(), [](const std::string& c) {
    return as_position(c).has_value();
  });
  if (headerless) {
    for (const std::string& column : columns_) positions_.push_back(*as_position(column));
    any_row_ = true;
    read_row(line);
    return true;
  }
  std::vector<std::string> header;
  if (!split_fields(line, separator_, header)) {
    problems_.add(this->line(), [] {
      return std::string(
          "quote left open or followed by text in the header — close it, and "
          "double quotes inside");
    });
    return false;
  }
  for (const std::string& column : columns_) resolve(column, header);
  return problems_.empty();
}

void TableReader::resolve(const std::string& column, const std::vector<std::string>& header) {
  const auto found = std::find(header.begin(), header.end(), column);
  if (found == header.end()) {
    const std::optional<std::size_t> position = as_position(column);
    if (position && *position < header.size()) {
      positions_.push_back(*position);
      return;
    }
    problems_.add(line(), [&] {
      const std::string near = nearest(column, header);
      return "no column " + shown(column) + " (there are " + list_of(header) + ", separated by " +
             separator_name(separator_) + ") — " +
             (near.empty() ? "name one of these" : "did you mean " + shown(near) + "?");
    });
    return;
  }
  if (std::find(found + 1, header.end(), column) != header.end()) {
    problems_.add(line(), [&] {
      return "column " + shown(column) + " is there twice — give its number, from 1";
    });
    return;
  }
  positions_.push_back(static_cast<std::size_t>(found - header.begin()));
}

void TableReader::read_row(std::string_view line) {
  if (!split_fields(line, separator_, fields_)) {
    problems_.add(this->line(), [] {
      return std::string(
          "quote left open or followed by text — close it, and double quotes inside");
    });
    return;
  }
  const std::size_t last = *std::max_element(positions_.begin(), positions_.end());
  if (last >= fields_.size()) {
    problems_.add(this->line(), [&] {
      return "too few fields (" + std::to_string(fields_.size()) + " separated by " +
             separator_name(separator_) + ", column " + std::to_string(last + 1) +
             " is asked for) — complete the line or name another column";
    });
    return;
  }
  const std::optional<sim::Duration> time = row_time(fields_[positions_[0]]);
  bool complete = time.has_value();
  amounts_.clear();
  for (std::size_t i = 1; i < positions_.size(); ++i) {
    const std::optional<double> amount = row_amount(fields_[positions_[i]], columns_[i]);
    complete = complete && amount.has_value();
    amounts_.push_back(amount.value_or(0));
  }
  if (!complete || !problems_.empty()) return;  // no use for points any more
  for (std::size_t i = 0; i < amounts_.size(); ++i) points_[i].push_back({*time, amounts_[i]});
}

std::optional<sim::Duration> TableReader::row_time(const std::string& text) {
  const std::optional<TraceTime> time = parse_time(text);
  if (!time || (has_zero_ && time->is_timestamp != zero_.is_timestamp)) {
    problems_.add(line(), [&] {
      const bool first = !has_zero_;
      return shown(text) + " in column " + shown(columns_[0]) +
             (time ? " is not in the format of the rows before it" : " is not a time") +
             " — give 'YYYY-MM-DD HH:MM:SS' without zone, or seconds" +
             (first ? "; where this is a header, give columns by name" : "");
    });
    return std::nullopt;
  }
  if (!has_zero_) {
    has_zero_ = true;
    zero_ = options_.zero_is_first_row || time->is_timestamp ? *time : TraceTime{};
  }
  // Differences beyond 200 years do not fit; checked in seconds before conversion to nanoseconds.
  const std::int64_t seconds = time->seconds - zero_.seconds;
  const std::int64_t latest = (models::kLongestRun - options_.interval).ns() / 1'000'000'000;
  const bool fits = seconds < latest;
  const std::int64_t nanoseconds = time->nanoseconds - zero_.nanoseconds;
  const auto since_zero = fits && seconds >= -1
                              ? sim::Duration::nanoseconds(seconds * 1'000'000'000 + nanoseconds)
                              : sim::Duration::nanoseconds(-1);
  if (!fits || since_zero < last_) {
    problems_.add(line(), [&] {
      const bool before_zero = since_zero.ns() < 0 && last_.ns() == 0;
      const std::string why = !fits ? " (and its interval) ends 200 years or more after time zero"
                              : before_zero ? " is before time zero"
                                            : " is before the row above";
      return "time " + shown(text) + why + " — sort the file by time, from 0 on";
    });
    return std::nullopt;
  }
  last_ = since_zero;
  return since_zero;
}

std::optional<double> TableReader::row_amount(const std::string& text, const std::string& column) {
  std::string_view problem;
  const std::optional<double> value = parse_number(text, problem);
  if (value && *value < 0) {
    problem = "is negative";
  } else if (value && *value * options_.bytes_per_unit > kMostBytes) {
    problem = "is out of range (more than 1e24 bytes in one row)";
  } else if (value) {
    return *value * options_.bytes_per_unit + 0.0;  // + 0.0 makes -0 a 0
  }
  problems_.add(line(), [&] {
    return shown(text) + " in column " + shown(column) + " " + std::string(problem) +
           " — give a finite number >= 0";
  });
  return std::nullopt;
}

}  // namespace spindle::app
