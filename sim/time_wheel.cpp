#include "sim/time_wheel.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

namespace spindle::sim {
namespace {

// Below this many entries a heap is faster than buckets.
constexpr std::size_t kFew = 64;
// Enough events for the vectorised sort, few enough for their ids' times to stay in the cache.
constexpr std::size_t kMostInBucket = 4096;
constexpr std::size_t kLeastInBucket = 16;
constexpr unsigned kLeastBits = 6;
constexpr unsigned kMostBits = 22;
constexpr unsigned kLeastShift = 2;
constexpr unsigned kMostShift = 62;
constexpr std::size_t kSample = 4096;
constexpr std::size_t kLeastRank = 16;  // of a sample, for a density within 25 % (one sigma)
constexpr std::size_t kRefillsWatched = 32;
constexpr double kWidthTolerance = 3;  // buckets are laid out anew where the rate is beyond it

unsigned shift_for(double width) {
  constexpr double kMost = 0x1p62;
  const auto whole = static_cast<std::uint64_t>(std::clamp(width, 4.0, kMost));
  const auto shift = static_cast<unsigned>(std::bit_width(whole + whole / 2)) - 1;
  return std::clamp(shift, kLeastShift, kMostShift);
}

void order_by_words(std::span<KeyedValue> run, const TieOrder& order, unsigned word) {
  bool differ = false;
  for (KeyedValue& id : run) {
    id.key = order.word(static_cast<std::uint32_t>(id.value), word);
    differ = differ || id.key != run.front().key;
  }
  if (differ) sort_by_key(run);
  if (word + 1 == TieOrder::kWords) return;
  for (std::size_t first = 0, last = 0; first < run.size(); first = last) {
    while (last < run.size() && run[last].key == run[first].key) ++last;
    if (last - first > 1) order_by_words(run.subspan(first, last - first), order, word + 1);
  }
}

}  // namespace

TimeWheel::TimeWheel(std::size_t ids, TieOrder* order) {
  ids_.order = order;
  resize(ids);
  rebuild(Width::kAsItIs);
}

TimeWheel::TimeWheel(const PlacedTimes& times) {
  ids_.due = PendingTimes(times);
  rebuild(Width::kAsItIs);
}

bool TimeWheel::cancel(std::uint32_t id) {
  if (!contains(id)) return false;
  const TimeKey key = std::exchange(ids_.due[id], kNotPending);
  --live_;
  if (key <= levels_.last_taken()) {
    if (front_.id == id) settle();
  } else if (levels_.take_back(key, id)) {
    ids_.drop(id);
  }
  if (too_many_dead()) sweep_and_settle();
  return true;
}

void TimeWheel::clear() {
  ids_.due.clear();
  live_ = 0;
  rebuild(Width::kAsItIs);
}

void TimeWheel::settle_slowly() {
  while (true) {
    while (position_ < end_ && !main_holds(position_, ids_.due[id_of(main_[position_])])) {
      ids_.drop(id_of(main_[position_++]));
    }
    while (!heap_.empty() && ids_.due[heap_.top().id] != heap_.top().key) {
      const std::uint32_t id = heap_.top().id;
      heap_.pop(ids_.order);
      ids_.drop(id);
    }
    front_in_heap_ =
        !heap_.empty() && (position_ == end_ || precedes(heap_.top(), main_front(), ids_.order));
    if (front_in_heap_ || position_ < end_) {
      front_ = front_in_heap_ ? heap_.top() : main_front();
      return;
    }
    if (live_ == 0) return;
    refill();
  }
}

// Takes the next bucket, or lays out new ones. Precondition: nothing is near, something is pending.
void TimeWheel::refill() {
  if (live_ <= kFew / 2 || live_ < laid_out_for_ / 8) {
    front_.key = levels_.last_taken();  // all that is pending is later
    rebuild(Width::kBySample);
    return;
  }
  position_ = 0;
  announced_ = 0;
  is_exact_ = false;
  end_ = levels_.take_bucket(main_);
  if (follow_rate()) return;
  sort_keys({main_.data(), end_});
  if (ids_.order != nullptr || levels_.taken().fraction_shift > 0) order_ties();
}

// Equal fractions are in the order of ids so far, which is right only where they stand for equal
// times and ids ascend as ties do.
void TimeWheel::order_ties() {
  const BucketSpan& taken = levels_.taken();
  is_exact_ = taken.fraction_shift > 0;
  if (is_exact_ && exact_.size() < end_) exact_.resize(main_.size());
  std::size_t out = 0;
  for (std::size_t first = 0, last = 0; first < end_; first = last) {
    while (last < end_ && main_[last] >> 32 == main_[first] >> 32) ++last;
    if (last - first == 1) {
      if (is_exact_) {
        const TimeKey key = ids_.due[id_of(main_[first])];
        exact_[out] = taken.holds(main_[first], key) ? key : kNotPending;
      }
      main_[out++] = main_[first];
    } else {
      out = order_run(first, last, out);
    }
  }
  end_ = out;
}

// Orders the entries first … last - 1 of one fraction, without what is dead, into place from `out`
// on, and returns where they end.
std::size_t TimeWheel::order_run(std::size_t first, std::size_t last, std::size_t out) {
  run_.clear();
  const std::uint64_t fraction = main_[first] >> 32;
  for (std::size_t i = first; i < last; ++i) {
    const std::uint32_t id = id_of(main_[i]);
    const TimeKey key = ids_.due[id];
    const bool again = i > first && main_[i] == main_[i - 1];
    if (!again && levels_.taken().holds(main_[i], key)) {
      run_.push_back({.value = id, .key = key});
    } else {
      ids_.drop(id);
    }
  }
  const std::span<KeyedValue> run(run_);
  if (levels_.taken().fraction_shift > 0) {
    std::sort(run.begin(), run.end(), [](const KeyedValue& a, const KeyedValue& b) {
      return a.key != b.key ? a.key < b.key : a.value < b.value;
    });
  }
  for (std::size_t from = 0, to = 0; ids_.order != nullptr && from < run.size(); from = to) {
    const TimeKey key = run[from].key;
    while (to < run.size() && run[to].key == key) ++to;
    if (to - from > 1) order_by_words(run.subspan(from, to - from), *ids_.order, 0);
  }
  for (const KeyedValue& of : run) {
    const auto id = static_cast<std::uint32_t>(of.value);
    if (is_exact_) exact_[out] = ids_.due[id];
    main_[out++] = fraction << 32 | id;
  }
  return out;
}

// Width of a bucket that gets as many events as it should, at the rate at which they have left.
double TimeWheel::width_of_rate() const {
  const auto buckets = static_cast<double>(levels_.next_bucket() - 1 - watched_from_);
  const auto left = static_cast<double>(left_ - watched_left_);
  const auto width = static_cast<double>(std::uint64_t{1} << shift_);
  return left > 0 ? static_cast<double>(target_) * width * buckets / left : 0;
}

// Lays out new buckets where the rate of events asks for other ones, and says whether it did. A
// bucket has just been taken.
bool TimeWheel::follow_rate() {
  ++refills_;
  const std::uint64_t passed = levels_.next_bucket() - 1 - watched_from_;
  const std::size_t left = left_ - watched_left_;
  if (passed == 0 || left == 0 || (left < 2 * target_ && refills_ < kRefillsWatched)) return false;
  const double width = width_of_rate();
  const auto present = static_cast<double>(std::uint64_t{1} << shift_);
  const bool fits = width < kWidthTolerance * present && present < kWidthTolerance * width;
  if (!fits && changes() >= patience_ && shift_for(width) != shift_) {
    front_.key = levels_.taken().start;
    rebuild(Width::kByRate);
    return true;
  }
  refills_ = 0;
  watched_from_ += passed / 2;
  watched_left_ += left / 2;
  return false;
}

// Drops all dead entries.
void TimeWheel::sweep() {
  levels_.sweep();
  Sieve sieve(ids_);
  std::size_t out = 0;
  for (std::size_t i = position_; i < end_; ++i) {
    const std::uint32_t id = id_of(main_[i]);
    if (!sieve.keep(id, main_holds(i, ids_.due[id]))) continue;
    if (is_exact_) exact_[out] = exact_[i];
    main_[out++] = main_[i];
  }
  position_ = 0;
  announced_ = 0;
  end_ = out;
  heap_.release_each([&](const Due& due) {
    if (sieve.keep(due.id, ids_.due[due.id] == due.key)) heap_.push(due, ids_.order);
  });
}

void TimeWheel::grow() {
  rebuild(Width::kBySample);
  settle();
}

// The bucket being emptied gets more than it should: narrower ones would keep the heap small.
void TimeWheel::split_heap() {
  if (changes() < patience_) return;
  rebuild(Width::kBySample);
  settle();
}

// As width_of_rate, from the density of the earliest events that are pending.
double TimeWheel::width_of_sample(const std::vector<ChunkList>& lists) const {
  std::vector<TimeKey> keys;
  const std::size_t stride = std::max<std::size_t>(ids_.entries / kSample, 1);
  std::size_t skip = 0;
  const auto look_at = [&](std::uint32_t id) {
    if (ids_.due[id] != kNotPending) keys.push_back(ids_.due[id]);
  };
  for (; position_ + skip < end_; skip += stride) look_at(id_of(main_[position_ + skip]));
  skip -= end_ - position_;
  for (; skip < heap_.size(); skip += stride) look_at(heap_.all()[skip].id);
  skip -= heap_.size();
  for (ChunkList list : lists) {
    for (; list != 0; list = newest_chunk(list)->older) {
      const std::size_t count = entries_in_newest_chunk(list);
      for (; skip < count; skip += stride) look_at(id_of(newest_chunk(list)->entries[skip]));
      skip -= count;
    }
  }
  if (keys.empty()) return 0;
  sort_keys(keys);
  const double share = static_cast<double>(target_) / static_cast<double>(live_);
  const auto in_bucket = static_cast<std::size_t>(share * static_cast<double>(keys.size()));
  for (std::size_t rank = std::max(in_bucket, kLeastRank); rank < 2 * keys.size(); rank *= 2) {
    const std::size_t last = std::min(rank, keys.size() - 1);
    const auto span = static_cast<double>(keys[last] - keys[0]);
    const double part = static_cast<double>(last) / static_cast<double>(keys.size());
    if (span > 0) return span * share / part;
  }
  return 0;  // all at one time
}

// Lays out new buckets. Precondition: where anything is pending, nothing is
// due before front_.key. The caller settles afterwards.
void TimeWheel::rebuild(Width width) {
  if (dead() > 0) sweep();
  std::vector<ChunkList> lists;
  levels_.detach(lists);
  target_ = std::clamp(live_ / 32, kLeastInBucket, kMostInBucket);
  double wanted = 0;
  if (width == Width::kByRate) wanted = width_of_rate();
  if (width == Width::kBySample) wanted = width_of_sample(lists);
  const unsigned before = shift_;
  if (wanted > 0) shift_ = shift_for(wanted);

  const bool few = live_ <= kFew / 2;
  if (few) {
    levels_.retire();
  } else {
    const auto bits = static_cast<unsigned>(std::bit_width(8 * live_ / target_));
    levels_.reset(front_.key, shift_, std::clamp(bits, kLeastBits, kMostBits));
    watched_from_ = levels_.next_bucket();
  }
  put_back(lists);

  laid_out_for_ = live_;
  grow_at_ = std::max(4 * live_, kFew);
  heap_limit_ = few ? std::numeric_limits<std::size_t>::max() : 8 * target_;
  // Buckets that come out the same again will hardly be better next time.
  patience_ = std::max(before == shift_ ? 4 * live_ : live_ / 2, kFew);
  arrived_ = 0;
  left_ = 0;
  watched_left_ = 0;
  refills_ = 0;
}

void TimeWheel::put_back(const std::vector<ChunkList>& lists) {
  const auto put = [&](std::uint32_t id) {
    const TimeKey key = ids_.due[id];
    if (key > levels_.last_taken()) {
      levels_.place(key, id);
    } else {
      heap_.push({key, id}, ids_.order);
    }
  };
  HugeVector<std::uint64_t> main;
  main.swap(main_);
  const std::size_t first = std::exchange(position_, 0);
  announced_ = 0;
  const std::size_t last = std::exchange(end_, 0);
  heap_.release_each([&](const Due& due) { put(due.id); });
  for (std::size_t i = first; i < last; ++i) put(id_of(main[i]));
  for (const ChunkList list : lists) {
    levels_.release_each(list, [&](std::uint64_t entry) { put(id_of(entry)); });
  }
}

std::size_t TimeWheel::memory_bytes() const {
  return sizeof(*this) + ids_.due.memory_bytes() + levels_.memory_bytes() +
         main_.capacity() * sizeof(std::uint64_t) + exact_.capacity() * sizeof(TimeKey) +
         heap_.memory_bytes() + run_.capacity() * sizeof(KeyedValue);
}

}  // namespace spindle::sim
