#include <fmt/format.h>

#include "app/trace/fields.hpp"
#include "app/trace/formats/line_parser.hpp"
#include "app/trace/formats/scan.hpp"

namespace spindle::app {
namespace {

using models::TraceOp;
using models::TraceRecord;
using models::TraceShape;

constexpr std::string_view kMsrColumns =
    "time (100 ns since 1601), host, disk, Read or Write, offset (B), size (B), response time";
constexpr std::size_t kMsrFields = 6;  // the response time may be left out
// Windows counts from 1601: whole days to 1970, in units of 100 ns.
constexpr std::uint64_t kTicksTo1970 = std::uint64_t{134'774} * 86'400 * 10'000'000;
constexpr std::uint64_t kTickNs = 100;

class MsrParser : public LineParser {
 public:
  bool parse(std::string_view line, TraceRecord& record, std::string& problem) override {
    if (!split_at(line, ',', fields_)) {
      problem = "quote left open or followed by text — close it";
      return false;
    }
    if (too_few_fields(fields_, kMsrFields, kMsrColumns, problem)) return false;
    const auto ticks = whole_number(fields_.at[0]);
    if (!ticks) return no_whole("time", fields_.at[0], problem);
    const auto op = op_of(fields_.at[3]);
    if (!op) {
      problem = fmt::format("{} is neither Read nor Write", shown(fields_.at[3]));
      return false;
    }
    const auto offset = whole_number(fields_.at[4]);
    if (!offset) return no_whole("offset", fields_.at[4], problem);
    const auto size = whole_number(fields_.at[5]);
    if (!size) return no_whole("size", fields_.at[5], problem);
    // Times of records are nanoseconds since 1970, and two can be subtracted.
    constexpr std::uint64_t kMostTicks = std::uint64_t{1} << 55U;
    if (*ticks < kTicksTo1970 || *ticks - kTicksTo1970 > kMostTicks) {
      problem =
          fmt::format("time {} is before 1970 or after 2084: not in units of 100 ns since 1601",
                      shown(fields_.at[0]));
      return false;
    }
    record = {};
    record.time_ns = static_cast<std::int64_t>((*ticks - kTicksTo1970) * kTickNs);
    record.op = *op;
    record.tenant = pair_number(name_number(fields_.at[1]), name_number(fields_.at[2]));
    record.object = pair_number(record.tenant, *offset);
    record.bytes = *size;
    return true;
  }

  [[nodiscard]] TraceShape shape() const override {
    return {.has_object = true, .has_tenant = true, .has_bytes = true, .has_op = true};
  }

 private:
  LineFields fields_;
};

bool looks_like_msr(std::span<const std::string> head) {
  LineFields fields;
  const std::string& row = head[is_header(head.front()) && head.size() > 1 ? 1 : 0];
  return split_at(row, ',', fields) && fields.count >= kMsrFields && op_of(fields.at[3]) &&
         whole_number(fields.at[0]) && whole_number(fields.at[4]) && whole_number(fields.at[5]);
}

}  // namespace

TraceFormat msr_format() {
  return {"msr",
          kMsrColumns,
          "MSR Cambridge: block requests of volumes, as CSV",
          false,
          false,
          looks_like_msr,
          [](const TraceLineOptions&) -> std::unique_ptr<LineParser> {
            return std::make_unique<MsrParser>();
          }};
}

}  // namespace spindle::app
