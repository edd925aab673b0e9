#include "app/trace/packed_lines.hpp"

#include <algorithm>

namespace spindle::app {
namespace {

constexpr std::size_t kLongestLine = std::size_t{1} << 16;

}  // namespace

PackedLines::PackedLines(std::istream& file, const UnpackLimits& limits)
    : text_(file, limits), input_(&text_), lines_(input_, kLongestLine) {}

bool PackedLines::next(std::string_view& line) {
  if (ended_) return false;
  LineStatus status = LineStatus::kLine;
  do {
    status = lines_.next(line);
  } while (status == LineStatus::kLine && line.find_first_not_of(" \t") == std::string_view::npos);
  line_ = lines_.line_number();
  // What is there of the line in which unpacking broke off is none of the trace's.
  const bool is_cut = !text_.problem().empty() && !lines_.line_is_whole();
  return (status == LineStatus::kLine && !is_cut) || end(status);
}

bool PackedLines::end(LineStatus status) {
  ended_ = true;
  problem_line_ = line_;
  if (!text_.problem().empty()) {
    problem_ = text_.problem();
    if (status == LineStatus::kLine) --problem_line_;
    problem_line_ = std::max<std::size_t>(problem_line_, 1);
  } else if (status == LineStatus::kTooLong) {
    problem_ = "line of more than 65,536 bytes — give one row a line";
  } else if (status == LineStatus::kBinary) {
    problem_ = "zero byte (the file is binary) — give text, plain or compressed by gzip or zstd";
  } else if (status == LineStatus::kReadError) {
    problem_ = "reading failed — check the file";
  }
  return false;
}

}  // namespace spindle::app
