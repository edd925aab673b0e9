#pragma once
// Files that appear whole or not at all, and together: written beside their place, then renamed.

#include <cstddef>
#include <deque>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spindle::app {

class OutputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The place for results was no good from the start: the command line is to blame.
class UnwritableFolder : public OutputError {
 public:
  using OutputError::OutputError;
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
  // Where the content waits, for what writes files itself: in place of write(), before finish().
  [[nodiscard]] const std::string& temporary() const { return temporary_; }
  // All is written: hands it to the disk and closes the file, which still waits beside its place.
  void finish();
  // Precondition: finish() was called. Moves the file to its place.
  void commit();

 private:
  std::filesystem::path path_;
  std::string temporary_;
  int file_ = -1;
  std::size_t slot_;
  bool waiting_ = false;  // the temporary file exists
};

// Files of one folder that take their places only when all of them are written. Other batches for
// the same folder, of other processes too, take turns in placing: a folder never holds a mixture.
class FileBatch {
 public:
  explicit FileBatch(std::filesystem::path folder) : folder_(std::move(folder)) {}
  // The reference is good until commit(). Call its finish(), or leave that to commit().
  AtomicFile& add(const std::string& name);
  void add(const std::string& name, std::string_view content);
  // A file of an earlier batch that this one does not have: gone with commit(), if it is there.
  void remove(std::string name) { removed_.push_back(std::move(name)); }
  void commit();

 private:
  std::filesystem::path folder_;
  std::deque<std::string> names_;
  std::deque<std::string> removed_;
  std::deque<AtomicFile> files_;
};

// Where a command may put the one file it writes: what a link points to, or `out`; empty for
// standard output, where `out` is. `option` is what the command line calls it. Throws
// UnwritableFolder where something stands there that is no plain file (a folder, a device), or one
// of the `inputs`.
std::filesystem::path file_to_write(const std::filesystem::path& out,
                                    const std::vector<std::filesystem::path>& inputs,
                                    const char* option = "--out");

// Writes a text there, whole or not at all; to standard output where `file` is empty. Throws
// OutputError.
void write_output_to(const std::filesystem::path& file, std::string_view text);
// The same of a file whose folder is made where it is absent. Precondition: `file` is not empty.
void write_with_folder(const std::filesystem::path& file, std::string_view text);

// Removes the temporary files of this process; the files at their places stay. For a signal handler
// that ends the program: async-signal-safe.
void remove_unfinished_files() noexcept;

// Creates the folder and its parents where they are absent. Throws OutputError.
void make_folder(const std::filesystem::path& folder);

// Finds out before the work starts whether results can be written under `directory`: neither it
// nor its parents are created. `option` is what the command line calls it. Throws UnwritableFolder.
void require_writable(const std::filesystem::path& directory, const char* option = "--out");

}  // namespace spindle::app
