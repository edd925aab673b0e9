#include <fmt/format.h>

#include <charconv>

#include "app/trace/fields.hpp"
#include "app/trace/formats/line_parser.hpp"
#include "app/trace/formats/scan.hpp"
#include "sim/time.hpp"

namespace spindle::app {
namespace {

using models::TraceOp;
using models::TraceRecord;
using models::TraceShape;

constexpr std::string_view kDisksimColumns =
    "time, device, block (512 B), blocks, flags (hex; 1: read)";
constexpr std::size_t kDisksimFields = 5;
constexpr std::uint64_t kBlock = 512;

bool has_point(std::string_view text) {
  return text.find('.') != std::string_view::npos;
}

std::optional<std::uint64_t> flags_of(std::string_view text) {
  std::uint64_t flags = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), flags, 16);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return flags;
}

class DisksimParser : public LineParser {
 public:
  explicit DisksimParser(const TraceLineOptions& options) : unit_ns_(options.time_unit_ns) {}

  std::optional<std::size_t> open(std::span<const std::string> head, std::string&) override {
    split_at_blanks(head.front(), fields_);
    // DiskSim writes milliseconds with a point, MQSim whole nanoseconds.
    is_decimal_ = fields_.count > 0 && has_point(fields_.at[0]);
    is_guessed_ = unit_ns_ == 0;
    if (is_guessed_) unit_ns_ = is_decimal_ ? sim::kMillisecond : 1;
    return 0;
  }

  bool parse(std::string_view line, TraceRecord& record, std::string& problem) override {
    split_at_blanks(line, fields_);
    if (too_few_fields(fields_, kDisksimFields, kDisksimColumns, problem)) return false;
    const auto time = clock_ns(fields_.at[0], unit_ns_);
    if (!time) return no_time(fields_.at[0], problem);
    if (is_guessed_ && has_point(fields_.at[0]) != is_decimal_) {
      problem = fmt::format(
          "time {} is in another unit than the first line's (with a point milliseconds, without "
          "nanoseconds) — say with --time-unit which is right",
          shown(fields_.at[0]));
      return false;
    }
    const auto device = whole_number(fields_.at[1]);
    if (!device) return no_whole("device", fields_.at[1], problem);
    const auto block = whole_number(fields_.at[2]);
    if (!block) return no_whole("block", fields_.at[2], problem);
    const auto blocks = whole_number(fields_.at[3]);
    constexpr std::uint64_t kMostBlocks = std::uint64_t{1} << 50U;
    if (!blocks || *blocks > kMostBlocks)
      return no_whole("count of blocks", fields_.at[3], problem);
    const auto flags = flags_of(fields_.at[4]);
    if (!flags) {
      problem = fmt::format("flags {} are no hexadecimal number", shown(fields_.at[4]));
      return false;
    }
    record = {};
    record.time_ns = *time;
    record.op = (*flags & 1U) != 0 ? TraceOp::kRead : TraceOp::kWrite;
    record.tenant = *device;
    record.object = pair_number(*device, *block);
    record.bytes = *blocks * kBlock;
    return true;
  }

  [[nodiscard]] TraceShape shape() const override {
    return {.has_object = true, .has_tenant = true, .has_bytes = true, .has_op = true};
  }

 private:
  std::int64_t unit_ns_;
  bool is_decimal_ = false;
  bool is_guessed_ = false;
  LineFields fields_;
};

bool looks_like_disksim(std::span<const std::string> head) {
  LineFields fields;
  split_at_blanks(head.front(), fields);
  return fields.count == kDisksimFields && clock_ns(fields.at[0], 1) &&
         whole_number(fields.at[1]) && whole_number(fields.at[2]) && whole_number(fields.at[3]) &&
         flags_of(fields.at[4]);
}

}  // namespace

TraceFormat disksim_format() {
  return {"disksim",
          kDisksimColumns,
          "DiskSim and MQSim: block requests; times with a point are ms, without ns",
          true,
          false,
          looks_like_disksim,
          [](const TraceLineOptions& options) -> std::unique_ptr<LineParser> {
            return std::make_unique<DisksimParser>(options);
          }};
}

}  // namespace spindle::app
