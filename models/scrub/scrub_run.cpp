#include "models/scrub/scrub_run.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/purposes.hpp"
#include "sim/discrete_distributions.hpp"
#include "sim/math.hpp"

namespace spindle::models {
namespace {

// So many units are followed by themselves, on average over a fleet in random order: that none of
// them is left at a moment has probability e^-64.
constexpr double kOldUnits = 64;

std::vector<ScrubPace> paces(const ScrubInputs& in) {
  std::vector<ScrubPace> out;
  for (const DriveModel& model : in.topology.models()) {
    out.push_back(scrub_pace(in.options, model));
  }
  return out;
}

std::vector<ScrubLedger::Model> ledger_models(const std::vector<ScrubPace>& paces) {
  std::vector<ScrubLedger::Model> out;
  for (const ScrubPace& pace : paces) out.push_back({pace.period_s, pace.units});
  return out;
}

std::vector<std::uint32_t> models_of_drives(const Topology& topology) {
  std::vector<std::uint32_t> out;
  for (std::uint32_t drive = 0; drive < topology.drives(); ++drive) {
    out.push_back(topology.model_of_rack(topology.rack_of(drive)));
  }
  return out;
}

double in_seconds(sim::Instant at) {
  return (at - sim::Instant()).to_seconds();
}

std::uint64_t draw_count(sim::RandomStream& random, double mean) {
  return sim::Poisson(mean).draw(random);
}

}  // namespace

ScrubRun::ScrubRun(const ScrubInputs& inputs, const FleetState& state)
    : in_(inputs),
      state_(state),
      pace_(paces(inputs)),
      errors_per_s_(inputs.options.errors_per_year / sim::kSecondsPerYear),
      ledger_(inputs.options.order, ledger_models(pace_), models_of_drives(inputs.topology),
              inputs.seed),
      error_random_(inputs.seed, 0, purpose::kLatentError, 0),
      place_random_(inputs.seed, 0, purpose::kLatentErrorPlace, 0),
      stuck_random_(inputs.seed, 0, purpose::kScrubStuck, 0),
      unit_random_(inputs.seed, 0, purpose::kScrubOldUnit, 0),
      is_stuck_(inputs.topology.drives(), 0),
      is_reachable_(inputs.topology.drives(), 1) {
  double units = 0;
  for (std::uint32_t drive = 0; drive < in_.topology.drives(); ++drive) {
    if (state_.is_present(drive)) ledger_.add_old(drive);
    units += ledger_.units(drive);
  }
  old_after_ = std::max(0.0, sim::log(units / kOldUnits));
  add_first_errors();
  if (in_.options.order == ScrubOrder::kRandom) add_first_old_units();
  write_script();
}

// When a client reads a place, from then on.
double ScrubRun::draw_client(double from) {
  const double rate = in_.reads_per_s ? in_.reads_per_s(place_random_) : 0.0;
  if (rate <= 0) return std::numeric_limits<double>::infinity();
  return from + place_random_.exponential() / rate;
}

// Present at time 0 where there were always drives like these. An error that is present has come
// within an interval W between its coming and its finding that is drawn with weight W, anywhere in
// it; a client has not read it since.
void ScrubRun::add_first_errors() {
  double longest = 0;
  for (const ScrubPace& pace : pace_) {
    longest = std::max(longest, ScrubLaw(in_.options.order, pace.period_s).mean_undetected_s());
  }
  sim::RandomStream random(in_.seed, 0, purpose::kLatentError, 1);
  const std::uint32_t slots = in_.topology.drives();
  const std::uint64_t most = draw_count(random, errors_per_s_ * slots * longest);
  for (std::uint64_t i = 0; i < most; ++i) {
    const std::uint32_t drive = random.below(slots);
    const double keep = random.uniform();
    if (!ledger_.is_there(drive)) continue;
    const ScrubLaw& law = ledger_.law(drive);
    if (keep * longest >= law.mean_undetected_s()) continue;
    double age = law.period_s() * random.exponential();
    double left = law.period_s() * random.exponential();
    if (law.order() == ScrubOrder::kSequential) {
      const double whole = law.period_s() * std::sqrt(random.uniform());
      age = whole * random.uniform();
      left = whole - age;
    }
    const double client = draw_client(-age);
    if (client > 0) errors_.add({drive, ledger_.life(drive), -age, left, client}, 0, ledger_);
  }
}

void ScrubRun::add_errors(double from, double until) {
  const std::uint32_t slots = in_.topology.drives();
  const std::uint64_t count = draw_count(error_random_, errors_per_s_ * slots * (until - from));
  for (std::uint64_t i = 0; i < count; ++i) {
    const double at = from + (until - from) * error_random_.uniform();
    const std::uint32_t drive = error_random_.below(slots);
    if (!ledger_.is_there(drive)) continue;
    const ScrubLaw& law = ledger_.law(drive);
    const double left =
        law.period_s() * (law.order() == ScrubOrder::kSequential ? place_random_.uniform()
                                                                 : place_random_.exponential());
    const double runs = ledger_.is_running(drive) ? at - from : 0.0;
    const double due = ledger_.clock(drive, from) + runs + left;
    errors_.add({drive, ledger_.life(drive), at, due, draw_client(at)}, from, ledger_);
  }
}

// A unit is read last at a time that lies exponentially far back in the running of its drive.
void ScrubRun::add_first_old_units() {
  for (std::uint32_t drive = 0; drive < in_.topology.drives(); ++drive) {
    if (!ledger_.is_there(drive)) continue;
    const double period = ledger_.law(drive).period_s();
    const double mean = ledger_.units(drive) * sim::exp(-old_after_);
    for (std::uint64_t i = draw_count(unit_random_, mean); i > 0; --i) {
      const double age = period * (old_after_ + unit_random_.exponential());
      const double left = period * unit_random_.exponential();
      old_units_.add({drive, ledger_.life(drive), -age, left}, 0, ledger_);
    }
  }
}

// Units that come to have waited for `old_after_` periods: the reads of so long ago that were not
// followed by another, a Poisson process as long as few of all units are among them.
void ScrubRun::add_old_units(double from, double until) {
  double fastest = 0;
  for (const ScrubPace& pace : pace_) fastest = std::max(fastest, pace.units / pace.period_s);
  const std::uint32_t slots = in_.topology.drives();
  const double rate = fastest * slots * sim::exp(-old_after_);
  for (std::uint64_t i = draw_count(unit_random_, rate * (until - from)); i > 0; --i) {
    const double at = from + (until - from) * unit_random_.uniform();
    const std::uint32_t drive = unit_random_.below(slots);
    const double keep = unit_random_.uniform();
    const double wait = unit_random_.exponential();
    if (!ledger_.is_running(drive)) continue;
    const double period = ledger_.law(drive).period_s();
    if (keep * fastest >= ledger_.units(drive) / period) continue;
    const double clock = ledger_.clock(drive, from) + (at - from);
    const ScrubHistory& history = ledger_.history(drive);
    if (std::isfinite(history.born_s) && clock < old_after_ * period) continue;
    const double since = at - history.age_s(at, old_after_ * period);
    old_units_.add({drive, ledger_.life(drive), since, clock + period * wait}, from, ledger_);
  }
}

// Of a new drive: units that will not be read for so long at first.
void ScrubRun::add_old_units_of(std::uint32_t drive, double now) {
  const double period = ledger_.law(drive).period_s();
  const double mean = ledger_.units(drive) * sim::exp(-old_after_);
  for (std::uint64_t i = draw_count(unit_random_, mean); i > 0; --i) {
    const double left = period * (old_after_ + unit_random_.exponential());
    old_units_.add({drive, ledger_.life(drive), now, left}, now, ledger_);
  }
}

void ScrubRun::begin_epoch(sim::Instant start, sim::Instant end, DirectedLoad& load) {
  const double from = in_seconds(start);
  const double until = in_seconds(end);
  for (std::uint32_t drive = 0; drive < in_.topology.drives(); ++drive) {
    if (!ledger_.is_running(drive)) continue;
    const ScrubPace& pace = pace_[in_.topology.model_of_rack(in_.topology.rack_of(drive))];
    load.add(drive, start, end, static_cast<float>(pace.disk_share));
  }
  add_errors(from, until);
  if (in_.options.order == ScrubOrder::kRandom) add_old_units(from, until);
  get_stuck(from, until);
  play_scripted(until);
}

void ScrubRun::end_epoch(sim::Instant end, std::span<const std::uint32_t> failed) {
  const double now = in_seconds(end);
  see_fleet(now, failed);
  errors_.advance(now, ledger_, [this](const AwaitedRead& error, double at) {
    ++counts_.found;
    counts_.found_age_s += at - error.since_s;
  });
  old_units_.advance(now, ledger_);
  record(now);
}

void ScrubRun::record(double now) {
  const ScrubLedger::Ages ages = ledger_.ages(now, old_after_);
  series_.age_mean_s.push_back(ages.mean_s);
  series_.age_p99_99_s.push_back(ages.p99_99_s);
  series_.age_p100_s.push_back(std::max(ages.oldest_s, now - old_units_.first_since(now)));
  series_.errors.push_back(static_cast<double>(errors_.size()) / ledger_.drives());
}

}  // namespace spindle::models
