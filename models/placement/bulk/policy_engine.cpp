// Bulk placement by a policy of the registry: one shard is one byte to it, and no map is kept.

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "models/placement/bulk/bulk_engine.hpp"
#include "models/placement/policy.hpp"
#include "models/purposes.hpp"
#include "models/redundancy/scheme.hpp"
#include "sim/discrete_distributions.hpp"

namespace spindle::models {
namespace {

// Where nobody says how much a drive holds: more than is ever placed.
constexpr std::uint64_t kUnlimited = std::uint64_t{1} << 40U;

Topology make_topology(const BulkOptions& options) {
  DriveModel model;
  model.name = "equal";
  const bool is_limited = !options.classes.empty();
  model.capacity = {is_limited ? static_cast<std::uint64_t>(options.classes[0].capacity)
                               : kUnlimited};
  return Topology({options.zones, options.racks_per_zone, options.drives, {{model, 1}}});
}

class PolicyEngine final : public BulkEngine {
 public:
  explicit PolicyEngine(const BulkOptions& options)
      : options_(options),
        topology_(make_topology(options)),
        policy_(make_policy(options.registry, {topology_, options.spread, options.shards,
                                               options.tenants, options.seed})),
        state_(policy_->make_state()),
        tenant_(options.tenants, options.tenant_exponent),
        used_(options.drives, 0),
        heat_(options.drives, 0.0) {}

  std::uint64_t place(std::uint64_t first, std::uint64_t last) override {
    std::array<std::uint32_t, kMaxShards> drives{};
    const std::span chosen(drives.data(), options_.shards);
    for (; first < last && !is_full_; ++first) {
      sim::RandomStream whose(options_.seed, 0, purpose::kBulkTenant, first);
      const auto tenant = static_cast<std::uint32_t>(tenant_.draw(whose) - 1);
      const ExtentRequest request{
          ExtentId(static_cast<std::uint32_t>(first)), TenantId(tenant), 1, {}};
      sim::RandomStream random(options_.seed, 0, purpose::kPlacement, first);
      if (!policy_->place(request, {topology_, used_, heat_}, *state_, random, chosen)) {
        is_full_ = true;
        return first;
      }
      for (const std::uint32_t drive : chosen) {
        ++used_[drive];
        is_full_ = is_full_ || (options_.until_full && used_[drive] == capacity());
      }
      ++placed_;
    }
    return first;
  }
  void replace(std::uint64_t /*first*/, std::uint64_t /*last*/) override {
    throw std::logic_error("bulk placement: policies of the registry are not asked for deletes");
  }
  void take_openings() override {
    throw std::logic_error("bulk placement: policies of the registry know one fleet");
  }
  [[nodiscard]] bool is_full() const override { return is_full_; }

  void each_load(const std::function<void(std::span<const std::uint32_t>)>& f) const override {
    for (const std::uint64_t used : used_) {
      const auto load = static_cast<std::uint32_t>(used);
      f(std::span(&load, 1));
    }
  }
  [[nodiscard]] std::uint64_t entry(std::uint32_t drive) const override { return used_[drive]; }
  [[nodiscard]] std::uint64_t base() const override { return 0; }
  [[nodiscard]] double load_unit() const override { return 1; }
  [[nodiscard]] Sizes sizes() const override {
    const auto placed = static_cast<double>(placed_);
    return {placed, placed};
  }

 private:
  [[nodiscard]] std::uint64_t capacity() const { return topology_.models()[0].capacity.value; }

  const BulkOptions& options_;
  Topology topology_;
  std::unique_ptr<PlacementPolicy> policy_;
  std::unique_ptr<PlacementPolicy::State> state_;
  sim::Zipf tenant_;
  std::vector<std::uint64_t> used_;
  std::vector<double> heat_;
  std::uint64_t placed_ = 0;  // objects
  bool is_full_ = false;
};

}  // namespace

std::unique_ptr<BulkEngine> make_policy_engine(const BulkOptions& options) {
  return std::make_unique<PolicyEngine>(options);
}

}  // namespace spindle::models
