#pragma once
// Pending times of ids: the structure behind every event of a run.
//
// Each id below ids() is pending at most once. Events leave in the order (time, id), or (time,
// what a TieOrder says). Times lie in buckets, unsorted, 8 bytes an event; a bucket is sorted when
// its turn comes (Brown's calendar queue, CACM 31, 1988, with the sort put off). What comes into
// the bucket being emptied goes to a small heap, and so does everything while little is pending.
// The width of the buckets follows the load by itself; it shows in the speed alone, never in the
// order.
//
// Times: any but the smallest int64. Cost: O(1) a push, O(log of a bucket's events) a pop, both
// amortised, for any distribution of times; O(log n) at worst, where all fall into the bucket being
// emptied. Cancelling takes out what came to its bucket not long ago; else a dead entry of 8 bytes
// stays: all are swept before they exceed three quarters of the living (and 64). Memory: 8 bytes an
// id, 9 to 12 an event; another 8 to 25 for those of the bucket being emptied, which matters where
// most are due at one time. Errors: std::bad_alloc; events may be missing then, and the wheel is
// only to be destroyed. A wheel belongs to one thread.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/aligned_array.hpp"
#include "sim/bucket_sort.hpp"
#include "sim/due_heap.hpp"
#include "sim/time.hpp"
#include "sim/wheel_levels.hpp"

namespace spindle::sim {

class TimeWheel {
 public:
  struct Event {
    Instant time{};
    std::uint32_t id = 0;
  };

  // `order`, where given, must outlive the wheel.
  explicit TimeWheel(std::size_t ids = 0, TieOrder* order = nullptr);
  // The ids' times lie among their entities' state, which must outlive the wheel.
  explicit TimeWheel(const PlacedTimes& times);
  TimeWheel(const TimeWheel&) = delete;
  TimeWheel& operator=(const TimeWheel&) = delete;

  // More ids, which are not pending, of a wheel that keeps their times itself. Precondition: ids()
  // <= ids <= 2^32.
  void resize(std::size_t ids) { ids_.due.resize(ids); }
  void reserve(std::size_t ids) { ids_.due.reserve(ids); }
  [[nodiscard]] std::size_t ids() const { return ids_.due.size(); }

  [[nodiscard]] std::size_t size() const { return live_; }
  [[nodiscard]] bool empty() const { return live_ == 0; }
  [[nodiscard]] bool contains(std::uint32_t id) const { return ids_.due[id] != kNotPending; }
  // Precondition: contains(id).
  [[nodiscard]] Instant time_of(std::uint32_t id) const { return instant_of(ids_.due[id]); }

  // The id is due at `time`, and at no other time it was due at before.
  void schedule(std::uint32_t id, Instant time) {
    if (contains(id)) cancel(id);
    insert({key_of(time), id});
  }
  bool cancel(std::uint32_t id);  // false where it was not pending
  // Changes nothing. Who is about to move or cancel several says so for all of them first: their
  // misses, most of what it costs with many ids, then overlap.
  void prefetch(std::uint32_t id) const { prefetch_line_nearby(&ids_.due[id]); }
  void clear();

  // The earliest event. Precondition: not empty. A window is emptied by
  //   while (!wheel.empty() && wheel.next_time() < end) wheel.pop();
  [[nodiscard]] Instant next_time() const { return instant_of(front_.key); }
  [[nodiscard]] std::uint32_t next_id() const { return front_.id; }
  Event pop();

  // Entries of the bucket being emptied, in order: ids (id_of) whose state can be fetched ahead.
  // What was cancelled since may be among them, what came into the bucket since is not. Valid
  // until the wheel changes.
  [[nodiscard]] std::span<const std::uint64_t> upcoming() const {
    return {main_.data() + position_, end_ - position_};
  }

  // The next `most` of upcoming() once all of the last answer have left, else nothing: each entry
  // in one answer, as long as nothing is swept. Precondition: most > 0.
  [[nodiscard]] std::span<const std::uint64_t> announce(std::size_t most) {
    if (position_ < announced_ || position_ == end_) return {};
    announced_ = std::min(position_ + most, end_);
    return {main_.data() + position_, announced_ - position_};
  }

  // Entries of what was cancelled and is not yet swept.
  [[nodiscard]] std::size_t dead() const { return ids_.entries - live_; }
  // All memory held, in bytes.
  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  static constexpr std::size_t kFewDead = 64;
  static constexpr std::size_t kDueAhead = 32;
  static constexpr std::size_t kGroup = 8;  // fewer misses than a core has under way at once
  static constexpr TimeKey kSign = TimeKey{1} << 63;
  static constexpr TimeKey key_of(Instant time) { return static_cast<TimeKey>(time.ns()) ^ kSign; }
  static constexpr Instant instant_of(TimeKey key) {
    return Instant::from_ns(static_cast<std::int64_t>(key ^ kSign));
  }

