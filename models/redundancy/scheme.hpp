#pragma once
// Redundancy of an extent: n shards, any `needed` of which restore it.

#include <cstdint>
#include <string>

#include "models/units.hpp"

namespace spindle::models {

// Shards that an extent may have (sets of drives are kept on the stack).
inline constexpr std::uint32_t kMaxShards = 64;

enum class SchemeKind { kReplication, kErasure };

struct RedundancyOptions {
  SchemeKind kind = SchemeKind::kReplication;
  std::uint32_t copies = 3;  // replication
  std::uint32_t data = 5;    // erasure
  std::uint32_t parity = 4;  // erasure
};

class Scheme {
 public:
  // Throws std::invalid_argument: copies or data 0, more than 64 shards.
  explicit Scheme(const RedundancyOptions& options);

  [[nodiscard]] SchemeKind kind() const { return kind_; }
  [[nodiscard]] std::uint32_t shards() const { return shards_; }  // n
  [[nodiscard]] std::uint32_t needed() const { return needed_; }  // k; 1 for copies
  [[nodiscard]] std::uint32_t tolerated() const { return shards_ - needed_; }
  [[nodiscard]] double overhead() const;   // physical / logical bytes
  [[nodiscard]] std::string name() const;  // "3 copies", "5+4"
  // Size of each shard of an object or extent of that size: size / k.
  [[nodiscard]] double shard_bytes(double object_bytes) const;
  // Drives touched by one read (k) and by one write (n).
  [[nodiscard]] std::uint32_t read_fan_out() const { return needed_; }
  [[nodiscard]] std::uint32_t write_fan_out() const { return shards_; }
  // Shards read to rebuild one lost shard.
  [[nodiscard]] std::uint32_t repair_reads() const { return needed_; }

 private:
  SchemeKind kind_;
  std::uint32_t shards_;
  std::uint32_t needed_;
};

}  // namespace spindle::models
