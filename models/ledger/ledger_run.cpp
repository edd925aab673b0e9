#include "models/ledger/ledger_run.hpp"

#include <algorithm>
#include <cmath>

#include "models/flow/rack_sweep.hpp"
#include "models/ledger/directed_heat.hpp"
#include "models/ledger/ledger_exchange.hpp"
#include "models/ledger/ledger_heat.hpp"
#include "models/ledger/ledger_record.hpp"
#include "sim/first_touch.hpp"
#include "sim/parallel.hpp"

namespace spindle::models {
namespace {

// Racks that one thread takes at a time; each such stretch counts heat and fill for itself.
constexpr std::uint32_t kStretches = 64;

// What a stretch of racks counts in a window.
struct Stretch {
  std::vector<std::uint32_t> heat;           // kHeatBuckets
  std::vector<std::uint32_t> fill;           // LedgerPlan::kFillBins, or none
  std::vector<std::uint32_t> words;          // of a rack's drives
  std::vector<std::uint32_t> course_rows;    // likewise
  std::vector<std::uint32_t> arriving_rows;  // likewise
};

class LedgerRun {
 public:
  LedgerRun(const LedgerInputs& inputs, LedgerPlan& plan)
      : in_(inputs),
        plan_(plan),
        directed_(inputs.options, inputs.grid, inputs.sample),
        topology_(inputs.fleet.topology()),
        share_(inputs.fleet.share()),
        racks_(topology_.racks()),
        sums_(racks_),
        tallies_(racks_),
        stretches_(std::min(share_.racks().size(), kStretches)),
        record_(inputs, plan, out_) {
    const std::uint32_t drives = share_.drives().size();
    for (sim::HugeVector<float>* of : {&out_.heat_sum, &out_.heat_max, &out_.peak_heat}) {
      sim::make_array(*of, drives, inputs.threads);
    }
    for (Stretch& of : stretches_) {
      of.heat.assign(kHeatBuckets, 0);
      if (plan_.wants_bins()) of.fill.assign(LedgerPlan::kFillBins, 0);
    }
    each_rack([&](std::uint32_t rack, Stretch& stretch) {
      tallies_[rack] = tally_rack(flow_inputs(rack), mixes(rack), held(rack), stretch.fill);
    });
    exchange();
    plan_.observe(tallies_, bins_);
  }

  void advance() {
    epochs_ = plan_.window_epochs(out_.epochs);
    plan_.begin(out_.epochs, epochs_);
    in_.sample.draw(out_.epochs, epochs_, in_.threads);
    place_on_sets();
    refill_drives();
    plan_.flow(mean_written(), renews_sets() ? in_.sets->born() : std::span<const BornShards>());
    predict();
    ++window_;
    each_rack([&](std::uint32_t rack, Stretch& stretch) {
      sweep(rack, stretch);
      // The policy does not choose among drives that are being emptied, nor among landed ones that
      // it does not see.
      const bool is_seen = !plan_.group_of(rack).is_draining &&
                           (plan_.flow_of(rack).prefers || plan_.goes_to_sets());
      const std::span<std::uint32_t> bins =
          is_seen ? std::span<std::uint32_t>(stretch.fill) : std::span<std::uint32_t>();
      tallies_[rack] = apply_flows(flow_inputs(rack), mixes(rack), held(rack), bins);
    });
    exchange();
    record_.add(epochs_, sums_, reference_);
    plan_.observe(tallies_, bins_);
    out_.epochs += epochs_;
    out_.windows = window_;
  }

  [[nodiscard]] double share_done() const {
    return static_cast<double>(out_.epochs) / static_cast<double>(in_.grid.count);
  }
  [[nodiscard]] bool is_done() const { return out_.epochs >= in_.grid.count; }

  LedgerResult finish() {
    gather_heat();
    record_.finish();
    return std::move(out_);
  }

