#include "app/drive/block_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>

#include "app/text/wording.hpp"
#include "app/trace/fields.hpp"
#include "app/trace/packed_lines.hpp"
#include "app/trace/problem_log.hpp"

namespace spindle::app {
namespace {

constexpr std::size_t kMostRows = 20'000'000;  // 48 bytes each
constexpr std::size_t kMostProblems = 20;

template <class Number>
std::optional<Number> whole(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool split(std::string_view line, char separator, std::vector<std::string>& fields) {
  if (separator != ' ') return split_fields(line, separator, fields);
  fields.clear();
  std::size_t at = 0;
  while ((at = line.find_first_not_of(" \t", at)) != std::string_view::npos) {
    const std::size_t end = std::min(line.find_first_of(" \t", at), line.size());
    fields.emplace_back(line.substr(at, end - at));
    at = end;
  }
  return true;
}

class Reader {
 public:
  Reader(std::istream& file, const BlockTraceOptions& options, ProblemLog& problems)
      : lines_(file), options_(options), problems_(problems) {
    for (const std::string* column :
         {&options.block, &options.count, &options.time, &options.kind, &options.response}) {
      columns_.push_back({*column, 0});
    }
  }

  BlockTrace read() {
    std::string_view line;
    if (!next(line)) {
      if (problems_.empty()) add("empty file — give a trace with data");
      return {};
    }
    if (!find_columns(line)) return {};
    if (!has_header_) read_row(line);
    while (next(line)) {
      if (++rows_ > kMostRows) {
        add(fmt::format("more than {} rows — cut the trace", grouped(kMostRows)));
        break;
      }
      read_row(line);
    }
    if (trace_.requests.empty() && problems_.empty()) add("no rows after the header");
    return std::move(trace_);
  }

 private:
  struct Column {
    std::string name;
    std::size_t position;
  };
  enum : std::size_t { kBlock, kCount, kTime, kKind, kResponse };

  void add(const std::string& message) {
    problems_.add(lines_.line_number(), [&] { return message; });
  }

  bool next(std::string_view& line) {
    if (lines_.next(line)) return true;
    if (!lines_.problem().empty()) {
      problems_.add(lines_.problem_line(), [&] { return lines_.problem(); });
    }
    return false;
  }

  bool find_columns(std::string_view line) {
    separator_ = line.find('\t') != std::string_view::npos  ? '\t'
                 : line.find(',') != std::string_view::npos ? ','
                                                            : ' ';
    has_header_ = std::any_of(columns_.begin(), columns_.end(), [](const Column& column) {
      return !column.name.empty() && !whole<std::size_t>(column.name);
    });
    std::vector<std::string> header;
    if (has_header_) split(line, separator_, header);
    for (Column& column : columns_) {
      if (column.name.empty()) continue;
      const auto found = std::find(header.begin(), header.end(), column.name);
      if (found != header.end()) {
        column.position = static_cast<std::size_t>(found - header.begin());
      } else if (const auto position = whole<std::size_t>(column.name); position && *position > 0) {
        column.position = *position - 1;
      } else {
        const std::string near = nearest(column.name, header);
        add(fmt::format("no column {} (there are {}){}", shown(column.name), listed(header),
                        near.empty() ? " — name one of these, or give numbers from 1"
                                     : " — did you mean " + near + "?"));
      }
    }
    return problems_.empty();
  }

  // The field of a column, empty where the column is not named; the row is complete.
  [[nodiscard]] std::string_view field(std::size_t column) const {
    if (columns_[column].name.empty()) return {};
    return fields_[columns_[column].position];
  }

  void read_row(std::string_view line) {
    if (!split(line, separator_, fields_)) {
      add("quote left open or followed by text — close it");
      return;
    }
    for (const Column& column : columns_) {
      if (column.name.empty() || column.position < fields_.size()) continue;
      add(fmt::format(
          "too few fields ({}, column {} is asked for) — complete the line (is the file "
          "cut short?)",
          fields_.size(), column.position + 1));
      return;
    }
    models::DriveRequest request;
    const bool placed = read_blocks(request);
    const bool timed = read_time(request);
    request.is_write = !columns_[kKind].name.empty() && !is_read(field(kKind));
    double response = 0;
    const bool measured = read_response(response);
    if (!placed || !timed || !measured || !problems_.empty()) return;
    trace_.requests.push_back(request);
    if (!columns_[kResponse].name.empty()) trace_.responses_s.push_back(response);
  }

  bool read_blocks(models::DriveRequest& request) {
    const auto block = whole<std::uint64_t>(field(kBlock));
    const auto count = whole<std::uint64_t>(field(kCount));
    if (!block) add(fmt::format("block {} is no whole number", shown(field(kBlock))));
    if (!count || *count == 0) {
      add(fmt::format("count {} is no whole number above 0", shown(field(kCount))));
    }
    if (!block || !count || *count == 0) return false;
    const std::uint64_t blocks = options_.drive_sectors / options_.block_sectors;
    if (*count > blocks || *block > blocks - *count) {
      add(
          fmt::format("block {} and {} from there on lie past the drive's end (it has {} blocks) — "
                      "name a larger drive, or the size of a block with --block",
                      *block, counted(*count, "block"), grouped(blocks)));
      return false;
    }
    request.sector = *block * options_.block_sectors;
    request.sectors = *count * options_.block_sectors;
    const std::uint64_t last = request.sector + request.sectors - 1;
    if (request.sector / options_.arm_sectors == last / options_.arm_sectors) return true;
    add(fmt::format(
        "block {} and {} from there on need both arms (the first has blocks below {}) — "
        "split the request",
        *block, counted(*count, "block"), grouped(options_.arm_sectors / options_.block_sectors)));
    return false;
  }

  // In the unit of the trace, since the first row: whole numbers stay exact.
  bool read_time(models::DriveRequest& request) {
    if (columns_[kTime].name.empty()) return true;
    const std::string_view text = field(kTime);
    std::string_view problem;
    const auto exact = whole<std::int64_t>(text);
    const auto number =
        exact ? std::optional(static_cast<double>(*exact)) : parse_number(text, problem);
    if (!number) {
      add(fmt::format("time {} {} — give a number", shown(text), problem));
      return false;
    }
    if (!has_first_) {
      has_first_ = true;
      first_exact_ = exact;
      first_ = *number;
    }
    const double since =
        exact && first_exact_ ? static_cast<double>(*exact - *first_exact_) : *number - first_;
    const double seconds = since * options_.time_unit_s;
    constexpr double kLongest = 1e9;  // seconds; nanoseconds of it fit in 64 bits
    if (!(seconds <= kLongest)) {
      add(fmt::format("time {} is more than 1e9 s after the first — check the unit", shown(text)));
      return false;
    }
    if (seconds < last_s_) {
      add(
          fmt::format("time {} goes back (the row above is {} s after the first, this one {} s) — "
                      "sort the file by time",
                      shown(text), shortest(last_s_), shortest(seconds)));
      return false;
    }
    last_s_ = seconds;
    request.arrival = sim::Instant{} + sim::Duration::seconds(seconds);
    return true;
  }

  bool read_response(double& seconds) {
    if (columns_[kResponse].name.empty()) return true;
    std::string_view problem;
    const auto number = parse_number(field(kResponse), problem);
    if (number && *number >= 0) {
      seconds = *number * options_.time_unit_s;
      return true;
    }
    add(fmt::format("response {} {} — give a number from 0 on", shown(field(kResponse)),
                    number ? "is negative" : problem));
    return false;
  }

  bool is_read(std::string_view word) {
    if (!options_.read_word.empty()) return word == options_.read_word;
    for (const std::string_view read : {"r", "R", "read", "Read", "READ"}) {
      if (word == read) return true;
    }
    for (const std::string_view write : {"w", "W", "write", "Write", "WRITE"}) {
      if (word == write) return false;
    }
    add(fmt::format("{} is neither read nor write — say with --read-is what means a read",
                    shown(word)));
    return true;
  }

  PackedLines lines_;
  const BlockTraceOptions& options_;
  ProblemLog& problems_;
  std::vector<Column> columns_;
  std::vector<std::string> fields_;
  char separator_ = ',';
  bool has_header_ = false;
  std::size_t rows_ = 0;
  bool has_first_ = false;
  std::optional<std::int64_t> first_exact_;
  double first_ = 0;
  double last_s_ = 0;
  BlockTrace trace_;
};

}  // namespace

std::string parse_columns(std::string_view text, BlockTraceOptions& options) {
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view part = text.substr(0, comma);
    text = comma == text.size() ? std::string_view{} : text.substr(comma + 1);
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string_view key = part.substr(0, equals);
    std::string* column = key == "time"       ? &options.time
                          : key == "kind"     ? &options.kind
                          : key == "block"    ? &options.block
                          : key == "count"    ? &options.count
                          : key == "response" ? &options.response
                                              : nullptr;
    if (column == nullptr || equals + 1 >= part.size()) {
      return fmt::format(
          "{} is no column (time, kind, block, count or response) — write "
          "\"time=1,kind=2,block=3,count=4\"",
          in_quotes(part));
    }
    *column = part.substr(equals + 1);
  }
  if (options.block.empty() || options.count.empty()) {
    return "block and count are needed — write \"block=1,count=2\"";
  }
  return {};
}

BlockTrace read_block_trace(const std::filesystem::path& file, const BlockTraceOptions& options) {
  ProblemLog log(file.string(), kMostProblems);
  BlockTrace trace;
  std::error_code error;
  std::ifstream input(file, std::ios::binary);
  if (!std::filesystem::is_regular_file(file, error)) {
    log.add(0, [] { return std::string("is no regular file, or is not there — check the path"); });
  } else if (!input) {
    log.add(0, [] { return std::string("cannot be read (is it readable to you?)"); });
  } else {
    trace = Reader(input, options, log).read();
  }
  trace.problems = log.take();
  return trace;
}

}  // namespace spindle::app
