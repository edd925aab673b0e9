#pragma once
// Lines of a trace that may be compressed: not blank, of 64 KiB at most, and up to the first thing
// that is wrong with the text, which is told once with its line.

#include <istream>
#include <string>
#include <string_view>

#include "app/trace/decompressor.hpp"
#include "app/trace/line_reader.hpp"

namespace spindle::app {

class PackedLines {
 public:
  // `file` must outlive the reader, and be at its beginning.
  explicit PackedLines(std::istream& file, const UnpackLimits& limits = {});

  // The next line, valid until the next call. False at the end and, with problem() set, where the
  // text breaks off; then so for good.
  bool next(std::string_view& line);
  [[nodiscard]] std::size_t line_number() const { return line_; }  // of the last line, from 1

  // Why the lines ended before their end, and what to do; empty where they did not.
  [[nodiscard]] const std::string& problem() const { return problem_; }
  [[nodiscard]] std::size_t problem_line() const { return problem_line_; }

 private:
  bool end(LineStatus status);

  DecompressingBuffer text_;
  std::istream input_;
  LineReader lines_;
  std::size_t line_ = 0;
  bool ended_ = false;
  std::string problem_;
  std::size_t problem_line_ = 0;
};

}  // namespace spindle::app
