#pragma once
// Which part of a sweep's runs a process does: every n-th one, from the i-th on.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace spindle::app {

struct Shard {
  std::uint32_t index = 0;
  std::uint32_t count = 1;

  [[nodiscard]] bool holds(std::uint64_t run) const { return run % count == index; }
  [[nodiscard]] std::uint64_t runs_of(std::uint64_t total) const {
    return total > index ? (total - index + count - 1) / count : 0;
  }
  // "shard-2-of-7": its folder. Precondition: count > 1.
  [[nodiscard]] std::string folder() const;
};

// The value of an environment variable, or nullptr.
using Environment = std::function<const char*(const char*)>;

// "i/n", with i from 0; "auto/n" takes i from the environment. Empty: both from the environment,
// where a Slurm array (SLURM_ARRAY_TASK_ID, _MIN, _COUNT, _STEP), Open MPI
// (OMPI_COMM_WORLD_RANK, _SIZE) or another MPI (PMI_RANK, _SIZE) states them, and all runs where
// none does. A Kubernetes job states its index alone (JOB_COMPLETION_INDEX): that needs "auto/n".
// Nothing, and the problem, where this is no shard.
std::optional<Shard> read_shard(const std::string& text, const Environment& environment,
                                std::string& problem);

}  // namespace spindle::app
