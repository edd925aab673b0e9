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
  kOnOff,        // alternating on and off periods, exponential or Pareto, stationary at time 0
  kDailyWindow,  // on for `window` on some days, from a time of day that may vary
  kSeries,       // a rate series read from a file (absolute totals per interval)
  kJobs,         // a job trace read from a file (absolute amounts at instants)
  kDiurnal,      // follows the time of day and the weekend
  kMmpp,         // the rate jumps among states, each left after an exponential time
  kSum,          // several loads added up
  kCascade,      // cut again and again by fixed sets of shares (models/tenant/cascade.hpp)
  kBModel,       // the same by the shares b and 1 - b
};

// Of a diurnal curve: `level` from `hour` of the day on, up to the next one's.
struct HourLevel {
  double hour = 0;   // in [0, 24), rising from one to the next
  double level = 0;  // relative to the other hours, >= 0
};

// Of a Markov-modulated load.
struct RateState {
  double rate = 0;          // relative to the other states, >= 0
  sim::Duration mean_stay;  // exponential, >= 1 us
};

struct LoadPart;

inline constexpr unsigned kEveryDay = 0x7f;

struct LoadOptions {
  LoadKind kind = LoadKind::kConstant;
  double duty = 1.0 / 24;                            // slots: in (0, 1]
  sim::Duration slot = sim::Duration::hours(1);      // slots
  sim::Duration mean_on = sim::Duration::hours(1);   // on_off
  sim::Duration mean_off = sim::Duration::hours(1);  // on_off
  // on_off: P(a period is longer than t) falls as t^-alpha, 1.01 <= alpha <= 100; 0: exponential.
  double on_alpha = 0;
  double off_alpha = 0;
  // slots, on_off (exponential): of any two tenants of a class, in [0, 1]; 0: independent.
  double correlation = 0;
  sim::Duration window = sim::Duration::hours(4);  // daily_window: length, <= 24 h
  bool start_is_random = true;                     // daily_window: uniform over the day per tenant
  sim::Duration start;                             // daily_window: where not random
  // daily_window: each start is up to this much earlier or later, uniformly.
  sim::Duration jitter;
  unsigned open_days = kEveryDay;  // daily_window: bit 0 Monday ... bit 6 Sunday
  unsigned first_weekday = 0;      // of the run's first day, 0 Monday ... 6 Sunday
  // diurnal: without a curve 1 + amplitude * cosine, highest at `peak`; amplitude in [0, 1].
  double amplitude = 0.5;
  sim::Duration peak = sim::Duration::hours(14);
  std::vector<HourLevel> curve;
  double weekend = 1;              // diurnal: factor on Saturdays and Sundays, in [0, 1e6]
  bool phase_is_random = false;    // diurnal: uniform over the day per tenant
  sim::Duration phase;             // diurnal: the tenant's clock is ahead by this, in [0, 24 h)
  std::vector<RateState> states;   // mmpp: 2 to 100
  bool jumps_are_uniform = false;  // mmpp: to any other state alike, or else to the next in order
  std::vector<LoadPart> parts;     // sum: 1 to 100, none of them a sum
  std::shared_ptr<const Cascade> cascade;  // cascade and b_model: not null; shared by a class
};

// A load of a sum and its share of the mean, relative to the other parts.
struct LoadPart {
  double weight = 1;  // > 0
  LoadOptions load;
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

// How requests arrive where they come one by one (arrival_stream.hpp).
enum class ArrivalLaw {
  kPoisson,  // exponential gaps: independent requests
  // One request each time the integral of the rate passes a whole number plus one offset of the
  // stream, uniform in (0, 1): the count of any interval is its integral, rounded up or down.
  kEven,
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

class LoadRows;

// The loads of one class of tenants. What they have in common is drawn once, from the stream keyed
// by (seed, kClassActivity, class); the tenants' own are keyed by (seed, kTenantActivity,
// kTenantPhase or kTenantCascade, tenant). Any number of threads may make loads of one family at a
// time, and a load may outlive its family.
class LoadFamily {
 public:
  virtual ~LoadFamily() = default;
  // Tenants first_tenant, first_tenant + 1, ... side by side (models/tenant/load_rows.hpp).
  [[nodiscard]] virtual std::unique_ptr<LoadRows> make_rows(std::uint32_t first_tenant,
                                                            std::uint32_t count) const = 0;
  // One of them on its own: the same bits.
  [[nodiscard]] std::unique_ptr<LoadModel> make(std::uint32_t tenant) const;
};

// Periods that a correlated class may have in a run: drawn beforehand, 16 bytes each.
inline constexpr std::uint64_t kMostSharedPeriods = 20'000'000;

// Throws std::invalid_argument on options out of range, on kSeries and kJobs, on a bad grid, and on
// a correlation of a load that cannot have one or that needs more than kMostSharedPeriods. Cost:
// some 100 ns a period that a correlated class shares, and nothing else that grows with the run.
std::unique_ptr<LoadFamily> make_load_family(const LoadOptions& options, const EpochGrid& grid,
                                             sim::Seed seed, std::uint32_t tenant_class);
// One tenant's, of class 0.
std::unique_ptr<LoadModel> make_load_model(const LoadOptions& options, const EpochGrid& grid,
                                           sim::Seed seed, std::uint32_t tenant);
// `trace` must outlive the model; it may be shared by several tenants. Values are amount per second
// times `scale`, within 1e-12 relative. The run begins `shift` after the trace's zero (>= 0).
// Throws std::invalid_argument on a trace that breaks its rules, and where run and shift together
// are longer than 200 years.
std::unique_ptr<LoadModel> make_trace_load(const DemandTrace& trace, double scale,
                                           const EpochGrid& grid, sim::Duration shift = {});

// One row a load model, in the order of LoadKind.
struct LoadEntry {
  LoadKind kind;
  std::string_view name;     // as scenarios spell it
  std::string_view summary;  // one line for `spindle list`
  // Independent tenants; null where they always have something in common.
  std::unique_ptr<LoadRows> (*make)(const LoadOptions&, const EpochGrid&, sim::Seed,
                                    std::uint32_t first_tenant, std::uint32_t count);
  // Tenants that have something in common, as correlated ones do; null for models that cannot.
  std::unique_ptr<LoadFamily> (*family)(const LoadOptions&, const EpochGrid&, sim::Seed,
                                        std::uint32_t tenant_class) = nullptr;
  [[nodiscard]] bool plays_trace() const { return make == nullptr && family == nullptr; }
};
std::span<const LoadEntry> load_registry();

// Variance of the mean over an epoch of length T of a stationary exponential on/off process with
// values 1 and 0: p(1-p) * 2(e^{-aT} - 1 + aT)/(aT)^2, a = 1/on + 1/off, p = on/(on + off).
double on_off_epoch_variance(double mean_on_s, double mean_off_s, double epoch_s);

}  // namespace spindle::models
