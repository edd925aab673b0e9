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
  if (view.text("redundancy.scheme") == "local") {
    const auto data = count("redundancy.data");
    const auto groups = count("redundancy.local_groups");
    const auto global = count("redundancy.global_parity");
    if (!data || !groups || !global || *groups == 0 || *data == 0 || *data % *groups != 0 ||
        *data + *groups + *global > models::kMaxShards) {
      return std::nullopt;
    }
    out.kind = models::SchemeKind::kLocal;
    out.data = *data;
    out.local_groups = *groups;
    out.global_parity = *global;
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
