#include "models/redundancy/scheme.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "models/redundancy/local_code.hpp"

namespace spindle::models {

Scheme::Scheme(const RedundancyOptions& options) : kind_(options.kind) {
  if (kind_ == SchemeKind::kReplication) {
    if (options.copies == 0 || options.copies > kMaxShards) {
      throw std::invalid_argument(fmt::format("{} copies (replication keeps 1 to {}) — usual is 3",
                                              options.copies, kMaxShards));
    }
    shards_ = options.copies;
    tolerated_ = shards_ - 1;
    return;
  }
  if (options.data == 0) {
    throw std::invalid_argument(
        "0 data shards (nothing would hold the bytes) — use at least 1, e.g. data 5, parity 4");
  }
  if (kind_ == SchemeKind::kLocal) {
    set_local(options);
    return;
  }
  // Compared one by one: the sum of two large counts may wrap.
  if (options.data > kMaxShards || options.parity > kMaxShards ||
      options.data + options.parity > kMaxShards) {
    throw std::invalid_argument(
        fmt::format("{}+{} shards (at most {} shards in all) — use fewer, e.g. data 5, parity 4",
                    options.data, options.parity, kMaxShards));
  }
  shards_ = options.data + options.parity;
  needed_ = options.data;
  tolerated_ = options.parity;
}

void Scheme::set_local(const RedundancyOptions& options) {
  const std::uint32_t groups = options.local_groups;
  const std::uint32_t global = options.global_parity;
  if (options.data > kMaxShards || groups > kMaxShards || global > kMaxShards ||
      options.data + groups + global > kMaxShards) {
    throw std::invalid_argument(
        fmt::format("{}+{}+{} shards (at most {} shards in all) — use fewer, e.g. data 12, 2 local "
                    "groups, 2 global parities",
                    options.data, groups, global, kMaxShards));
  }
  if (groups == 0 || options.data % groups != 0) {
    throw std::invalid_argument(
        fmt::format("{} data shards in {} local groups (groups are of equal size) — use a divisor "
                    "of {}, or an erasure code where there are none",
                    options.data, groups, options.data));
  }
  groups_ = groups;
  needed_ = options.data;
  shards_ = options.data + groups + global;
  tolerated_ = global + 1;
  lost_at_ = local_code_lost_at({groups, options.data / groups + 1, global});
}

double Scheme::lost_at(std::uint32_t i) const {
  if (i > most_survived()) return 1;
  return lost_at_.empty() ? 0 : lost_at_[i - 1];
}

double Scheme::overhead() const {
  return static_cast<double>(shards_) / static_cast<double>(needed_);
}

std::string Scheme::name() const {
  if (kind_ == SchemeKind::kErasure) return fmt::format("{}+{}", needed_, tolerated_);
  if (kind_ == SchemeKind::kLocal) {
    return fmt::format("LRC {}+{}+{}", needed_, groups_, tolerated_ - 1);
  }
  return shards_ == 1 ? "1 copy" : fmt::format("{} copies", shards_);
}

double Scheme::shard_bytes(double object_bytes) const {
  return object_bytes / static_cast<double>(needed_);
}

double Scheme::repair_reads() const {
  if (kind_ != SchemeKind::kLocal) return needed_;
  const std::uint32_t global = tolerated_ - 1;
  const double in_groups = static_cast<double>(shards_ - global) * data_repair_reads();
  return (in_groups + static_cast<double>(global) * needed_) / shards_;
}

}  // namespace spindle::models
