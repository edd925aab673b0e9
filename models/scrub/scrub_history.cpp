#include "models/scrub/scrub_history.hpp"

#include <algorithm>

namespace spindle::models {

bool ScrubHistory::is_stopped() const {
  return !stops.empty() && stops.back().until_s == std::numeric_limits<double>::infinity();
}

double ScrubHistory::age_s(double now, double running) const {
  double age = running;
  for (auto stop = stops.rbegin(); stop != stops.rend(); ++stop) {
    const double end = std::min(stop->until_s, now);
    if (now - age > end) break;
    age += end - stop->from_s;
  }
  return std::min(age, now - born_s);
}

double ScrubHistory::running_s(double now, double age) const {
  double running = age;
  for (const ScrubStop& stop : stops) {
    const double from = std::max(stop.from_s, now - age);
    running -= std::max(0.0, std::min(stop.until_s, now) - from);
  }
  return std::max(0.0, running);
}

double ScrubHistory::share_older(const ScrubLaw& law, double now, double age) const {
  if (age >= now - born_s) return 0;
  return law.survival(running_s(now, age));
}

// The age is min(r, limit), limit the running since the drive came, and the length of every stop
// that lies less than r of running back.
double ScrubHistory::mean_age_s(const ScrubLaw& law, double now) const {
  const double since_born = now - born_s;
  const bool is_old = since_born == std::numeric_limits<double>::infinity();
  double mean = is_old ? law.mean_undetected_s() : law.mean_below(running_s(now, since_born));
  for (const ScrubStop& stop : stops) {
    const double end = std::min(stop.until_s, now);
    mean += (end - stop.from_s) * law.survival(running_s(now, now - end));
  }
  return mean;
}

ScrubHistory ScrubHistory::within(double now, double reach) const {
  ScrubHistory out = *this;
  out.born_s = -std::numeric_limits<double>::infinity();
  const double from = now - out.age_s(now, reach);
  if (born_s > from) out.born_s = born_s;
  std::erase_if(out.stops, [&](const ScrubStop& stop) { return stop.until_s <= from; });
  return out;
}

}  // namespace spindle::models
