#include <fmt/format.h>

#include <algorithm>

#include "app/text/wording.hpp"
#include "app/trace/fields.hpp"
#include "app/trace/formats/line_parser.hpp"
#include "app/trace/formats/scan.hpp"
#include "sim/time.hpp"

namespace spindle::app {
namespace {

using models::TraceOp;
using models::TraceRecord;
using models::TraceShape;

constexpr std::string_view kCsvColumns = "as --time, --object, --bytes, --op and --tenant say";
constexpr std::size_t kAbsent = LineFields::kMost;

class CsvParser : public LineParser {
 public:
  explicit CsvParser(const TraceLineOptions& options)
      : options_(options),
        unit_ns_(options.time_unit_ns > 0 ? options.time_unit_ns : sim::kSecond),
        columns_{{{"--time", &options_.time, kAbsent},
                  {"--object", &options_.object, kAbsent},
                  {"--bytes", &options_.bytes, kAbsent},
                  {"--op", &options_.op, kAbsent},
                  {"--tenant", &options_.tenant, kAbsent}}} {}

  std::optional<std::size_t> open(std::span<const std::string> head,
                                  std::string& problem) override {
    const std::string& first = head.front();
    separator_ = first.find('\t') != std::string::npos  ? '\t'
                 : first.find(',') != std::string::npos ? ','
                 : first.find(';') != std::string::npos ? ';'
                                                        : ' ';
    if (!split(first, problem)) return std::nullopt;
    const std::vector<std::string> names(fields_.at.begin(),
                                         fields_.at.begin() + static_cast<long>(fields_.count));
    // Where all columns are numbers, a first row of numbers is none of names.
    const bool has_names =
        is_header(first) || std::any_of(columns_.begin(), columns_.end(), [](const Column& column) {
          return !column.name->empty() && !whole_number(*column.name);
        });
    for (Column& column : columns_) {
      if (!column.name->empty() && !find(column, names, has_names, problem)) return std::nullopt;
    }
    return has_names ? 1 : 0;
  }

  bool parse(std::string_view line, TraceRecord& record, std::string& problem) override {
    if (!split(line, problem)) return false;
    if (fields_.count < needed_) {
      problem = fmt::format("{} of {} fields — complete the line (is the file cut short?)",
                            fields_.count, needed_);
      return false;
    }
    record = {};
    const auto time = clock_ns(field(kTime), unit_ns_);
    if (!time) return no_time(field(kTime), problem);
    record.time_ns = *time;
    if (has(kObject)) record.object = name_number(field(kObject));
    if (has(kTenant)) record.tenant = name_number(field(kTenant));
    return (!has(kBytes) || parse_bytes(record, problem)) &&
           (!has(kOp) || parse_op(record, problem));
  }

  [[nodiscard]] TraceShape shape() const override {
    return {.has_object = has(kObject),
            .has_tenant = has(kTenant),
            .has_bytes = has(kBytes),
            .has_op = has(kOp)};
  }

 private:
  enum : std::size_t { kTime, kObject, kBytes, kOp, kTenant };
  struct Column {
    std::string_view option;
    const std::string* name;
    std::size_t position;
  };

  bool split(std::string_view line, std::string& problem) {
    if (separator_ == ' ') {
      split_at_blanks(line, fields_);
      return true;
    }
    if (split_at(line, separator_, fields_)) return true;
    problem = "quote left open or followed by text — close it";
    return false;
  }

  bool find(Column& column, const std::vector<std::string>& names, bool has_names,
            std::string& problem) {
    const auto found = std::find(names.begin(), names.end(), *column.name);
    const auto number = whole_number(*column.name);
    if (has_names && found != names.end()) {
      column.position = static_cast<std::size_t>(found - names.begin());
    } else if (number && *number > 0 && *number <= LineFields::kMost) {
      column.position = *number - 1;
    } else {
      const std::string near = nearest(*column.name, names);
      problem = fmt::format(
          "{}: no column {} (there are {}){}", column.option, shown(*column.name), listed(names),
          near.empty() ? fmt::format(" — name one of these, or give a number from "
                                     "1 to {}",
                                     LineFields::kMost)
                       : " — did you mean " + near + "?");
      return false;
    }
    needed_ = std::max(needed_, column.position + 1);
    return true;
  }

  [[nodiscard]] bool has(std::size_t column) const { return !columns_[column].name->empty(); }
  [[nodiscard]] std::string_view field(std::size_t column) const {
    return fields_.at[columns_[column].position];
  }

  bool parse_bytes(TraceRecord& record, std::string& problem) {
    const auto units = whole_number(field(kBytes));
    if (!units) return no_whole("size", field(kBytes), problem);
    constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 60U;
    if (*units > kMostBytes / options_.bytes_per_unit) {
      problem =
          fmt::format("size {} is more than 2^60 bytes — check --bytes-unit", shown(field(kBytes)));
      return false;
    }
    record.bytes = *units * options_.bytes_per_unit;
    return true;
  }

  bool parse_op(TraceRecord& record, std::string& problem) {
    const std::string_view word = field(kOp);
    if (!options_.read_word.empty()) {
      record.op = word == options_.read_word ? TraceOp::kRead : TraceOp::kWrite;
      return true;
    }
    const auto op = op_of(word);
    if (!op) {
      problem = fmt::format("{} is no operation known — say with --read-is what means a read",
                            shown(word));
      return false;
    }
    record.op = *op;
    return true;
  }

  TraceLineOptions options_;
  std::int64_t unit_ns_;
  std::array<Column, 5> columns_;
  std::size_t needed_ = 0;
  char separator_ = ',';
  LineFields fields_;
};

// Nobody but the user knows its columns.
bool looks_like_nothing(std::span<const std::string>) {
  return false;
}

}  // namespace

TraceFormat csv_format() {
  return {"csv",
          kCsvColumns,
          "any table, separated by commas, semicolons, tabs or blanks",
          true,
          true,
          looks_like_nothing,
          [](const TraceLineOptions& options) -> std::unique_ptr<LineParser> {
            return std::make_unique<CsvParser>(options);
          }};
}

}  // namespace spindle::app
