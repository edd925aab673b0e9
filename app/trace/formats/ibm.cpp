#include <fmt/format.h>

#include "app/trace/fields.hpp"
#include "app/trace/formats/line_parser.hpp"
#include "app/trace/formats/scan.hpp"
#include "sim/time.hpp"

namespace spindle::app {
namespace {

using models::TraceOp;
using models::TraceRecord;
using models::TraceShape;

constexpr std::string_view kIbmColumns =
    "time (ms), operation, object, size, first byte, last byte";

// REST.GET.OBJECT and its like: the word in the middle.
std::optional<TraceOp> rest_op(std::string_view word) {
  if (!word.starts_with("REST.")) return std::nullopt;
  word.remove_prefix(5);
  return op_of(word.substr(0, word.find('.')));
}

class IbmParser : public LineParser {
 public:
  explicit IbmParser(const TraceLineOptions& options)
      : unit_ns_(options.time_unit_ns > 0 ? options.time_unit_ns : sim::kMillisecond) {}

  bool parse(std::string_view line, TraceRecord& record, std::string& problem) override {
    split_at_blanks(line, fields_);
    if (too_few_fields(fields_, 3, kIbmColumns, problem)) return false;
    const auto time = clock_ns(fields_.at[0], unit_ns_);
    if (!time) return no_time(fields_.at[0], problem);
    const auto op = rest_op(fields_.at[1]);
    if (!op) {
      problem = fmt::format("{} is no operation such as REST.GET.OBJECT", shown(fields_.at[1]));
      return false;
    }
    record = {};
    record.time_ns = *time;
    record.op = *op;
    record.object = name_number(fields_.at[2]);
    // Deletes and look-ups move no data; what failed has no size.
    if (record.op == TraceOp::kOther) return true;
    if (fields_.count == 3) {
      record.op = TraceOp::kOther;
      return true;
    }
    return parse_size(record, problem);
  }

  [[nodiscard]] TraceShape shape() const override {
    return {.has_object = true, .has_bytes = true, .has_op = true};
  }

 private:
  bool parse_size(TraceRecord& record, std::string& problem) {
    const auto size = whole_number(fields_.at[3]);
    if (!size) return no_whole("size", fields_.at[3], problem);
    record.bytes = *size;
    // The range of an empty object is 0 to 0 or 0 to -1: its size says it.
    if (fields_.count < 6 || *size == 0) return true;
    const auto first = whole_number(fields_.at[4]);
    const auto last = whole_number(fields_.at[5]);
    if (!first) return no_whole("first byte", fields_.at[4], problem);
    if (!last) return no_whole("last byte", fields_.at[5], problem);
    if (*last < *first || *last - *first >= *size) {
      problem = fmt::format("bytes {} to {} are not within the object's {}", *first, *last, *size);
      return false;
    }
    record.bytes = *last - *first + 1;
    return true;
  }

  std::int64_t unit_ns_;
  LineFields fields_;
};

bool looks_like_ibm(std::span<const std::string> head) {
  LineFields fields;
  split_at_blanks(head.front(), fields);
  return fields.count >= 3 && fields.at[1].starts_with("REST.");
}

}  // namespace

TraceFormat ibm_format() {
  return {"ibm",
          kIbmColumns,
          "IBM object-store traces: one request of an object a line",
          true,
          false,
          looks_like_ibm,
          [](const TraceLineOptions& options) -> std::unique_ptr<LineParser> {
            return std::make_unique<IbmParser>(options);
          }};
}

}  // namespace spindle::app
