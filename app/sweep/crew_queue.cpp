#include "app/sweep/crew_queue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace spindle::app {
namespace {

// How long to wait between two looks for messages, where nothing ends meanwhile on this rank: a
// small part of the time that nothing has come for, so that no rank waits long beside what it does,
// and looking takes next to none of the processor while runs are long.
class Patience {
 public:
  std::chrono::microseconds after(bool heard) {
    using std::chrono::microseconds;
    const auto now = std::chrono::steady_clock::now();
    if (heard) {
      since_ = now;
      return microseconds(0);
    }
    const auto quiet = std::chrono::duration_cast<microseconds>(now - since_);
    return std::clamp(quiet / 16, microseconds(100), microseconds(10'000));
  }

 private:
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

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
    for (bool heard = true;;) {
      if (!stopping_ && work_.stop()) {
        stopping_ = true;
        pool_.stop();
        tell_others(crew_, CrewTag::kStop);
      }
      for (unsigned rank = 0; rank < free_.size(); ++rank) give(rank);
      if (open_ == 0 && (stopping_ || next_ == work_.items)) return;
      heard = hear() || heard;
      const std::vector<JobPool::Answer> answers = pool_.collect(patience_.after(heard));
      for (const JobPool::Answer& answer : answers) take(0, answer);
      heard = !answers.empty();
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
      if (message->tag == CrewTag::kReady) {
        free_[message->from] = static_cast<unsigned>(message->item);
      }
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
  Patience patience_;
};

}  // namespace

void share_out(Crew& crew, const CrewWork& work) {
  Lead(crew, work).run();
}

void dismiss(Crew& crew) {
  tell_others(crew, CrewTag::kEnd);
  Patience patience;
  for (unsigned left = crew.size() - 1; left > 0;) {
    const std::optional<CrewMessage> message = crew.poll();
    std::this_thread::sleep_for(patience.after(message.has_value()));
    if (message && message->tag == CrewTag::kBye) --left;
  }
}

void serve(Crew& crew, const std::function<CrewService(const std::string&)>& begin,
           const std::function<void(const std::string&)>& join) {
  std::optional<JobPool> pool;
  Patience patience;
  const auto hear = [&](CrewMessage message) {
    if (message.tag == CrewTag::kBegin) {
      CrewService service = begin(message.text);
      pool.emplace(service.jobs, std::move(service.perform));
      crew.send(0, CrewTag::kReady, pool->jobs(), {});
    } else if (message.tag == CrewTag::kJoin && join) {
      join(message.text);
    } else if (message.tag == CrewTag::kOrder && pool) {
      pool->give(message.item, std::move(message.text));
    } else if (message.tag == CrewTag::kStop && pool) {
      pool->stop();
    }
  };
  for (bool sent = false;;) {
    std::optional<CrewMessage> message = crew.poll();
    if (message && message->tag == CrewTag::kEnd) break;
    const auto wait = patience.after(message.has_value() || std::exchange(sent, false));
    try {
      if (message) hear(std::move(*message));
      if (!pool) {
        std::this_thread::sleep_for(wait);
        continue;
      }
      for (const JobPool::Answer& answer : pool->collect(wait)) {
        crew.send(0, CrewTag::kAnswer, answer.item, answer.text);
        sent = true;
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
