#pragma once
// Lines of an untrusted text stream, one at a time, in bounded memory.

#include <cstddef>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

namespace spindle::app {

enum class LineStatus { kLine, kEnd, kTooLong, kBinary, kReadError };

// Ends of line are LF or CRLF; the last line needs none; a UTF-8 byte order mark is skipped.
// Reads bytes only: no locale takes part.
class LineReader {
 public:
  // `input` must outlive the reader. Lines of more than `longest` bytes are refused.
  LineReader(std::istream& input, std::size_t longest);

  // Next line, without its end; valid until the next call. Anything but kLine is final.
  LineStatus next(std::string_view& line);
  [[nodiscard]] std::size_t line_number() const { return number_; }  // of the last line, from 1
  // Whether that line had an end of its own, and not only the text's.
  [[nodiscard]] bool line_is_whole() const { return is_whole_; }

 private:
  bool refill();

  std::istream& input_;
  std::size_t longest_;
  std::vector<char> chunk_;
  std::size_t position_ = 0, filled_ = 0;  // unread part of chunk_
  std::string line_;
  std::size_t number_ = 0;
  bool is_whole_ = false;
};

}  // namespace spindle::app
