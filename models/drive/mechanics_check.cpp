// What a specification of a mechanical drive may not say.

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "models/drive/mechanics.hpp"

namespace spindle::models {
namespace {

constexpr std::uint32_t kMostSurfaces = 1000;
constexpr std::uint32_t kMostSegments = 65'536;
// Slower than any drive: what takes longer is a slip of units, and clocks would overflow.
constexpr double kLeastRpm = 60;
constexpr double kLongestSeek = 10;  // s

class SpecCheck {
 public:
  explicit SpecCheck(const MechanicalSpec& spec) : spec_(spec) {}

  std::vector<SpecProblem> run() {
    check_heads();
    check_cache();
    check_actuators();
    check_read_on();
    for (std::size_t z = 0; z < spec_.zones.size(); ++z) check_zone(z);
    if (problems_.empty()) {
      check_capacity();
      check_seek();
    }
    return std::move(problems_);
  }

 private:
  void add(std::string path, std::string message) {
    problems_.push_back({std::move(path), std::move(message)});
  }

  void check_heads() {
    if (!(spec_.rpm > 0) || !std::isfinite(spec_.rpm)) {
      add("rpm",
          "must be above 0 (a platter at rest brings no sector under the head) — write 7200");
    } else if (spec_.rpm < kLeastRpm) {
      add("rpm", "must be at least 60 (revolutions a minute) — write 7200");
    }
    if (spec_.sector_bytes == 0) add("sector", "must be above 0 — write \"512 B\"");
    if (spec_.surfaces == 0) add("surfaces", "must be above 0 — write 2 a platter");
    if (spec_.surfaces > kMostSurfaces) add("surfaces", "more than 1,000 — write 2 a platter");
    for (const auto& [path, seconds] :
         {std::pair{"head_switch", spec_.head_switch_s},
          std::pair{"write_settle", spec_.write_settle_s},
          std::pair{"cylinder_switch", spec_.cylinder_switch_s.value_or(0)},
          std::pair{"read_overhead", spec_.read_overhead_s},
          std::pair{"write_overhead", spec_.write_overhead_s},
          std::pair{"completion", spec_.completion_s}}) {
      if (!(seconds >= 0) || !std::isfinite(seconds)) add(path, "must be a time of at least 0");
    }
    if (spec_.zones.empty()) add("zones", "empty (no cylinder holds data) — give at least one");
  }

  void check_cache() {
    if (!spec_.cache) return;
    const CacheSpec& cache = *spec_.cache;
    if (!(spec_.bus_bytes_per_s > 0)) {
      add("cache", "needs `bus` (a hit takes as long as the bus does) — write its rate");
    }
    if (cache.segments == 0 || cache.segments > kMostSegments) {
      add("cache.segments", "must be 1 to 65,536");
    }
    if (cache.segment_bytes < spec_.sector_bytes) {
      add("cache.segment",
          fmt::format("must hold a sector — write at least \"{} B\"", spec_.sector_bytes));
    }
    if (cache.read_ahead_bytes > cache.segment_bytes) {
      add("cache.read_ahead", fmt::format("is more than a segment holds — write at most \"{} B\"",
                                          cache.segment_bytes));
    }
    if (cache.write_extents == 0 || cache.write_extents > kMostSegments) {
      add("cache.write_extents", "must be 1 to 65,536");
    }
    const double hit = cache.hit_completion_s.value_or(0);
    if (!(hit >= 0) || !std::isfinite(hit)) {
      add("cache.hit_completion", "must be a time of at least 0");
    }
  }

  void check_actuators() {
    if (spec_.actuators == 1) return;
    if (spec_.actuators != 2) {
      add("actuators",
          fmt::format("{} (a drive has one or two arms) — write 1 or 2", spec_.actuators));
      return;
    }
    if (spec_.surfaces % 2 != 0) {
      add("surfaces",
          fmt::format("{} cannot be shared by two arms — write an even number", spec_.surfaces));
    }
    if (spec_.sectors % 2 != 0) {
      add("capacity", fmt::format("takes {} sectors, which two arms cannot share — write \"{} B\"",
                                  spec_.sectors, (spec_.sectors - 1) * spec_.sector_bytes));
    }
  }

  void check_read_on() {
    if (!spec_.cache && spec_.actuators == 1) return;
    const char* why = spec_.cache ? "a drive with a cache (its read-ahead stops at once)"
                                  : "a drive with two arms";
    for (const auto& [path, is_set] : {std::pair{"read_on", spec_.read_on != ReadOn::kNot},
                                       std::pair{"sptf_angle", spec_.angle_of_last_sector}}) {
      if (is_set) add(path, fmt::format("is not known of {} — leave it out", why));
    }
  }

