#pragma once
// The rings of buckets behind the time wheel (time_wheel.hpp), which is their only user.
//
// Level 0 has buckets of 2^shift ns, level k + 1 buckets half as wide as the whole ring of level k.
// A ring always covers at least half a turn ahead: as it turns, buckets of the level above are
// taken apart into it (pulled), so an entry moves once a level, and only where it lies more than
// half a turn ahead. The topmost level reaches to the end of time.
//
// An entry is {fraction of its bucket, 32 bits | id, 32 bits}. It is dead where its id is no longer
// pending at that time: the dead are dropped where they are met.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/aligned_array.hpp"
#include "sim/chunk_pool.hpp"
#include "sim/pending_times.hpp"
#include "sim/prefetch.hpp"

namespace spindle::sim {

struct Due {
  TimeKey key = 0;
  std::uint32_t id = 0;
};

// The total order of events at one time, for wheels whose ids do not ascend in it.
class TieOrder {
 public:
  virtual ~TieOrder() = default;
  // The sort key of an id, most significant word first; differs for ids pending at one time.
  static constexpr unsigned kWords = 3;
  [[nodiscard]] virtual std::uint64_t word(std::uint32_t id, unsigned index) const = 0;
  // An entry that a cancelled or moved event had left behind is gone: until then, what word() says
  // of its id must not change. Not called for what pop() returns.
  virtual void forget(std::uint32_t id) = 0;
};

// What is stored by id, and how many entries there are for them.
struct PendingIds {
  PendingTimes due;
  TieOrder* order = nullptr;  // none: ids ascend in the order of ties
  std::size_t entries = 0;    // everywhere, dead ones included

  void drop(std::uint32_t id) {
    --entries;
    if (order != nullptr) order->forget(id);
  }
};

inline constexpr std::uint32_t id_of(std::uint64_t entry) {
  return static_cast<std::uint32_t>(entry);
}

// The times [start, start + 2^shift) of one bucket, and how its entries tell them apart.
struct BucketSpan {
  TimeKey start = 0;
  unsigned fraction_shift = 0;  // entries resolve 2^fraction_shift ns

  [[nodiscard]] std::uint64_t entry(TimeKey key, std::uint32_t id) const {
    return ((key - start) >> fraction_shift << 32) | id;
  }
  // Whether an entry of this bucket stands for an id that is due at `key`.
  [[nodiscard]] bool holds(std::uint64_t entry, TimeKey key) const {
    return key != kNotPending && (key - start) >> fraction_shift == entry >> 32;
  }
};

// Tells the one live entry of an id from its dead ones, among all entries of one place: what was
// kept once counts as not pending until the place is left.
class Sieve {
 public:
  explicit Sieve(PendingIds& ids) : ids_(ids) {}
  ~Sieve() { leave_place(); }
  Sieve(const Sieve&) = delete;
  Sieve& operator=(const Sieve&) = delete;

  // What an entry of this place stands for is due at ids.due[id], where `is_live`.
  bool keep(std::uint32_t id, bool is_live) {
    if (!is_live) {
      ids_.drop(id);
      return false;
    }
    kept_.push_back({ids_.due[id], id});
    ids_.due[id] = kNotPending;
    return true;
  }
  // The live ones of entries of a bucket, put first: how many. Half of many may be dead, in no
  // order: sorted out without a branch for each.
  std::size_t keep(const BucketSpan& bucket, std::span<std::uint64_t> entries);

  void leave_place() {
    for (const Due& due : kept_) ids_.due[due.id] = due.key;
    kept_.clear();
  }

 private:
  PendingIds& ids_;
  std::vector<Due> kept_;
  std::vector<std::uint64_t> dead_;
};

class WheelLevels {
 public:
  explicit WheelLevels(PendingIds& ids) : ids_(ids) {}

  // Sets the width and number of buckets of level 0: 2^shift ns, 2^bits of them. Times before
  // the bucket of `first` are not to be placed. Preconditions: no entries; 2 <= shift <= 62, 6 <=
  // bits <= 24.
  void reset(TimeKey first, unsigned shift, unsigned bits);

  // From here on nothing is to be placed, until the next reset. Precondition: no entries.
  void retire() { last_taken_ = kEndOfTime; }

  void place(TimeKey key, std::uint32_t id) {
    std::size_t level = 0;
    while (key > levels_[level].last) ++level;
    place_at(level, key, id);
  }

  // Takes an entry out at once where it came to its bucket not long ago, as that of a timeout that
  // comes to nothing; false where it stays, dead. Precondition: it was placed.
  bool take_back(TimeKey key, std::uint32_t id);

  // Empties the earliest bucket that has entries into `out` from its start, unsorted and with the
  // dead among them, and says how many: 0 where all that it had was taken back, or there are none
  // at all. `out` grows as needed. The bucket's times, and all before them, are not to be placed
  // any more: they end at last_taken().
  std::size_t take_bucket(HugeVector<std::uint64_t>& out);
  [[nodiscard]] const BucketSpan& taken() const { return taken_; }
  [[nodiscard]] TimeKey last_taken() const { return last_taken_; }

  // Fetches some of the next bucket ahead of its use: a chunk a call.
  void warm() {
    if (warming_ == 0) return;
    warming_ = newest_chunk(warming_)->older;
    prefetch_chunk(warming_);
  }

  // Drops all dead entries.
  void sweep();

