// Runs of a study by the ranks of a crew, which are threads here. By MPI: tests/cli/mpi_test.cpp.
#include "app/sweep/crew_runs.hpp"

#include <catch2/catch.hpp>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "app/report/atomic_file.hpp"
#include "app/sweep/crew_queue.hpp"
#include "tests/cli/program.hpp"
#include "tests/support/thread_crew.hpp"

using namespace spindle::app;
using namespace spindle::test;

namespace {

constexpr int kRepeat = 4;

std::string scenario_text(int repeat) {
  return quick_sweep(R"("random", "static")", repeat);
}

// The study of the scratch folder's file, all of its runs, and ranks 1 and up that do them.
struct Sweep {
  explicit Sweep(const Scratch& scratch) : file(scratch.path() / "s.json") {
    write_file(file, scenario_text(kRepeat));
    study.emplace(std::move(*read_study({file, {}, {}, {}}).study));
    checked = check_study(*study, {}, 1, [](double) { return true; });
    REQUIRE(checked.ids.size() == 2 * kRepeat);
    make_folder(scratch.path() / "out");
  }

  // `patient`: rank 0 ends no run before another rank has failed.
  RunFailures run(unsigned ranks, RowStore& store, bool patient) const {
    Mailboxes boxes(ranks);
    std::vector<std::jthread> others;
    for (unsigned rank = 1; rank < ranks; ++rank) {
      others.emplace_back([&boxes, rank] {
        ThreadCrew crew(boxes, rank);
        serve_runs(crew);
      });
    }
    ThreadCrew crew(boxes, 0);
    const ShardRuns runs{*study, {}, checked.ids};
    std::vector<std::size_t> pending(checked.ids.size());
    std::iota(pending.begin(), pending.end(), std::size_t{0});
    try {
      RunFailures failures = do_runs_in_crew(
          crew, {{file, {}, {}, {}}, 1, 1, 0}, runs, pending, store,
          [&](std::size_t, double share) {
            while (patient && share == 0 && !boxes.failed()) std::this_thread::yield();
          },
          [] { return false; });
      dismiss(crew);
      return failures;
    } catch (...) {
      dismiss(crew);
      throw;
    }
  }

  fs::path file;
  std::optional<Study> study;
  CheckedStudy checked;
};

}  // namespace

TEST_CASE("crew runs: every run has its row, whoever did it") {
  const Scratch scratch;
  const Sweep sweep(scratch);
  for (const unsigned ranks : {1U, 3U}) {
    fs::remove(scratch.path() / "out" / kJournalFile);
    RowStore store(scratch.path() / "out", sweep.checked.ids);
    CHECK(sweep.run(ranks, store, false).empty());
    CHECK(store.size() == sweep.checked.ids.size());
    for (const std::uint64_t id : sweep.checked.ids) {
      CHECK(store.read(id).at("run_id") == id_text(id));
    }
  }
}

TEST_CASE("crew runs: a rank that reads another study ends the sweep") {
  const Scratch scratch;
  const Sweep sweep(scratch);
  RowStore store(scratch.path() / "out", sweep.checked.ids);
  std::string other_seed = scenario_text(kRepeat);
  other_seed.insert(other_seed.find("\"name\""), "\"seed\": 5, ");
  // Other numbers of runs, other ids, and no scenario.
  for (const std::string& text : {scenario_text(1), other_seed, std::string("{}")}) {
    write_file(sweep.file, text);
    CHECK_THROWS_WITH(sweep.run(2, store, true),
                      Catch::StartsWith("rank 1: " + sweep.file.string()));
  }
}
