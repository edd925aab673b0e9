#include "models/drive/actuator.hpp"

#include <algorithm>

namespace spindle::models {

Actuator::Actuator(MechanicalSpec spec, std::uint64_t first_sector, const DriveRunOptions& options,
                   DriveFront& front)
    : drive_(std::move(spec)),
      first_sector_(first_sector),
      options_(options),
      front_(front),
      queue_(options.depth) {
  if (!drive_.spec().cache) return;
  const CacheSpec& cache = *drive_.spec().cache;
  const std::uint64_t sector = drive_.spec().sector_bytes;
  cache_.emplace(drive_, cache);
  hit_completion_s_ = cache.hit_completion_s.value_or(drive_.spec().completion_s);
  if (cache.write_behind_bytes < sector) return;
  buffer_.emplace(cache.write_behind_bytes / sector, cache.segment_bytes / sector,
                  cache.write_extents);
}

CacheCounts Actuator::counts() const {
  CacheCounts counts = counts_;
  if (buffer_) counts.sectors_overwritten = buffer_->overwritten();
  return counts;
}

void Actuator::admit(const DriveRequest& request, sim::Instant now) {
  DriveRequest own = request;
  own.sector -= first_sector_;
  own.taken_in = now;
  if (own.is_write) {
    if (cache_) cache_->forget(own.sector, own.sectors);
    if (buffer_) {
      held_.push_back(own);
      let_writes_in(now);
      return;
    }
  } else if (is_held(own, now)) {
    ++counts_.read_hits;
    answer_over_bus(own, now);
    return;
  }
  queue_.push(own, drive_);
}

bool Actuator::is_held(const DriveRequest& request, sim::Instant now) {
  return (buffer_ && buffer_->holds(request.sector, request.sectors)) ||
         (cache_ && cache_->holds(request.sector, request.sectors, now));
}

void Actuator::answer(ServedRequest served) {
  served.request.sector += first_sector_;
  front_.answers.push({served, front_.answered++});
}

void Actuator::answer_over_bus(const DriveRequest& request, sim::Instant now) {
  const MechanicalSpec& spec = drive_.spec();
  const sim::Instant ready = detail::decoded(spec, request);
  const sim::Instant begin = std::max(now, front_.bus_free);
  ServedRequest served;
  served.request = request;
  served.transfer_s = detail::bus_seconds(spec, request, 0);
  front_.bus_free = begin + sim::Duration::seconds(served.transfer_s);
  served.finish = front_.bus_free + sim::Duration::seconds(hit_completion_s_);
  served.overhead_s = (ready - request.arrival).to_seconds() + hit_completion_s_;
  served.queue_s = (begin - ready).to_seconds();
  served.total_s = (served.finish - request.arrival).to_seconds();
  answer(served);
}

void Actuator::let_writes_in(sim::Instant now) {
  std::size_t in = 0;
  for (; in < held_.size() && large_write_ == LargeWrite::kNone; ++in) {
    const DriveRequest& request = held_[in];
    if (request.sectors > buffer_->capacity()) {
      // What waits in the buffer is older and must not come after it.
      if (buffer_->sectors() > 0) break;
      queue_.push(request, drive_);
      large_write_ = LargeWrite::kQueued;
    } else {
      if (!buffer_->put(request, drive_, now)) break;
      counts_.sectors_taken += request.sectors;
      answer_over_bus(request, now);
    }
  }
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(in));
}

void Actuator::finish_last(sim::Instant now) {
  const bool large_is_written = large_write_ == LargeWrite::kServed;
  if (large_is_written) large_write_ = LargeWrite::kNone;
  if (destaging_ > 0) {
    counts_.sectors_destaged += destaging_;
    destaging_ = 0;
    buffer_->written();
  } else if (!large_is_written) {
    return;
  }
  let_writes_in(now);
}

