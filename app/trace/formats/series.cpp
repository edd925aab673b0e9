#include <fmt/format.h>

#include "app/trace/fields.hpp"
#include "app/trace/formats/line_parser.hpp"
#include "app/trace/formats/scan.hpp"
#include "sim/time.hpp"

namespace spindle::app {
namespace {

using models::TraceRecord;
using models::TraceShape;

constexpr std::string_view kSeriesColumns = "time (s or timestamp), value";
constexpr std::size_t kSeriesFields = 2;
// More would not add up.
constexpr double kMostValue = 1e300;

class SeriesParser : public LineParser {
 public:
  explicit SeriesParser(const TraceLineOptions& options)
      : unit_ns_(options.time_unit_ns > 0 ? options.time_unit_ns : sim::kSecond) {}

  std::optional<std::size_t> open(std::span<const std::string> head,
                                  std::string& problem) override {
    const std::size_t header = is_header(head.front()) ? 1 : 0;
    std::vector<std::int64_t> times;
    std::string last;
    for (std::size_t i = header; i < head.size() && times.size() < 2; ++i) {
      TraceRecord row;
      if (parse(head[i], row, last)) times.push_back(row.time_ns);
    }
    if (times.size() == 2 && times[0] < times[1]) {
      sample_ns_ = times[1] - times[0];
      return header;
    }
    if (times.size() == 2) {
      problem = "the second row's time is not after the first one's — sort the file by time";
    } else {
      problem = "a series needs two rows among the first lines: they say how long a sample is";
      if (!last.empty()) problem += "; one of them: " + last;
    }
    return std::nullopt;
  }

  bool parse(std::string_view line, TraceRecord& record, std::string& problem) override {
    if (!split_at(line, ',', fields_)) {
      problem = "quote left open or followed by text — close it";
      return false;
    }
    if (too_few_fields(fields_, kSeriesFields, kSeriesColumns, problem)) return false;
    const auto time = clock_ns(fields_.at[0], unit_ns_);
    if (!time) return no_time(fields_.at[0], problem);
    std::string_view why;
    const auto value = parse_number(fields_.at[1], why);
    if (!value || *value < 0) {
      problem = fmt::format("value {} {} — give a number from 0 on", shown(fields_.at[1]),
                            value ? "is negative" : why);
      return false;
    }
    if (*value > kMostValue) {
      problem = fmt::format("value {} is more than 1e300 — is it a load?", shown(fields_.at[1]));
      return false;
    }
    record = {};
    record.time_ns = *time;
    record.requests = *value;
    return true;
  }

  [[nodiscard]] TraceShape shape() const override { return {.sample_ns = sample_ns_}; }

 private:
  std::int64_t unit_ns_;
  std::int64_t sample_ns_ = 0;
  LineFields fields_;
};

bool looks_like_series(std::span<const std::string> head) {
  LineFields fields;
  const std::string& row = head[is_header(head.front()) && head.size() > 1 ? 1 : 0];
  std::string_view why;
  return split_at(row, ',', fields) && fields.count == kSeriesFields &&
         clock_ns(fields.at[0], sim::kSecond) && parse_number(fields.at[1], why);
}

}  // namespace

TraceFormat series_format() {
  return {"series",
          kSeriesColumns,
          "CloudWatch and its like: a load sampled at equal steps, as CSV",
          true,
          false,
          looks_like_series,
          [](const TraceLineOptions& options) -> std::unique_ptr<LineParser> {
            return std::make_unique<SeriesParser>(options);
          }};
}

}  // namespace spindle::app
