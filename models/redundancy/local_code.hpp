#pragma once
// Which losses a local reconstruction code survives, counted.

#include <cstdint>
#include <vector>

namespace spindle::models {

// `groups` groups of `group_shards` shards each (one of them the group's parity), and
// `global_parity` parities over all data.
struct LocalCode {
  std::uint32_t groups = 2;
  std::uint32_t group_shards = 7;
  std::uint32_t global_parity = 2;
};

// Element i - 1: the probability that the i-th loss, of a shard drawn from those that are left,
// loses an extent that i - 1 losses had not lost, these being equally likely any i - 1 that are
// survived; i = 1 ... groups + global_parity. The code is maximally recoverable: a loss is survived
// wherever it is by any code of that shape (Huang et al., Erasure Coding in Windows Azure Storage,
// USENIX ATC 2012, section 2.1): each local parity makes up for one loss of its group, and no more
// than `global_parity` others are left. Sets are counted over groups, in doubles: exact while their
// number is below 2^53, then to some units of rounding.
std::vector<double> local_code_lost_at(const LocalCode& code);

}  // namespace spindle::models
