#pragma once
// Disk time that falls on named drives whatever the tenants ask: repair, migration, first writing.
//
// Work is told as it is planned, heat times from when until when, and may reach past the window in
// hand; what is left of it is carried on. Of drives that are slow as it starts it takes more.

#include <cstdint>
#include <span>
#include <vector>

#include "models/state/slow_drives.hpp"
#include "sim/time.hpp"

namespace spindle::models {

class DirectedLoad {
 public:
  // Epochs of a window, at most (kEpochsPerSweep of models/flow/heat_kernel.hpp).
  static constexpr std::size_t kEpochs = 8;

  DirectedLoad(std::uint32_t drives, sim::Duration epoch);

  // The next window, kEpochs from `start`: work that reaches into it is spread over its epochs.
  void begin(sim::Instant start);
  // Who says when drives are slow, and must outlive what is added; nullptr: they never are.
  void set_slow_drives(const SlowDrives* slow) { slow_ = slow; }
  // The drive spends `heat` of its time from `from` to `until`, times what it is slow at `from`.
  // Work before the window's start is an error of the caller and ignored.
  void add(std::uint32_t drive, sim::Instant from, sim::Instant until, float heat);

  // Mean heat in each epoch of the window, kEpochs values.
  [[nodiscard]] std::span<const float> of(std::uint32_t drive) const {
    return std::span(heat_).subspan(std::size_t{drive} * kEpochs, kEpochs);
  }

 private:
  struct Work {
    std::uint32_t drive = 0;
    float heat = 0;
    sim::Instant from;
    sim::Instant until;
  };
  void spread(const Work& work);

  sim::Duration epoch_;
  const SlowDrives* slow_ = nullptr;
  sim::Instant start_;
  std::vector<float> heat_;    // [drive * kEpochs + epoch in window]
  std::vector<Work> carried_;  // what reaches past the window
};

}  // namespace spindle::models
