#include "app/drive/bench_result.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "app/report/json_number.hpp"

namespace spindle::app {
namespace {

// 1, 2, 5, 10, … times 10 us.
double bar_end(std::size_t i) {
  constexpr std::array kSteps = {1e-5, 2e-5, 5e-5};
  double end = kSteps[i % 3];
  for (std::size_t k = 0; k < i / 3; ++k) end *= 10;
  return end;
}

}  // namespace

void BenchResult::operator()(const models::ServedRequest& served) {
  const std::array values = {served.seek_s,  served.rotation_s, served.transfer_s,
                             served.queue_s, served.overhead_s, served.total_s};
  for (std::size_t i = 0; i < values.size(); ++i) parts_[i].add(values[i]);
  std::size_t bar = 0;
  while (bar + 1 < bars_.size() && served.total_s >= bar_end(bar)) ++bar;
  ++bars_[bar];
  sectors_ += served.request.sectors;
  finish_ = served.finish;
  if (keep_) responses_s_.push_back(served.total_s);
}

void BenchResult::compare_with(std::vector<double> measured_s) {
  std::sort(measured_s.begin(), measured_s.end());
  std::sort(responses_s_.begin(), responses_s_.end());
  double squares = 0;
  for (std::size_t i = 0; i < measured_s.size(); ++i) {
    const double apart = responses_s_[i] - measured_s[i];
    squares += apart * apart;
  }
  has_demerit_ = !measured_s.empty();
  if (has_demerit_) demerit_s_ = std::sqrt(squares / static_cast<double>(measured_s.size()));
}

std::vector<BenchResult::Metric> BenchResult::metrics(std::uint32_t sector_bytes) const {
  const double span = (finish_ - sim::Instant{}).to_seconds();
  const auto bytes = static_cast<double>(sectors_) * sector_bytes;
  std::vector<Metric> out{{"requests", static_cast<double>(served())},
                          {"span_s", span},
                          {"iops", iops()},
                          {"mb_per_s", bytes / span / 1e6}};
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const std::string name = kPartNames[i];
    const Part& part = parts_[i];
    const double none = std::numeric_limits<double>::quiet_NaN();
    out.push_back({name + ".mean_s", served() == 0 ? none : part.moments.mean()});
    out.push_back({name + ".p50_s", part.values.quantile(0.5)});
    out.push_back({name + ".p99_s", part.values.quantile(0.99)});
    out.push_back({name + ".p99_9_s", part.values.quantile(0.999)});
    out.push_back({name + ".max_s", part.values.max()});
  }
  if (has_demerit_) out.push_back({"demerit_s", demerit_s_});
  if (predicted_) {
    out.push_back({"predicted.utilisation", predicted_->utilisation});
    out.push_back({"predicted.queue.mean_s", predicted_->mean_wait_s});
    out.push_back({"predicted.total.mean_s", predicted_->mean_response_s});
    out.push_back({"predicted.total.p50_s", predicted_->p50_s});
    out.push_back({"predicted.total.p99_s", predicted_->p99_s});
    out.push_back({"predicted.total.p99_9_s", predicted_->p999_s});
  }
  return out;
}

std::vector<BenchResult::Bar> BenchResult::histogram() const {
  std::vector<Bar> out;
  for (std::size_t i = 0; i < bars_.size(); ++i) {
    const bool last = i + 1 == bars_.size();
    out.push_back({i == 0 ? 0 : bar_end(i - 1),
                   last ? std::numeric_limits<double>::infinity() : bar_end(i), bars_[i]});
  }
  while (!out.empty() && out.back().count == 0) out.pop_back();
  const auto first =
      std::find_if(out.begin(), out.end(), [](const Bar& bar) { return bar.count > 0; });
  out.erase(out.begin(), first);
  return out;
}

std::string BenchResult::render_table(const Heading& heading, Format format,
                                      std::uint32_t sector_bytes) const {
  std::string out;
  for (const auto& [key, value] : heading) out += fmt::format("{}: {}\n", key, value);
  const std::vector<Metric> all = metrics(sector_bytes);
  out += fmt::format("{} IOPS, {} MB/s\n\n", significant(all[2].value, 4),
                     significant(all[3].value, 4));
  TextTable parts({{"ms", false}, {"mean"}, {"p50"}, {"p99"}, {"p99.9"}, {"max"}});
  const auto ms = [](double seconds) { return significant(seconds * 1e3, 4); };
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const std::size_t first = 4 + 5 * i;
    parts.add_row({kPartNames[i], ms(all[first].value), ms(all[first + 1].value),
                   ms(all[first + 2].value), ms(all[first + 3].value), ms(all[first + 4].value)});
  }
  out += parts.render(format) + "\n";
  TextTable bars({{"response\nms"}, {"requests"}, {"share\n%"}, {"", false}});
  constexpr double kWidest = 40;
  for (const Bar& bar : histogram()) {
    const double share = static_cast<double>(bar.count) / static_cast<double>(served());
    const auto width = static_cast<std::size_t>(std::ceil(share * kWidest));
    bars.add_row({std::isfinite(bar.high_s) ? "< " + significant(bar.high_s * 1e3, 3)
                                            : ">= " + significant(bar.low_s * 1e3, 3),
                  whole(static_cast<double>(bar.count)), percent(share), std::string(width, '#')});
  }
  out += bars.render(format);
  if (has_demerit_) {
    out += fmt::format("\ndemerit: {} ms from the measured responses\n",
                       significant(demerit_s_ * 1e3, 4));
  }
  if (predicted_) {
    const auto shown = [&ms](double seconds) {
      return std::isfinite(seconds) ? ms(seconds) + " ms" : "without bound";
    };
    out += fmt::format(
        "\npredicted: arm busy {} % of the time; queue {}; response {}, p99 {}, p99.9 {}\n",
        percent(predicted_->utilisation), shown(predicted_->mean_wait_s),
        shown(predicted_->mean_response_s), shown(predicted_->p99_s), shown(predicted_->p999_s));
  }
  return out;
}

std::string BenchResult::render(Format format, const Heading& heading,
                                std::uint32_t sector_bytes) const {
  if (format == Format::kTable || format == Format::kMarkdown) {
    return render_table(heading, format, sector_bytes);
  }
  if (format == Format::kCsv) {
    TextTable table({{"metric", false}, {"value"}});
    for (const Metric& metric : metrics(sector_bytes)) {
      table.add_row(
          {metric.name, std::isfinite(metric.value) ? fmt::format("{}", metric.value) : ""});
    }
    return table.render(format);
  }
  nlohmann::ordered_json json;
  for (const auto& [key, value] : heading) json[key] = value;
  for (const Metric& metric : metrics(sector_bytes)) json[metric.name] = json_number(metric.value);
  json["total.percentiles_s"] = nlohmann::ordered_json::array();
  for (int percent = 1; percent < 100; ++percent) {
    json["total.percentiles_s"].push_back(
        json_number(parts_.back().values.quantile(0.01 * percent)));
  }
  json["histogram"] = nlohmann::ordered_json::array();
  for (const Bar& bar : histogram()) {
    json["histogram"].push_back(
        {{"low_s", bar.low_s}, {"high_s", json_number(bar.high_s)}, {"count", bar.count}});
  }
  return json.dump(2) + "\n";
}

}  // namespace spindle::app
