// One queue of work for the ranks of a crew, which are threads here.
#include "app/sweep/crew_queue.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/thread_crew.hpp"

using namespace spindle::app;
using spindle::test::Mailboxes;
using spindle::test::ThreadCrew;

namespace {

using Begin = std::function<CrewService(unsigned rank, const std::string& opening)>;

// Ranks 1 and up, until they are dismissed.
class Others {
 public:
  Others(Mailboxes& boxes, const Begin& begin) {
    for (unsigned rank = 1; rank < boxes.size(); ++rank) {
      threads_.emplace_back([&boxes, begin, rank] {
        ThreadCrew crew(boxes, rank);
        serve(crew, [&](const std::string& opening) { return begin(rank, opening); });
      });
    }
  }

 private:
  std::vector<std::jthread> threads_;
};

CrewWork work_of(std::size_t items, JobPool::Perform perform,
                 std::map<std::size_t, std::string>& answers) {
  CrewWork work;
  work.opening = "opening";
  work.items = items;
  work.order = [](std::size_t item) { return "order " + std::to_string(item); };
  work.perform = std::move(perform);
  work.take = [&answers](std::size_t item, const std::string& answer) {
    REQUIRE(answers.emplace(item, answer).second);
  };
  work.stop = [] { return false; };
  return work;
}

std::string echo(const std::string& order, const std::atomic<bool>&) {
  return "done: " + order;
}

}  // namespace

TEST_CASE("crew queue: every item is done once, for any number of ranks and jobs") {
  for (const unsigned ranks : {1U, 2U, 5U}) {
    for (const unsigned jobs : {1U, 3U}) {
      Mailboxes boxes(ranks);
      const Others others(boxes, [jobs](unsigned, const std::string& opening) {
        if (opening != "opening") throw std::runtime_error("another opening");
        return CrewService{jobs, echo};
      });
      std::map<std::size_t, std::string> answers;
      CrewWork work = work_of(100, echo, answers);
      work.jobs = jobs;
      ThreadCrew lead(boxes, 0);
      share_out(lead, work);
      dismiss(lead);
      REQUIRE(answers.size() == 100);
      for (const auto& [item, answer] : answers) {
        CHECK(answer == "done: order " + std::to_string(item));
      }
    }
  }
}

TEST_CASE("crew queue: a long item keeps nobody from the rest") {
  // The first item waits for all others: with items dealt out in advance it would wait forever.
  constexpr std::size_t kItems = 40;
  Mailboxes boxes(3);
  std::atomic<std::size_t> done = 0;
  const JobPool::Perform perform = [&](const std::string& order, const std::atomic<bool>&) {
    while (order == "order 0" && done < kItems - 1) std::this_thread::yield();
    ++done;
    return order;
  };
  const Others others(boxes, [&](unsigned, const std::string&) { return CrewService{1, perform}; });
  std::map<std::size_t, std::string> answers;
  ThreadCrew lead(boxes, 0);
  share_out(lead, work_of(kItems, perform, answers));
  dismiss(lead);
  CHECK(answers.size() == kItems);
}

TEST_CASE("crew queue: a stop ends what is in hand on all ranks") {
  Mailboxes boxes(3);
  std::atomic<int> begun = 0;
  const JobPool::Perform endless = [&](const std::string&, const std::atomic<bool>& stopped) {
    ++begun;
    while (!stopped) std::this_thread::yield();
    return std::string();
  };
  const Others others(boxes, [&](unsigned, const std::string&) { return CrewService{2, endless}; });
  std::map<std::size_t, std::string> answers;
  CrewWork work = work_of(100, endless, answers);
  work.stop = [&] { return begun == 5; };
  ThreadCrew lead(boxes, 0);
  share_out(lead, work);
  dismiss(lead);
  CHECK(answers.size() == 5);
  for (const auto& [item, answer] : answers) CHECK(answer.empty());
}

TEST_CASE("crew queue: a rank that fails ends the work, and says why") {
  const JobPool::Perform endless = [](const std::string&, const std::atomic<bool>& stopped) {
    while (!stopped) std::this_thread::yield();
    return std::string();
  };
  const JobPool::Perform failing = [](const std::string&, const std::atomic<bool>&) -> std::string {
    throw std::runtime_error("no such file");
  };
  for (const bool at_once : {true, false}) {
    Mailboxes boxes(3);
    const Others others(boxes, [&](unsigned rank, const std::string&) {
      if (rank == 2 && at_once) throw std::runtime_error("no such file");
      return CrewService{1, rank == 2 ? failing : endless};
    });
    std::map<std::size_t, std::string> answers;
    ThreadCrew lead(boxes, 0);
    CHECK_THROWS_WITH(share_out(lead, work_of(9, endless, answers)), "rank 2: no such file");
    dismiss(lead);
    CHECK(answers.empty());
  }
  Mailboxes boxes(2);
  const Others others(boxes, [&](unsigned, const std::string&) { return CrewService{1, endless}; });
  std::map<std::size_t, std::string> answers;
  ThreadCrew lead(boxes, 0);
  CHECK_THROWS_WITH(share_out(lead, work_of(9, failing, answers)), "no such file");
  dismiss(lead);
}

TEST_CASE("crew queue: who is dismissed before there is work goes home") {
  Mailboxes boxes(4);
  const Others others(boxes, [](unsigned, const std::string&) { return CrewService{1, echo}; });
  ThreadCrew lead(boxes, 0);
  dismiss(lead);
}
