#include "app/trace/trace_file.hpp"

#include <fstream>
#include <string>
#include <system_error>

namespace spindle::app {

void with_trace_file(const std::filesystem::path& file, ProblemLog& problems,
                     const std::function<void(std::istream&)>& read) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(file, error);
  std::string problem;
  if (!std::filesystem::exists(status)) {
    problem = "no such file";
  } else if (std::filesystem::is_directory(status)) {
    problem = "is a directory, not a file";
  } else if (!std::filesystem::is_regular_file(status)) {
    // It may never end, or never begin; and every variant of a comparison reads it anew.
    problem = "is a pipe or a device, not a file";
  } else {
    std::ifstream input(file, std::ios::binary);
    if (input) {
      read(input);
      return;
    }
    problem = "cannot be opened (no permission?)";
  }
  problems.add(0, [&] {
    return problem + " — give the folder that holds the traces: --set traces.dir=DIR";
  });
}

}  // namespace spindle::app
