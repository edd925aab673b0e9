#pragma once
// Exit codes: a contract with scripts and CI.

namespace spindle::app {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailure = 1;          // runtime failure
inline constexpr int kExitUsage = 2;            // bad command line, unwritable output
inline constexpr int kExitInvalidScenario = 3;  // or folder; nothing was run
inline constexpr int kExitThreshold = 4;     // `check`: a metric is on the wrong side, or has moved
inline constexpr int kExitInconclusive = 5;  // `check`: too few replications to tell
inline constexpr int kExitInterrupted = 130;  // Ctrl-C

}  // namespace spindle::app
