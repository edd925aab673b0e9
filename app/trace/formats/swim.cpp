#include "app/trace/formats/line_parser.hpp"
#include "app/trace/formats/scan.hpp"
#include "sim/time.hpp"

namespace spindle::app {
namespace {

using models::TraceRecord;
using models::TraceShape;

constexpr std::string_view kSwimColumns =
    "job, submitted (s), gap (s), read (B), shuffled (B), written (B), input path";
constexpr std::size_t kSwimFields = 6;
constexpr std::size_t kPath = 6;

// A job is one request: it reads its input.
class SwimParser : public LineParser {
 public:
  explicit SwimParser(const TraceLineOptions& options)
      : unit_ns_(options.time_unit_ns > 0 ? options.time_unit_ns : sim::kSecond) {}

  std::optional<std::size_t> open(std::span<const std::string> head, std::string&) override {
    has_path_ = split_at(head.front(), '\t', fields_) && fields_.count > kPath &&
                !fields_.at[kPath].empty();
    return 0;
  }

  bool parse(std::string_view line, TraceRecord& record, std::string& problem) override {
    if (!split_at(line, '\t', fields_)) {
      problem = "quote left open or followed by text — close it";
      return false;
    }
    if (too_few_fields(fields_, has_path_ ? kPath + 1 : kSwimFields, kSwimColumns, problem))
      return false;
    const auto time = clock_ns(fields_.at[1], unit_ns_);
    if (!time) return no_time(fields_.at[1], problem);
    const auto bytes = whole_number(fields_.at[3]);
    if (!bytes) return no_whole("bytes read", fields_.at[3], problem);
    record = {};
    record.time_ns = *time;
    record.bytes = *bytes;
    if (has_path_) record.object = name_number(fields_.at[kPath]);
    return true;
  }

  [[nodiscard]] TraceShape shape() const override {
    return {.has_object = has_path_, .has_bytes = true};
  }

 private:
  std::int64_t unit_ns_;
  bool has_path_ = false;
  LineFields fields_;
};

bool looks_like_swim(std::span<const std::string> head) {
  LineFields fields;
  return split_at(head.front(), '\t', fields) && fields.count >= kSwimFields &&
         clock_ns(fields.at[1], sim::kSecond) && whole_number(fields.at[3]) &&
         whole_number(fields.at[4]) && whole_number(fields.at[5]);
}

}  // namespace

TraceFormat swim_format() {
  return {"swim",
          kSwimColumns,
          "SWIM: jobs, tab-separated; a job counts as one read of its input",
          true,
          false,
          looks_like_swim,
          [](const TraceLineOptions& options) -> std::unique_ptr<LineParser> {
            return std::make_unique<SwimParser>(options);
          }};
}

}  // namespace spindle::app
