#include "models/placement/bulk/bulk_placement.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "models/placement/bulk/bulk_engine.hpp"
#include "models/placement/bulk/bulk_fleet.hpp"
#include "models/placement/bulk/bulk_measure.hpp"

namespace spindle::models {
namespace {

constexpr std::uint64_t kShardsPerReport = 1U << 21U;
constexpr std::uint64_t kShardsPerReportByPolicy = 1U << 12U;  // a shard may cost microseconds

BulkFleet make_fleet(const BulkOptions& options) {
  const std::vector<std::string> problems = bulk_problems(options);
  if (!problems.empty()) throw std::invalid_argument(fmt::format("{}", fmt::join(problems, "\n")));
  return {options.drives, options.zones, options.racks_per_zone, options.empty_share};
}

std::unique_ptr<BulkEngine> make_engine(const BulkOptions& options, const BulkFleet& fleet) {
  if (options.policy == BulkPolicy::kRegistry) return make_policy_engine(options);
  return options.is_plain() ? make_plain_engine(options, fleet)
                            : make_varied_engine(options, fleet);
}

// One run: phases of objects, counted through.
class Run {
 public:
  Run(const BulkOptions& options, BulkFleet& fleet, BulkEngine& engine,
      const std::function<bool(double)>& progress)
      : options_(options),
        fleet_(fleet),
        engine_(engine),
        progress_(progress),
        filling_(options.objects()),
        replacing_(static_cast<std::uint64_t>(
            std::llround(options.turnovers * static_cast<double>(filling_)))),
        // One shard in a hundred: the cohort stays far emptier than the rest.
        writing_(options.empty_share > 0 ? std::max<std::uint64_t>(1, filling_ / 100) : 0) {}

  BulkResult operator()() {
    BulkResult result;
    bool goes_on = phase(filling_, [&](std::uint64_t first, std::uint64_t last) {
      return engine_.place(first, last);
    });
    goes_on = goes_on && phase(replacing_, [&](std::uint64_t first, std::uint64_t last) {
                engine_.replace(first, last);
                return last;
              });
    if (goes_on && writing_ > 0) goes_on = write_to_cohort(result);
    result.is_stopped = is_stopped_;
    result.is_full = engine_.is_full();
    result.objects = done_;
    if (result.is_full && !options_.until_full) {
      result.unplaced = filling_ + replacing_ + writing_ - done_;
    }
    result.shards = done_ * options_.shards;
    return result;
  }

 private:
  // Whether all of it was done; `part` returns the next object of [first, last).
  template <class Part>
  bool phase(std::uint64_t objects, Part part) {
    const std::uint64_t end = done_ + objects;
    const std::uint64_t shards =
        options_.policy == BulkPolicy::kRegistry ? kShardsPerReportByPolicy : kShardsPerReport;
    const std::uint64_t step = std::max<std::uint64_t>(1, shards / options_.shards);
    const auto total = static_cast<double>(filling_ + replacing_ + writing_);
    while (done_ < end) {
      const std::uint64_t last = std::min(end, done_ + step);
      done_ = part(done_, last);
      if (done_ < last) return false;
      is_stopped_ = progress_ && !progress_(static_cast<double>(done_) / total);
      if (is_stopped_) return false;
    }
    return true;
  }

  // In shards of mean size. Drives of the cohort hold nothing before.
  std::uint64_t in_cohort(const BulkFleet& filled) const {
    std::uint64_t sum = 0;
    for (const BulkZone& zone : filled.zones()) {
      for (std::uint32_t place = zone.open; place < zone.drives; ++place) {
        sum += engine_.base() + engine_.entry(zone.first + place);
      }
    }
    return static_cast<std::uint64_t>(std::llround(static_cast<double>(sum) * engine_.load_unit()));
  }

  bool write_to_cohort(BulkResult& result) {
    const BulkFleet filled = fleet_;
    fleet_.open_all();
    engine_.take_openings();
    const auto place = [&](std::uint64_t first, std::uint64_t last) {
      return engine_.place(first, last);
    };
    if (!phase(writing_, place)) return false;
    CohortResult& cohort = result.cohort.emplace();
    cohort.drives = filled.drives() - filled.open_drives();
    cohort.writes = writing_ * options_.shards;
    cohort.received = in_cohort(filled);
    const double x = static_cast<double>(cohort.drives) / filled.drives();
    if (cohort.drives > 0) {
      cohort.multiplier =
          static_cast<double>(cohort.received) / static_cast<double>(cohort.writes) / x;
      cohort.expected = expected_multiplier(x);
    }
    return true;
  }

  // d candidates miss a share x of the drives with (1 - x)^d; the emptiest always wins, where loads
  // are seen as they are. Racks that are at their limit turn candidates away.
  [[nodiscard]] std::optional<double> expected_multiplier(double x) const {
    const bool sees_all = options_.noise == 0 && options_.bucket == 1 && options_.refresh == 0 &&
                          options_.cell == 0 && options_.spread.max_per_rack == 0;
    if (!sees_all) return std::nullopt;
    const auto of = [x](std::uint32_t d) {
      double missed = 1;
      for (std::uint32_t i = 0; i < d; ++i) missed *= 1 - x;
      return (1 - missed) / x;
    };
    if (options_.policy == BulkPolicy::kKOfD) return std::nullopt;
    if (options_.policy != BulkPolicy::kOnePlusBeta) return of(options_.candidates_per_shard());
    return (1 - options_.beta) * of(1) + options_.beta * of(2);
  }

  const BulkOptions& options_;
  BulkFleet& fleet_;
  BulkEngine& engine_;
  const std::function<bool(double)>& progress_;
  std::uint64_t filling_;
  std::uint64_t replacing_;
  std::uint64_t writing_;
  std::uint64_t done_ = 0;  // objects placed
  bool is_stopped_ = false;
};

}  // namespace

BulkPlacement::BulkPlacement(const BulkOptions& options)
    : options_(options), fleet_(make_fleet(options)), engine_(make_engine(options_, fleet_)) {}

BulkPlacement::~BulkPlacement() = default;

BulkResult BulkPlacement::run(const std::function<bool(double)>& progress) {
  BulkResult result = Run(options_, fleet_, *engine_, progress)();
  measure_loads(options_, fleet_, *engine_, result);
  return result;
}

std::uint64_t BulkPlacement::load(std::uint32_t drive) const {
  return engine_->base() + engine_->entry(drive);
}

double BulkPlacement::load_unit() const {
  return engine_->load_unit();
}

}  // namespace spindle::models
