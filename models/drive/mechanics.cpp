#include "models/drive/mechanics.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace spindle::models {
namespace {

// The next track's start passes under the head `skew` revolutions after this one's end, and once a
// revolution after that: the first time not before the head is there.
double wait_for(double skew, double switch_turns) {
  const double late = switch_turns - skew;
  return late <= kAngleSlack ? skew : skew + std::ceil(late - kAngleSlack);
}

// Of x >= 0. Baseline x86-64 has no instruction for floor; a conversion is as good here.
double fraction(double x) {
  return x - static_cast<double>(static_cast<std::int64_t>(x));
}

}  // namespace

MechanicalDrive::MechanicalDrive(MechanicalSpec spec) : spec_(std::move(spec)) {
  const std::vector<SpecProblem> problems = problems_of(spec_);
  if (!problems.empty()) {
    throw std::invalid_argument(problems.front().path + ": " + problems.front().message);
  }
  revolution_s_ = 60.0 / spec_.rpm;
  turns_per_s_ = spec_.rpm / 60.0;
  turns_per_ns_ = turns_per_s_ / sim::kNanosecondsPerSecond;
  head_switch_turns_ = spec_.head_switch_s * turns_per_s_;
  settle_turns_ = spec_.write_settle_s * turns_per_s_;
  lay_out_zones();
  index_zones();
}

void MechanicalDrive::lay_out_zones() {
  std::uint64_t first = 0;
  for (const ZoneSpec& given : spec_.zones) {
    Zone zone;
    zone.first_sector = first;
    const std::uint64_t all =
        std::uint64_t{given.cylinders} * spec_.surfaces * given.sectors_per_track;
    zone.sectors = std::min(all, spec_.sectors - first);
    zone.first_cylinder = given.first_cylinder;
    zone.cylinders = given.cylinders;
    zone.per_track = given.sectors_per_track;
    zone.inverse_per_track = 1.0 / given.sectors_per_track;
    zone.head_skew = given.head_skew;
    zone.cylinder_skew = given.cylinder_skew;
    if (!zones_.empty()) {
      const Zone& before = zones_.back();
      const std::uint64_t tracks = std::uint64_t{before.cylinders} * spec_.surfaces;
      zone.angle = fraction(track_angle(before, place(before, tracks - 1)) + before.cylinder_skew);
    }
    zones_.push_back(zone);
    first += zone.sectors;
    if (first == spec_.sectors) break;
  }
  for (std::size_t z = 0; z < zones_.size(); ++z) find_waits(z);
}

void MechanicalDrive::find_waits(std::size_t z) {
  Zone& zone = zones_[z];
  const Arm here{0, 0};
  for (const bool is_write : {false, true}) {
    const double settle = is_write ? settle_turns_ : 0;
    Waits& waits = zone.waits[is_write ? 1 : 0];
    const double to_next_cylinder = spec_.cylinder_switch_s
                                        ? *spec_.cylinder_switch_s * turns_per_s_ + settle
                                        : reach_turns(here, 1, 0, is_write);
    // Cylinder by cylinder the head goes back to the first, too.
    const bool head_too = spec_.serpentine_tracks == 0 && spec_.surfaces > 1;
    const double head = head_switch_turns_ + settle;
    waits.head = wait_for(zone.head_skew, head);
    waits.cylinder = wait_for(zone.cylinder_skew,
                              head_too ? std::max(to_next_cylinder, head) : to_next_cylinder);
    // With an even number of heads a block ends on the cylinder where it began.
    const bool back_at_start = spec_.surfaces % 2 == 0;
    waits.block =
        back_at_start && spec_.serpentine_tracks > 1
            ? wait_for(zone.cylinder_skew, reach_turns(here, spec_.serpentine_tracks, 0, is_write))
            : wait_for(zone.cylinder_skew, to_next_cylinder);
    if (z + 1 == zones_.size()) continue;
    const Place last = place(zone, std::uint64_t{zone.cylinders} * spec_.surfaces - 1);
    const Arm arm{zone.first_cylinder + last.cylinder, last.head};
    waits.next_zone =
        wait_for(zone.cylinder_skew, reach_turns(arm, zones_[z + 1].first_cylinder, 0, is_write));
  }
}

void MechanicalDrive::index_zones() {
  constexpr std::uint64_t kEntries = 1024;
  while ((spec_.sectors >> index_shift_) >= kEntries) ++index_shift_;
  std::uint32_t zone = 0;
  for (std::uint64_t i = 0; i <= (spec_.sectors - 1) >> index_shift_; ++i) {
    const std::uint64_t first = i << index_shift_;
    while (first >= zones_[zone].first_sector + zones_[zone].sectors) ++zone;
    zone_index_.push_back(zone);
  }
}

