#pragma once
// Lines of a file with their places in it.

#include <cstdint>
#include <functional>
#include <string_view>

namespace spindle::app {

// The longest line that is read: a row has some kilobytes.
inline constexpr std::uint64_t kLongestLine = std::uint64_t{16} << 20U;

// Calls visit(line, offset) for every line that ends in a line break, without it. Longer lines than
// kLongestLine end the reading, and so does an error: false.
bool for_each_line(int file,
                   const std::function<void(std::string_view line, std::uint64_t offset)>& visit);

}  // namespace spindle::app
