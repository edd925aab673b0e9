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

}  // namespace

AtomicFile::AtomicFile(fs::path path) : path_(std::move(path)), temporary_(path_) {
  temporary_ += fmt::format(".{}.tmp", ::getpid());
  file_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file_ < 0) fail(path_, "cannot create");
}

AtomicFile::~AtomicFile() {
  if (file_ < 0) return;
  ::close(file_);
  ::unlink(temporary_.c_str());
}

void AtomicFile::write(std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file_, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(path_, "cannot write");
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

void AtomicFile::commit() {
  if (::fsync(file_) != 0) fail(path_, "cannot flush");
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail(path_, "cannot rename into place");
  ::close(file_);
  file_ = -1;
}

void write_file_atomically(const fs::path& path, std::string_view content) {
  AtomicFile file(path);
  file.write(content);
  file.commit();
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
