#include "sim/wheel_levels.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace spindle::sim {
namespace {

// Rings above level 0: each level reaches 2^6 times as far as the one below.
constexpr unsigned kUpperBits = 7;
constexpr unsigned kKeyBits = 64;
constexpr std::size_t kManyBuckets = 1024;

// The last time before bucket `end` of 2^shift ns begins.
TimeKey last_before(std::uint64_t end, unsigned shift) {
  const bool beyond = end > (kEndOfTime >> shift);
  return beyond ? kEndOfTime : (end << shift) - 1;
}

}  // namespace

std::size_t Sieve::keep(const BucketSpan& bucket, std::span<std::uint64_t> entries) {
  dead_.resize(entries.size());
  std::size_t live = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::uint64_t entry = entries[i];
    const bool is_live = bucket.holds(entry, ids_.due[id_of(entry)]);
    dead_[i - live] = entry;
    entries[live] = entry;
    live += is_live ? 1 : 0;
  }
  for (std::size_t i = 0; i < entries.size() - live; ++i) ids_.drop(id_of(dead_[i]));
  std::size_t out = 0;
  for (std::size_t i = 0; i < live; ++i) {
    const std::uint64_t entry = entries[i];
    const std::uint32_t id = id_of(entry);
    if (keep(id, ids_.due[id] != kNotPending)) entries[out++] = entry;  // else it was there twice
  }
  return out;
}

void WheelLevels::reset(TimeKey first, unsigned shift, unsigned bits) {
  std::size_t index = 0;
  for (bool top = false; !top; ++index) {
    if (index == levels_.size()) levels_.emplace_back();
    Level& level = levels_[index];
    top = shift + bits >= kKeyBits;
    level.shift = shift;
    level.fraction_shift = shift > 32 ? shift - 32 : 0;
    level.bits = bits;
    level.next = first >> shift;
    const std::size_t words = ((std::size_t{1} << bits) + 63) / 64;
    level.buckets.assign(std::size_t{1} << bits, 0);
    level.buckets.shrink_to_fit();
    level.occupied.assign(words, 0);
    shift += bits - 1;
    bits = kUpperBits;
  }
  levels_.resize(index);
  many_buckets_ = levels_[0].buckets.size() >= kManyBuckets;
  const TimeKey start = levels_[0].next << levels_[0].shift;
  last_taken_ = start == 0 ? 0 : start - 1;
  // What `first` lies in, on the levels above, is level 0's.
  for (std::size_t k = levels_.size(); --k > 0;) {
    levels_[k].next += 1;
    levels_[k - 1].last = last_before(levels_[k].next, levels_[k].shift);
  }
  levels_.back().last = kEndOfTime;
  pull_from(levels_.size() - 1);
}

std::uint64_t WheelLevels::end_of(std::size_t index) const {
  const Level& level = levels_[index];
  if (index + 1 == levels_.size()) return (kEndOfTime >> level.shift) + 1;
  return levels_[index + 1].next << (level.bits - 1);
}

std::uint64_t WheelLevels::first_occupied(const Level& level, std::uint64_t end) {
  std::uint64_t bucket = level.next;
  while (bucket < end) {
    const std::size_t slot = level.slot_of(bucket);
    const std::uint64_t rest = level.occupied[slot / 64] >> (slot % 64);
    if (rest != 0) return bucket + static_cast<unsigned>(std::countr_zero(rest));
    bucket += 64 - slot % 64;
  }
  return end;
}

ChunkList WheelLevels::take_list(Level& level, std::uint64_t bucket) {
  append_all_waiting();
  const std::size_t slot = level.slot_of(bucket);
  level.occupied[slot / 64] &= ~(std::uint64_t{1} << (slot % 64));
  return std::exchange(level.buckets[slot], 0);
}

// The newest group's lists, the ends of the group before, the entries of the one before that.
void WheelLevels::move_on() {
  for (std::size_t i = wait_end_ - kGroup; i < wait_end_; ++i) {
    prefetch_line_nearby(waiting_[i % kWaiting].list);
  }
  if (wait_end_ - wait_begin_ < 2 * kGroup) return;
  for (std::size_t i = wait_end_ - 2 * kGroup; i < wait_end_ - kGroup; ++i) {
    prefetch_end(*waiting_[i % kWaiting].list);
  }
  append_waiting(wait_end_ - 2 * kGroup);
}

// Of entries that wait all are alike, in whatever order: the last takes the place of what goes. The
// bucket stays marked as occupied, others may wait for it.
bool WheelLevels::take_back_waiting(const Waiting& entry) {
  for (std::size_t i = wait_end_; i > wait_begin_; --i) {
    Waiting& at = waiting_[(i - 1) % kWaiting];
    if (at.entry != entry.entry || at.list != entry.list) continue;
    at = waiting_[--wait_end_ % kWaiting];
    return true;
  }
  return false;
}

// Where few of the entries sought of late were found, one in kSeldom is sought: a list's newest
// chunk is hardly ever in the cache.
bool WheelLevels::pays_to_seek() {
  constexpr unsigned kSeldom = 16;
  return seeks_ > 0 || ++not_sought_ % kSeldom == 0;
}

