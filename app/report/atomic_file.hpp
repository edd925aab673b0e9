#pragma once
// Files that appear whole or not at all: written beside their place, then renamed.

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace spindle::app {

class OutputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Takes a file's content piece by piece; nothing stands at `path` before commit(). Without it the
// destructor leaves no trace. All functions throw OutputError (path, reason).
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::string_view content);
  void commit();

 private:
  std::filesystem::path path_;
  std::filesystem::path temporary_;
  int file_ = -1;
};

void write_file_atomically(const std::filesystem::path& path, std::string_view content);

// Finds out before the work starts whether results can be written under `directory`: neither it
// nor its parents are created. Throws OutputError.
void require_writable(const std::filesystem::path& directory);

}  // namespace spindle::app
