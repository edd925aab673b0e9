#pragma once
// The commands of a page of docs/user, to be run as they stand.

#include <string>
#include <utility>
#include <vector>

namespace spindle::test {

struct Example {
  std::string command;
  std::string shown;  // the block of output behind it; empty: none
};

// The text from `at`, behind a fence's first line, to its end.
inline std::string block_at(const std::string& page, std::size_t at) {
  const std::size_t begin = page.find('\n', at) + 1;
  return page.substr(begin, page.find("```\n", begin) - begin);
}

// Every ```sh block, with the ```text or ```json block that follows it at once.
inline std::vector<Example> examples(const std::string& page) {
  const std::string fence = "```sh\n";
  std::vector<Example> out;
  for (std::size_t at = page.find(fence); at != std::string::npos; at = page.find(fence, at + 1)) {
    Example example{block_at(page, at), {}};
    const std::size_t end = at + fence.size() + example.command.size();
    for (const char* output : {"```\n\n```text\n", "```\n\n```json\n"}) {
      if (page.compare(end, std::string(output).size(), output) == 0) {
        example.shown = block_at(page, end + 5);
      }
    }
    out.push_back(std::move(example));
  }
  return out;
}

}  // namespace spindle::test
