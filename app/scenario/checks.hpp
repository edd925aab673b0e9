#pragma once
// Checks that need several values at once: impossible combinations.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "app/scenario/json_document.hpp"
#include "app/scenario/problems.hpp"
#include "app/scenario/resolved_view.hpp"

namespace spindle::app {

// More shards than this and the explicit map of extents to drives (4 bytes a shard) passes 4.8 GB.
inline constexpr std::uint64_t kMaxPlacedShards = 1'200'000'000;
inline constexpr std::uint64_t kMaxEpochs = 20'000'000;
inline constexpr std::uint64_t kMaxRacks = 1'000'000;
inline constexpr std::uint64_t kMaxDrives = 50'000'000;

// `resolved` is what resolve() made of `root`; a check whose inputs are missing there is left out.
void check_combinations(const Value& root, const Json& resolved, ProblemList& problems);

// "24,657" of a count that need not be whole; "1.2e+17" beyond what is read digit by digit.
std::string grouped_number(double n);

// Adds a problem that several values make together: blames the first of the paths that an override
// set, and the first one otherwise.
void blame(const Value& root, const ResolvedView& view,
           std::initializer_list<std::string_view> paths, std::string message,
           ProblemList& problems);

}  // namespace spindle::app
