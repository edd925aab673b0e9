// docs/user/check.md and ci.md: their commands run as they stand, and print what the pages show.
#include <catch2/catch.hpp>
#include <vector>

#include "tests/cli/program.hpp"

using namespace spindle::test;

namespace {

struct Example {
  std::string command;
  std::string shown;  // the block of output behind it; empty: none
};

// The text from `at`, behind a fence's first line, to its end.
std::string block_at(const std::string& page, std::size_t at) {
  const std::size_t begin = page.find('\n', at) + 1;
  return page.substr(begin, page.find("```\n", begin) - begin);
}

// Every ```sh block, with the ```text or ```json block that follows it at once.
std::vector<Example> examples(const std::string& page) {
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

// Runs the page's commands, one after the other in one folder.
void check_page(const char* name, const std::vector<int>& exit_codes) {
  const Scratch scratch;
  const fs::path source(SPINDLE_SOURCE_DIR);
  fs::create_directory_symlink(source / "scenarios", scratch.path() / "scenarios");
  fs::create_directory(scratch.path() / "results");
  fs::create_directory_symlink(source / "results/baselines", scratch.path() / "results/baselines");
  const auto all = examples(read_file(source / "docs/user" / name));
  REQUIRE(all.size() == exit_codes.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Outcome outcome =
        shell(scratch.path(), "spindle() { \"$SPINDLE\" \"$@\"; }\n" + all[i].command);
    INFO(all[i].command << outcome.err);
    CHECK(outcome.exit_code == exit_codes[i]);
    if (all[i].shown.empty()) continue;
    // Progress is not shown; what a broken threshold or a gate says on stderr is.
    const bool quiet = all[i].command.find("--quiet") != std::string::npos;
    CHECK(all[i].shown == outcome.out + (quiet ? outcome.err : ""));
  }
}

}  // namespace

TEST_CASE("check: the page's commands run, and print what it shows") {
  check_page("check.md", {0, 4, 0, 0});
}

TEST_CASE("check: the page on baselines runs, and prints what it shows") {
  check_page("ci.md", {0, 4, 5, 0});
}
