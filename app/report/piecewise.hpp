#pragma once
// Text files of many lines, written piece by piece: a series of millions of epochs is larger as
// text than the run itself.

#include <cstddef>
#include <string>
#include <utility>

#include "app/report/atomic_file.hpp"

namespace spindle::app {

// The head, then what append_line(i, text) appends to the text for each i, all with their line
// ends; finishes the file. Throws OutputError.
template <class AppendLine>
void write_lines(AtomicFile& file, std::string head, std::size_t lines, AppendLine&& append_line) {
  constexpr std::size_t kPiece = std::size_t{1} << 20U;
  std::string piece = std::move(head);
  for (std::size_t i = 0; i < lines; ++i) {
    append_line(i, piece);
    if (piece.size() < kPiece) continue;
    file.write(piece);
    piece.clear();
  }
  file.write(piece);
  file.finish();
}

}  // namespace spindle::app
