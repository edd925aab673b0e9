#include "models/scrub/awaited_reads.hpp"

#include <algorithm>
#include <tuple>

namespace spindle::models {

// By time, then in an order that does not depend on how the heap came about.
bool AwaitedReads::is_later(const Entry& a, const Entry& b) {
  return std::tie(a.look_at_s, a.place.drive, a.place.since_s) >
         std::tie(b.look_at_s, b.place.drive, b.place.since_s);
}

void AwaitedReads::push(Entry entry) {
  heap_.push_back(entry);
  std::push_heap(heap_.begin(), heap_.end(), is_later);
}

void AwaitedReads::add(const AwaitedRead& place, double now, const ScrubLedger& ledger) {
  const double scrub = now + (place.due_clock - ledger.clock(place.drive, now));
  push({std::min(scrub, place.client_at_s), place});
}

void AwaitedReads::drop_gone(const ScrubLedger& ledger) {
  const auto removed = std::erase_if(heap_, [&](const Entry& entry) {
    return ledger.life(entry.place.drive) != entry.place.life;
  });
  if (removed > 0) std::make_heap(heap_.begin(), heap_.end(), is_later);
}

void AwaitedReads::advance(double now, const ScrubLedger& ledger,
                           const std::function<void(const AwaitedRead&, double)>& found) {
  drop_gone(ledger);
  while (!heap_.empty() && heap_.front().look_at_s <= now) {
    std::pop_heap(heap_.begin(), heap_.end(), is_later);
    Entry entry = heap_.back();
    heap_.pop_back();
    const AwaitedRead& place = entry.place;
    const bool runs = ledger.is_running(place.drive);
    const double left = place.due_clock - ledger.clock(place.drive, now);
    // Where the clock has passed it, the scrub came so long before now, or before it stopped.
    const double passed = (runs ? now : ledger.stopped_at(place.drive)) + left;
    const double scrub =
        left <= 0 ? std::max(entry.look_at_s, passed) : std::numeric_limits<double>::infinity();
    const double at = std::min(scrub, place.client_at_s);
    if (at <= now) {
      if (found) found(place, at);
      continue;
    }
    entry.look_at_s = std::min(now + std::max(left, 0.0), place.client_at_s);
    put_off_.push_back(entry);
  }
  for (const Entry& entry : put_off_) push(entry);
  put_off_.clear();
}

double AwaitedReads::first_since(double now) const {
  double first = now;
  for (const Entry& entry : heap_) first = std::min(first, entry.place.since_s);
  return first;
}

}  // namespace spindle::models
