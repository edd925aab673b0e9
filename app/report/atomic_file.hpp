#pragma once
// Files that appear whole or not at all: written beside their place, then renamed.

#include <filesystem>
#include <stdexcept>
#include <string_view>

namespace spindle::app {

class OutputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Throws OutputError (path, reason).
void write_file_atomically(const std::filesystem::path& path, std::string_view content);

// Finds out before the work starts whether results can be written under `directory`: neither it
// nor its parents are created. Throws OutputError.
void require_writable(const std::filesystem::path& directory);

}  // namespace spindle::app
