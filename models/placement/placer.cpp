#include "models/placement/placer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <stdexcept>

#include "models/placement/no_room.hpp"
#include "models/purposes.hpp"

namespace spindle::models {
namespace {

constexpr std::uint32_t kBatch = 64;              // extents whose memory is fetched ahead
constexpr std::uint32_t kBatchesPerReport = 128;  // 8,192 extents between calls of `progress`

// A keyed bijection of {0, ..., n-1}: a Feistel network over the next power of two (halves of
// unequal width change places, an even number of rounds), walked until it lands below n. Needs no
// memory, and fewer than two walks on average.
class Permutation {
 public:
  Permutation(std::uint32_t n, sim::RandomStream random)
      : n_(n),
        left_bits_(std::max(2U, static_cast<std::uint32_t>(std::bit_width(n - 1))) / 2),
        right_bits_(std::max(2U, static_cast<std::uint32_t>(std::bit_width(n - 1))) - left_bits_) {
    for (std::uint32_t& key : keys_) key = random.next_u32();
  }
  [[nodiscard]] std::uint32_t operator()(std::uint32_t i) const {
    do {
      i = walk(i);
    } while (i >= n_);
    return i;
  }

 private:
  static std::uint32_t mix(std::uint32_t x) {  // the finaliser of MurmurHash3 (public domain)
    x ^= x >> 16;
    x *= 0x85ebca6bU;
    x ^= x >> 13;
    x *= 0xc2b2ae35U;
    return x ^ (x >> 16);
  }
  [[nodiscard]] std::uint32_t walk(std::uint32_t i) const {
    const std::uint32_t left_mask = (1U << left_bits_) - 1;
    const std::uint32_t right_mask = (1U << right_bits_) - 1;
    std::uint32_t left = i >> right_bits_;
    std::uint32_t right = i & right_mask;
    for (std::size_t round = 0; round < keys_.size(); round += 2) {
      left = (left ^ mix(right + keys_[round])) & left_mask;
      right = (right ^ mix(left + keys_[round + 1])) & right_mask;
    }
    return (left << right_bits_) | right;
  }

  std::uint32_t n_;
  std::uint32_t left_bits_;
  std::uint32_t right_bits_;
  std::array<std::uint32_t, 4> keys_{};  // four rounds (Luby and Rackoff, 1988)
};

// Which tenant an extent belongs to: a coarse index narrows the search to a few neighbours.
class TenantIndex {
 public:
  explicit TenantIndex(std::span<const std::uint32_t> first_extent) : first_(first_extent) {
    const std::uint32_t total = first_.back();
    const std::uint64_t buckets = std::max<std::uint64_t>(1, 4 * (first_.size() - 1));
    while ((std::uint64_t{total} >> shift_) > buckets) ++shift_;
    std::uint32_t tenant = 0;
    for (std::uint64_t start = 0; start <= total; start += std::uint64_t{1} << shift_) {
      while (tenant + 2 < first_.size() && first_[tenant + 1] <= start) ++tenant;
      start_.push_back(tenant);
    }
    start_.push_back(static_cast<std::uint32_t>(first_.size() - 2));
  }
  [[nodiscard]] std::uint32_t operator()(std::uint32_t extent) const {
    const std::uint32_t bucket = extent >> shift_;
    // The first tenant that begins after the extent, minus one; empty tenants are skipped.
    const auto begin = first_.begin() + start_[bucket] + 1;
    const auto end = first_.begin() + start_[bucket + 1] + 1;
    return static_cast<std::uint32_t>(std::upper_bound(begin, end, extent) - first_.begin() - 1);
  }

 private:
  std::span<const std::uint32_t> first_;
  std::uint32_t shift_ = 0;
  std::vector<std::uint32_t> start_;  // per bucket: tenant of its first extent
};

void check_table(const PolicyContext& context, const ExtentTable& extents) {
  const bool sorted = std::is_sorted(extents.first_extent.begin(), extents.first_extent.end());
  if (!sorted || (!extents.first_extent.empty() && extents.first_extent.front() != 0) ||
      extents.tenants() > context.tenants) {
    throw std::invalid_argument(fmt::format(
        "placement: first_extent of {} tenants for a policy of {} (it must rise from 0, one entry "
        "a tenant and the total) — build it by summing extents per tenant",
        extents.tenants(), context.tenants));
  }
  if (!extents.heat_weight.empty() && extents.heat_weight.size() != extents.extents()) {
    throw std::invalid_argument(
        fmt::format("placement: {} heat weights for {} extents (one each) — leave them empty where "
                    "all are equal",
                    extents.heat_weight.size(), extents.extents()));
  }
  const std::size_t models = context.topology.models().size();
  if (!extents.shard_heat.empty() && extents.shard_heat.size() != extents.tenants() * models) {
    throw std::invalid_argument(
        fmt::format("placement: {} entries of heat for {} tenants on {} drive models (one each) — "
                    "leave it empty where no heat is placed",
                    extents.shard_heat.size(), extents.tenants(), models));
  }
}

class Placer {
 public:
  Placer(const PolicyContext& context, const PlacementOptions& options, const ExtentTable& extents)
      : context_(context),
        extents_(extents),
        policy_(make_policy(options, context)),
        state_(policy_->make_state()),
        tenant_of_(extents.first_extent),
        order_(extents.extents(), sim::RandomStream(context.seed, 0, purpose::kExtentOrder, 0)),
        shard_heat_(extents.shard_heat.empty() ? 0 : context.topology.models().size()) {
    result_.shards_per_extent = context.shards;
    result_.drive_of_shard.assign(std::size_t{extents.extents()} * context.shards,
                                  PlacementResult::kNoDrive);
    result_.used_bytes.assign(context.topology.drives(), 0);
    result_.expected_heat.assign(context.topology.drives(), 0.0);
  }