bool WheelLevels::take_back(TimeKey key, std::uint32_t id) {
  if (!pays_to_seek()) return false;
  std::size_t index = 0;
  while (key > levels_[index].last) ++index;
  Level& level = levels_[index];
  const std::uint64_t bucket = key >> level.shift;
  const std::size_t slot = level.slot_of(bucket);
  ChunkList& list = level.buckets[slot];
  const std::uint64_t entry = level.span_of(bucket).entry(key, id);
  const bool found = take_back_waiting({&list, entry}) || pool_.remove_recent(list, entry);
  seeks_ = found ? std::min(seeks_ + kSeeksForAFind, kMostSeeks) : seeks_ - std::min(seeks_, 1U);
  if (list == 0 && wait_begin_ == wait_end_) {
    level.occupied[slot / 64] &= ~(std::uint64_t{1} << (slot % 64));
  }
  return found;
}

// Takes the next bucket of a level apart into the level below.
void WheelLevels::pull(std::size_t index) {
  Level& level = levels_[index];
  const std::uint64_t bucket = level.next++;
  levels_[index - 1].last = last_before(level.next, level.shift);
  const BucketSpan span = level.span_of(bucket);
  release_each(take_list(level, bucket), [&](std::uint64_t entry) {
    const std::uint32_t id = id_of(entry);
    const TimeKey key = ids_.due[id];
    if (span.holds(entry, key)) {
      place_at(index - 1, key, id);
    } else {
      ids_.drop(id);
    }
  });
}

// Whether the ring below has room for all of the next bucket of a level.
bool WheelLevels::can_pull(std::size_t index) const {
  const Level& level = levels_[index];
  const Level& below = levels_[index - 1];
  return level.next < end_of(index) &&
         ((level.next + 1) << (below.bits - 1)) - below.next <= below.buckets.size();
}

// After a turn of one ring: those above it turn on, as long as there is room below.
void WheelLevels::pull_above(std::size_t index) {
  for (std::size_t k = index + 1; k < levels_.size() && can_pull(k); ++k) {
    while (can_pull(k)) pull(k);
  }
}

// From the top, so that what is pulled may be pulled on.
void WheelLevels::pull_from(std::size_t top) {
  for (std::size_t k = top; k > 0; --k) {
    while (can_pull(k)) pull(k);
  }
}

// Turns the rings to the first bucket of level 0 that has entries; false where there is none.
bool WheelLevels::turn_to_entries() {
  while (true) {
    std::size_t k = 0;
    std::uint64_t bucket = 0;
    for (; k < levels_.size(); ++k) {
      const std::uint64_t end = end_of(k);
      bucket = first_occupied(levels_[k], end);
      if (bucket < end) break;
    }
    if (k == levels_.size()) return false;
    levels_[k].next = bucket;
    if (k == 0) return true;
    pull_above(k);
    // All levels below are empty: they go on where this bucket begins.
    for (std::size_t j = k; j-- > 0;) {
      levels_[j].next = levels_[j + 1].next << (levels_[j].bits - 1);
    }
    pull_from(k);
  }
}

std::size_t WheelLevels::take_bucket(HugeVector<std::uint64_t>& out) {
  if (!turn_to_entries()) return 0;
  Level& level = levels_[0];
  const std::uint64_t bucket = level.next++;
  taken_ = level.span_of(bucket);
  last_taken_ = last_before(level.next, level.shift);
  std::size_t count = 0;
  ChunkList list = take_list(level, bucket);
  while (list != 0) {
    Chunk* chunk = newest_chunk(list);
    const std::size_t more = entries_in_newest_chunk(list);
    list = chunk->older;
    prefetch_chunk(list);
    if (out.size() < count + more) out.resize(std::max(count + more, count + count / 2));
    std::copy_n(chunk->entries, more, out.data() + count);
    count += more;
    pool_.give_back(chunk);
  }
  pull_above(0);
  warm_next();
  return count;
}

void WheelLevels::warm_next() {
  const Level& level = levels_[0];
  const std::uint64_t end = end_of(0);
  const std::uint64_t bucket = first_occupied(level, end);
  warming_ = bucket < end ? level.buckets[level.slot_of(bucket)] : 0;
  prefetch_chunk(warming_);
}

void WheelLevels::sweep() {
  append_all_waiting();
  warming_ = 0;
  Sieve sieve(ids_);
  for (Level& level : levels_) {
    for (std::size_t slot = 0; slot < level.buckets.size(); ++slot) {
      if (level.buckets[slot] == 0) continue;
      const std::uint64_t bucket = level.next + level.slot_of(slot - level.next);
      const BucketSpan span = level.span_of(bucket);
      ChunkList kept = 0;
      release_chunks(take_list(level, bucket), [&](std::span<std::uint64_t> entries) {
        const std::size_t live = sieve.keep(span, entries);
        for (const std::uint64_t entry : entries.first(live)) pool_.append(kept, entry);
      });
      sieve.leave_place();
      if (kept == 0) continue;
      level.buckets[slot] = kept;
      level.occupied[slot / 64] |= std::uint64_t{1} << (slot % 64);
    }
  }
}

void WheelLevels::detach(std::vector<ChunkList>& lists) {
  append_all_waiting();
  warming_ = 0;
  for (Level& level : levels_) {
    for (std::size_t word = 0; word < level.occupied.size(); ++word) {
      for (std::uint64_t rest = level.occupied[word]; rest != 0; rest &= rest - 1) {
        const std::size_t slot = 64 * word + static_cast<unsigned>(std::countr_zero(rest));
        lists.push_back(std::exchange(level.buckets[slot], 0));
      }
      level.occupied[word] = 0;
    }
  }
}

std::size_t WheelLevels::memory_bytes() const {
  std::size_t bytes = pool_.memory_bytes();
  for (const Level& level : levels_) {
    bytes += 8 * (level.buckets.capacity() + level.occupied.capacity());
  }
  return bytes;
}

}  // namespace spindle::sim
