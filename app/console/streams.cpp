#include "app/console/streams.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace spindle::app {
namespace {

[[noreturn]] void fail() {
  throw StreamError(fmt::format("standard output: cannot be written ({})", std::strerror(errno)));
}

}  // namespace

void occupy_standard_streams() {
  // open() takes the lowest free descriptor: the closed one, as those below it are open by now.
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) >= 0 || errno != EBADF) continue;
    if (::open("/dev/null", O_RDONLY) < 0) return;
  }
}

void write_output(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) fail();
}

void finish_output() {
  if (std::fflush(stdout) != 0) fail();
}

void write_message(std::string_view text) noexcept {
  std::fflush(stdout);  // where both go to one log, what was printed before comes before
  // Unwritable messages are lost: there is no other place to say so.
  [[maybe_unused]] const std::size_t written = std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace spindle::app