  void check_zone(std::size_t z) {
    const ZoneSpec& zone = spec_.zones[z];
    const std::string path = fmt::format("zones.{}", z);
    if (zone.cylinders == 0) add(path + ".cylinders", "must be above 0 — leave the zone out");
    if (zone.sectors_per_track == 0) {
      add(path + ".sectors_per_track", "must be above 0 — leave the zone out");
    }
    for (const auto& [key, skew] : {std::pair{".head_skew", zone.head_skew},
                                    std::pair{".cylinder_skew", zone.cylinder_skew}}) {
      if (!(skew >= 0 && skew < 1)) {
        add(path + key, "must be at least 0 and below 1 (a share of a revolution)");
      }
    }
    const std::uint64_t end = std::uint64_t{zone.first_cylinder} + zone.cylinders;
    if (end > std::numeric_limits<std::uint32_t>::max() / 2) {
      add(path + ".cylinders", fmt::format("ends at cylinder {} (at most 2^31 are read)", end));
    }
    if (z == 0) return;
    const ZoneSpec& before = spec_.zones[z - 1];
    const std::uint64_t free_from = std::uint64_t{before.first_cylinder} + before.cylinders;
    if (zone.first_cylinder >= free_from) return;
    add(path + ".first_cylinder",
        fmt::format("{} overlaps zone {}, which holds cylinders {} to {} — begin at {} or later",
                    zone.first_cylinder, z - 1, before.first_cylinder, free_from - 1, free_from));
  }

  // Spares and defects take a few per cent of a real drive's sectors. More is a slip.
  void check_capacity() {
    constexpr double kLeastUsed = 0.9;
    double sum = 0;
    for (const ZoneSpec& zone : spec_.zones) {
      sum += double{zone.cylinders + 0.0} * zone.sectors_per_track * spec_.surfaces;
    }
    const double asked = static_cast<double>(spec_.sectors);
    if (sum > 0x1p52) {
      add("zones", fmt::format("hold {:.0f} sectors (at most 2^52 are read) — write fewer", sum));
    } else if (spec_.sectors == 0) {
      add("capacity", "is less than a sector — write the capacity of the drive");
    } else if (asked > sum) {
      add("capacity",
          fmt::format("takes {:.0f} sectors of {} B, and the zones hold {:.0f} on {} "
                      "surfaces — write at most \"{:.0f} B\", or mend the zones",
                      asked, spec_.sector_bytes, sum, spec_.surfaces, sum * spec_.sector_bytes));
    } else if (asked < kLeastUsed * sum) {
      add("capacity",
          fmt::format(
              "takes {:.0f} sectors of {} B, {:.1f} % of the {:.0f} that the zones hold on "
              "{} surfaces (spares are at most 10 %) — write \"{:.0f} B\", or mend the zones",
              asked, spec_.sector_bytes, 100 * asked / sum, sum, spec_.surfaces,
              sum * spec_.sector_bytes));
    }
  }

  // The reader checks a table point by point; this covers the law, and what code builds.
  void check_seek() {
    const std::uint32_t stroke =
        spec_.zones.back().first_cylinder + spec_.zones.back().cylinders - 1;
    constexpr double kRounding = 1e-12;
    double before = 0;
    for (std::uint64_t d = 1; d <= stroke; d = d < 64 ? d + 1 : d + d / 64) {
      const double seconds = spec_.seek.seconds(static_cast<std::uint32_t>(d));
      if (!(seconds >= 0) || !std::isfinite(seconds)) {
        add("seek", fmt::format("takes {} s over {} cylinders — write times above 0", seconds, d));
        return;
      }
      if (seconds > kLongestSeek) {
        add("seek", fmt::format("takes {:.4g} s over {} cylinders (at most 10 s; the table is in "
                                "milliseconds) — write shorter times",
                                seconds, d));
        return;
      }
      if (seconds < before - kRounding) {
        add("seek",
            fmt::format(
                "falls with distance at {} cylinders (from {:.4g} to {:.4g} ms; an arm that "
                "goes farther takes no less) — write times that do not fall",
                d, before * 1e3, seconds * 1e3));
        return;
      }
      before = seconds;
    }
  }

  const MechanicalSpec& spec_;
  std::vector<SpecProblem> problems_;
};

}  // namespace

std::vector<SpecProblem> problems_of(const MechanicalSpec& spec) {
  return SpecCheck(spec).run();
}

}  // namespace spindle::models
