#pragma once
// The figures of one scheme: the chain's, what a zone's loss leaves, and the simulation's beside
// them. Probabilities are per extent.

#include <optional>

#include "app/nines/nines_case.hpp"
#include "models/durability/conditional.hpp"

namespace spindle::app {

// A probability of loss within a year. Where it is only known to be no more than `most`, there is
// no estimate, and as many nines are sure as that has.
struct AnnualLoss {
  std::optional<double> probability;
  double most = 0;
  // Of the probability, or those that are sure. Infinity where the probability is 0: nothing fails.
  [[nodiscard]] double nines() const;
};

struct ChainFigures {
  double mttdl_years = 0;  // infinity where nothing fails
  // From independent failures. Without repair there is no lasting rate: that of the first year of
  // an extent that starts whole.
  AnnualLoss loss;
  double losses_per_year = 0;  // the rate behind it
  // What counting failures in windows of one repair time each gives: too few. NaN without repair.
  double fixed_window = 0;
};

// When a zone with all its drives is lost for good: means over extents.
struct ZoneFigures {
  std::uint32_t shards = 0;    // of an extent, in the zone that has most of them
  int spare = 0;               // further losses that are survived whichever they are; < 0: lost
  double lost_unrepaired = 0;  // until its shards are back, if nothing at all is repaired
  double lost = 0;             // the same where other drives are repaired meanwhile as ever
  double losses_per_year = 0;  // from losses of zones, at the stated rate
  // Losses of one zone a year from which on they cost more extents than independent failures do;
  // NaN where the loss of a zone costs none.
  double break_even_per_year = 0;
  double fill_after = 0;  // of the drives that are left, were all rebuilt on them
};

struct SimulatedFigures {
  AnnualLoss loss;
  double low = 0;  // 95 % interval of the probability
  double high = 0;
  double to_chain = 0;  // rate over the chain's; NaN where either has none
  bool agrees = false;  // the chain's rate lies within the 99.9 % interval
  models::DurabilityEstimate estimate;
};

struct NinesFigures {
  ChainFigures chain;
  ZoneFigures zone;
  double unreadable = 0;            // at a random moment
  double unreadable_zone_down = 0;  // while one zone is down
  std::optional<SimulatedFigures> simulated;
  // Of the fleet's, by the simulation where there is one with an estimate.
  double lost_bytes_per_year = 0;
};

// What costs more extents: "independent failures" or "loss of a zone". Null where nothing does.
const char* dominating_cause(const NinesFigures& of);

// All but the simulation; takes microseconds.
NinesFigures nines_figures(const NinesCase& of);
// Adds it.
void add_simulation(const NinesCase& of, const models::DurabilityEstimate& estimate,
                    NinesFigures& figures);

}  // namespace spindle::app
