#include "app/scenario/mechanical_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "app/drive/drive_reader.hpp"
#include "app/drive/fleet_use.hpp"
#include "app/scenario/checks.hpp"
#include "app/scenario/redundancy.hpp"
#include "app/scenario/timeline_fields.hpp"
#include "app/scenario/units.hpp"
#include "app/text/wording.hpp"
#include "models/redundancy/read_cost.hpp"

namespace spindle::app {
namespace {

constexpr std::uint64_t kMaxMechanicalDrives = 1'000'000;
// Each takes about 0.2 us: this many take hours.
constexpr double kMaxParts = 1e11;

// Then every row of `fleet.models` needs mechanics.
bool serves_requests(const ResolvedView& view) {
  return view.text("run.fidelity") == "mechanical" || view.at("zoom") != nullptr;
}

class MechanicalChecker {
 public:
  MechanicalChecker(const Value& root, const Json& resolved, ProblemList& problems)
      : root_(root), view_(resolved), problems_(problems) {}

  void run() {
    for (std::size_t i = 0; i < view_.size("fleet.models"); ++i) check_preset(i);
    if (view_.at("zoom") != nullptr) check_zoom();
    if (!is_mechanical()) return;
    check_size();
    refuse_events();
    for (std::size_t i = 0; i < view_.size("tenants"); ++i) refuse_changing_data(i);
    check_parts("run.duration", 1.0);
  }

 private:
  [[nodiscard]] bool is_mechanical() const { return view_.text("run.fidelity") == "mechanical"; }

  void add(std::initializer_list<std::string_view> paths, std::string message) {
    blame(root_, view_, paths, std::move(message), problems_);
  }

  void refuse(const std::string& path, std::string_view what, std::string_view mend) {
    add({path, "run.fidelity"},
        fmt::format("{} (mechanical fidelity serves a fleet that stays as it is placed) — {}, or "
                    "set run.fidelity to \"flow\"",
                    what, mend));
  }

  // A name that is given must be one, whatever the fidelity; a default is needed by one alone.
  void check_preset(std::size_t i) {
    const ResolvedView row = view_.element("fleet.models", i);
    const bool is_given = row.at("mechanics") != nullptr;
    if (!row.text("model") || (!is_given && !serves_requests(view_))) return;
    const std::string name = mechanics_of(row);
    if (names_drive_file(name)) return;
    const std::vector<std::string> known = mechanical_preset_names();
    if (std::find(known.begin(), known.end(), name) != known.end()) return;
    add({fmt::format("fleet.models.{}.{}", i, is_given ? "mechanics" : "model")},
        fmt::format("there are no mechanics called {} (the presets are {}) — set `mechanics` to "
                    "one of them, or to a drive file, whose name ends in .json",
                    in_quotes(name), fmt::join(known, ", ")));
  }

  void check_size() {
    const auto drives = view_.whole("fleet.drives");
    if (!drives || *drives <= kMaxMechanicalDrives) return;
    add({"fleet.drives", "run.fidelity"},
        fmt::format("{} (mechanical fidelity serves at most {}) — fewer drives and as much less "
                    "demand, or set run.fidelity to \"flow\"",
                    counted(*drives, "drive"), grouped(kMaxMechanicalDrives)));
  }

  void refuse_events() {
    for (std::size_t i = 0; i < view_.size("events"); ++i) {
      const auto event = view_.element("events", i).text("event");
      if (!event || changes_demand(*event)) continue;
      refuse(fmt::format("events.{}.event", i), fmt::format("a {} is played", *event),
             "leave it out");
    }
    if (view_.size("failure.outages") > 0) {
      refuse("failure.outages", "racks and zones go down at random", "leave `outages` out");
    }
    if (view_.at("repair.bandwidth") != nullptr) {
      refuse("repair.bandwidth", "repairs are played in time", "leave `bandwidth` out");
    }
    if (view_.at("failure.grey") != nullptr) {
      refuse("failure.grey", "drives are slow before they fail", "leave `grey` out");
    }
    if (view_.at("scrub") != nullptr) {
      refuse("scrub", "drives are scrubbed beside the requests", "leave `scrub` out");
    }
    if (view_.at("store") != nullptr) {
      refuse("store", "drives clean their logs beside the requests", "leave `store` out");
    }
  }

  void refuse_changing_data(std::size_t i) {
    const ResolvedView tenant = view_.element("tenants", i);
    if (tenant.text("writes_are") == "new_data") {
      refuse(fmt::format("tenants.{}.writes_are", i), "new data is placed in the run",
             "take writes as \"updates\"");
    }
    const auto cooling = tenant.text("cooling.model");
    if (cooling && *cooling != "none") {
      refuse(fmt::format("tenants.{}.cooling", i), "data cools", "leave `cooling` out");
    }
  }

