#include "models/placement/bulk/bulk_draws.hpp"

#include "models/purposes.hpp"

namespace spindle::models {

BulkWords::BulkWords(sim::Seed seed, BulkStream stream)
    : batch_(seed, 0, purpose::kBulkPlacement), entity_(static_cast<std::uint64_t>(stream)) {}

void BulkWords::fetch(std::uint64_t first, std::size_t count) {
  offset_ = first % 2;
  const std::size_t needed = 4 * ((offset_ + count + 1) / 2);
  if (halves_.size() < needed) halves_.resize(needed);
  batch_.words(entity_, first / 2, std::span(halves_).first(needed));
}

}  // namespace spindle::models
