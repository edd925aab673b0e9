#include "app/sweep/crew_queue.hpp"

#include <fmt/format.h>

#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace spindle::app {
namespace {

// Between two looks for messages, where nothing ends meanwhile on this rank: a small part of the
// shortest run, and little work for the processor.
constexpr std::chrono::microseconds kBetweenLooks{200};

void tell_others(Crew& crew, CrewTag tag, const std::string& text = {}) {
  for (unsigned rank = 1; rank < crew.size(); ++rank) crew.send(rank, tag, 0, text);
}

// Rank 0's view of the work: what is given out and who waits for more.
class Lead {
 public:
  Lead(Crew& crew, const CrewWork& work)
      : crew_(crew), work_(work), pool_(work.jobs, work.perform), free_(crew.size(), 0) {
    free_[0] = pool_.jobs();
  }

  void run() {
    tell_others(crew_, CrewTag::kBegin, work_.opening);
    while (true) {
      if (!stopping_ && work_.stop()) {
        stopping_ = true;
        pool_.stop();
        tell_others(crew_, CrewTag::kStop);
      }
      for (unsigned rank = 0; rank < free_.size(); ++rank) give(rank);
      if (open_ == 0 && (stopping_ || next_ == work_.items)) return;
      const bool heard = hear();
      const auto patience = heard ? std::chrono::microseconds(0) : kBetweenLooks;
      for (const JobPool::Answer& answer : pool_.collect(patience)) take(0, answer);
    }
  }

 private:
  void give(unsigned rank) {
    while (!stopping_ && free_[rank] > 0 && next_ < work_.items) {
      const std::size_t item = next_++;
      std::string order = work_.order(item);
      if (rank == 0) {
        pool_.give(item, std::move(order));
      } else {
        crew_.send(rank, CrewTag::kOrder, item, order);
      }
      --free_[rank];
      ++open_;
    }
  }

  void take(unsigned rank, const JobPool::Answer& answer) {
    ++free_[rank];
    --open_;
    work_.take(static_cast<std::size_t>(answer.item), answer.text);
    give(rank);
  }

  // What others say; false where that is nothing.
  bool hear() {
    bool heard = false;
    while (std::optional<CrewMessage> message = crew_.poll()) {
      heard = true;
      if (message->tag == CrewTag::kReady)
        free_[message->from] = static_cast<unsigned>(message->item);
      if (message->tag == CrewTag::kAnswer) {
        take(message->from, {message->item, std::move(message->text)});
      }
      if (message->tag == CrewTag::kFailed) {
        throw std::runtime_error(fmt::format("rank {}: {}", message->from, message->text));
      }
    }
    return heard;
  }

  Crew& crew_;
  const CrewWork& work_;
  JobPool pool_;
  std::vector<unsigned> free_;  // orders that a rank waits for
  std::size_t next_ = 0;        // item
  std::size_t open_ = 0;        // orders without an answer
  bool stopping_ = false;
};

}  // namespace

void share_out(Crew& crew, const CrewWork& work) {
  Lead(crew, work).run();
}

void dismiss(Crew& crew) {
  tell_others(crew, CrewTag::kEnd);
  for (unsigned left = crew.size() - 1; left > 0;) {
    const std::optional<CrewMessage> message = crew.poll();
    if (!message) std::this_thread::sleep_for(kBetweenLooks);
    if (message && message->tag == CrewTag::kBye) --left;
  }
}

void serve(Crew& crew, const std::function<CrewService(const std::string&)>& begin) {
  std::optional<JobPool> pool;
  const auto hear = [&](CrewMessage message) {
    if (message.tag == CrewTag::kBegin) {
      CrewService service = begin(message.text);
      pool.emplace(service.jobs, std::move(service.perform));
      crew.send(0, CrewTag::kReady, pool->jobs(), {});
    } else if (message.tag == CrewTag::kOrder && pool) {
      pool->give(message.item, std::move(message.text));
    } else if (message.tag == CrewTag::kStop && pool) {
      pool->stop();
    }
  };
  while (true) {
    std::optional<CrewMessage> message = crew.poll();
    if (message && message->tag == CrewTag::kEnd) break;
    const auto patience = message ? std::chrono::microseconds(0) : kBetweenLooks;
    try {
      if (message) hear(std::move(*message));
      if (!pool) {
        std::this_thread::sleep_for(patience);
        continue;
      }
      for (const JobPool::Answer& answer : pool->collect(patience)) {
        crew.send(0, CrewTag::kAnswer, answer.item, answer.text);
      }
    } catch (const std::exception& error) {
      // Rank 0 ends the work, and sends this one home.
      crew.send(0, CrewTag::kFailed, 0, error.what());
      pool.reset();
    }
  }
  pool.reset();
  crew.send(0, CrewTag::kBye, 0, {});
}

}  // namespace spindle::app
