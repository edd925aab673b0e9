#pragma once
// When the scrub of a drive ran, which says how old its units are: no unit is kept by itself.
//
// A unit that the scrub read last when it had `r` seconds of running less behind it than now has
// the age that r is in time, stops counted in. Units never read are as old as the drive, whose data
// was written when it came. With r uniform or exponential (ScrubLaw) that is the law of all ages of
// a drive. Times in s; cost: O(stops).

#include <compare>
#include <cstdint>
#include <limits>
#include <vector>

#include "models/scrub/undetected.hpp"

namespace spindle::models {

struct ScrubStop {
  double from_s = 0;
  double until_s = std::numeric_limits<double>::infinity();  // infinity: it goes on
  auto operator<=>(const ScrubStop&) const = default;
};

struct ScrubHistory {
  std::uint32_t model = 0;                                   // of the drive
  double born_s = -std::numeric_limits<double>::infinity();  // -infinity: scrubbed for ever
  std::vector<ScrubStop> stops = {};                         // by time, apart from each other
  auto operator<=>(const ScrubHistory&) const = default;

  [[nodiscard]] bool is_stopped() const;
  // How long ago, at `now`, the scrub had `running` seconds of running less behind it; at most the
  // drive's age.
  [[nodiscard]] double age_s(double now, double running) const;
  // Share of units older than `age`, and their mean age.
  [[nodiscard]] double share_older(const ScrubLaw& law, double now, double age) const;
  [[nodiscard]] double mean_age_s(const ScrubLaw& law, double now) const;
  // The same history without what lies more than `reach` seconds of running back.
  [[nodiscard]] ScrubHistory within(double now, double reach) const;

 private:
  // Seconds of running in the last `age` seconds.
  [[nodiscard]] double running_s(double now, double age) const;
};

}  // namespace spindle::models
