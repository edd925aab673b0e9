#include "sim/cells/cell_errors.hpp"

#include <stdexcept>
#include <utility>

namespace spindle::sim {

std::string text_of(std::exception_ptr error) {
  try {
    std::rethrow_exception(std::move(error));
  } catch (const std::exception& known) {
    return known.what();
  } catch (...) {
    return "an exception of unknown type";
  }
}

void throw_past(const std::string& who, Instant now, Instant time) {
  throw std::logic_error("cells: " + who + " at " + std::to_string(now.ns()) +
                         " ns schedules an event at " + std::to_string(time.ns()) +
                         " ns (the past is fixed) — schedule at now() or later");
}

void throw_unknown_cell(CellId cell, std::uint32_t cells) {
  throw std::logic_error("cells: " + cell_name(cell) + " of " + std::to_string(cells) +
                         " (cells are fixed at construction) — set CellOptions::cells");
}

void throw_too_early(CellId from, Instant now, const std::string& to, Instant time,
                     Duration lookahead) {
  throw std::logic_error("cells: " + cell_name(from) + " at " + std::to_string(now.ns()) +
                         " ns sends to " + to + " for " + std::to_string(time.ns()) +
                         " ns (the least delay declared is " + std::to_string(lookahead.ns()) +
                         " ns) — send later, or lower CellOptions::lookahead");
}

}  // namespace spindle::sim