 private:
  // This rank's.
  template <class Fn>
  void each_rack(Fn&& fn) {
    const DriveRange racks = share_.racks();
    sim::for_each_index(in_.threads, stretches_.size(), [&](std::size_t i) {
      const auto stretch = [&](std::size_t at) {
        return racks.first +
               static_cast<std::uint32_t>(std::uint64_t{racks.size()} * at / stretches_.size());
      };
      for (std::uint32_t rack = stretch(i); rack < stretch(i + 1); ++rack) fn(rack, stretches_[i]);
    });
  }

  [[nodiscard]] std::span<const LedgerFleet::Mix> mixes(std::uint32_t rack) const {
    const DriveRange range = topology_.drives_of_rack(rack);
    return {&in_.fleet.mix(range.first), range.size()};
  }
  [[nodiscard]] std::span<LedgerFleet::Holding> held(std::uint32_t rack) const {
    const DriveRange range = topology_.drives_of_rack(rack);
    return {in_.fleet.held(range.first).data(), std::size_t{range.size()} * in_.fleet.classes()};
  }

  [[nodiscard]] RackFlowInputs flow_inputs(std::uint32_t rack) const {
    const GroupFlow& flow = plan_.flow_of(rack);
    RackFlowInputs out;
    out.classes = flow.classes;
    out.preference = &plan_.preference();
    out.prefers = flow.prefers;
    out.rebalance = in_.options.rebalance ? &plan_.rebalance() : nullptr;
    out.rebalances = flow.rebalances;
    out.room = in_.fleet.room_of(topology_.drives_of_rack(rack).first);
    if (renews_sets()) {
      out.room = std::floor(out.room);
      out.sets = in_.sets->flow(topology_.drives_of_rack(rack));
      out.placed_part = flow.placed_part;
    }
    out.shut = shut_of(rack);
    out.first_drive = topology_.drives_of_rack(rack).first;
    out.seed = in_.options.seed;
    out.rack_slot = topology_.slot_of_rack(rack);
    out.window = window_;
    return out;
  }

  [[nodiscard]] bool renews_sets() const { return in_.sets != nullptr && in_.sets->is_renewed(); }

  // Where new data goes to sets of drives, to which.
  void place_on_sets() {
    if (in_.sets == nullptr) return;
    std::vector<std::uint8_t> takes;
    for (std::uint32_t rack = 0; rack < racks_; ++rack) takes.push_back(plan_.takes(rack) ? 1 : 0);
    std::vector<std::uint8_t> zone_is_lost;
    for (std::uint32_t zone = 0; zone < topology_.zones(); ++zone) {
      zone_is_lost.push_back(plan_.is_zone_lost(zone) ? 1 : 0);
    }
    std::vector<double> wanted;
    for (std::uint32_t c = 0; c < in_.fleet.classes(); ++c)
      wanted.push_back(plan_.wanted(c).shards);
    in_.sets->begin({out_.epochs, epochs_, takes, zone_is_lost, wanted}, in_.fleet, in_.threads);
  }

  void refill_drives() {
    if (in_.refilled == nullptr) return;
    in_.refilled->begin(out_.epochs, epochs_, plan_, in_.fleet, in_.threads);
    plan_.refill(in_.refilled->refills(), in_.refilled->shut());
  }

  [[nodiscard]] std::span<const std::uint32_t> shut_of(std::uint32_t rack) const {
    const DriveRange range = topology_.drives_of_rack(rack);
    const auto at = [&](std::uint32_t drive) {
      return std::lower_bound(plan_.shut().begin(), plan_.shut().end(), drive);
    };
    return {at(range.first), at(range.last)};
  }

  // Written objects a second of each class, over the window.
  [[nodiscard]] std::vector<double> mean_written() const {
    std::vector<double> out(in_.fleet.classes());
    for (std::uint32_t c = 0; c < out.size(); ++c) {
      for (std::size_t e = 0; e < epochs_; ++e) out[c] += in_.sample.asked(c, e).writes;
      out[c] *= in_.sample_scale / static_cast<double>(epochs_);
    }
    return out;
  }

