#include "app/experiment/ledger_static.hpp"

#include <algorithm>
#include <cmath>

namespace spindle::app {
namespace {

// As the population of the whole fleet has them (TenantPopulation): a tenant's size depends on its
// number alone.
std::vector<models::LedgerSetInputs::Tenant> tenants_of_fleet(const Scenario& scenario) {
  std::vector<double> shares;
  std::vector<models::LedgerSetInputs::Tenant> tenants;
  double bytes = 0;
  for (std::uint32_t c = 0; c < scenario.tenants.size(); ++c) {
    const models::TenantClass& of = scenario.tenants[c].options;
    const auto first = static_cast<std::uint32_t>(tenants.size());
    for (const double size :
         models::draw_sizes(of.size, of.count, sim::Seed{scenario.seed}, first)) {
      shares.push_back(size * of.data.to_double());
      tenants.push_back({c, 0});
    }
    bytes += of.data.to_double() * scenario.data.times;
  }
  const double extents = std::round(bytes / scenario.data.extent.to_double());
  const auto of_tenant = models::apportion(shares, static_cast<std::uint64_t>(extents));
  for (std::size_t t = 0; t < tenants.size(); ++t) tenants[t].extents = of_tenant[t];
  return tenants;
}

// Of a shard of each class, on average over time.
std::vector<double> mean_demand(const Scenario& scenario, const LedgerSample& sample) {
  std::vector<double> out;
  for (const models::LedgerClass& of : ledger_classes(scenario, sample)) {
    out.push_back(of.shards > 0 ? of.demand / of.shards : 0);
  }
  return out;
}

models::LedgerSetInputs set_inputs(const Scenario& scenario, const LedgerSample& sample,
                                   const models::Topology& base, const models::Topology& topology,
                                   const models::MixSample& mix, const models::TenantRows& rows,
                                   const models::LedgerOptions& options) {
  return {options,
          {scenario.run.epoch, scenario.run.epochs()},
          base,
          topology,
          sample.world->scheme.shards(),
          static_cast<double>(sample.world->extents.shard_bytes),
          tenants_of_fleet(scenario),
          mean_demand(scenario, sample),
          mix,
          rows,
          sample.scale};
}

// Of the sample, numbered by 16 bits.
constexpr std::uint32_t kMostRows = 65'534;

}  // namespace

LedgerStatic::LedgerStatic(const Scenario& scenario, const LedgerSample& sample,
                           const models::Topology& topology, const models::MixInputs& inputs,
                           const models::MixSample& mix, const models::LedgerOptions& options)
    : base_(without_landings(timed_fleet(scenario, sample.world->mechanics))),
      rows_(inputs, mix),
      sets_(set_inputs(scenario, sample, base_, topology, mix, rows_, options)) {}

std::unique_ptr<LedgerStatic> make_ledger_static(const Scenario& scenario,
                                                 const LedgerSample& sample,
                                                 const models::Topology& topology,
                                                 const models::MixInputs& inputs,
                                                 const models::MixSample& mix,
                                                 const models::LedgerOptions& options) {
  if (options.preference != models::LedgerPreference::kSets) return nullptr;
  return std::make_unique<LedgerStatic>(scenario, sample, topology, inputs, mix, options);
}

std::uint32_t refilled_rows(const models::LedgerOptions& options, const LedgerSample& sample) {
  const bool is_renewed =
      std::any_of(options.ageing.begin(), options.ageing.end(),
                  [](const models::LedgerAgeing& of) { return of.shards_per_write > 0; });
  if (options.preference != models::LedgerPreference::kEmptiest || !is_renewed) return 0;
  return std::min(models::RefilledDrives::kMostRows, kMostRows - sample.world->topology.drives());
}

std::unique_ptr<models::RefilledDrives> make_refilled_drives(const Scenario& scenario,
                                                             const LedgerSample& sample,
                                                             const models::Topology& topology,
                                                             const models::LedgerOptions& options,
                                                             models::MixSample& mix) {
  if (mix.guests() == 0) return nullptr;
  std::vector<std::uint32_t> class_of_tenant;
  for (const models::Tenant& of : sample.world->population.tenants()) {
    class_of_tenant.push_back(of.tenant_class);
  }
  return std::make_unique<models::RefilledDrives>(
      models::RefilledDriveInputs{options,
                                  {scenario.run.epoch, scenario.run.epochs()},
                                  topology,
                                  sample.world->scheme.shards(),
                                  std::move(class_of_tenant),
                                  mean_demand(scenario, sample),
                                  mix,
                                  sample.scale});
}

}  // namespace spindle::app
