#include "app/place/size_file.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <system_error>

#include "app/place/number_text.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

constexpr std::size_t kMostLines = 1'000'000;
constexpr std::uintmax_t kMostBytes = 100'000'000;
constexpr std::size_t kMostProblems = 10;
constexpr const char* kBetween = " \t,\r";

// The next word of `line` from `begin` on, which moves behind it.
std::string_view next_word(std::string_view line, std::size_t& begin) {
  begin = std::min(line.find_first_not_of(kBetween, begin), line.size());
  const std::size_t end = std::min(line.find_first_of(kBetween, begin), line.size());
  const std::string_view word = line.substr(begin, end - begin);
  begin = end;
  return word;
}

}  // namespace

void read_size_file(const std::string& path, models::BulkSizes& sizes,
                    std::vector<std::string>& problems) {
  sizes.law = models::BulkSizes::Law::kTable;
  // Devices and pipes may have no end.
  std::error_code error;
  const bool is_file = std::filesystem::is_regular_file(path, error);
  if (is_file && std::filesystem::file_size(path, error) > kMostBytes) {
    problems.push_back(fmt::format("{}: more than {} of sizes — state fewer of them",
                                   shortened(path), human_bytes(kMostBytes)));
    return;
  }
  std::ifstream in(path);
  if (!is_file || !in) {
    problems.push_back(fmt::format(
        "--sizes: {} is neither constant, exponential, lognormal:CV nor a file that can be read — "
        "state one of them",
        in_quotes(path)));
    return;
  }
  std::string line;
  std::size_t found = 0;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    std::size_t at = 0;
    const std::string_view size_text = next_word(line, at);
    if (size_text.empty() || size_text.front() == '#') continue;
    const std::string_view weight_text = next_word(line, at);
    const auto size = parse_number(size_text);
    const auto weight = weight_text.empty() ? std::optional(1.0) : parse_number(weight_text);
    const bool is_good = size && weight && *size > 0 && *size <= 1e18 && *weight >= 0 &&
                         *weight <= 1e18 && next_word(line, at).empty();
    if (!is_good || number > kMostLines) {
      problems.push_back(
          fmt::format("{}:{}: {} (a line holds a size above 0 and how often it occurs, a million "
                      "lines at most) "
                      "— write for example 64 0.25",
                      shortened(path), number, in_quotes(line)));
      if (++found == kMostProblems || number > kMostLines) return;
      continue;
    }
    sizes.values.push_back(*size);
    sizes.weights.push_back(*weight);
  }
  if (sizes.values.empty() && found == 0) {
    problems.push_back(fmt::format("{}: no size in it — write one a line, and how often it occurs",
                                   shortened(path)));
  }
}

}  // namespace spindle::app
