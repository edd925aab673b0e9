#pragma once
// Redundancy of an extent: n shards, any `needed` of which restore it, or, of a local code, sets of
// `needed` or more.

#include <cstdint>
#include <string>
#include <vector>

#include "models/units.hpp"

namespace spindle::models {

// Shards that an extent may have (sets of drives are kept on the stack).
inline constexpr std::uint32_t kMaxShards = 64;

enum class SchemeKind { kReplication, kErasure, kLocal };

struct RedundancyOptions {
  SchemeKind kind = SchemeKind::kReplication;
  std::uint32_t copies = 3;         // replication
  std::uint32_t data = 5;           // erasure, local: k
  std::uint32_t parity = 4;         // erasure: m
  std::uint32_t local_groups = 2;   // local: data shards in so many equal groups, a parity each
  std::uint32_t global_parity = 2;  // local: parity shards over all data
};

class Scheme {
 public:
  // Throws std::invalid_argument: copies, data or local groups 0, more than 64 shards, data that
  // does not divide into the local groups. Cost of a local code: groups^2 (size of one)^2.
  explicit Scheme(const RedundancyOptions& options);

  [[nodiscard]] SchemeKind kind() const { return kind_; }
  [[nodiscard]] std::uint32_t shards() const { return shards_; }  // n
  // k; 1 for copies. Fewer never restore the extent.
  [[nodiscard]] std::uint32_t needed() const { return needed_; }
  // Losses that are survived whichever shards they take: n - k, of a local code global parity + 1.
  [[nodiscard]] std::uint32_t tolerated() const { return tolerated_; }
  // Losses that are survived if they take the right shards: n - k.
  [[nodiscard]] std::uint32_t most_survived() const { return shards_ - needed_; }
  // Probability that the i-th concurrent loss, of a shard drawn from those that are left, loses an
  // extent that i - 1 random losses had not lost: 0 up to `tolerated`, 1 above `most_survived`.
  // Precondition: 1 <= i <= n.
  [[nodiscard]] double lost_at(std::uint32_t i) const;

  [[nodiscard]] double overhead() const;   // physical / logical bytes
  [[nodiscard]] std::string name() const;  // "3 copies", "5+4", "LRC 12+2+2"
  // Size of each shard of an object or extent of that size: size / k.
  [[nodiscard]] double shard_bytes(double object_bytes) const;
  // Drives touched by one read (k) and by one write (n).
  [[nodiscard]] std::uint32_t read_fan_out() const { return needed_; }
  [[nodiscard]] std::uint32_t write_fan_out() const { return shards_; }
  // Shards read to rebuild one lost shard where no other is lost, mean over the extent's shards: k;
  // of a local code the rest of its group, or all data for a global parity.
  [[nodiscard]] double repair_reads() const;
  // The same of a data shard.
  [[nodiscard]] std::uint32_t data_repair_reads() const { return needed_ / groups_; }

 private:
  void set_local(const RedundancyOptions& options);

  SchemeKind kind_;
  std::uint32_t shards_ = 0;
  std::uint32_t needed_ = 1;
  std::uint32_t tolerated_ = 0;
  std::uint32_t groups_ = 1;     // that data shards are repaired within
  std::vector<double> lost_at_;  // of a local code, for i = 1 ... most_survived
};

}  // namespace spindle::models
