#pragma once
// What it costs to keep data under another scheme than it was written with.

#include "models/redundancy/scheme.hpp"

namespace spindle::models {

// Bytes for each logical byte.
struct ReencodingCost {
  double read = 0;
  double written = 0;
  double freed = 0;  // of shards that are no longer wanted
};

// Codes are systematic: shards that hold data stay where `to` cuts the data into as many. Then
// fewer copies or parities are dropped, and more are computed: each byte is read once. Codes of the
// same kind have parities that do not depend on how many there are; parities of others are made
// anew. Where data is cut otherwise all shards are written anew, and the old ones freed.
ReencodingCost reencoding_cost(const Scheme& from, const Scheme& to);

}  // namespace spindle::models
