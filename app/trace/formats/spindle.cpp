#include <fmt/format.h>

#include "app/text/wording.hpp"
#include "app/trace/fields.hpp"
#include "app/trace/formats/line_parser.hpp"
#include "app/trace/formats/scan.hpp"
#include "sim/time.hpp"

namespace spindle::app {
namespace {

using models::TraceRecord;
using models::TraceShape;

constexpr std::string_view kSpindleColumns = "time (s), operation, object, size (B), tenant";
constexpr std::string_view kBefore = "time of ";
constexpr std::string_view kAfter = " s,op,object,bytes,tenant";

// Of the header: how long the trace is.
std::optional<std::int64_t> span_of(std::string_view header) {
  if (!header.starts_with(kBefore) || !header.ends_with(kAfter)) return std::nullopt;
  header.remove_prefix(kBefore.size());
  if (header.size() <= kAfter.size()) return std::nullopt;
  header.remove_suffix(kAfter.size());
  const auto span = clock_ns(header, sim::kSecond);
  return span && *span > 0 ? span : std::nullopt;
}

class SpindleParser : public LineParser {
 public:
  std::optional<std::size_t> open(std::span<const std::string> head,
                                  std::string& problem) override {
    const auto span = span_of(head.front());
    if (!span) {
      problem = fmt::format(
          "{} is no header of `spindle trace synth` — give \"{}86400{}\", or name another format",
          shown(head.front()), kBefore, kAfter);
      return std::nullopt;
    }
    span_ns_ = *span;
    return 1;
  }

  bool parse(std::string_view line, TraceRecord& record, std::string& problem) override {
    constexpr std::size_t kSpindleFields = 5;
    if (!split_at(line, ',', fields_)) {
      problem = "quote left open or followed by text — close it";
      return false;
    }
    if (too_few_fields(fields_, kSpindleFields, kSpindleColumns, problem)) return false;
    const auto time = clock_ns(fields_.at[0], sim::kSecond);
    if (!time || *time < 0) return no_time(fields_.at[0], problem);
    const auto op = op_of(fields_.at[1]);
    if (!op) {
      problem = fmt::format("{} is no operation known — read or write", shown(fields_.at[1]));
      return false;
    }
    const auto size = whole_number(fields_.at[3]);
    if (!size) return no_whole("size", fields_.at[3], problem);
    record = {.time_ns = *time, .bytes = *size, .op = *op};
    record.tenant = name_number(fields_.at[4]);
    // Tenants number their objects from 0 each.
    record.object = pair_number(record.tenant, name_number(fields_.at[2]));
    return true;
  }

  [[nodiscard]] TraceShape shape() const override {
    return {.has_object = true,
            .has_tenant = true,
            .has_bytes = true,
            .has_op = true,
            .span_ns = span_ns_};
  }

 private:
  std::int64_t span_ns_ = 0;
  LineFields fields_;
};

bool looks_like_spindle(std::span<const std::string> head) {
  return span_of(head.front()).has_value();
}

}  // namespace

std::string spindle_trace_header(double span_s) {
  return fmt::format("{}{}{}", kBefore, shortest(span_s), kAfter);
}

TraceFormat spindle_format() {
  return {"spindle",
          kSpindleColumns,
          "what `spindle trace synth` writes: its header says how long it is",
          false,
          false,
          looks_like_spindle,
          [](const TraceLineOptions&) -> std::unique_ptr<LineParser> {
            return std::make_unique<SpindleParser>();
          }};
}

}  // namespace spindle::app