  // What the width of new buckets goes by: the events pending, the rate at which they left, or
  // none.
  enum class Width { kBySample, kByRate, kAsItIs };

  void insert(const Due& due) {
    ids_.due[due.id] = due.key;
    ++live_;
    ++ids_.entries;
    ++arrived_;
    if (due.key > levels_.last_taken()) {
      levels_.place(due.key, due.id);
      if (live_ == 1) settle();
    } else {
      insert_near(due);
    }
    if (ids_.entries > grow_at_) grow();
  }
  void insert_near(const Due& due) {
    heap_.push(due, ids_.order);
    if (live_ == 1) {
      settle();
    } else if (precedes(due, front_, ids_.order)) {
      front_ = due;
      front_in_heap_ = true;
    }
    if (heap_.size() > heap_limit_) split_heap();
  }
  [[nodiscard]] Due main_front() const {
    const std::uint32_t id = id_of(main_[position_]);
    return {ids_.due[id], id};
  }
  // Whether entry `i` of the bucket being emptied stands for its id, which is due at `key`.
  [[nodiscard]] bool main_holds(std::size_t i, TimeKey key) const {
    if (is_exact_) return key != kNotPending && key == exact_[i];
    return levels_.taken().holds(main_[i], key);
  }
  // The times of ids to come, so many at once that their misses overlap.
  void look_ahead() {
    levels_.warm();
    const std::size_t first = position_ == 0 ? 0 : position_ + kDueAhead;
    const std::size_t last = std::min(position_ + kDueAhead + kGroup, end_);
    for (std::size_t i = first; i < last; ++i) prefetch_line_nearby(&ids_.due[id_of(main_[i])]);
  }
  // Finds the earliest event, whatever is dead before it.
  void settle() {
    if (position_ < end_) {
      if (position_ % kGroup == 0) look_ahead();
      const Due due = main_front();
      if (main_holds(position_, due.key) && (heap_.empty() || due.key < heap_.top().key)) {
        front_ = due;
        front_in_heap_ = false;
        return;
      }
    }
    settle_slowly();
  }
  void settle_slowly();
  void refill();
  void order_ties();
  std::size_t order_run(std::size_t first, std::size_t last, std::size_t out);
  [[nodiscard]] std::size_t changes() const { return arrived_ + left_; }
  [[nodiscard]] double width_of_rate() const;
  [[nodiscard]] double width_of_sample(const std::vector<ChunkList>& lists) const;
  bool follow_rate();
  [[nodiscard]] bool too_many_dead() const { return dead() > live_ / 4 * 3 + kFewDead; }
  void sweep();
  void sweep_and_settle() {
    sweep();
    settle();
  }
  void grow();
  void split_heap();
  void rebuild(Width width);
  void put_back(const std::vector<ChunkList>& lists);

  PendingIds ids_;
  WheelLevels levels_{ids_};
  std::size_t live_ = 0;
  // The earliest event, and where it is.
  Due front_;
  bool front_in_heap_ = false;
  // The bucket being emptied: sorted entries, those at position_ … end_ still to come.
  HugeVector<std::uint64_t> main_;
  std::size_t position_ = 0;
  std::size_t end_ = 0;
  // Of its entries, where their fractions cannot tell nearby times apart: an id may be moved by
  // less than they resolve. Of what was dead from the first, none.
  HugeVector<TimeKey> exact_;
  bool is_exact_ = false;
  DueHeap heap_;                 // of the same times, or before
  std::size_t announced_ = 0;    // entries before are announced, or were there when others were
  std::vector<KeyedValue> run_;  // of ties, while they are put in order
  // When the buckets are laid out anew:
  std::size_t laid_out_for_ = 0;  // events there were when it was done last
  std::size_t target_ = 0;        // events a bucket should have
  unsigned shift_ = 20;           // buckets are 2^shift_ ns wide
  std::size_t grow_at_ = 0;       // entries that are too many for these buckets
  std::size_t heap_limit_ = 0;    // events in the heap that are too many
  std::size_t patience_ = 0;      // changes that must pass first, so that it costs O(1) for each
  std::size_t arrived_ = 0;       // events since then
  std::size_t left_ = 0;
  // The rate is watched over buckets from here on; half of them are forgotten now and then.
  std::uint64_t watched_from_ = 0;
  std::size_t watched_left_ = 0;  // how many had left by then
  std::size_t refills_ = 0;
};

inline TimeWheel::Event TimeWheel::pop() {
  const Due due = front_;
  ids_.due[due.id] = kNotPending;
  --live_;
  --ids_.entries;
  ++left_;
  if (front_in_heap_) {
    heap_.pop(ids_.order);
  } else {
    ++position_;
  }
  settle();
  if (too_many_dead()) sweep_and_settle();
  return {instant_of(due.key), due.id};
}

}  // namespace spindle::sim
