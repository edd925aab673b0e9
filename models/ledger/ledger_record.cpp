#include "models/ledger/ledger_record.hpp"

#include <algorithm>
#include <limits>

#include "models/ledger/fleet_heat.hpp"

namespace spindle::models {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

double quantile_of(std::vector<double>& values, double q) {
  if (values.empty()) return kUnknown;
  const auto at = static_cast<std::size_t>(q * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
  return values[at];
}

}  // namespace

LedgerRecord::LedgerRecord(const LedgerInputs& inputs, const LedgerPlan& plan, LedgerResult& out)
    : in_(inputs),
      plan_(plan),
      topology_(inputs.fleet.topology()),
      out_(out),
      watches_(topology_.racks()) {
  out_.rack_peak.assign(topology_.racks(), -1.0);
}

void LedgerRecord::add(std::size_t epochs, std::span<const RackHeatSums> sums,
                       std::span<const float> reference) {
  all_filled_ = std::none_of(plan_.groups().begin(), plan_.groups().end(),
                             [&](const RackGroup& group) { return is_being_moved_to(group); });
  for (std::size_t e = 0; e < epochs; ++e) {
    append_demand(e);
    append_heat(e, sums, static_cast<double>(reference[e]));
  }
}

void LedgerRecord::finish() {
  const std::uint64_t least = meltdown_epochs(in_.grid);
  for (std::uint32_t rack = 0; rack < topology_.racks(); ++rack) {
    Meltdown meltdown = watches_[rack].longest();
    if (meltdown.epochs < least) continue;
    meltdown.rack = rack;
    out_.meltdowns.push_back(meltdown);
  }
  if (landed_drives_ > 0 && other_drives_ > 0 && other_sum_ > 0) {
    out_.landed_heat_to_fleet = (landed_sum_ / landed_drives_) / (other_sum_ / other_drives_);
  }
}

void LedgerRecord::append_demand(std::size_t e) {
  double requests = 0;
  double read = 0;
  double written = 0;
  double disk_time = 0;
  for (std::uint32_t c = 0; c < in_.fleet.classes(); ++c) {
    const MixSample::Asked& asked = in_.sample.asked(c, e);
    const double course = plan_.course_of_requests(c);
    requests += (asked.reads * course + asked.writes) * in_.sample_scale;
    read += asked.read_bytes * course * in_.sample_scale;
    written += asked.write_bytes * in_.sample_scale;
    disk_time += asked.disk_time * plan_.course(c) * in_.sample_scale;
    const LedgerAgeing& ageing = in_.options.ageing[c];
    if (ageing.write_seconds.empty()) continue;
    disk_time +=
        asked.writes * in_.sample_scale * ageing.shards_per_write * ageing.write_seconds.front();
  }
  out_.series.requests_per_s.push_back(requests);
  out_.series.read_bytes_per_s.push_back(read);
  out_.series.write_bytes_per_s.push_back(written);
  out_.series.disk_time.push_back(disk_time);
}

void LedgerRecord::append_heat(std::size_t e, std::span<const RackHeatSums> sums,
                               double reference) {
  const std::uint64_t epoch = out_.epochs + e;
  FleetHeat fleet;
  double directed = 0;
  double landed = 0;
  std::uint32_t landed_drives = 0;
  std::uint32_t in_racks = 0;
  rack_means_.clear();
  for (std::uint32_t rack = 0; rack < topology_.racks(); ++rack) {
    const RackHeatSums& of = sums[rack];
    const bool serves = of.present > 0;
    const double mean = serves ? reference + of.deviation[e] / of.present : 0;
    watches_[rack].add(epoch, serves && mean > kMeltdownHeat);
    if (in_.keeps_rack_heat) {
      out_.series.rack_heat.push_back(serves ? static_cast<float>(mean)
                                             : std::numeric_limits<float>::quiet_NaN());
    }
    if (!serves) continue;
    rack_means_.push_back(mean);
    out_.rack_peak[rack] = std::max(out_.rack_peak[rack], mean);
    fleet.add(of, e, mean);
    directed += plan_.flow_of(rack).even(e) * of.present + of.strokes[e];
    in_racks += topology_.drives_of_rack(rack).size();
    note_landed(rack, of.present, mean, landed, landed_drives);
  }
  out_.series.heat_sum.push_back(fleet.sum);
  out_.series.heat_max.push_back(fleet.hottest);
  out_.series.hot_drives.push_back(static_cast<std::uint32_t>(fleet.hot));
  out_.series.directed_heat.push_back(directed);
  out_.series.drives.push_back(in_racks);
  append_more(e, landed, landed_drives, fleet.drives);
  out_.more.cov.push_back(fleet.drives > 0 ? fleet.asked_cov() : 0);
  if (fleet.drives == 0) return;
  out_.heat.merge(sim::Moments(fleet.drives, fleet.mean(), fleet.spread(), 0, fleet.hottest));
}

// Racks that take new data first are as they are to be from their landing on.
bool LedgerRecord::is_being_moved_to(const RackGroup& group) const {
  return group.is_filling &&
         in_.options.landings[group.landing].policy != LandingPolicy::kNewDataFirst;
}

void LedgerRecord::note_landed(std::uint32_t rack, std::uint32_t present, double mean,
                               double& landed, std::uint32_t& drives) {
  if (!topology_.is_landing_rack(rack)) {
    if (!all_filled_) return;
    other_sum_ += mean * present;
    other_drives_ += present;
    return;
  }
  landed += mean * present;
  drives += present;
  if (!all_filled_) return;
  landed_sum_ += mean * present;
  landed_drives_ += present;
}

void LedgerRecord::append_more(std::size_t e, double landed, std::uint32_t landed_drives,
                               std::uint32_t drives) {
  out_.more.waiting_extents.push_back(plan_.repair().waiting_extents_in(e));
  out_.more.drives_up.push_back(drives);
  std::uint32_t there = 0;
  for (const RackGroup& group : plan_.groups()) {
    if (group.is_there) there += drives_of(topology_, group.racks).size();
  }
  out_.more.drives_there.push_back(there);
  out_.more.landed_heat.push_back(landed_drives > 0 ? std::max(0.0, landed / landed_drives)
                                                    : kUnknown);
  const auto max = std::max_element(rack_means_.begin(), rack_means_.end());
  out_.more.rack_max.push_back(max != rack_means_.end() ? *max : kUnknown);
  out_.more.rack_p99.push_back(quantile_of(rack_means_, 0.99));
  out_.more.rack_p50.push_back(quantile_of(rack_means_, 0.5));
  const LifecycleSums lifecycles = plan_.lifecycle_sums();
  if (lifecycles.data > 0) out_.more.lifecycles.push_back(lifecycles);
}

}  // namespace spindle::models
