#pragma once
// How many bytes a drive's log takes in for each byte that clients write: what is cleaned out of
// segments is written again. Equations: docs/theory/store.md.

#include <cstdint>

#include "models/drive/drive_model.hpp"
#include "models/store/store_options.hpp"

namespace spindle::models {

// The fullest log that the equations are used for: beyond it what is written is little but copies.
inline constexpr double kMostFullness = 0.97;
// A segment, and the pieces that live and die in it as one.
inline constexpr double kSegmentBytes = 64.0 * 1024 * 1024;
inline constexpr std::uint32_t kBlocksOfSegment = 64;

// Live share of the segments that are cleaned the oldest first, where `hot_data` of the data gets
// `hot_writes` of the overwrites (0 of both: all alike); for segments of many blocks. Throws
// std::invalid_argument unless 0 < fullness < 1 and both shares are in [0, 1), or 0 together.
double oldest_first_utilisation(double fullness, double hot_data = 0, double hot_writes = 0);

// The same where the segment of `blocks` with the least live ones is cleaned and overwrites fall on
// all alike. Throws std::invalid_argument unless 0 < fullness < 1 and blocks > 0. Cost: a step a
// block.
double greedy_utilisation(double fullness, std::uint32_t blocks);

// At least 1. By the two above, and where these do not say, by a log that is simulated
// (segment_log.hpp), which is the same on every call; it takes about a second. Throws
// std::invalid_argument unless 0 < fullness <= kMostFullness and the shares are as above.
double write_amplification(const StoreOptions& store, double fullness);

// Disk time of cleaning for each byte that is written to a drive once: what lives is read out of a
// segment at a time and written a whole segment at a time, each with a seek, half a turn and a
// transfer. Precondition: amplification >= 1.
double cleaning_seconds_per_byte(const DriveModel& drive, double amplification);

}  // namespace spindle::models
