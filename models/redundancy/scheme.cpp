#include "models/redundancy/scheme.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace spindle::models {

namespace {

// Shard sets are held as 64-bit masks and small arrays.

}  // namespace

Scheme::Scheme(const RedundancyOptions& options) : kind_(options.kind) {
  if (kind_ == SchemeKind::kReplication) {
    if (options.copies == 0 || options.copies > kMaxShards) {
      throw std::invalid_argument(fmt::format("{} copies (replication keeps 1 to {}) — usual is 3",
                                              options.copies, kMaxShards));
    }
    shards_ = options.copies;
    needed_ = 1;
    return;
  }
  if (options.data == 0) {
    throw std::invalid_argument(
        "0 data shards (nothing would hold the bytes) — use at least 1, e.g. data 5, parity 4");
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
}

double Scheme::overhead() const {
  return static_cast<double>(shards_) / static_cast<double>(needed_);
}

std::string Scheme::name() const {
  if (kind_ == SchemeKind::kErasure) return fmt::format("{}+{}", needed_, tolerated());
  return shards_ == 1 ? "1 copy" : fmt::format("{} copies", shards_);
}

double Scheme::shard_bytes(double object_bytes) const {
  return object_bytes / static_cast<double>(needed_);
}

}  // namespace spindle::models
