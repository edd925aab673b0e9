#include "app/trace/formats/line_parser.hpp"
#include "app/trace/formats/scan.hpp"
#include "sim/time.hpp"

namespace spindle::app {
namespace {

using models::TraceRecord;
using models::TraceShape;

constexpr std::string_view kLibCacheSimColumns = "time (s), object, size (B), operation";
constexpr std::size_t kLibCacheSimFields = 3;
constexpr std::size_t kOp = 3;

class LibCacheSimParser : public LineParser {
 public:
  explicit LibCacheSimParser(const TraceLineOptions& options)
      : unit_ns_(options.time_unit_ns > 0 ? options.time_unit_ns : sim::kSecond) {}

  std::optional<std::size_t> open(std::span<const std::string> head,
                                  std::string& problem) override {
    const auto header = LineParser::open(head, problem);
    const std::string& row = head[std::min(*header, head.size() - 1)];
    // The fourth column may be anything: it counts as the operation where it is one.
    has_op_ = split_at(row, ',', fields_) && fields_.count > kOp && op_of(fields_.at[kOp]);
    return header;
  }

  bool parse(std::string_view line, TraceRecord& record, std::string& problem) override {
    if (!split_at(line, ',', fields_)) {
      problem = "quote left open or followed by text — close it";
      return false;
    }
    if (too_few_fields(fields_, has_op_ ? kOp + 1 : kLibCacheSimFields, kLibCacheSimColumns,
                       problem))
      return false;
    const auto time = clock_ns(fields_.at[0], unit_ns_);
    if (!time) return no_time(fields_.at[0], problem);
    const auto size = whole_number(fields_.at[2]);
    if (!size) return no_whole("size", fields_.at[2], problem);
    record = {};
    record.time_ns = *time;
    const auto number = whole_number(fields_.at[1]);
    record.object = number ? models::scattered(*number) : name_number(fields_.at[1]);
    record.bytes = *size;
    // Memcached's other commands (incr, touch, …) are no reads or writes of whole objects.
    if (has_op_) record.op = op_of(fields_.at[kOp]).value_or(models::TraceOp::kOther);
    return true;
  }

  [[nodiscard]] TraceShape shape() const override {
    return {.has_object = true, .has_bytes = true, .has_op = has_op_};
  }

 private:
  std::int64_t unit_ns_;
  bool has_op_ = false;
  LineFields fields_;
};

bool looks_like_libcachesim(std::span<const std::string> head) {
  LineFields fields;
  std::size_t row = 0;
  if (is_header(head.front())) {
    // Other tables begin with a time and two numbers too: the names decide.
    if (!split_at(head.front(), ',', fields) || fields.count < kLibCacheSimFields ||
        head.size() == 1) {
      return false;
    }
    const std::string_view name = fields.at[1];
    if (!name.starts_with("obj") && name != "id" && name != "key") return false;
    row = 1;
  }
  return split_at(head[row], ',', fields) && fields.count >= kLibCacheSimFields &&
         clock_ns(fields.at[0], sim::kSecond) && whole_number(fields.at[2]);
}

}  // namespace

TraceFormat libcachesim_format() {
  return {"libcachesim",
          kLibCacheSimColumns,
          "libCacheSim: requests of a cache, as CSV",
          true,
          false,
          looks_like_libcachesim,
          [](const TraceLineOptions& options) -> std::unique_ptr<LineParser> {
            return std::make_unique<LibCacheSimParser>(options);
          }};
}

}  // namespace spindle::app