// in_zone / per_track by the reciprocal, mended where rounding crossed a track: a third of the cost
// of a division. Exact, since both stay below 2^53.
std::uint64_t MechanicalDrive::track_of(const Zone& zone, std::uint64_t in_zone) {
  auto track = static_cast<std::uint64_t>(static_cast<double>(static_cast<std::int64_t>(in_zone)) *
                                          zone.inverse_per_track);
  if (track * zone.per_track > in_zone) --track;
  if ((track + 1) * zone.per_track <= in_zone) ++track;
  return track;
}

MechanicalDrive::Place MechanicalDrive::place(const Zone& zone, std::uint64_t track) const {
  const std::uint64_t heads = spec_.surfaces;
  const auto real = [](std::uint64_t n) {
    return static_cast<double>(static_cast<std::int64_t>(n));
  };
  if (spec_.serpentine_tracks == 0) {
    const auto cylinder = static_cast<std::uint32_t>(track / heads);
    const auto head = static_cast<std::uint32_t>(track % heads);
    return {cylinder, head, {real(cylinder * (heads - 1) + head), real(cylinder), 0}};
  }
  const std::uint64_t width = spec_.serpentine_tracks;
  const std::uint64_t block = track / (width * heads);
  const std::uint64_t within = track % (width * heads);
  const std::uint64_t here = std::min(width, zone.cylinders - block * width);  // the last is short
  const std::uint64_t leg = within / here;
  const std::uint64_t along = within % here;
  Place place;
  place.cylinder =
      static_cast<std::uint32_t>(block * width + (leg % 2 == 0 ? along : here - 1 - along));
  place.head = static_cast<std::uint32_t>(block % 2 == 0 ? leg : heads - 1 - leg);
  place.steps = {real(block * (heads - 1) + leg),
                 real(block * heads * (width - 1) + leg * (here - 1) + along), real(block)};
  return place;
}

double MechanicalDrive::track_angle(const Zone& zone, const Place& place) const {
  return fraction(zone.angle + place.steps.heads * zone.head_skew +
                  (place.steps.cylinders + place.steps.blocks) * zone.cylinder_skew);
}

Target MechanicalDrive::locate(std::uint64_t sector) const {
  Target target;
  target.zone = zone_index_[sector >> index_shift_];
  while (sector >= zones_[target.zone].first_sector + zones_[target.zone].sectors) ++target.zone;
  const Zone& zone = zones_[target.zone];
  target.in_zone = sector - zone.first_sector;
  target.track = track_of(zone, target.in_zone);
  const Place where = place(zone, target.track);
  target.cylinder = zone.first_cylinder + where.cylinder;
  target.head = where.head;
  const auto in_track = static_cast<double>(
      static_cast<std::int64_t>(target.in_zone - target.track * zone.per_track));
  target.angle = fraction(track_angle(zone, where) + in_track * zone.inverse_per_track);
  return target;
}

CylinderRest MechanicalDrive::rest_of_cylinder(std::uint64_t sector) const {
  const Target at = locate(sector);
  const Zone& zone = zones_[at.zone];
  CylinderRest rest;
  rest.sectors = (at.track + 1) * zone.per_track - at.in_zone - 1;
  rest.per_track = zone.per_track;
  rest.gap_turns = zone.waits[0].head;
  if (spec_.serpentine_tracks == 0) rest.tracks = spec_.surfaces - 1 - at.head;
  return rest;
}

MechanicalService MechanicalDrive::serve(const Arm& arm, const Target& target,
                                         std::uint64_t sectors, bool is_write, double phase) const {
  MechanicalService service;
  const double seek = seek_turns(arm, target, is_write);
  service.seek_s = seek * revolution_s_;
  const double gap = turns_to(target.angle, phase, seek);
  service.rotation_s = std::max(gap, 0.0) * revolution_s_;

  double turns = std::min(gap, 0.0);
  const Zone* zone = &zones_[target.zone];
  std::uint64_t in_zone = target.in_zone;
  std::uint64_t track = target.track;
  service.after = {target.cylinder, target.head};
  for (;;) {
    const std::uint64_t here = std::min(sectors, zone->sectors - in_zone);
    turns += static_cast<double>(static_cast<std::int64_t>(here)) * zone->inverse_per_track;
    const std::uint64_t last = track_of(*zone, in_zone + here - 1);
    const Waits& waits = zone->waits[is_write ? 1 : 0];
    if (last != track) {
      const Steps from = place(*zone, track).steps;
      const Place to = place(*zone, last);
      turns += (to.steps.heads - from.heads) * waits.head +
               (to.steps.cylinders - from.cylinders) * waits.cylinder +
               (to.steps.blocks - from.blocks) * waits.block;
      service.after = {zone->first_cylinder + to.cylinder, to.head};
    }
    sectors -= here;
    if (sectors == 0) break;
    turns += waits.next_zone;
    ++zone;
    in_zone = 0;
    track = 0;
    service.after = {zone->first_cylinder, 0};
  }
  service.transfer_s = turns * revolution_s_;
  return service;
}

}  // namespace spindle::models
