#include "models/redundancy/reencoding.hpp"

#include <algorithm>

namespace spindle::models {

ReencodingCost reencoding_cost(const Scheme& from, const Scheme& to) {
  if (from.name() == to.name()) return {};
  const double had = from.overhead();
  const double wanted = to.overhead();
  if (from.needed() != to.needed()) return {1, wanted, had};
  // Beside the data: what can stay, and what is to be written.
  const bool is_nested = from.kind() == to.kind() && from.kind() != SchemeKind::kLocal;
  const double kept = is_nested ? std::min(had, wanted) - 1 : 0;
  const double written = wanted - 1 - kept;
  return {written > 0 ? 1.0 : 0.0, written, had - 1 - kept};
}

}  // namespace spindle::models
