#pragma once
// Work that the ranks of a crew take from one queue: who is free gets the next item, so that a long
// one keeps nobody from the rest.

#include <cstddef>
#include <functional>
#include <string>

#include "app/sweep/crew.hpp"
#include "app/sweep/job_pool.hpp"

namespace spindle::app {

struct CrewWork {
  std::string opening;  // what the others make their `perform` of
  std::size_t items = 0;
  std::function<std::string(std::size_t item)> order;
  unsigned jobs = 1;         // orders at once on this rank
  JobPool::Perform perform;  // on this rank
  // On the calling thread, in any order.
  std::function<void(std::size_t item, const std::string& answer)> take;
  // Asked all the time: true ends the work in hand early on all ranks, and no item is begun.
  std::function<bool()> stop;
};

// On rank 0: all items are done, or `stop` said so. Throws what `perform` and `take` throw, and
// std::runtime_error where another rank fails: dismiss() is what remains then.
void share_out(Crew& crew, const CrewWork& work);

// On rank 0, last of all: the others end, whatever they do. Returns when they have.
void dismiss(Crew& crew);

struct CrewService {
  unsigned jobs = 1;
  JobPool::Perform perform;
};
// On the other ranks: does what rank 0 orders until it is dismissed. `begin` makes of an opening
// what does its orders, `join` takes part in a run that all do together; what they throw is told to
// rank 0.
void serve(Crew& crew, const std::function<CrewService(const std::string& opening)>& begin,
           const std::function<void(const std::string& opening)>& join = {});

}  // namespace spindle::app
