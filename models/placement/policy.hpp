#pragma once
// Placement policies: the spread rule picks failure domains, the policy picks the drive.
//
// A policy is const. It reads a FleetView and a random stream keyed by the extent, and returns a
// decision; the Placer alone mutates fill. What a policy remembers between extents (a tenant's
// subset, a bucket's current drives) lives in the State that it makes, never in globals.
// Cost: O(shards * d) expected per extent while drives have room. No allocation per extent.
// Determinism: the decision depends on the view, the state and the stream only.
// A new policy is one file, one row in registry.cpp, one test (tests/contract runs every row).

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/fleet/topology.hpp"
#include "models/placement/spread_rule.hpp"
#include "models/redundancy/scheme.hpp"
#include "sim/random_stream.hpp"

namespace spindle::models {

// What makes a drive the better one: the least fill fraction, expected heat, or sum of the two,
// each relative to its mean over the fleet and weighted; or the fewest bytes, which is fair only
// where all drives are of one size.
enum class LoadMetric { kFill, kHeat, kBlend, kBytes };

// Options of every policy in one struct; each reads its own (the scenario's keys say which).
struct PlacementOptions {
  std::string policy = "random";
  std::uint32_t choices = 2;              // candidates per shard, 1..64
  LoadMetric metric = LoadMetric::kFill;  // by which candidates are compared
  std::uint32_t width = 0;                // shuffle_shard: drives in a tenant's subset
  std::uint32_t drives_per_host = 0;      // crush: hosts between racks and drives; 0: none
  std::string inner = "random";           // shuffle_shard: policy within the subset (chooser.hpp)
  double beta = 0.5;                      // one_plus_beta: probability of a second choice
  std::uint32_t candidates = 0;           // k_of_d: drives compared for an extent, n..256; 0: 2 n
  double fill_weight = 0.5;               // LoadMetric::kBlend: 1 is fill alone, 0 heat alone
  std::uint32_t refresh = 1;              // extents placed between two looks at the loads
  double noise = 0;                       // relative standard deviation of a reading
  std::uint32_t cell = 0;           // drives of the cell that an extent draws from; 0: the fleet
  std::uint32_t scatter_width = 0;  // copyset: drives that share data with one drive
};

// Read-only state of the fleet at the moment of a decision.
struct FleetView {
  const Topology& topology;
  std::span<const std::uint64_t> used_bytes;  // per drive
  std::span<const double> expected_heat;      // per drive: mean disk-time share placed so far
};

struct ExtentRequest {
  ExtentId extent;
  TenantId tenant;
  std::uint64_t shard_bytes = 0;
  // Long-run mean disk-time share that one shard brings to a drive of each model of the fleet;
  // empty where no heat is placed.
  std::span<const double> shard_heat;
};

class PlacementPolicy {
 public:
  // What happened beside the decisions, e.g. {"extra_subsets", 12}. Names are stable.
  struct Note {
    const char* name;
    std::uint64_t count;
  };
  // Precondition while a State lives: drives only fill, and requests never ask for smaller shards
  // than before, so that what was full stays full. After bytes were freed, make or renew one.
  class State {
   public:
    virtual ~State() = default;
    [[nodiscard]] virtual std::vector<Note> notes() const { return {}; }
  };

  virtual ~PlacementPolicy() = default;
  [[nodiscard]] virtual std::unique_ptr<State> make_state() const = 0;
  // As make_state(); may take over from `old`, which this policy made, what a new one would only
  // work out again.
  [[nodiscard]] virtual std::unique_ptr<State> renew_state(std::unique_ptr<State> /*old*/) const {
    return make_state();
  }
  // Writes one drive per shard to `out` (grouped by zone, in zone order). False where no legal set
  // with room exists among all that the policy may use, whoever the tenant: then nothing may be
  // placed, `out` is unspecified, and later requests need not be tried.
  virtual bool place(const ExtentRequest& request, const FleetView& view, State& state,
                     sim::RandomStream& random, std::span<std::uint32_t> out) const = 0;
};

struct PolicyContext {
  const Topology& topology;
  SpreadRule spread;
  std::uint32_t shards = 1;
  std::uint32_t tenants = 1;
  sim::Seed seed;
  // By zone: whether it is lost for good. A policy that plans sets ahead plans none there; the
  // others see that its drives are full. Empty: none is.
  std::vector<std::uint8_t> zone_is_lost = {};
};

// One row a policy; `make` throws std::invalid_argument for impossible options.
struct PolicyRow {
  const char* name;
  const char* summary;  // one line for `spindle list policies`
  std::unique_ptr<PlacementPolicy> (*make)(const PlacementOptions&, const PolicyContext&);
  // It prefers drives that are less loaded by options.metric; otherwise loads decide nothing while
  // drives have room.
  bool follows_load = false;
};
std::span<const PolicyRow> policy_registry();
// Throws std::invalid_argument: unknown name, or what the row's make throws.
std::unique_ptr<PlacementPolicy> make_policy(const PlacementOptions& options,
                                             const PolicyContext& context);

}  // namespace spindle::models
