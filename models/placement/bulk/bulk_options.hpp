#pragma once
// What bulk placement is asked for: balls into bins, at tens of millions of drives.
//
// An object has `shards` shards on distinct drives, as even over the zones as their number allows,
// at most max_per_rack in a rack. A shard draws its candidates among the legal drives of its zone,
// and the least loaded of them takes it, the first drawn on ties.

#include <cstdint>
#include <string>
#include <vector>

#include "models/placement/policy.hpp"
#include "models/placement/spread_rule.hpp"
#include "sim/random_stream.hpp"

namespace spindle::models {

enum class BulkPolicy {
  kRandom,       // one candidate
  kDChoices,     // `choices` of them
  kOnePlusBeta,  // two with probability `beta`, else one
  kKOfD,         // the object's shards take the least loaded of `candidates` distinct drives
  kRegistry,     // a PlacementPolicy, asked object by object: slower, and more memory
};

// How many drives of a fleet hold how much.
struct BulkClass {
  double capacity = 0;  // shards of mean size that a drive holds; not necessarily whole
  double share = 1;     // of the drives, in every zone; normalised over the list
};
enum class BulkSampling { kUniform, kByCapacity };  // how candidates are drawn
enum class BulkCompare { kUnits, kFill };           // shards, or fill fraction once placed

// Sizes of objects, in units of their mean; all shards of an object are equal.
struct BulkSizes {
  enum class Law { kConstant, kExponential, kLognormal, kTable };
  Law law = Law::kConstant;
  double cv = 1;                // kLognormal: standard deviation / mean, 0.01 … 100
  std::vector<double> values;   // kTable, any unit; as many weights
  std::vector<double> weights;  // how often each
};

struct BulkOptions {
  std::uint32_t drives = 1'000'000;
  double per_drive = 100;   // shards a drive on average
  bool until_full = false;  // as many as there is capacity for, up to the first full drive

  BulkPolicy policy = BulkPolicy::kRandom;
  std::uint32_t choices = 2;     // kDChoices: 1 … 64
  double beta = 0.5;             // kOnePlusBeta: 0 … 1
  std::uint32_t candidates = 0;  // kKOfD: shards … 256

  PlacementOptions registry;   // kRegistry
  std::uint32_t tenants = 1;   // kRegistry: objects belong to one of so many
  double tenant_exponent = 0;  // the i-th of them with probability proportional to i^-exponent

  std::uint32_t shards = 1;  // of an object, 1 … 64
  std::uint32_t zones = 1;   // 1 … 256
  std::uint32_t racks_per_zone = 1;
  SpreadRule spread{0, 0};  // its `zones` must be kEven

  std::uint64_t refresh = 0;  // loads are read again every so many shards; 0: always exact
  double noise = 0;           // sd of the error of a load that is read, in shards
  std::uint32_t bucket = 1;   // loads are seen in whole multiples of so many shards
  BulkSizes sizes;
  std::vector<BulkClass> classes;  // empty: all drives equal, of unknown capacity
  BulkSampling sampling = BulkSampling::kUniform;
  BulkCompare compare = BulkCompare::kFill;
  std::uint32_t cell = 0;  // all candidates of an object from one cell of so many drives; 0: none
  double turnovers = 0;    // objects replaced at a steady count / objects
  double empty_share = 0;  // of the drives of every zone: empty when the others are full
  sim::Seed seed;

  // Candidates of a shard; of kKOfD one: it draws by object.
  [[nodiscard]] std::uint32_t candidates_per_shard() const;
  [[nodiscard]] std::uint32_t candidates_per_object() const;
  [[nodiscard]] std::uint64_t objects() const;  // to place before anything leaves
  // Whether loads are exact counts of equal shards, and compared as such.
  [[nodiscard]] bool is_plain() const;
};

inline constexpr std::uint32_t kMostBulkDrives = 1U << 28;
inline constexpr std::uint32_t kMostRegistryDrives = 10'000'000;
inline constexpr std::uint32_t kMostBulkTenants = 10'000'000;
inline constexpr std::uint32_t kMostBulkClasses = 64;
inline constexpr std::uint32_t kMostBulkZones = 256;
inline constexpr std::uint32_t kMostBulkCandidates = 256;  // of an object, by kKOfD

// Everything that is wrong, each as "problem (why) — mend"; empty where it can be run.
std::vector<std::string> bulk_problems(const BulkOptions& options);

// Bytes that a run takes at its peak, within some percent at a million drives and more.
double bulk_memory_bytes(const BulkOptions& options);

}  // namespace spindle::models
