#include "app/trace/line_reader.hpp"

#include <algorithm>
#include <cstring>

namespace spindle::app {
namespace {

constexpr std::size_t kReadAtOnce = std::size_t{64} << 10;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

}  // namespace

LineReader::LineReader(std::istream& input, std::size_t longest)
    : input_(input), longest_(longest), chunk_(kReadAtOnce) {}

bool LineReader::refill() {
  input_.read(chunk_.data(), static_cast<std::streamsize>(chunk_.size()));
  position_ = 0;
  filled_ = static_cast<std::size_t>(input_.gcount());
  return filled_ > 0;
}

LineStatus LineReader::next(std::string_view& line) {
  line_.clear();
  is_whole_ = false;
  bool any = false;
  while (!is_whole_) {
    if (position_ == filled_ && !refill()) {
      if (input_.bad()) return LineStatus::kReadError;
      if (!any) return LineStatus::kEnd;
      break;
    }
    any = true;
    const char* begin = chunk_.data() + position_;
    const std::size_t left = filled_ - position_;
    const auto* end = static_cast<const char*>(std::memchr(begin, '\n', left));
    const std::size_t part = end == nullptr ? left : static_cast<std::size_t>(end - begin);
    if (part > longest_ - line_.size()) {
      ++number_;
      return LineStatus::kTooLong;
    }
    line_.append(begin, part);
    is_whole_ = end != nullptr;
    position_ += part + (is_whole_ ? 1 : 0);
  }
  ++number_;
  if (line_.find('\0') != std::string::npos) return LineStatus::kBinary;
  line = line_;
  if (number_ == 1 && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  if (line.ends_with('\r')) line.remove_suffix(1);
  return LineStatus::kLine;
}

}  // namespace spindle::app
