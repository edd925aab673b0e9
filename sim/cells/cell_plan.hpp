#pragma once
// How a model's cells are dealt to workers, and how far cells may run apart.
//
// The number of cells belongs to the model (256-4096 is a good range) and never follows the number
// of workers. Worker w of n owns the contiguous cells [w C / n, (w + 1) C / n), so that what is
// gathered by worker is in cell order.

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
  // Checked at the ends of windows: a run ends with the first window in which it is reached.
  std::uint64_t event_limit = std::numeric_limits<std::uint64_t>::max();
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

 private:
  unsigned workers_;
  Duration lookahead_;
  Duration window_;
  std::uint64_t event_limit_;
  std::vector<std::uint32_t> owner_;
};

}  // namespace spindle::sim
