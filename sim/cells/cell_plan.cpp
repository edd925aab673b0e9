#include "sim/cells/cell_plan.hpp"

#include <stdexcept>
#include <string>

namespace spindle::sim {

CellPlan::CellPlan(const CellOptions& options, unsigned workers)
    : workers_(workers),
      lookahead_(options.lookahead),
      window_(options.window == Duration() ? options.lookahead : options.window),
      event_limit_(options.event_limit),
      wall_limit_s_(options.wall_limit_s),
      memory_limit_bytes_(options.memory_limit_bytes) {
  if (options.cells == 0 || options.cells == std::numeric_limits<std::uint32_t>::max()) {
    throw std::invalid_argument("cells: " + std::to_string(options.cells) +
                                " cells (events need one, and one number is kept for set-up) — "
                                "give 1 to 2^32 - 2");
  }
  if (lookahead_ <= Duration()) {
    throw std::invalid_argument("cells: lookahead of " + std::to_string(lookahead_.ns()) +
                                " ns (cells could never advance apart) — declare the least delay "
                                "of a message between cells");
  }
  if (window_ <= Duration() || window_ > lookahead_) {
    throw std::invalid_argument("cells: window of " + std::to_string(window_.ns()) +
                                " ns, lookahead of " + std::to_string(lookahead_.ns()) +
                                " ns (a message could arrive in a window already run) — give 1 ns "
                                "to the lookahead");
  }
  if (workers == 0 || workers > options.cells) {
    throw std::invalid_argument("cells: " + std::to_string(workers) + " workers for " +
                                std::to_string(options.cells) +
                                " cells (each needs at least one) — use fewer workers");
  }
  owner_.resize(options.cells);
  for (unsigned worker = 0; worker < workers; ++worker) {
    for (std::uint32_t c = first_cell(worker); c < first_cell(worker + 1); ++c) owner_[c] = worker;
  }
}

}  // namespace spindle::sim