  // Takes all lists out, of any level: they go back through release_each.
  void detach(std::vector<ChunkList>& lists);
  // Calls fn(entry) for every entry of a detached list; its chunks can be used again by fn.
  template <class Fn>
  void release_each(ChunkList list, Fn&& fn) {
    release_chunks(list, [&](std::span<std::uint64_t> entries) {
      for (const std::uint64_t entry : entries) fn(entry);
    });
  }

  [[nodiscard]] std::uint64_t next_bucket() const { return levels_.front().next; }
  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  struct Level {
    unsigned shift = 0;           // buckets are 2^shift ns wide
    unsigned fraction_shift = 0;  // what of it the 32 bits of an entry cannot tell apart
    unsigned bits = 0;            // the ring has 2^bits buckets
    std::uint64_t next = 0;       // number (from time key 0) of the first bucket not yet taken
    TimeKey last = kEndOfTime;    // the last time that goes here and not to a level above
    HugeVector<ChunkList> buckets;
    HugeVector<std::uint64_t> occupied;  // a bit a bucket

    [[nodiscard]] std::size_t slot_of(std::uint64_t bucket) const {
      return bucket & (buckets.size() - 1);
    }
    [[nodiscard]] BucketSpan span_of(std::uint64_t bucket) const {
      return {bucket << shift, fraction_shift};
    }
  };

  struct Waiting {
    ChunkList* list;
    std::uint64_t entry;
  };

  void place_at(std::size_t index, TimeKey key, std::uint32_t id) {
    Level& level = levels_[index];
    const std::uint64_t bucket = key >> level.shift;
    const std::size_t slot = level.slot_of(bucket);
    level.occupied[slot / 64] |= std::uint64_t{1} << (slot % 64);
    const std::uint64_t entry = level.span_of(bucket).entry(key, id);
    if (many_buckets_) {
      let_wait(&level.buckets[slot], entry);
    } else {
      pool_.append(level.buckets[slot], entry);
    }
  }
  // With many buckets, an entry waits until first its list and then the end of its newest chunk
  // are in the cache: a store that misses holds up all that come after it. All of it goes in
  // groups, because the misses of a tight loop overlap, those of the page tables too, and those of
  // one event and the next hardly do.
  void let_wait(ChunkList* list, std::uint64_t entry) {
    waiting_[wait_end_++ % kWaiting] = {list, entry};
    if (wait_end_ % kGroup == 0) move_on();
  }
  void move_on();
  [[nodiscard]] bool take_back_waiting(const Waiting& entry);
  [[nodiscard]] bool pays_to_seek();
  void append_waiting(std::size_t end) {
    for (; wait_begin_ < end; ++wait_begin_) {
      const Waiting& next = waiting_[wait_begin_ % kWaiting];
      pool_.append(*next.list, next.entry);
    }
  }
  void append_all_waiting() { append_waiting(wait_end_); }
  // Number of the first bucket with entries in [level.next, end); end where there is none.
  [[nodiscard]] static std::uint64_t first_occupied(const Level& level, std::uint64_t end);
  [[nodiscard]] std::uint64_t end_of(std::size_t index) const;
  ChunkList take_list(Level& level, std::uint64_t bucket);
  bool turn_to_entries();
  void warm_next();
  [[nodiscard]] bool can_pull(std::size_t index) const;
  void pull_above(std::size_t index);
  void pull_from(std::size_t top);
  void pull(std::size_t index);
  // As release_each, a chunk at a time: fn(its entries), a copy.
  template <class Fn>
  void release_chunks(ChunkList list, Fn&& fn);
  // The times of the ids of a list's newest chunk, a chunk ahead of their use, and the one after
  // it.
  void prefetch_ids(ChunkList list) const {
    if (list == 0) return;
    const Chunk* chunk = newest_chunk(list);
    prefetch_chunk(chunk->older);
    for (std::size_t i = 0; i < entries_in_newest_chunk(list); ++i) {
      prefetch_line_nearby(&ids_.due[id_of(chunk->entries[i])]);
    }
  }

  static constexpr std::size_t kGroup = 8;  // fewer misses than a core has under way at once
  static constexpr std::size_t kWaiting = 4 * kGroup;
  static constexpr unsigned kSeeksForAFind = 8;
  static constexpr unsigned kMostSeeks = 64;

  PendingIds& ids_;
  ChunkPool pool_;
  bool many_buckets_ = false;  // their ends no longer fit into the cache
  std::array<Waiting, kWaiting> waiting_{};
  std::size_t wait_begin_ = 0;
  std::size_t wait_end_ = 0;
  unsigned seeks_ = kMostSeeks;  // for entries to take back, until one is found
  unsigned not_sought_ = 0;
  std::vector<Level> levels_ = std::vector<Level>(1);
  BucketSpan taken_;
  TimeKey last_taken_ = kEndOfTime;
  ChunkList warming_ = 0;  // what is left to fetch of the bucket that will be next
};

template <class Fn>
void WheelLevels::release_chunks(ChunkList list, Fn&& fn) {
  prefetch_ids(list);
  while (list != 0) {
    Chunk* chunk = newest_chunk(list);
    const std::size_t count = entries_in_newest_chunk(list);
    list = chunk->older;
    prefetch_ids(list);
    std::uint64_t entries[kEntriesPerChunk];
    std::copy_n(chunk->entries, count, entries);
    pool_.give_back(chunk);
    fn(std::span(entries, count));
  }
}

}  // namespace spindle::sim
