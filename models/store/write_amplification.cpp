#include "models/store/write_amplification.hpp"

#include <algorithm>
#include <cmath>

#include "models/store/segment_log.hpp"
#include "sim/math.hpp"
#include "sim/parameter_check.hpp"

namespace spindle::models {
namespace {

void check_fullness(double fullness, double most) {
  sim::check_parameter(fullness > 0 && fullness <= most, "store: fullness", fullness,
                       "above 0 and at most 0.97");
}

void check_shares(double hot_data, double hot_writes) {
  const bool is_hot = hot_data > 0 && hot_data < 1 && hot_writes > 0 && hot_writes < 1;
  sim::check_parameter(is_hot || (hot_data == 0 && hot_writes == 0),
                       "store: hot data and its share of the writes", hot_data,
                       "both between 0 and 1, or both 0");
}

// Slots of a log through which one class of data passes in a turn, over all live blocks: writes
// times 1 / (1 - share that outlives the turn). And its derivative by the turn's length.
struct Passed {
  double slots = 0;
  double slope = 0;
};

// `turn`: overwrites while the log goes round once, over live blocks.
Passed passed(double data, double writes, double turn) {
  if (writes == 0) return {};
  const double rate = writes / data;
  const double dies = -sim::expm1(-rate * turn);
  return {writes * turn / dies, writes / dies - writes * turn * rate * (1 - dies) / (dies * dies)};
}

// Below that length everything outlives a turn but for rounding.
constexpr double kShortestTurn = 1e-9;

// Segments of the log that stands for a drive's. Few are enough for cost-benefit, which looks at
// all of them for each that it cleans. Where some data is hot, greedy copies a little more the more
// segments there are: 1.5 % more at 8,192 than at 1,024, 0.3 % more than at 4,096.
std::uint32_t segments_for(CleaningOrder order) {
  return order == CleaningOrder::kGreedy ? 8192 : 1024;
}

double simulated_amplification(const StoreOptions& store, double fullness) {
  SegmentLogOptions log;
  log.segments = segments_for(store.cleaning);
  log.blocks = kBlocksOfSegment;
  log.fullness = fullness * (log.segments - SegmentLog::kIdle) / log.segments;
  log.cleaning = store.cleaning;
  log.hot_blocks = store.hot_data;
  log.hot_writes = store.hot_writes;
  const AmplificationRun run{.warm_up = 20, .measured = 30};
  return measure_amplification(log, run).write_amplification.estimate;
}

}  // namespace

// Slots are 1 / fullness, and what passes is convex in the turn and grows: Newton from above. At
// turn 1 / fullness nothing but what clients write would pass.
double oldest_first_utilisation(double fullness, double hot_data, double hot_writes) {
  sim::check_parameter(fullness > 0 && fullness < 1, "store: fullness", fullness,
                       "above 0 and below 1");
  check_shares(hot_data, hot_writes);
  double turn = 1 / fullness;
  for (int step = 0; step < 100; ++step) {
    const Passed hot = passed(hot_data, hot_writes, turn);
    const Passed cold = passed(1 - hot_data, 1 - hot_writes, turn);
    const double better = std::max(
        kShortestTurn, turn - (hot.slots + cold.slots - 1 / fullness) / (hot.slope + cold.slope));
    const bool is_done = std::abs(better - turn) <= 1e-14 * turn;
    turn = better;
    if (is_done) break;
  }
  return std::max(0.0, 1 - fullness * turn);
}

// Segments fall from one number of live blocks to the next at one rate until they are cleaned, so
// those with j of them are in proportion to 1 / j. Where cleaning takes some with m and some with
// m - 1, the first are fewer by the share that is taken.
double greedy_utilisation(double fullness, std::uint32_t blocks) {
  sim::check_parameter(fullness > 0 && fullness < 1, "store: fullness", fullness,
                       "above 0 and below 1");
  sim::check_parameter(blocks > 0, "store: blocks of a segment", blocks, "at least 1");
  const double size = blocks;
  const double live = fullness * size;  // blocks of a segment on average
  double harmonic = 0;                  // sum of 1 / j
  for (std::uint32_t m = blocks; m > 0; --m) {
    const double above = harmonic;
    harmonic += 1.0 / m;
    if ((size - m + 1) / harmonic > live) continue;
    // live = (size - m + x) / (above + x / m), at x from 0 to 1.
    const double x = (size - m - live * above) / (live / m - 1);
    return std::clamp((m - x) / size, 0.0, 1.0);
  }
  return 0;
}

double write_amplification(const StoreOptions& store, double fullness) {
  check_fullness(fullness, kMostFullness);
  check_shares(store.hot_data, store.hot_writes);
  if (store.cleaning == CleaningOrder::kOldestFirst) {
    return 1 / (1 - oldest_first_utilisation(fullness, store.hot_data, store.hot_writes));
  }
  if (store.cleaning == CleaningOrder::kGreedy && store.hot_data == 0) {
    return 1 / (1 - greedy_utilisation(fullness, kBlocksOfSegment));
  }
  return simulated_amplification(store, fullness);
}

double cleaning_seconds_per_byte(const DriveModel& drive, double amplification) {
  if (amplification <= 1) return 0;
  const double live = 1 - 1 / amplification;  // of a segment that is cleaned
  const double read = amplification * read_service(drive, live * kSegmentBytes).mean_s;
  const double write = (amplification - 1) * write_service(drive, kSegmentBytes).mean_s;
  return (read + write) / kSegmentBytes;
}

}  // namespace spindle::models
