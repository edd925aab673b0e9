#include "app/trace/failure_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "app/text/wording.hpp"
#include "app/trace/fields.hpp"
#include "app/trace/line_reader.hpp"
#include "app/trace/problem_log.hpp"
#include "app/trace/trace_file.hpp"

namespace spindle::app {
namespace {

constexpr std::array<std::string_view, 3> kDomains = {"drive", "rack", "zone"};

class FailureReader {
 public:
  FailureReader(std::istream& input, const std::string& name, const models::Topology& topology,
                const TraceLimits& limits, ProblemLog& problems)
      : lines_(input, limits.line_bytes),
        extension_(std::filesystem::path(name).extension().string()),
        topology_(topology),
        limits_(limits),
        problems_(problems) {}

  std::vector<models::SlotFailure> read() {
    if (!read_header()) return {};
    std::string_view line;
    bool any = false;
    while (next_line(line)) {
      any = true;
      if (!read_row(line)) break;
    }
    if (!any && problems_.empty()) {
      add(0, "no rows after the header (nothing would fail) — give a file with failures");
    }
    std::sort(failures_.begin(), failures_.end(), models::comes_before);
    return std::move(failures_);
  }

 private:
  void add(std::size_t line, std::string message) {
    problems_.add(line, [&] { return std::move(message); });
  }
  void add(std::string message) { add(lines_.line_number(), std::move(message)); }

  // The next line that is not blank; false at the end, or after saying why there are no more.
  bool next_line(std::string_view& line) {
    LineStatus status = LineStatus::kLine;
    do {
      status = lines_.next(line);
    } while (status == LineStatus::kLine &&
             line.find_first_not_of(" \t") == std::string_view::npos);
    if (status == LineStatus::kTooLong || status == LineStatus::kBinary) {
      add("not a line of text (too long, or a zero byte in it) — give CSV or TSV, one failure a "
          "line");
    } else if (status == LineStatus::kReadError) {
      add("reading failed (the system reports an error) — check the file");
    }
    return status == LineStatus::kLine;
  }

  bool split(std::string_view line) {
    if (split_fields(line, separator_, fields_)) return true;
    add("quote left open or followed by text — close it, and double quotes inside");
    return false;
  }

  bool read_header() {
    std::string_view line;
    if (!next_line(line)) {
      if (problems_.empty()) add(0, "empty file — give a header and failures");
      return false;
    }
    const bool is_tsv = extension_ == ".tsv" || extension_ == ".tab";
    const bool has_tab = extension_ != ".csv" && line.find('\t') != std::string_view::npos;
    separator_ = is_tsv || has_tab ? '\t' : ',';
    if (!split(line)) return false;
    const auto position = [&](std::string_view column) -> std::optional<std::size_t> {
      const auto it = std::find(fields_.begin(), fields_.end(), column);
      if (it == fields_.end()) return std::nullopt;
      return static_cast<std::size_t>(it - fields_.begin());
    };
    const auto time = position("time");
    for (std::size_t i = 0; i < kDomains.size() && !where_; ++i) {
      where_ = position(kDomains[i]);
      domain_ = i;
    }
    if (time && where_) {
      time_ = *time;
      return true;
    }
    add(
        fmt::format("no column {} (the header says what fails when) — begin with the line "
                    "\"time,drive\", or with rack or zone for drive",
                    time ? "drive, rack or zone" : "time"));
    return false;
  }

  // False where reading is of no more use.
  bool read_row(std::string_view line) {
    if (!split(line)) return true;
    if (fields_.size() <= std::max(time_, *where_)) {
      add(fmt::format("too few fields ({}) — complete the line", fields_.size()));
      return true;
    }
    const std::optional<double> at_s = row_time(fields_[time_]);
    const std::optional<models::DriveRange> drives = row_drives(fields_[*where_]);
    if (!at_s || !drives) return true;
    if (failures_.size() + drives->size() > limits_.rows) {
      add(
          fmt::format("more than {} drives fail up to here (they would not fit in memory) — cut "
                      "the file",
                      grouped(limits_.rows)));
      return false;
    }
    for (std::uint32_t drive = drives->first; drive < drives->last; ++drive) {
      failures_.push_back({*at_s, drive});
    }
    return true;
  }

