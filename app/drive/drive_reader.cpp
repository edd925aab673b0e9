#include "app/drive/drive_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/drive/drive_fields.hpp"
#include "app/scenario/document_file.hpp"
#include "app/scenario/problems.hpp"
#include "app/scenario/resolve.hpp"
#include "app/scenario/resolved_view.hpp"
#include "app/scenario/units.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

std::uint32_t small(const ResolvedView& view, std::string_view path) {
  return static_cast<std::uint32_t>(view.whole(path).value_or(0));
}

// Not through Duration, which would round a slope of 31.41 ns a cylinder to whole nanoseconds.
double seconds(const ResolvedView& view, std::string_view path) {
  const std::optional<std::string> text = view.text(path);
  return text ? parse_as(*text, "s", "1 ms").value.value_or(0) : 0;
}

std::vector<models::SeekPoint> seek_points(const ResolvedView& seek) {
  const std::string unit = seek.text("unit").value_or("ms");
  const double factor = unit == "ms" ? 1e-3 : unit == "us" ? 1e-6 : 1;
  std::vector<models::SeekPoint> points;
  for (const Json& pair : *seek.at("points")) {
    points.push_back(
        {static_cast<std::uint32_t>(pair[0].get<double>()), pair[1].get<double>() * factor});
  }
  return points;
}

// Distances that ascend from 1 and times that do not fall, each with its own place in the file.
void check_points(const Value& root, const Json& resolved, ProblemList& problems) {
  if (!resolved.contains("seek") || !resolved["seek"].contains("points")) return;
  const Json& points = resolved["seek"]["points"];
  constexpr double kFarthest = 1e9;
  double way = 0;
  double time = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (points[i].is_null()) continue;
    const std::string path = fmt::format("seek.points.{}", i);
    const double d = points[i][0].get<double>();
    const double t = points[i][1].get<double>();
    if (std::floor(d) != d || d < 1 || d > kFarthest) {
      problems.add(origin_of(root, path), path,
                   fmt::format("{} is no distance (whole cylinders, 1 to 1,000,000,000) — write it "
                               "first, then the time",
                               shortest(d)));
      continue;
    }
    if (d <= way) {
      problems.add(origin_of(root, path), path,
                   fmt::format("distance {} does not ascend (after {}) — sort the points", d, way));
      continue;
    }
    if (t < time) {
      problems.add(origin_of(root, path), path,
                   fmt::format("the time falls from {} to {} (an arm that goes farther takes no "
                               "less; measurements scatter) — write at least {}",
                               shortest(time), shortest(t), shortest(time)));
    }
    way = d;
    time = std::max(time, t);
  }
}

models::SeekProfile build_seek(const ResolvedView& view) {
  const ResolvedView seek = view.below("seek").value();
  const double scale = seek.number("scale").value_or(1);
  if (seek.text("model") == "table") return models::SeekProfile(seek_points(seek), scale);
  models::SeekCurve curve;
  curve.short_base_s = seconds(seek, "short_base");
  curve.short_s_per_sqrt_cylinder = seconds(seek, "short_slope");
  curve.switch_at = static_cast<double>(small(seek, "switch_at"));
  curve.long_base_s = seconds(seek, "long_base");
  curve.long_s_per_cylinder = seconds(seek, "long_slope");
  return models::SeekProfile(curve, scale);
}

bool is_complete(const Json& zone) {
  return zone.is_object() && zone.contains("first_cylinder") && zone.contains("cylinders") &&
         zone.contains("sectors_per_track") && zone.contains("head_skew") &&
         zone.contains("cylinder_skew");
}

// The zones; empty where one of them has a problem of its own.
std::vector<models::ZoneSpec> build_zones(const ResolvedView& view) {
  std::vector<models::ZoneSpec> zones;
  for (std::size_t i = 0; i < view.size("zones"); ++i) {
    const ResolvedView zone = view.element("zones", i);
    if (!is_complete((*view.at("zones"))[i])) return {};
    zones.push_back({small(zone, "first_cylinder"), small(zone, "cylinders"),
                     small(zone, "sectors_per_track"), zone.number("head_skew").value(),
                     zone.number("cylinder_skew").value()});
  }
  return zones;
}

// The capacity in sectors; what the zones hold where one of the values needed has a problem.
std::uint64_t build_sectors(const ResolvedView& view, const models::MechanicalSpec& drive) {
  const auto capacity = view.bytes("capacity");
  if (capacity && view.bytes("sector") && view.whole("surfaces")) {
    return capacity->value / drive.sector_bytes;
  }
  std::uint64_t sum = 0;
  for (const models::ZoneSpec& zone : drive.zones) {
    sum += std::uint64_t{zone.cylinders} * zone.sectors_per_track * drive.surfaces;
  }
  return sum;
}

