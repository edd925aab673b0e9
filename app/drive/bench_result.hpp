#pragma once
// What a drive on the bench did: parts of the response, its histogram, and how to show them.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "app/report/text_table.hpp"
#include "models/drive/drive_latency.hpp"
#include "models/drive/drive_run.hpp"
#include "sim/log_histogram.hpp"
#include "sim/statistics.hpp"

namespace spindle::app {

class BenchResult {
 public:
  // Takes one served request; the sink of models::run_closed and run_open.
  void operator()(const models::ServedRequest& served);
  // Keeps every response, in order of completion; needed for compare_with.
  void keep_responses(std::size_t requests) {
    keep_ = true;
    responses_s_.reserve(requests);
  }
  // The demerit (Ruemmler & Wilkes 1994): rms horizontal distance between the two distributions of
  // response times. Precondition: as many as were served, with keep_responses.
  void compare_with(std::vector<double> measured_s);

  // Shows these beside the simulated figures.
  void expect(const models::LatencyAtLoad& predicted) { predicted_ = predicted; }

  [[nodiscard]] std::uint64_t served() const { return parts_[0].moments.count(); }

  // Requests a second up to the last answer; 0 / 0 before the first.
  [[nodiscard]] double iops() const {
    return static_cast<double>(served()) / (finish_ - sim::Instant{}).to_seconds();
  }

  struct Metric {
    std::string name;  // "seek.mean_s"
    double value;
  };
  [[nodiscard]] std::vector<Metric> metrics(std::uint32_t sector_bytes) const;
  // Responses by upper bounds of 1, 2, 5, 10, … ms, from the first that holds any to the last.
  struct Bar {
    double low_s;
    double high_s;
    std::uint64_t count;
  };
  [[nodiscard]] std::vector<Bar> histogram() const;

  // `heading` says what ran: lines of a table, members of a JSON object.
  using Heading = std::vector<std::pair<std::string, std::string>>;
  [[nodiscard]] std::string render(Format format, const Heading& heading,
                                   std::uint32_t sector_bytes) const;

 private:
  struct Part {
    sim::Moments moments;
    sim::LogHistogram values;
    void add(double seconds) {
      moments.add(seconds);
      values.add(seconds < 0 ? 0 : seconds);
    }
  };
  static constexpr std::array kPartNames = {"seek",  "rotation", "transfer",
                                            "queue", "overhead", "total"};
  [[nodiscard]] std::string render_table(const Heading& heading, Format format,
                                         std::uint32_t sector_bytes) const;

  std::array<Part, kPartNames.size()> parts_;
  std::array<std::uint64_t, 25> bars_{};
  std::uint64_t sectors_ = 0;
  sim::Instant finish_;
  bool keep_ = false;
  std::vector<double> responses_s_;
  bool has_demerit_ = false;
  double demerit_s_ = 0;
  std::optional<models::LatencyAtLoad> predicted_;
};

}  // namespace spindle::app
