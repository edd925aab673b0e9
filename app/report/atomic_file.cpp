#include "app/report/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <system_error>
#include <thread>
#include <utility>

#include "app/console/streams.hpp"

namespace spindle::app {
namespace {

namespace fs = std::filesystem;

// Names of temporary files, for remove_unfinished_files(). More than a batch holds; a file without
// a slot is only missing there.
std::array<std::atomic<const char*>, 16> unfinished{};
static_assert(std::atomic<const char*>::is_always_lock_free, "read by a signal handler");

[[noreturn]] void fail(const fs::path& path, const char* what) {
  throw OutputError(fmt::format("{}: {} ({})", path.string(), what, std::strerror(errno)));
}

std::size_t take_slot(const char* name) {
  for (std::size_t slot = 0; slot < unfinished.size(); ++slot) {
    const char* none = nullptr;
    if (unfinished[slot].compare_exchange_strong(none, name)) return slot;
  }
  return unfinished.size();
}

void leave_slot(std::size_t slot) {
  if (slot < unfinished.size()) unfinished[slot].store(nullptr);
}

// Keeps other processes from placing files in the folder at the same time. They need it for
// moments only: whoever waits for longer is told.
class PlacingTurn {
 public:
  explicit PlacingTurn(const fs::path& folder)
      : folder_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (folder_ < 0) fail(folder, "cannot be opened");
    constexpr int kPatience = 500;
    for (int i = 0; ::flock(folder_, LOCK_EX | LOCK_NB) != 0; ++i) {
      if (errno != EWOULDBLOCK && errno != EINTR) return;  // no locks on this file system
      if (i == kPatience) {
        ::close(folder_);
        throw OutputError(
            fmt::format("{}: another program keeps this folder locked — choose another --out",
                        folder.string()));
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  ~PlacingTurn() { ::close(folder_); }
  PlacingTurn(const PlacingTurn&) = delete;
  PlacingTurn& operator=(const PlacingTurn&) = delete;

 private:
  int folder_;
};

}  // namespace

AtomicFile::AtomicFile(fs::path path) : path_(std::move(path)), slot_(unfinished.size()) {
  // A file of that name may be left from a killed process of the same number, or be a trap in a
  // folder that others can write to: O_EXCL neither follows nor opens what is there.
  constexpr int kMostNames = 100;
  for (int i = 0; i < kMostNames; ++i) {
    temporary_ = fmt::format("{}.{}-{}.tmp", path_.string(), ::getpid(), i);
    slot_ = take_slot(temporary_.c_str());  // first, so that no moment is left to a signal
    file_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file_ >= 0) break;
    leave_slot(slot_);
    if (errno != EEXIST) break;
  }
  if (file_ < 0) fail(path_, "cannot create");
  waiting_ = true;
}

AtomicFile::~AtomicFile() {
  if (file_ >= 0) ::close(file_);
  if (waiting_) ::unlink(temporary_.c_str());
  leave_slot(slot_);
}

void AtomicFile::write(std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file_, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(path_, "cannot write");
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

void AtomicFile::finish() {
  if (file_ < 0) return;
  if (::fsync(file_) != 0) fail(path_, "cannot flush");
  if (::close(std::exchange(file_, -1)) != 0) fail(path_, "cannot close");
}

void AtomicFile::commit() {
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail(path_, "cannot rename into place");
  waiting_ = false;
}

AtomicFile& FileBatch::add(const std::string& name) {
  names_.push_back(name);
  return files_.emplace_back(folder_ / name);
}

void FileBatch::add(const std::string& name, std::string_view content) {
  AtomicFile& file = add(name);
  file.write(content);
  file.finish();
}

void FileBatch::commit() {
  for (AtomicFile& file : files_) file.finish();
  const PlacingTurn turn(folder_);
  for (const std::string& name : names_) {
    std::error_code ignored;
    if (!fs::is_directory(fs::symlink_status(folder_ / name, ignored))) continue;
    throw OutputError(fmt::format("{}: a folder stands where a file must go — choose another --out",
                                  (folder_ / name).string()));
  }
  // First, so that a batch that is killed here leaves no file of another beside its own.
  for (const std::string& name : removed_) {
    const fs::path path = folder_ / name;
    const bool gone = ::unlink(path.c_str()) == 0 || errno == ENOENT;
    if (!gone && errno != EISDIR) fail(path, "cannot remove");
  }
  for (AtomicFile& file : files_) file.commit();
}

fs::path file_to_write(const fs::path& out, const std::vector<fs::path>& inputs,
                       const char* option) {
  if (out.empty()) return out;
  std::error_code error;
  for (const fs::path& input : inputs) {
    if (!fs::equivalent(input, out, error) || error) continue;
    throw UnwritableFolder(
        fmt::format("{}: is what is read from — choose another {}", out.string(), option));
  }
  const fs::file_status there = fs::status(out, error);
  if (!fs::exists(there)) return out;
  if (!fs::is_regular_file(there)) {
    throw UnwritableFolder(fmt::format(
        "{}: stands there and is no plain file — choose another {}, or leave it out and send "
        "standard output there",
        out.string(), option));
  }
  return fs::canonical(out);
}

void write_output_to(const std::filesystem::path& file, std::string_view text) {
  if (file.empty()) {
    write_output(text);
    return;
  }
  AtomicFile output(file);
  output.write(text);
  output.finish();
  output.commit();
}

void write_with_folder(const fs::path& file, std::string_view text) {
  if (file.has_parent_path()) make_folder(file.parent_path());
  write_output_to(file, text);
}

void remove_unfinished_files() noexcept {
  for (const std::atomic<const char*>& name : unfinished) {
    if (const char* path = name.load()) ::unlink(path);
  }
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error) return;
  throw OutputError(fmt::format("{}: cannot create the folder ({}) — choose another --out",
                                folder.string(), error.message()));
}

void require_writable(const fs::path& directory, const char* option) {
  std::error_code error;
  fs::path at = fs::absolute(directory, error).lexically_normal();
  while (!fs::exists(at, error)) {
    if (error && error != std::errc::no_such_file_or_directory) {
      throw UnwritableFolder(fmt::format("{}: cannot be looked up ({}) — choose another {}",
                                         at.string(), error.message(), option));
    }
    if (fs::is_symlink(fs::symlink_status(at, error))) {
      throw UnwritableFolder(
          fmt::format("{}: a link to nothing — choose another {}", at.string(), option));
    }
    if (!at.has_parent_path() || at == at.parent_path()) break;
    at = at.parent_path();
  }
  if (!fs::is_directory(at, error)) {
    throw UnwritableFolder(
        fmt::format("{}: not a folder — choose another {}", at.string(), option));
  }
  if (::access(at.c_str(), W_OK | X_OK) != 0) {
    throw UnwritableFolder(fmt::format("{}: not writable ({}) — choose another {}", at.string(),
                                       std::strerror(errno), option));
  }
}

}  // namespace spindle::app