  std::optional<double> row_time(const std::string& text) {
    const std::optional<TraceTime> time = parse_time(text);
    if (!time || (zero_ && time->is_timestamp != zero_->is_timestamp)) {
      add(fmt::format("{} {} — give seconds, or 'YYYY-MM-DD HH:MM:SS' without zone", shown(text),
                      time ? "is not in the format of the rows before it" : "is not a time"));
      return std::nullopt;
    }
    if (!zero_) {
      zero_ = *time;
      if (!time->is_timestamp) zero_->seconds = zero_->nanoseconds = 0;
    }
    const double at_s = static_cast<double>(time->seconds - zero_->seconds) +
                        (time->nanoseconds - zero_->nanoseconds) / sim::kNanosecondsPerSecond;
    if (at_s < last_s_) {
      add(fmt::format("time {} is before {} — sort the file by time, from 0 on", shown(text),
                      last_s_ == 0 ? "the run's start" : "the row above"));
      return std::nullopt;
    }
    last_s_ = at_s;
    return at_s;
  }

  std::optional<models::DriveRange> row_drives(const std::string& text) {
    const std::array<std::uint32_t, 3> counts = {topology_.drives(), topology_.racks(),
                                                 topology_.zones()};
    std::string_view problem;
    const std::optional<double> number = parse_number(text, problem);
    const std::uint32_t count = counts[domain_];
    // Compared as numbers first: what is out of range has no conversion.
    if (!number || !(*number >= 0 && *number < count) ||
        *number != static_cast<double>(static_cast<std::uint32_t>(*number))) {
      add(fmt::format("{} {} (the fleet has {}, numbered from 0) — give a whole number below {}",
                      kDomains[domain_], shown(text), counted(count, kDomains[domain_]),
                      grouped(count)));
      return std::nullopt;
    }
    const auto index = static_cast<std::uint32_t>(*number);
    if (domain_ == 0) return models::DriveRange{index, index + 1};
    return domain_ == 1 ? topology_.drives_of_rack(index) : topology_.drives_of_zone(index);
  }

  LineReader lines_;
  std::string extension_;
  const models::Topology& topology_;
  const TraceLimits& limits_;
  ProblemLog& problems_;
  char separator_ = ',';
  std::size_t time_ = 0;              // column
  std::optional<std::size_t> where_;  // column
  std::size_t domain_ = 0;            // of kDomains
  std::vector<std::string> fields_;   // of the current row
  std::optional<TraceTime> zero_;
  double last_s_ = 0;
  std::vector<models::SlotFailure> failures_;
};

FailureTraceResult finish(std::vector<models::SlotFailure> failures, ProblemLog& log) {
  FailureTraceResult out;
  if (log.empty()) out.failures = std::move(failures);
  out.problems = log.take();
  return out;
}

}  // namespace

FailureTraceResult read_failures(const std::filesystem::path& file,
                                 const models::Topology& topology, const TraceLimits& limits) {
  ProblemLog log(file.string(), limits.problems);
  std::vector<models::SlotFailure> failures;
  with_trace_file(file, log, [&](std::istream& input) {
    failures = FailureReader(input, file.string(), topology, limits, log).read();
  });
  return finish(std::move(failures), log);
}

FailureTraceResult read_failures(std::istream& input, const std::string& name,
                                 const models::Topology& topology, const TraceLimits& limits) {
  ProblemLog log(name, limits.problems);
  return finish(FailureReader(input, name, topology, limits, log).read(), log);
}

}  // namespace spindle::app
