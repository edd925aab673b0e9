#pragma once
// A scenario that read well but cannot be built: a trace or a drive file that is absent or broken.

#include <stdexcept>
#include <string>
#include <vector>

namespace spindle::app {

// Each line is ready to print (file, line, problem, mend).
class WorldError : public std::runtime_error {
 public:
  explicit WorldError(std::vector<std::string> lines)
      : std::runtime_error(lines.empty() ? "the scenario cannot be built" : lines.front()),
        lines_(std::move(lines)) {}
  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

 private:
  std::vector<std::string> lines_;
};

}  // namespace spindle::app
