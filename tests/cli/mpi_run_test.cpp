// `spindle-mpi run` under mpirun, where both are here: one fleet of ledgers on several ranks.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/cluster.hpp"
#include "tests/cli/program.hpp"

using namespace spindle::test;

namespace {

// 900 drives for ten days with everything on.
const std::string kSharedFleet = R"({
  "schema_version": 1, "name": "shared", "question": "Do ranks agree?",
  "run": { "duration": "10 d", "epoch": "1 h", "form": "ledger" },
  "fleet": { "zones": 3, "racks_per_zone": 10, "drives": 900,
             "models": [{ "model": "nearline-20tb", "afr": "50 %/yr" }] },
  "data": { "logical": "3 PB", "extent": "30 GB" },
  "redundancy": { "scheme": "replication", "copies": 3 },
  "spread": { "max_per_zone": 1, "max_per_rack": 1 },
  "placement": { "policy": "d_choices", "d": 2, "metric": "fill" },
  "tenants": [
    { "name": "logs", "count": 20, "reads": "1 PB/d", "writes": "60 TB/d", "writes_are": "new_data",
      "object": "4 MB", "cooling": { "model": "exponential", "tau": "5 d", "ages": "steady" } }
  ],
  "repair": { "mttr": "24 h", "bandwidth": "20 MB/s" },
  "rebalance": { "by": "heat", "rate": "2 MB/s" },
  "events": [
    { "at": "2 d", "event": "rack_landing", "racks_per_zone": 1, "target_fill": 0.5 },
    { "at": "5 d", "event": "zone_down", "zone": 2, "lasts": "30 h" }
  ]
})";

Outcome by_ranks(const Scratch& scratch, const std::string& rest) {
  return shell(scratch.path(), kMpiLaunch + "ranks " + rest);
}

// What a run took of time and memory is in its manifest alone.
nlohmann::json manifest_in(const fs::path& folder) {
  auto manifest = nlohmann::json::parse(read_file(folder / "manifest.json"));
  for (const char* name : {"wall_s", "cpu_s", "drive_epochs_per_s", "peak_memory_bytes"})
    manifest.erase(name);
  return manifest;
}

void check_same_run(const fs::path& one, const fs::path& other) {
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(one)) {
    const std::string name = entry.path().filename();
    INFO(name);
    ++files;
    if (name == "manifest.json") {
      CHECK(manifest_in(one) == manifest_in(other));
    } else {
      CHECK(read_file(entry.path()) == read_file(other / name));
    }
  }
  CHECK(files >= 6);
  CHECK(files == static_cast<std::size_t>(
                     std::distance(fs::directory_iterator(other), fs::directory_iterator())));
}

}  // namespace

TEST_CASE("mpi run: ranks leave the files of one process, print once, and say what it cost") {
  const Scratch scratch;
  if (!has_mpi(scratch)) return;
  write_file(scratch.path() / "s.json", kSharedFleet);
  const Outcome alone = shell(scratch.path(), "\"$SPINDLE\" run s.json --out here -q");
  REQUIRE(alone.exit_code == 0);
  for (const char* ranks : {"1", "2", "3"}) {
    const Outcome outcome =
        by_ranks(scratch, std::string(ranks) +
                              " \"$MPI\" run s.json --progress none --threads 2 "
                              "--out by-" +
                              ranks);
    INFO(outcome.err);
    REQUIRE(outcome.exit_code == 0);
    CHECK(outcome.out == alone.out);
    CHECK(outcome.err.find("results in by-") != std::string::npos);
    CHECK(outcome.err.find(" exchanges (") != std::string::npos);
    CHECK(outcome.err.find("memory ") != std::string::npos);
    check_same_run(scratch.path() / "here", scratch.path() / (std::string("by-") + ranks));
  }
  const Outcome quiet = by_ranks(scratch, "2 \"$MPI\" run s.json -q --out quiet");
  CHECK(quiet.exit_code == 0);
  // Of Spindle; mpirun may have something to say of the machine.
  CHECK(quiet.err.find("exchanges") == std::string::npos);
  CHECK(quiet.err.find("results in") == std::string::npos);
}

