// The figures of a sweep, drawn from its CSV alone.
#include <catch2/catch.hpp>
#include <string>

#include "tests/cli/program.hpp"

using namespace spindle::test;

namespace {

const std::string kSweepScript = "'" SPINDLE_SOURCE_DIR "/scripts/plot_sweep.py' ";

}  // namespace

TEST_CASE("plot sweep: lines, a heat map, and what is not in the table") {
  const Scratch scratch;
  if (!can_draw(scratch)) return;
  fs::create_directory(scratch.path() / "out");
  write_file(scratch.path() / "out/sweep.csv",
             "point,replication,run_id,a,b,seed,version,digest,m\n"
             "0,0,00,1 GB,x,1,v,d,0.5\n0,1,01,1 GB,x,2,v,d,0.7\n"
             "1,0,02,900 MB,,1,v,d,\n2,0,03,1 GB,y,1,v,d,0.9\n");
  for (const char* options : {"out --x a --metric m -o p.png", "out --metric m --by a -o p.png",
                              "out --x a --y b --metric m -o p.png"}) {
    const Outcome outcome = shell(scratch.path(), kSweepScript + options);
    INFO(options << "\n" << outcome.err);
    CHECK(outcome.exit_code == 0);
    CHECK(outcome.out == "p.png\n");
    CHECK(read_file(scratch.path() / "p.png").rfind("\x89PNG", 0) == 0);
  }
  const Outcome unknown = shell(scratch.path(), kSweepScript + "out --metric n");
  CHECK(unknown.exit_code == 1);
  CHECK(unknown.err == "plot_sweep.py: --metric: the sweep has no n — known: m\n");
  CHECK(shell(scratch.path(), kSweepScript + "out --metric m --only b=z")
            .err.find("no row has b=z") != std::string::npos);
}
