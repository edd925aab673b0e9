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

constexpr std::string_view kSpcColumns = "unit (ASU), block (512 B), size (B), r or w, time (s)";
constexpr std::size_t kSpcFields = 5;

class SpcParser : public LineParser {
 public:
  explicit SpcParser(const TraceLineOptions& options)
      : unit_ns_(options.time_unit_ns > 0 ? options.time_unit_ns : sim::kSecond) {}

  bool parse(std::string_view line, TraceRecord& record, std::string& problem) override {
    if (!split_at(line, ',', fields_)) {
      problem = "quote left open or followed by text — close it";
      return false;
    }
    if (too_few_fields(fields_, kSpcFields, kSpcColumns, problem)) return false;
    const auto unit = whole_number(fields_.at[0]);
    if (!unit) return no_whole("unit", fields_.at[0], problem);
    const auto block = whole_number(fields_.at[1]);
    if (!block) return no_whole("block", fields_.at[1], problem);
    const auto size = whole_number(fields_.at[2]);
    if (!size) return no_whole("size", fields_.at[2], problem);
    const auto op = op_of(fields_.at[3]);
    if (!op) {
      problem = fmt::format("{} is neither r nor w", shown(fields_.at[3]));
      return false;
    }
    const auto time = clock_ns(fields_.at[4], unit_ns_);
    if (!time) return no_time(fields_.at[4], problem);
    record = {};
    record.time_ns = *time;
    record.op = *op;
    record.tenant = *unit;
    record.object = pair_number(*unit, *block);
    record.bytes = *size;
    return true;
  }

  [[nodiscard]] TraceShape shape() const override {
    return {.has_object = true, .has_tenant = true, .has_bytes = true, .has_op = true};
  }

 private:
  std::int64_t unit_ns_;
  LineFields fields_;
};

bool looks_like_spc(std::span<const std::string> head) {
  LineFields fields;
  const std::string& row = head[is_header(head.front()) && head.size() > 1 ? 1 : 0];
  return split_at(row, ',', fields) && fields.count >= kSpcFields && op_of(fields.at[3]) &&
         whole_number(fields.at[0]) && whole_number(fields.at[1]) &&
         clock_ns(fields.at[4], sim::kSecond);
}

}  // namespace

TraceFormat spc_format() {
  return {"spc",
          kSpcColumns,
          "SPC and UMass: block requests of application storage units, as CSV",
          true,
          false,
          looks_like_spc,
          [](const TraceLineOptions& options) -> std::unique_ptr<LineParser> {
            return std::make_unique<SpcParser>(options);
          }};
}

}  // namespace spindle::app