TEST_CASE("mpi run: what ranks cannot share is refused, and what is wrong is told once") {
  const Scratch scratch;
  if (!has_mpi(scratch)) return;
  write_file(scratch.path() / "s.json", kSharedFleet);
  const auto run = [&](const std::string& rest) {
    return by_ranks(scratch, "2 \"$MPI\" run " + rest + " --out out");
  };
  const auto once = [](const Outcome& outcome, const std::string& text) {
    INFO(outcome.err);
    const std::size_t at = outcome.err.find(text);
    CHECK(at != std::string::npos);
    if (at != std::string::npos) CHECK(outcome.err.find(text, at + 1) == std::string::npos);
  };
  std::string text = kSharedFleet;
  const std::string moves = R"("rebalance": { "by": "heat", "rate": "2 MB/s" },)";
  text.erase(text.find(moves), moves.size());
  write_file(scratch.path() / "mapped.json", text);
  const Outcome mapped = run("mapped.json --set run.form=explicit");
  CHECK(mapped.exit_code == 2);
  once(mapped, "spindle-mpi run: shared: run.form is \"explicit\"");
  once(mapped, "--set run.form=ledger");
  const Outcome wrong = run("s.json --set fleet.zones=0");
  CHECK(wrong.exit_code == 3);
  once(wrong, "1 problem; nothing was run");
  // Found by all ranks, as each builds its sample.
  const Outcome tiny = run("s.json --set data.extent='30 TB'");
  CHECK(tiny.exit_code != 0);
  const Outcome many =
      run("s.json --set fleet.drives=2000000 --set fleet.racks_per_zone=1000 --set "
          "data.logical='40 PB' "
          "--set tenants.0.count=20000");
  CHECK(many.exit_code == 3);
  once(many, "a sample would take");
  CHECK_FALSE(fs::exists(scratch.path() / "out/metrics.json"));
  const Outcome help = shell(scratch.path(), kMpiLaunch + "\"$MPI\" run --help");
  CHECK(help.exit_code == 0);
  CHECK(help.out.find("mpirun -n 2 spindle-mpi run") != std::string::npos);
}

TEST_CASE("mpi run: a rank with another scenario, or another trace, ends the run") {
  const Scratch scratch;
  if (!has_mpi(scratch)) return;
  const Outcome outcome = shell(scratch.path(), kMpiLaunch + R"sh(
mkdir 0 1
cat > 0/s.json <<'END'
)sh" + kSharedFleet + R"sh(
END
sed 's/3 PB/2 PB/' 0/s.json > 1/s.json
cat > rank.sh <<'END'
cd "$OMPI_COMM_WORLD_RANK"
exec "$@"
END
ranks 2 sh "$PWD"/rank.sh "$MPI" run s.json --out ../out)sh");
  INFO(outcome.err);
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.err.find("rank 1: s.json: is another scenario here than on rank 0") !=
        std::string::npos);
  CHECK_FALSE(fs::exists(scratch.path() / "out/metrics.json"));
}

TEST_CASE("mpi run: a rank that dies ends the run with an error and no result") {
  const Scratch scratch;
  if (!has_mpi(scratch)) return;
  write_file(scratch.path() / "s.json", kSharedFleet);
  const Outcome outcome = shell(scratch.path(), kMpiLaunch + R"sh(
cat > rank.sh <<'END'
echo $$ > pid.$OMPI_COMM_WORLD_RANK
exec "$@"
END
ranks 2 sh rank.sh "$MPI" run s.json --set run.duration='2000 d' --progress lines --out out 2> said &
launched=$!
# Until both are under way.
until grep -q '20 %' said; do
  kill -0 $launched || break
  sleep 0.05
done
kill -KILL "$(cat pid.1)"
wait $launched)sh");
  INFO(outcome.err);
  CHECK(outcome.exit_code != 0);
  CHECK_FALSE(fs::exists(scratch.path() / "out/metrics.json"));
}