  // Mean heat that the classes' demand makes, by epoch: what deviations are summed from, and which
  // epoch may be the one of greatest demand.
  void predict() {
    double present = 0;
    LedgerLine directed = {};
    directed_.set(plan_, epochs_);
    for (std::size_t g = 0; g < plan_.groups().size(); ++g) {
      const RackGroup& group = plan_.groups()[g];
      if (!group.serves() || group.racks.size() == 0) continue;
      present += group.present;
      for (std::size_t e = 0; e < epochs_; ++e) directed[e] += directed_.mean(g, e) * group.present;
    }
    if (renews_sets()) {
      for (std::size_t e = 0; e < epochs_; ++e) directed[e] += in_.sets->written(e);
    }
    peak_ = kLedgerEpochs;
    reference_ = {};
    factors_.clear();
    for (std::uint32_t c = 0; c < in_.fleet.classes(); ++c) {
      factors_.push_back(static_cast<float>(plan_.demand_factor(c)));
    }
    for (std::size_t e = 0; e < epochs_; ++e) {
      double heat = directed[e];
      for (std::uint32_t c = 0; c < in_.fleet.classes(); ++c) {
        heat += in_.sample.asked(c, e).disk_time * in_.sample_scale * plan_.course(c);
      }
      reference_[e] = present > 0 ? static_cast<float>(heat / present) : 0.0F;
      if (!is_peak(heat, present)) continue;
      peak_demand_ = heat;
      peak_drives_ = present;
      peak_ = e;
      out_.peak_epoch = out_.epochs + e;
    }
  }

  // Of epochs with as much demand, the one in which fewest drives bear it. What chance adds to
  // demand that is the same each day says nothing: of such epochs it is the first.
  [[nodiscard]] bool is_peak(double heat, double drives) const {
    constexpr double kEqual = 1e-9;
    constexpr double kSame = 1e-3;
    if (std::abs(heat - peak_demand_) <= kEqual * heat) return drives < peak_drives_;
    const bool is_same = heat <= (1 + kSame) * peak_demand_ &&
                         std::abs(drives - peak_drives_) <= kSame * peak_drives_;
    return heat > peak_demand_ && !is_same;
  }

  void sweep(std::uint32_t rack, Stretch& stretch) {
    RackHeatSums& sums = sums_[rack];
    sums = {};
    const DriveRange range = topology_.drives_of_rack(rack);
    const auto of_rack = [&](sim::HugeVector<float>& values) {
      return std::span(values).subspan(range.first - share_.drives().first, range.size());
    };
    const auto peak = of_rack(out_.peak_heat);
    if (peak_ < kLedgerEpochs) std::fill(peak.begin(), peak.end(), -1.0F);
    const RackGroup& group = plan_.group_of(rack);
    if (!group.serves()) return;
    const std::uint32_t model = topology_.model_of_rack(rack);
    RackHeatInputs inputs;
    inputs.heat = in_.sample.heat(model);
    inputs.demand = in_.sample.varying_demand(model);
    inputs.varying = in_.sample.varying();
    inputs.courses = in_.sample.courses(model);
    inputs.mean = in_.sample.drives(model);
    inputs.factors = factors_;
    inputs.mixes = mixes(rack);
    inputs.held = held(rack);
    const std::uint32_t number = plan_.group_number(rack);
    for (std::size_t e = 0; e < epochs_; ++e) {
      inputs.directed[e] = static_cast<float>(directed_.even(number, e));
      inputs.reference[e] = reference_[e];
    }
    inputs.strokes = directed_.strokes(number);
    if (inputs.strokes != nullptr) {
      directed_.draw(topology_.slot_of_rack(rack), window_, range.size(), stretch.words);
      inputs.words = stretch.words.data();
    }
    if (in_.sets != nullptr) set_sets(rack, stretch, inputs);
    if (in_.refilled != nullptr) set_refilled(rack, stretch, inputs);
    inputs.epochs = epochs_;
    inputs.peak_epoch = peak_;
    RackHeatOutputs outputs{of_rack(out_.heat_sum), of_rack(out_.heat_max), peak, stretch.heat,
                            sums};
    rack_ledger_heat(inputs, outputs);
  }

