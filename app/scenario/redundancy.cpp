#include "app/scenario/redundancy.hpp"

namespace spindle::app {

std::optional<models::RedundancyOptions> redundancy_of(const ResolvedView& view) {
  const auto count = [&](std::string_view path) {
    const auto value = view.whole(path);
    return value && *value <= models::kMaxShards ? std::optional(static_cast<std::uint32_t>(*value))
                                                 : std::nullopt;
  };
  models::RedundancyOptions out;
  if (view.text("redundancy.scheme") == "replication") {
    const auto copies = count("redundancy.copies");
    if (!copies || *copies == 0) return std::nullopt;
    out.kind = models::SchemeKind::kReplication;
    out.copies = *copies;
    return out;
  }
  const auto data = count("redundancy.data");
  const auto parity = count("redundancy.parity");
  if (!data || !parity || *data == 0 || *data + *parity > models::kMaxShards) return std::nullopt;
  out.kind = models::SchemeKind::kErasure;
  out.data = *data;
  out.parity = *parity;
  return out;
}

}  // namespace spindle::app
