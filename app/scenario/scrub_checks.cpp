#include "app/scenario/scrub_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "app/scenario/checks.hpp"
#include "app/scenario/units.hpp"
#include "app/text/wording.hpp"
#include "models/scrub/scrub_options.hpp"

namespace spindle::app {
namespace {

// Latent errors of a run, and stops of scrubs: each takes about 1 us, and one that is present 56 B.
constexpr double kMaxErrors = 5e7;

class ScrubChecker {
 public:
  ScrubChecker(const Value& root, const Json& resolved, ProblemList& problems)
      : root_(root), view_(resolved), problems_(problems) {}

  void run() {
    const bool has_scrub = view_.at("scrub") != nullptr;
    if (has_scrub) {
      check_pace();
      for (std::size_t i = 0; i < view_.size("fleet.models"); ++i) check_disk_time(i);
      check_count("latent_errors", "latent errors");
      check_count("stuck", "stops of scrubs");
    }
    for (std::size_t i = 0; i < view_.size("events"); ++i) {
      if (view_.element("events", i).text("event") == "scrub_stuck") check_event(i, has_scrub);
    }
  }

 private:
  void add(std::initializer_list<std::string_view> paths, std::string message) {
    blame(root_, view_, paths, std::move(message), problems_);
  }

  void check_pace() {
    const bool has_period = root_has("period");
    const bool has_rate = root_has("rate");
    if (has_period && has_rate) {
      add({"scrub.rate", "scrub.period"},
          "a period and a rate (each follows from the other) — leave one of them out");
    } else if (!has_period && !has_rate) {
      add({"scrub"},
          "neither a period nor a rate (how fast is a drive read?) — state one of them: "
          "\"period\": \"30 d\"");
    }
  }

  [[nodiscard]] bool root_has(std::string_view key) const {
    const Value* scrub = root_.find("scrub");
    return scrub != nullptr && scrub->find(key) != nullptr;
  }

  [[nodiscard]] std::optional<models::ScrubOptions> options() const {
    models::ScrubOptions out;
    const auto period = view_.duration("scrub.period");
    const auto rate = view_.byte_rate("scrub.rate");
    const auto unit = view_.bytes("scrub.unit");
    if (period.has_value() == rate.has_value() || !unit) return std::nullopt;
    out.period = period.value_or(sim::Duration());
    out.bytes_per_s = rate.value_or(0);
    out.unit = *unit;
    return out;
  }

  void check_disk_time(std::size_t i) {
    const ResolvedView row = view_.element("fleet.models", i);
    const auto name = row.text("model");
    const auto capacity = row.bytes("capacity");
    const auto scrub = options();
    const models::DriveModel* preset = name ? models::find_drive_preset(*name) : nullptr;
    if (preset == nullptr || !capacity || capacity->value == 0 || !scrub) return;
    models::DriveModel drive = *preset;
    drive.capacity = *capacity;
    const models::ScrubPace pace = models::scrub_pace(*scrub, drive);
    if (scrub->unit.value > capacity->value) {
      add({"scrub.unit", fmt::format("fleet.models.{}.capacity", i)},
          fmt::format("a unit of {} on drives of {} (it is a part of a drive) — a smaller unit",
                      format_bytes(scrub->unit), format_bytes(*capacity)));
    } else if (pace.disk_share >= 1) {
      add({root_has("rate") ? "scrub.rate" : "scrub.period", "scrub.unit"},
          fmt::format("reading {} in units of {} takes {} % of a drive's time ({} of {} in {}) — a "
                      "longer period, a lower rate, or a larger unit",
                      human_bytes(pace.bytes_per_s) + "/s", format_bytes(scrub->unit),
                      fmt::format("{:.3g}", 100 * pace.disk_share), *name, format_bytes(*capacity),
                      format_duration(sim::Duration::seconds(pace.period_s))));
    }
  }

  void check_count(std::string_view key, std::string_view what) {
    const std::string path = fmt::format("scrub.{}", key);
    const auto rate = view_.failure_rate(path);
    const auto drives = view_.whole("fleet.drives");
    const auto run = view_.duration("run.duration");
    if (!rate || !drives || !run) return;
    const double period = view_.duration("scrub.period").value_or(sim::Duration()).to_seconds();
    const double years = (run->to_seconds() + period) / sim::kSecondsPerYear;
    const double expected = *rate * static_cast<double>(*drives) * years;
    if (expected <= kMaxErrors) return;
    add({path, "fleet.drives", "run.duration"},
        fmt::format("about {:.3g} {} in the run (at most {} are simulated) — a lower rate, fewer "
                    "drives or a shorter run",
                    expected, what, grouped(static_cast<std::uint64_t>(kMaxErrors))));
  }

  void check_event(std::size_t i, bool has_scrub) {
    const ResolvedView event = view_.element("events", i);
    const std::string base = fmt::format("events.{}", i);
    if (!has_scrub) {
      add({base + ".event"},
          "no drive is scrubbed (there is nothing to stop) — add a `scrub` block, or leave the "
          "event out");
    }
    const auto drive = event.whole("drive");
    const bool has_drive = event.at("drive") != nullptr;
    const bool has_share = event.at("share") != nullptr;
    if (has_drive && has_share) {
      add({base + ".share", base + ".drive"},
          "a drive and a share of the drives (either of them says whose scrub stops) — leave one "
          "of them out");
    } else if (!has_drive && !has_share) {
      add({base + ".event"},
          "neither a drive nor a share of the drives (whose scrub stops?) — state one of them: "
          "\"drive\": 0");
    }
    const std::uint64_t drives = drives_in_all();
    if (!drive || drives == 0 || *drive < drives) return;
    add({base + ".drive", "fleet.drives"},
        fmt::format("there is no drive {} (the fleet has {}) — 0 to {}", *drive,
                    counted(drives, "drive"), drives - 1));
  }

  // Those that land counted in; 0 where they are not known.
  [[nodiscard]] std::uint64_t drives_in_all() const {
    const auto zones = view_.whole("fleet.zones");
    const auto racks_per_zone = view_.whole("fleet.racks_per_zone");
    const auto drives = view_.whole("fleet.drives");
    if (!zones || !racks_per_zone || !drives || *zones * *racks_per_zone == 0) return 0;
    const std::uint64_t racks = *zones * *racks_per_zone;
    std::uint64_t landed = 0;
    for (std::size_t i = 0; i < view_.size("events"); ++i) {
      landed += view_.element("events", i).whole("racks_per_zone").value_or(0) * *zones;
    }
    return *drives + (2 * *drives + racks) / (2 * racks) * landed;
  }

  const Value& root_;
  ResolvedView view_;
  ProblemList& problems_;
};

}  // namespace

void check_scrub(const Value& root, const Json& resolved, ProblemList& problems) {
  ScrubChecker(root, resolved, problems).run();
}

}  // namespace spindle::app
