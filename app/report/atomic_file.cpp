#include "app/report/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace spindle::app {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const char* what) {
  throw OutputError(fmt::format("{}: {} ({})", path.string(), what, std::strerror(errno)));
}

void write_all(int file, std::string_view content, const fs::path& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(path, "cannot write");
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

void write_file_atomically(const fs::path& path, std::string_view content) {
  fs::path temporary = path;
  temporary += fmt::format(".{}.tmp", ::getpid());
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) fail(path, "cannot create");
  try {
    write_all(file, content, path);
    if (::fsync(file) != 0) fail(path, "cannot flush");
  } catch (...) {
    ::close(file);
    ::unlink(temporary.c_str());
    throw;
  }
  ::close(file);
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    ::unlink(temporary.c_str());
    fail(path, "cannot rename into place");
  }
}

void require_writable(const fs::path& directory) {
  std::error_code error;
  fs::path at = fs::absolute(directory, error).lexically_normal();
  while (!fs::exists(at, error)) {
    if (error && error != std::errc::no_such_file_or_directory) {
      throw OutputError(fmt::format("{}: cannot be looked up ({}) — choose another --out",
                                    at.string(), error.message()));
    }
    if (!at.has_parent_path() || at == at.parent_path()) break;
    at = at.parent_path();
  }
  if (!fs::is_directory(at, error)) {
    throw OutputError(fmt::format("{}: not a folder — choose another --out", at.string()));
  }
  if (::access(at.c_str(), W_OK | X_OK) != 0) {
    throw OutputError(fmt::format("{}: not writable ({}) — choose another --out", at.string(),
                                  std::strerror(errno)));
  }
}

}  // namespace spindle::app
