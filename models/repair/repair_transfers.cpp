// Repair under RepairLaw::kBandwidth: lost shards on their way through the channels.
#include "models/repair/repair.hpp"

namespace spindle::models {

void Repair::detect(Batch batch) {
  if (channels_->are_closed() || batch.shards.empty()) return;
  if (inputs_.repair.detect == sim::Duration()) {
    start_rebuilds(batch);
    return;
  }
  if (free_batches_.empty()) {
    free_batches_.push_back(static_cast<std::uint32_t>(batches_.size()));
    batches_.emplace_back();
  }
  const std::uint32_t index = free_batches_.back();
  free_batches_.pop_back();
  const std::uint32_t failure = batch.failure;
  batches_[index] = std::move(batch);
  engine_.schedule_after(inputs_.repair.detect, detected_, sim::kOnlyCell, sim::EntityId(failure),
                         index);
}

// Those of the batch that are still lost by that failure, and of extents that are not.
void Repair::start_rebuilds(const Batch& batch) {
  for (const std::uint32_t shard : batch.shards) {
    const std::uint32_t entry = state_.map().entry(shard);
    if (!ShardMap::is_lost(entry)) continue;
    const std::uint32_t number = entry - ShardMap::kLost;
    const LostShard& lost = lost_[number];
    const bool is_new = lost.failure == batch.failure && lost.is_repair && lost.waits_since == 0 &&
                        lost.target == TargetChooser::kNone;
    if (!is_new || state_.present(shard / shards_) < inputs_.needed) continue;
    lost_[number].is_detected = true;
    start(number, batch.failure);
  }
}

// A rebuild that may begin, or begin again: now, or when its turn comes.
void Repair::start(std::uint32_t number, std::uint32_t failure) {
  if (!backlog_ || !lost_[number].is_repair) {
    restore(number, failure);
    return;
  }
  stop_waiting(number);
  enqueue(number);
}

void Repair::enqueue(std::uint32_t number) {
  LostShard& lost = lost_[number];
  const std::uint32_t missing = shards_ - state_.present(extent_of(number));
  lost.is_due = lost.is_due || missing >= inputs_.repair.start_at;
  if (lost.is_due) backlog_->add(number, missing);
}

// Known to be lost, and neither on its way nor waiting for a drive.
bool Repair::is_in_line(std::uint32_t number) const {
  const LostShard& lost = lost_[number];
  return lost.is_detected && lost.is_repair && lost.waits_since == 0 &&
         lost.target == TargetChooser::kNone && state_.present(extent_of(number)) >= inputs_.needed;
}

// The extent lacks more shards than before, or fewer.
void Repair::reorder(std::uint32_t extent) {
  if (!backlog_) return;
  for (const std::uint32_t entry : state_.map().of(extent)) {
    if (!ShardMap::is_lost(entry)) continue;
    const std::uint32_t number = entry - ShardMap::kLost;
    if (is_in_line(number)) enqueue(number);
  }
}

void Repair::reorder_all() {
  if (!backlog_) return;
  for (std::uint32_t number = 0; number < lost_.numbers(); ++number) {
    if (is_in_line(number)) enqueue(number);
  }
}

// Whose turn it is begins, while few enough are on their way.
void Repair::dispatch() {
  while (backlog_ && on_their_way_ < most_on_their_way_) {
    const auto number = backlog_->take();
    if (!number) return;
    restore(*number, lost_[*number].failure);
  }
}

void Repair::begin_transfers(std::uint32_t number, std::uint32_t target) {
  stop_waiting(number);
  LostShard& lost = lost_[number];
  state_.reserve(target);
  lost.target = target;
  lost.attempt = ++next_attempt_;
  ++on_their_way_;
  const sim::Instant done =
      channels_->rebuild(engine_.now(), lost.shard / shards_, target, {number, lost.attempt});
  if (done == sim::Instant() + inputs_.failure.horizon) return;
  lost.rebuilt =
      engine_.schedule_at(done, rebuilt_, sim::kOnlyCell, sim::EntityId(lost.shard), number);
}

// Others may have put shards of the extent where the target is no longer legal.
void Repair::end_transfers(std::uint32_t number) {
  const std::uint32_t target = lost_[number].target;
  abort(number);
  if (chooser_.is_legal(target, held_by(extent_of(number)), view())) {
    put(number, target);
  } else {
    ++counts_.restarted;
    start(number, lost_[number].failure);
  }
}

// The shard is no longer on its way, nor in line for it; its room is free again.
void Repair::abort(std::uint32_t number) {
  if (backlog_) backlog_->drop(number);
  LostShard& lost = lost_[number];
  engine_.cancel(lost.rebuilt);
  lost.rebuilt = {};
  if (lost.target == TargetChooser::kNone) return;
  --on_their_way_;
  state_.release(lost.target);
  lost.target = TargetChooser::kNone;
}

// Ends what is under way on the drive; restart_interrupted() is to follow once the state has
// changed.
void Repair::interrupt(std::uint32_t drive) {
  if (is_exponential()) return;
  const std::size_t first = interrupted_.size();
  channels_->interrupt(engine_.now(), drive, interrupted_);
  for (std::size_t i = first; i < interrupted_.size(); ++i) {
    const TransferTicket ticket = interrupted_[i];
    if (lost_[ticket.number].attempt == ticket.attempt) abort(ticket.number);
  }
}

void Repair::restart_interrupted() {
  for (const TransferTicket ticket : interrupted_) {
    const LostShard& lost = lost_[ticket.number];
    // It may have been made whole, given up, or started again on account of another drive.
    if (lost.attempt != ticket.attempt || lost.target != TargetChooser::kNone) continue;
    if (!lost.is_repair || lost.waits_since != 0) continue;
    if (state_.present(extent_of(ticket.number)) < inputs_.needed) continue;
    ++counts_.restarted;
    start(ticket.number, lost.failure);
  }
  interrupted_.clear();
}

}  // namespace spindle::models
