#pragma once
// How a tenant's demand varies with time: each model yields, epoch by epoch, the mean over that
// epoch of (rate / long-run mean rate), exactly integrated (half an epoch on counts half).
//
// Equations and sources: docs/theory/tenants.md.

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "models/tenant/cascade.hpp"
#include "sim/random_stream.hpp"
#include "sim/time.hpp"

namespace spindle::models {

// No run, trace, period or loop is longer (nanoseconds in int64 reach 292 years).
inline constexpr sim::Duration kLongestRun = sim::Duration::days(200 * 365);

enum class LoadKind {
  kConstant,     // rate = mean
  kSlots,        // on, independently, in each whole slot with probability `duty`
  kOnOff,        // alternating exponential on and off periods, stationary at time 0
  kDailyWindow,  // on for `window` a day, starting at a fixed time of day
  kSeries,       // a rate series read from a file (absolute totals per interval)
  kJobs,         // a job trace read from a file (absolute amounts at instants)
  kCascade,      // cut again and again by fixed sets of shares (models/tenant/cascade.hpp)
  kBModel,       // the same by the shares b and 1 - b
};

struct LoadOptions {
  LoadKind kind = LoadKind::kConstant;
  double duty = 1.0 / 24;                            // slots: in (0, 1]
  sim::Duration slot = sim::Duration::hours(1);      // slots
  sim::Duration mean_on = sim::Duration::hours(1);   // on_off
  sim::Duration mean_off = sim::Duration::hours(1);  // on_off
  sim::Duration window = sim::Duration::hours(4);    // daily_window: length, <= 24 h
  bool start_is_random = true;             // daily_window: uniform over the day per tenant
  sim::Duration start;                     // daily_window: where not random
  std::shared_ptr<const Cascade> cascade;  // cascade and b_model: not null; shared by a class
};

// Points of a series or a job trace, as read: times from the trace's own zero.
// A series sample holds `amount` spread evenly over [time, time + interval); a job's amount falls
// at its instant (interval 0). With loop > 0 the whole is repeated every `loop`; points past the
// loop length overlap the next repetition. Amounts are >= 0, in requests or in bytes.
struct DemandTrace {
  struct Point {
    sim::Duration time;
    double amount = 0;
  };
  std::vector<Point> points;  // in time order, times in [0, 200 years], amounts finite
  sim::Duration interval;
  sim::Duration loop;  // 0: played once
};

struct EpochGrid {
  sim::Duration epoch;
  std::uint64_t count = 0;
};

// A stretch of time, in nanoseconds since the start of the run, over which a load is constant.
struct RatePiece {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  double rate = 1;  // in the units of LoadModel::fill()
};

// One tenant's load over time. Epochs are asked for in order, window after window, without gaps:
// each window once, by fill() or by pieces().
class LoadModel {
 public:
  virtual ~LoadModel() = default;
  // Fills out[i] for epochs first, first + 1, ...; `first` must follow the last window.
  // Throws std::logic_error where it does not. Cost: O(changes of rate in the window + epochs).
  // How a run is cut into windows does not change a bit of the values.
  // For kSeries and kJobs the values are amount per second over the epoch (absolute); for all
  // other kinds they are multiples of the long-run mean (expectation 1).
  virtual void fill(std::uint64_t first, std::span<double> out) = 0;
  // Appends the window's load as it is within epochs: pieces of positive rate and length, in order
  // of time, disjoint, whose integral over each epoch is what fill() gives, within rounding. Time
  // that no piece covers has no load. A model without structure inside an epoch gives its means.
  virtual void pieces(std::uint64_t first, std::size_t epochs, std::vector<RatePiece>& out) = 0;
};

// The streams are keyed by (seed, kTenantActivity, kTenantPhase or kTenantCascade,
// tenant). Throws
// std::invalid_argument on options out of range, on kSeries and kJobs, and on a bad grid.
std::unique_ptr<LoadModel> make_load_model(const LoadOptions& options, const EpochGrid& grid,
                                           sim::Seed seed, std::uint32_t tenant);
// `trace` must outlive the model; it may be shared by several tenants. Values are amount per second
// times `scale`, within 1e-12 relative. Throws std::invalid_argument on a trace that breaks its
// rules.
std::unique_ptr<LoadModel> make_trace_load(const DemandTrace& trace, double scale,
                                           const EpochGrid& grid);

// One row a load model, in the order of LoadKind. `make` is null for those that play a trace.
struct LoadEntry {
  LoadKind kind;
  std::string_view name;     // as scenarios spell it
  std::string_view summary;  // one line for `spindle list`
  std::unique_ptr<LoadModel> (*make)(const LoadOptions&, const EpochGrid&, sim::Seed,
                                     std::uint32_t tenant);
};
std::span<const LoadEntry> load_registry();

// Variance of the mean over an epoch of length T of a stationary exponential on/off process with
// values 1 and 0: p(1-p) * 2(e^{-aT} - 1 + aT)/(aT)^2, a = 1/on + 1/off, p = on/(on + off).
double on_off_epoch_variance(double mean_on_s, double mean_off_s, double epoch_s);

}  // namespace spindle::models
