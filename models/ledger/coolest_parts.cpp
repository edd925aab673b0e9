#include "models/ledger/coolest_parts.hpp"

#include <algorithm>
#include <tuple>

namespace spindle::models {

CoolestParts::CoolestParts(std::span<const LedgerAgeing> ageing) {
  for (const LedgerAgeing& of : ageing) {
    std::vector<Part> parts;
    const auto count = static_cast<double>(of.demand_by_coolness.size());
    for (const double share : of.demand_by_coolness) parts.push_back({share * count, 1});
    if (parts.empty()) parts.push_back({1, 1});
    parts_.push_back(std::move(parts));
  }
}

std::vector<LedgerClass> CoolestParts::take(double shards, std::span<const LedgerClass> held,
                                            std::span<const double> density) {
  struct Offer {
    double demand;  // of a shard
    std::size_t tenant_class;
    std::size_t part;
    double shards;
  };
  std::vector<Offer> offers;
  for (std::size_t c = 0; c < parts_.size(); ++c) {
    double left = 0;
    for (const Part& part : parts_[c]) left += part.left;
    for (std::size_t p = 0; p < parts_[c].size() && left > 0; ++p) {
      const Part& part = parts_[c][p];
      offers.push_back({part.demand * density[c], c, p, held[c].shards * part.left / left});
    }
  }
  std::sort(offers.begin(), offers.end(), [](const Offer& a, const Offer& b) {
    return std::tie(a.demand, a.tenant_class, a.part) < std::tie(b.demand, b.tenant_class, b.part);
  });
  std::vector<LedgerClass> taken(parts_.size());
  for (const Offer& offer : offers) {
    if (shards <= 0) break;
    const double some = std::min(shards, offer.shards);
    if (some <= 0) continue;
    shards -= some;
    taken[offer.tenant_class].shards += some;
    taken[offer.tenant_class].demand += some * offer.demand;
    parts_[offer.tenant_class][offer.part].left *= 1 - some / offer.shards;
  }
  // Parts stand for a mean over racks: no more demand can go than is there.
  for (std::size_t c = 0; c < taken.size(); ++c) {
    taken[c].demand = std::min(taken[c].demand, held[c].demand);
  }
  return taken;
}

void CoolestParts::renew(std::uint32_t tenant_class, double share) {
  for (Part& part : parts_[tenant_class]) part.left += share * (1 - part.left);
}

}  // namespace spindle::models