  // What the rack's drives are asked for, and write, by the sets that they are of.
  void set_sets(std::uint32_t rack, Stretch& stretch, RackHeatInputs& inputs) const {
    const DriveRange range = topology_.drives_of_rack(rack);
    const std::uint32_t model = topology_.model_of_rack(rack);
    stretch.course_rows.clear();
    stretch.arriving_rows.clear();
    for (std::uint32_t drive = range.first; drive < range.last; ++drive) {
      stretch.course_rows.push_back(in_.sets->course_row(drive));
      stretch.arriving_rows.push_back(in_.sets->arriving_row(drive));
    }
    inputs.rows = stretch.course_rows.data();
    inputs.heat = in_.sets->courses(model);
    inputs.demand = nullptr;
    if (!renews_sets()) return;
    inputs.arriving_rows = stretch.arriving_rows.data();
    inputs.writing = in_.sets->writing(model).data();
    inputs.arriving = in_.sets->arriving(model).data();
    inputs.arriving_part = static_cast<float>(plan_.flow_of(rack).placed_part);
  }

  // What empty drives are asked for, and write, as they are filled.
  void set_refilled(std::uint32_t rack, Stretch& stretch, RackHeatInputs& inputs) const {
    const DriveRange range = topology_.drives_of_rack(rack);
    const auto arriving = in_.refilled->arriving(range);
    if (arriving.empty()) return;
    stretch.arriving_rows.assign(range.size(), 0);
    for (const RefilledDrives::Arriving& of : arriving) {
      stretch.arriving_rows[of.drive - range.first] = of.row;
    }
    const std::uint32_t model = topology_.model_of_rack(rack);
    inputs.arriving_rows = stretch.arriving_rows.data();
    inputs.writing = in_.refilled->new_heat().writing(model).data();
    inputs.arriving = in_.refilled->new_heat().arriving(model).data();
  }

  // What all ranks must know of each other's racks.
  void exchange() {
    if (plan_.wants_bins()) {
      bins_.assign(LedgerPlan::kFillBins, 0);
      for (Stretch& of : stretches_) {
        for (std::size_t i = 0; i < bins_.size(); ++i) bins_[i] += of.fill[i];
        std::fill(of.fill.begin(), of.fill.end(), 0U);
      }
    }
    exchange_reports(share_, {tallies_, sums_, bins_, epochs_, in_.fleet.classes()});
  }

  void gather_heat() {
    std::vector<std::uint64_t> mine(kHeatBuckets);
    for (const Stretch& of : stretches_) {
      for (std::size_t bucket = 0; bucket < kHeatBuckets; ++bucket) mine[bucket] += of.heat[bucket];
    }
    add_heat_counts(share_, mine, out_.histogram);
  }

  const LedgerInputs& in_;
  LedgerPlan& plan_;
  DirectedHeat directed_;
  const Topology& topology_;
  LedgerShare& share_;
  std::uint32_t racks_;  // of all ranks
  std::size_t epochs_ = 0;
  std::uint64_t window_ = 0;
  std::vector<RackHeatSums> sums_;  // no drive is present where the rack does not serve
  std::vector<RackTally> tallies_;
  std::vector<Stretch> stretches_;
  std::vector<std::uint32_t> bins_;  // drives of all ranks by fill
  std::vector<float> factors_;       // by class, of the window
  std::array<float, kLedgerEpochs> reference_ = {};
  std::size_t peak_ = kLedgerEpochs;
  double peak_demand_ = -1;
  double peak_drives_ = 0;
  LedgerResult out_;
  LedgerRecord record_;
};

}  // namespace

LedgerResult run_ledger(const LedgerInputs& inputs, LedgerPlan& plan,
                        const std::function<bool(double)>& progress) {
  LedgerRun run(inputs, plan);
  LedgerShare& share = inputs.fleet.share();
  while (!run.is_done()) {
    run.advance();
    const std::uint8_t goes_on = !progress || progress(run.share_done()) ? 1 : 0;
    if (share.gather(std::span(&goes_on, 1)).front() == 0) break;
  }
  return run.finish();
}

}  // namespace spindle::models
