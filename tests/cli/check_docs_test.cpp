// docs/user/check.md and ci.md: their commands run as they stand, and print what the pages show.
#include <catch2/catch.hpp>
#include <vector>

#include "tests/cli/page_examples.hpp"
#include "tests/cli/program.hpp"

using namespace spindle::test;

namespace {

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
