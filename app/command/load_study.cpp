#include "app/command/load_study.hpp"

#include <utility>

#include "app/console/streams.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {

bool report_problems(const std::vector<std::string>& problems) {
  for (const std::string& problem : problems) print_message("{}\n", problem);
  if (problems.empty()) return false;
  print_message("{}; nothing was run\n", counted(problems.size(), "problem"));
  return true;
}

std::optional<Study> load_study(const StudyRequest& request) {
  StudyResult read = read_study(request);
  std::vector<std::string> lines;
  for (const Problem& problem : read.problems) lines.push_back(to_string(problem));
  if (report_problems(lines)) return std::nullopt;
  return std::move(read.study);
}

}  // namespace spindle::app
