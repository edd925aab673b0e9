#include "models/drive/drive_controller.hpp"

#include <algorithm>

namespace spindle::models {
namespace {

MechanicalSpec share_of(const MechanicalSpec& whole) {
  const std::uint32_t arms = whole.actuators;
  MechanicalSpec share = whole;
  share.actuators = 1;
  share.surfaces = whole.surfaces / arms;
  share.sectors = sectors_per_actuator(whole);
  if (share.cache) {
    share.cache->segments = std::max(1U, share.cache->segments / arms);
    share.cache->write_extents = std::max(1U, share.cache->write_extents / arms);
    share.cache->write_behind_bytes /= arms;
  }
  return share;
}

}  // namespace

DriveController::DriveController(const MechanicalDrive& drive, const DriveRunOptions& options)
    : sectors_each_(sectors_per_actuator(drive.spec())), depth_(options.depth) {
  const MechanicalSpec share = share_of(drive.spec());
  for (std::uint32_t i = 0; i < drive.spec().actuators; ++i) {
    actuators_.push_back(std::make_unique<Actuator>(share, i * sectors_each_, options, front_));
  }
}

bool DriveController::has_room() const {
  std::size_t waiting = 0;
  for (const auto& actuator : actuators_) waiting += actuator->waiting();
  return waiting < depth_;
}

void DriveController::admit(const DriveRequest& request, sim::Instant now) {
  actuators_[request.sector / sectors_each_]->admit(request, now);
}

bool DriveController::pop_answered(sim::Instant now, ServedRequest& served) {
  if (front_.answers.empty() || front_.answers.top().served.finish > now) return false;
  served = front_.answers.top().served;
  front_.answers.pop();
  return true;
}

void DriveController::start(sim::Instant now) {
  for (const auto& actuator : actuators_) actuator->start(now);
}

sim::Instant DriveController::next(sim::Instant now) const {
  sim::Instant then =
      front_.answers.empty() ? sim::Instant::never() : front_.answers.top().served.finish;
  for (const auto& actuator : actuators_) then = std::min(then, actuator->next(now));
  return then;
}

CacheCounts DriveController::counts() const {
  CacheCounts sum;
  for (const auto& actuator : actuators_) {
    const CacheCounts counts = actuator->counts();
    sum.read_hits += counts.read_hits;
    sum.read_follows += counts.read_follows;
    sum.sectors_taken += counts.sectors_taken;
    sum.sectors_overwritten += counts.sectors_overwritten;
    sum.sectors_destaged += counts.sectors_destaged;
  }
  return sum;
}

std::uint64_t DriveController::dirty_sectors() const {
  std::uint64_t sum = 0;
  for (const auto& actuator : actuators_) {
    if (actuator->buffer()) sum += actuator->buffer()->sectors();
  }
  return sum;
}

bool DriveController::is_dirty(std::uint64_t sector) const {
  const auto& buffer = actuators_[sector / sectors_each_]->buffer();
  return buffer && buffer->holds(sector % sectors_each_, 1);
}

}  // namespace spindle::models
