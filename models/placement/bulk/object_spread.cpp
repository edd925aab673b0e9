#include "models/placement/bulk/object_spread.hpp"

#include "models/purposes.hpp"

namespace spindle::models {

ObjectSpread::ObjectSpread(const BulkOptions& options, const BulkFleet& fleet)
    : zones_(fleet.zones()),
      seed_(options.seed),
      zone_words_(options.seed, BulkStream::kZones),
      shards_(options.shards),
      // Without a limit all places are said to stand in one rack that holds them all.
      rack_limit_(options.spread.max_per_rack == 0 ? kMostBulkCandidates
                                                   : options.spread.max_per_rack),
      asks_racks_(options.spread.max_per_rack != 0) {}

void ObjectSpread::draw_zones(std::uint64_t first, std::size_t objects,
                              std::span<std::uint32_t> zones) {
  const auto count = static_cast<std::uint32_t>(zones_.size());
  const std::uint32_t each = shards_ / count;
  const std::uint32_t rest = shards_ % count;
  if (rest > 0) zone_words_.fetch(first * count, objects * count);
  std::size_t at = 0;
  for (std::size_t object = 0; object < objects; ++object) {
    std::uint32_t extra = rest;
    for (std::uint32_t zone = 0; zone < count; ++zone) {
      std::uint32_t shards = each;
      // Selection sampling (Knuth, TAOCP 2, algorithm 3.4.2 S): every set of zones equally likely.
      if (extra > 0 && sim::scaled(zone_words_[object * count + zone], count - zone) < extra) {
        ++shards;
        --extra;
      }
      for (std::uint32_t i = 0; i < shards; ++i) zones[at++] = zone;
    }
  }
}

sim::RandomStream& ObjectSpread::redraws() {
  if (!redraws_) redraws_.emplace(seed_, 0, purpose::kBulkRedraw, object_);
  return *redraws_;
}

BulkPlace ObjectSpread::redraw() {
  const std::uint32_t open = zones_[zone_].open;
  while (true) {
    const auto place = static_cast<std::uint32_t>(sim::scaled(redraws().next_u64(), open));
    if (const BulkPlace drawn = place_at(zone_, place); allows(drawn)) return drawn;
  }
}

}  // namespace spindle::models
