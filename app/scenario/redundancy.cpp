#include "app/scenario/redundancy.hpp"

#include <fmt/format.h>

#include <utility>

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

std::optional<RedundancyProblem> redundancy_problem(const ResolvedView& view,
                                                    const std::string& prefix) {
  const auto problem = [&](std::array<const char*, 3> keys, std::string message) {
    RedundancyProblem out{{}, std::move(message)};
    for (std::size_t i = 0; i < keys.size(); ++i) {
      out.paths[i] = prefix + "redundancy." + keys[i];
    }
    return out;
  };
  const auto scheme = view.text("redundancy.scheme");
  const auto data = view.whole("redundancy.data");
  if (!scheme || !data) return std::nullopt;
  if (*scheme == "erasure") {
    const auto parity = view.whole("redundancy.parity");
    if (!parity || *data + *parity <= models::kMaxShards) return std::nullopt;
    return problem({"parity", "data", "data"},
                   fmt::format("{} + {} = {} shards (at most {} are supported) — fewer shards",
                               *data, *parity, *data + *parity, models::kMaxShards));
  }
  const auto groups = view.whole("redundancy.local_groups");
  const auto global = view.whole("redundancy.global_parity");
  if (*scheme != "local" || !groups || !global || *groups == 0) return std::nullopt;
  if (*data % *groups != 0) {
    return problem({"local_groups", "data", "data"},
                   fmt::format("{} data shards in {} groups (groups are equal) — a number of "
                               "groups that divides {}",
                               *data, *groups, *data));
  }
  const std::uint64_t shards = *data + *groups + *global;
  if (shards <= models::kMaxShards) return std::nullopt;
  return problem({"global_parity", "local_groups", "data"},
                 fmt::format("{} + {} + {} = {} shards (at most {} are supported) — fewer shards",
                             *data, *groups, *global, shards, models::kMaxShards));
}

}  // namespace spindle::app
