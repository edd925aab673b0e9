#include "app/sweep/line_file.hpp"

#include <unistd.h>

#include <cerrno>
#include <string>

namespace spindle::app {

bool for_each_line(int file,
                   const std::function<void(std::string_view line, std::uint64_t offset)>& visit) {
  constexpr std::size_t kPiece = std::size_t{1} << 20U;
  std::string piece(kPiece, '\0');
  std::string pending;       // of a line whose end is yet to come
  std::uint64_t begin = 0;   // of that line
  std::uint64_t offset = 0;  // of what is read next
  while (true) {
    const ssize_t got = ::pread(file, piece.data(), piece.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) return true;
    offset += static_cast<std::uint64_t>(got);
    std::string_view rest(piece.data(), static_cast<std::size_t>(got));
    for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
      pending += rest.substr(0, end);
      rest.remove_prefix(end + 1);
      visit(pending, begin);
      begin += pending.size() + 1;
      pending.clear();
    }
    pending += rest;
    if (pending.size() > kLongestLine) return false;
  }
}

}  // namespace spindle::app
