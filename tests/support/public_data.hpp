#pragma once
// The public traces that some tests compare with. They do not come with Spindle: SPINDLE_DATA_DIR
// names their folder, or they lie in shared/data beside the checkout.

#include <cstdlib>
#include <filesystem>
#include <optional>

namespace spindle::test {

inline std::optional<std::filesystem::path> public_data() {
  const char* named = std::getenv("SPINDLE_DATA_DIR");
  const std::filesystem::path folder =
      named != nullptr ? std::filesystem::path(named)
                       : std::filesystem::path(SPINDLE_SOURCE_DIR) / ".." / "shared" / "data";
  if (!std::filesystem::is_directory(folder)) return std::nullopt;
  return std::filesystem::canonical(folder);
}

}  // namespace spindle::test