  void check_zoom() {
    if (is_mechanical()) {
      add({"zoom", "run.fidelity"},
          "a zoom looks into a run at flow fidelity (mechanical fidelity serves every drive) — "
          "leave `zoom` out, or set run.fidelity to \"flow\"");
      return;
    }
    const auto count = view_.whole("zoom.count");
    const auto drives = view_.whole("fleet.drives");
    if (count && drives && *count > *drives) {
      add({"zoom.count", "fleet.drives"},
          fmt::format("{} of a fleet of {} — at most {}", counted(*count, "drive"),
                      grouped(*drives), grouped(*drives)));
      return;
    }
    if (!check_zoom_time() || !count || !drives || *drives == 0) return;
    check_parts(view_.at("zoom.duration") != nullptr ? "zoom.duration" : "zoom.count",
                static_cast<double>(*count) / static_cast<double>(*drives));
  }

  // False where the zoom's time is not within the run's, or is not known.
  bool check_zoom_time() {
    const auto run = view_.duration("run.duration");
    const auto epoch = view_.duration("run.epoch");
    if (!run || !epoch) return false;
    const sim::Duration length = view_.duration("zoom.duration").value_or(*epoch);
    const sim::Duration from = view_.duration("zoom.from").value_or(sim::Duration());
    if (from <= *run && length <= *run - from) return true;
    add({view_.at("zoom.duration") != nullptr ? "zoom.duration" : "zoom.from", "zoom.from",
         "run.duration"},
        fmt::format("{} from {} on end after the run of {} — begin earlier, or a shorter zoom",
                    format_duration(length), format_duration(from), format_duration(*run)));
    return false;
  }

  // Parts that drives serve in the time said by the path; `share` of those of the whole fleet.
  void check_parts(std::string_view time, double share) {
    const auto seconds = time == "zoom.count" ? view_.duration("run.epoch") : view_.duration(time);
    const auto redundancy = redundancy_of(view_);
    if (!seconds || !redundancy) return;
    const models::Scheme scheme(*redundancy);
    double parts = 0;
    for (std::size_t i = 0; i < view_.size("tenants"); ++i) {
      const ResolvedView tenant = view_.element("tenants", i);
      const auto object = tenant.bytes("object");
      if (!object || object->value == 0) continue;
      const double range = tenant.bytes("range").value_or(*object).to_double();
      const double misses = 1 - tenant.number("cache.hit_ratio").value_or(0);
      parts += share * seconds->to_seconds() *
               models::shard_requests_per_s(
                   scheme, misses * tenant.byte_rate("reads").value_or(0) / std::max(range, 1.0),
                   tenant.byte_rate("writes").value_or(0) / object->to_double());
      if (parts <= kMaxParts) continue;
      const bool is_zoom = time.starts_with("zoom");
      add({time, fmt::format("tenants.{}.reads", i), is_zoom ? "zoom.count" : "run.fidelity"},
          fmt::format("up to here drives serve about {:.3g} requests ({} at most {:.3g}) — {}",
                      parts, is_zoom ? "a zoom serves" : "mechanical fidelity serves", kMaxParts,
                      is_zoom ? "a shorter zoom, or fewer drives"
                              : "a shorter run, or set run.fidelity to \"flow\""));
      return;
    }
  }

  const Value& root_;
  ResolvedView view_;
  ProblemList& problems_;
};

// The drive of one row; empty where it is none, which is told.
std::optional<models::MechanicalSpec> read_row_drive(const Value& root, const std::string& path,
                                                     const std::string& name,
                                                     const std::filesystem::path& folder,
                                                     ProblemList& problems) {
  if (!names_drive_file(name)) return find_mechanical_preset(name);
  DriveReadResult read = read_drive((folder / name).lexically_normal());
  for (const Problem& problem : read.problems) {
    problems.add(origin_of(root, path), path, to_string(problem));
  }
  return std::move(read.drive);
}

}  // namespace

void check_drives(const Value& root, const Json& resolved, const std::filesystem::path& folder,
                  ProblemList& problems) {
  const ResolvedView view(resolved);
  const bool all_need = serves_requests(view);
  for (std::size_t i = 0; i < view.size("fleet.models"); ++i) {
    const ResolvedView row = view.element("fleet.models", i);
    const bool is_named = row.at("mechanics") != nullptr;
    const auto capacity = row.bytes("capacity");
    if (!capacity || (!is_named && !all_need)) continue;
    const std::string path = fmt::format("fleet.models.{}.", i);
    const auto drive =
        read_row_drive(root, path + "mechanics", mechanics_of(row), folder, problems);
    if (!drive) continue;
    const auto unfit = unfit_for_fleet(*drive, capacity->to_double());
    if (!unfit) continue;
    // What is not written in the row is the preset's, and the row is to blame.
    blame(root, view, {path + unfit->field, path + (is_named ? "mechanics" : "model")},
          unfit->message, problems);
  }
}

void check_mechanical(const Value& root, const Json& resolved, ProblemList& problems) {
  MechanicalChecker(root, resolved, problems).run();
}

std::string mechanics_of(const ResolvedView& row) {
  return row.text("mechanics").value_or(row.text("model").value_or(""));
}

bool names_drive_file(std::string_view mechanics) {
  return mechanics.ends_with(".json");
}

}  // namespace spindle::app