  PlacementResult run(const std::function<bool(double)>& progress) {
    const std::uint32_t total = extents_.extents();
    std::uint32_t done = 0;
    bool fits = true;
    for (std::uint32_t batch = 0; done < total && fits; ++batch) {
      if (progress && batch % kBatchesPerReport == 0 &&
          !progress(static_cast<double>(done) / total)) {
        break;
      }
      const std::uint32_t end = done + std::min(kBatch, total - done);
      look_ahead(done, end - done);
      for (std::uint32_t i = 0; done < end && (fits = place_one(batch_[i])); ++i) ++done;
    }
    if (progress && done == total) progress(1.0);
    if (!fits) {
      result_.why_unplaced =
          explain_no_room(context_, {context_.topology, result_.used_bytes, result_.expected_heat},
                          extents_.shard_bytes);
    }
    result_.unplaced_extents = total - done;
    result_.notes = state_->notes();
    return std::move(result_);
  }

 private:
  // Extents come in random order: their entries are fetched together before they are needed.
  void look_ahead(std::uint32_t first, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t extent = order_(first + i);
      batch_[i] = extent;
      const std::size_t entry = std::size_t{extent} * context_.shards;
      __builtin_prefetch(&result_.drive_of_shard[entry], 1);
      __builtin_prefetch(&result_.drive_of_shard[entry + context_.shards - 1], 1);
      if (!extents_.heat_weight.empty()) __builtin_prefetch(&extents_.heat_weight[extent]);
    }
  }

  // What a shard of the extent brings to a drive of each model.
  void measure_heat(std::uint32_t tenant, std::uint32_t extent) {
    const double weight = extents_.heat_weight.empty() ? 1 : double{extents_.heat_weight[extent]};
    for (std::size_t model = 0; model < shard_heat_.size(); ++model) {
      shard_heat_[model] = weight * extents_.shard_heat[model * extents_.tenants() + tenant];
    }
  }

  bool place_one(std::uint32_t extent) {
    const std::uint32_t tenant = tenant_of_(extent);
    measure_heat(tenant, extent);
    const ExtentRequest request{ExtentId(extent), TenantId(tenant), extents_.shard_bytes,
                                shard_heat_};
    const FleetView view{context_.topology, result_.used_bytes, result_.expected_heat};
    sim::RandomStream random(context_.seed, 0, purpose::kPlacement, extent);
    std::array<std::uint32_t, kMaxShards> drives;
    const std::span chosen(drives.data(), context_.shards);
    if (!policy_->place(request, view, *state_, random, chosen)) return false;
    std::copy(chosen.begin(), chosen.end(),
              result_.drive_of_shard.begin() +
                  static_cast<std::ptrdiff_t>(std::size_t{extent} * context_.shards));
    for (const std::uint32_t drive : chosen) {
      result_.used_bytes[drive] += request.shard_bytes;
      if (!shard_heat_.empty()) {
        const Topology& topology = context_.topology;
        result_.expected_heat[drive] +=
            shard_heat_[topology.model_of_rack(topology.rack_of(drive))];
      }
    }
    return true;
  }

  const PolicyContext& context_;
  const ExtentTable& extents_;
  std::unique_ptr<PlacementPolicy> policy_;
  std::unique_ptr<PlacementPolicy::State> state_;
  TenantIndex tenant_of_;
  Permutation order_;
  std::array<std::uint32_t, kBatch> batch_{};
  std::vector<double> shard_heat_;  // of the extent in hand, by drive model
  PlacementResult result_;
};

}  // namespace

PlacementResult place_all(const PolicyContext& context, const PlacementOptions& options,
                          const ExtentTable& extents, const std::function<bool(double)>& progress) {
  check_table(context, extents);
  if (extents.extents() == 0) {
    PlacementResult nothing;
    nothing.shards_per_extent = context.shards;
    nothing.used_bytes.assign(context.topology.drives(), 0);
    nothing.expected_heat.assign(context.topology.drives(), 0.0);
    return nothing;
  }
  return Placer(context, options, extents).run(progress);
}

}  // namespace spindle::models