void Actuator::start(sim::Instant now) {
  if (arm_free_ > now) return;
  finish_last(now);
  answer_what_is_there(now);
  if (buffer_ && !buffer_->empty()) {
    const bool is_idle = queue_.size() == 0 && !cache_->is_reading(now);
    const bool is_full = !held_.empty();
    if (is_idle || (is_full && (queue_.size() == 0 || !buffer_had_turn_))) {
      buffer_had_turn_ = true;
      destage(now);
      return;
    }
  }
  if (queue_.size() == 0) return;
  buffer_had_turn_ = false;
  if (const auto at = following(now)) {
    follow(queue_.take_at(*at).request, now);
  } else {
    serve_from_platter(now);
  }
}

// What waited may be there by now: read with what was asked for before it, or written.
void Actuator::answer_what_is_there(sim::Instant now) {
  if (!cache_) return;
  for (std::size_t i = 0; i < queue_.size();) {
    const DriveRequest request = queue_[i].request;
    if (request.is_write || !is_held(request, now)) {
      ++i;
      continue;
    }
    queue_.take_at(i);
    ++counts_.read_hits;
    answer_over_bus(request, now);
  }
}

std::optional<std::size_t> Actuator::following(sim::Instant now) const {
  if (!cache_ || !cache_->is_reading(now)) return std::nullopt;
  for (std::size_t i = 0; i < queue_.size(); ++i) {
    const DriveRequest& request = queue_[i].request;
    if (request.is_write || !cache_->brings(request.sector, now)) continue;
    if (i == 0) return i;
    if (options_.scheduler == Scheduler::kFcfs) return std::nullopt;
    const sim::Duration waited = now - queue_[0].request.arrival;
    const bool oldest_first = options_.scheduler == Scheduler::kSptf && waited > options_.patience;
    return oldest_first ? std::nullopt : std::optional(i);
  }
  return std::nullopt;
}

void Actuator::follow(const DriveRequest& request, sim::Instant now) {
  const sim::Instant read = std::max(now, cache_->follow(request.sector, request.sectors));
  MechanicalService service;
  service.transfer_s = (read - now).to_seconds();
  const ServedRequest served = detail::served_by_platter(drive_.spec(), request, service, now);
  arm_free_ = served.finish;
  ++counts_.read_follows;
  answer(served);
}

void Actuator::serve_from_platter(sim::Instant now) {
  if (cache_) arm_ = cache_->stop(arm_, now);
  const RequestQueue::Entry entry =
      queue_.take(options_.scheduler, drive_, arm_, now, options_.patience);
  const DriveRequest& request = entry.request;
  Target target = entry.target;
  std::uint64_t first = request.sector;
  std::uint64_t sectors = request.sectors;
  if (cache_ && !request.is_write) {
    // Less than all of it: what the cache holds whole was answered before.
    const std::uint64_t there = cache_->leading(first, sectors);
    first += there;
    sectors -= there;
    if (there > 0) target = drive_.locate(first);
  }
  const MechanicalService service =
      drive_.serve(arm_, target, sectors, request.is_write, drive_.phase(now));
  const ServedRequest served = detail::served_by_platter(drive_.spec(), request, service, now);
  if (cache_ && !request.is_write) {
    const auto begin = sim::Duration::seconds(service.seek_s + service.rotation_s);
    cache_->read(target, first, sectors, now + begin);
  }
  if (request.is_write && buffer_) large_write_ = LargeWrite::kServed;
  arm_ = service.after;
  arm_free_ = served.finish;
  answer(served);
}

void Actuator::destage(sim::Instant now) {
  arm_ = cache_->stop(arm_, now);
  const RequestQueue::Entry entry = buffer_->take(options_.scheduler, drive_, arm_, now);
  const MechanicalService service =
      drive_.serve(arm_, entry.target, entry.request.sectors, true, drive_.phase(now));
  destaging_ = entry.request.sectors;
  arm_ = service.after;
  arm_free_ =
      now + sim::Duration::seconds(service.seek_s + service.rotation_s + service.transfer_s);
}

sim::Instant Actuator::next(sim::Instant now) const {
  if (arm_free_ > now) return arm_free_;
  // Dirty data wait for the end of the read-ahead.
  const bool waits = buffer_ && !buffer_->empty() && cache_->is_reading(now);
  return waits ? cache_->full() : sim::Instant::never();
}

}  // namespace spindle::models