models::ReadOn read_on(const ResolvedView& view, std::string_view path) {
  const std::optional<std::string> until = view.text(path);
  if (until == "track") return models::ReadOn::kTrack;
  return until == "cylinder" ? models::ReadOn::kCylinder : models::ReadOn::kNot;
}

models::CacheSpec build_cache(const ResolvedView& view) {
  const ResolvedView cache = view.below("cache").value();
  models::CacheSpec spec;
  spec.segments = static_cast<std::uint32_t>(cache.whole("segments").value_or(1));
  const models::Bytes ahead = cache.bytes("read_ahead").value_or(models::Bytes{0});
  // A segment with a problem of its own must not bring others up.
  spec.segment_bytes = cache.bytes("segment").value_or(std::max(ahead, models::Bytes{65536})).value;
  spec.read_ahead_bytes = cache.bytes("read_ahead") ? ahead.value : spec.segment_bytes;
  spec.read_ahead_to = read_on(cache, "read_ahead_to");
  spec.write_behind_bytes = cache.bytes("write_behind").value_or(models::Bytes{0}).value;
  spec.write_extents = static_cast<std::uint32_t>(cache.whole("write_extents").value_or(1));
  if (cache.text("hit_completion")) spec.hit_completion_s = seconds(cache, "hit_completion");
  return spec;
}

// Values with a problem of their own are stood in for by harmless ones, so that the rest can be
// checked with them: all problems are to be reported together.
models::MechanicalSpec build_drive(const Json& resolved, bool seek_is_sound) {
  const ResolvedView view(resolved);
  models::MechanicalSpec drive;
  drive.name = view.text("name").value_or("");
  drive.source = view.text("source").value_or("");
  const models::Bytes sector = view.bytes("sector").value_or(models::Bytes{512});
  drive.sector_bytes = static_cast<std::uint32_t>(sector.value);
  drive.rpm = view.number("rpm").value_or(7200);
  drive.surfaces = static_cast<std::uint32_t>(view.whole("surfaces").value_or(1));
  drive.serpentine_tracks = small(view, "layout.tracks");
  drive.zones = build_zones(view);
  drive.sectors = build_sectors(view, drive);
  if (seek_is_sound) drive.seek = build_seek(view);
  drive.head_switch_s = seconds(view, "head_switch");
  drive.write_settle_s = seconds(view, "write_settle");
  if (view.text("cylinder_switch")) drive.cylinder_switch_s = seconds(view, "cylinder_switch");
  drive.read_overhead_s = seconds(view, "read_overhead");
  drive.write_overhead_s = seconds(view, "write_overhead");
  drive.completion_s = seconds(view, "completion");
  drive.bus_bytes_per_s = view.byte_rate("bus").value_or(0);
  drive.read_on = read_on(view, "read_on");
  drive.angle_of_last_sector = view.text("sptf_angle") == "last_sector";
  if (view.below("cache")) drive.cache = build_cache(view);
  drive.actuators = static_cast<std::uint32_t>(view.whole("actuators").value_or(1));
  return drive;
}

DriveReadResult read_opened(const OpenedDocument& opened, const std::string& file) {
  DriveReadResult result;
  if (!opened.value) {
    result.problems.push_back(opened.problem);
    return result;
  }
  const Value& root = *opened.value;
  ProblemList problems;
  const Json resolved = resolve_by(drive_file_table(), root, problems);
  check_points(root, resolved, problems);
  const bool seek_is_sound =
      std::none_of(problems.entries().begin(), problems.entries().end(),
                   [](const ProblemList::Entry& entry) { return entry.path.starts_with("seek"); });
  models::MechanicalSpec drive = build_drive(resolved, seek_is_sound);
  if (!drive.zones.empty()) {
    for (const models::SpecProblem& problem : models::problems_of(drive)) {
      problems.add(origin_of(root, problem.path), problem.path, problem.message);
    }
  }
  if (problems.empty()) result.drive = std::move(drive);
  result.problems = problems.sorted(file);
  return result;
}

constexpr std::string_view kKind = "drive";

}  // namespace

DriveReadResult read_drive_text(std::string_view text, const std::string& file_name) {
  return read_opened(open_document_text(text, file_name, kKind), file_name);
}

DriveReadResult read_drive(const std::filesystem::path& file) {
  return read_opened(open_document(file, kKind), file.string());
}

std::optional<models::MechanicalSpec> find_mechanical_preset(std::string_view name) {
  for (const DrivePresetText& preset : drive_preset_texts()) {
    if (preset.name == name) return read_drive_text(preset.text, std::string(name)).drive;
  }
  return std::nullopt;
}

std::vector<std::string> mechanical_preset_names() {
  std::vector<std::string> names;
  for (const DrivePresetText& preset : drive_preset_texts()) names.emplace_back(preset.name);
  return names;
}

}  // namespace spindle::app
