#pragma once
// The coolest data of some racks, as parts of each class that differ in demand a shard.

#include <cstdint>
#include <span>
#include <vector>

#include "models/ledger/ledger_fleet.hpp"
#include "models/ledger/ledger_options.hpp"

namespace spindle::models {

class CoolestParts {
 public:
  explicit CoolestParts(std::span<const LedgerAgeing> ageing);

  // Takes up to so many shards, the coolest of all classes first; `held`: what the racks hold by
  // class, `density`: demand of the class's mean shard. Returns what is taken of each class.
  std::vector<LedgerClass> take(double shards, std::span<const LedgerClass> held,
                                std::span<const double> density);
  // So large a share of the class's data was replaced by new, which makes coolness as it was.
  void renew(std::uint32_t tenant_class, double share);

 private:
  struct Part {
    double demand = 0;  // of a shard / of the class's mean shard
    double left = 1;    // share of the part that was not taken
  };
  std::vector<std::vector<Part>> parts_;  // by class, by ascending demand
};

}  // namespace spindle::models
