#pragma once
// Places of drives that wait for the scrub to read them: those with a latent error, and the units
// that have waited longest. Times in s. What waits on a drive ends with it.
//
// The scrub comes after some seconds of running, whenever these are: a drive whose scrub stands
// still keeps its places waiting. Cost: O(log places) each.

#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "models/scrub/scrub_ledger.hpp"

namespace spindle::models {

struct AwaitedRead {
  std::uint32_t drive = 0;
  std::uint32_t life = 0;  // ScrubLedger::life() of the drive
  double since_s = 0;      // the error's, or the unit's last read
  double due_clock = 0;    // ScrubLedger::clock() at which the scrub comes
  double client_at_s = std::numeric_limits<double>::infinity();  // a client reads it
};

class AwaitedReads {
 public:
  // Told at `now`, of a drive that is there, in any order.
  void add(const AwaitedRead& place, double now, const ScrubLedger& ledger);
  // Calls found(place, at) for what is read by `now`, and forgets it and what went with its drive.
  void advance(double now, const ScrubLedger& ledger,
               const std::function<void(const AwaitedRead&, double)>& found = {});

  [[nodiscard]] std::size_t size() const { return heap_.size(); }
  // Since when the longest waits; `now` where nothing does.
  [[nodiscard]] double first_since(double now) const;

 private:
  struct Entry {
    double look_at_s = 0;  // not read before
    AwaitedRead place;
  };
  static bool is_later(const Entry& a, const Entry& b);
  void push(Entry entry);
  void drop_gone(const ScrubLedger& ledger);

  std::vector<Entry> heap_;
  std::vector<Entry> put_off_;  // of one advance(); kept for its room
};

}  // namespace spindle::models
