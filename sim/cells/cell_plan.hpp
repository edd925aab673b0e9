#pragma once
// How a model's cells are dealt to workers, and how far cells may run apart.
//
// The number of cells belongs to the model (256-4096 is a good range) and never follows the number
// of workers. Worker w of n owns the contiguous cells [w C / n, (w + 1) C / n), so that what is
// gathered by worker is in cell order.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/id.hpp"
#include "sim/time.hpp"

namespace spindle::sim {

struct CellOptions {
  std::uint32_t cells = 1;
  // The least delay of any message between cells, at least 1 ns. Without messages between cells,
  // Duration::nanoseconds(Instant::never().ns()).
  Duration lookahead;
  // How far cells run between exchanges: 1 ns to lookahead; zero stands for lookahead. Results do
  // not depend on it.
  Duration window{};
  // Limits end a run; what it did until then stays valid, and all processes need the same.
  //
  // Events over all runs, decisions among them. A run ends after the first window by which as many
  // have run, for good where events are left. Windows are cut shorter as the limit comes near, by
  // the counts of events alone, so that a steady run overshoots by what is due within 1 ns; a
  // sudden burst overshoots by at most what was left for each cell, as no cell runs more than that
  // in one window. Where it ends depends on `window`, never on the number of workers.
  std::uint64_t event_limit = std::numeric_limits<std::uint64_t>::max();
  // Of one run, in seconds. Looked at after each window and after every 4,096 events of a worker
  // within one. Where it ends depends on the machine; the run can go on.
  double wall_limit_s = std::numeric_limits<double>::infinity();
  // Of queues and messages: of all workers together after each window, of one worker alone within
  // one. Where it ends depends on the number of workers; the run can go on.
  std::size_t memory_limit_bytes = std::numeric_limits<std::size_t>::max();
};

class CellPlan {
 public:
  // Throws std::invalid_argument for options out of range and for workers not in 1 … cells.
  CellPlan(const CellOptions& options, unsigned workers);

  [[nodiscard]] std::uint32_t cells() const { return static_cast<std::uint32_t>(owner_.size()); }
  [[nodiscard]] unsigned workers() const { return workers_; }
  [[nodiscard]] std::uint32_t first_cell(unsigned worker) const {
    return static_cast<std::uint32_t>(std::uint64_t{worker} * cells() / workers_);
  }
  // Precondition: cell < cells().
  [[nodiscard]] unsigned owner(CellId cell) const { return owner_[cell.value()]; }

  [[nodiscard]] Duration lookahead() const { return lookahead_; }
  [[nodiscard]] Duration window() const { return window_; }
  [[nodiscard]] std::uint64_t event_limit() const { return event_limit_; }
  [[nodiscard]] double wall_limit_s() const { return wall_limit_s_; }
  [[nodiscard]] std::size_t memory_limit_bytes() const { return memory_limit_bytes_; }

 private:
  unsigned workers_;
  Duration lookahead_;
  Duration window_;
  std::uint64_t event_limit_;
  double wall_limit_s_;
  std::size_t memory_limit_bytes_;
  std::vector<std::uint32_t> owner_;
};

}  // namespace spindle::sim
