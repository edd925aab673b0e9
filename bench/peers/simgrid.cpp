// SimGrid at the work of bench/kernel, by its timers (its cheapest events): hold with a handler
// that touches 64 bytes of state, and M/M/1. Increments in seconds, mean 1.

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>
#include <memory>
#include <simgrid/kernel/Timer.hpp>
#include <simgrid/s4u.hpp>
#include <vector>

#include "bench/peers/increments.hpp"

namespace spindle::peers {
namespace {

using simgrid::kernel::timer::Timer;

// SimGrid has one engine a process, made from a command line; an actor that sleeps keeps it alive.
class Clock {
 public:
  static Clock& instance() {
    static Clock clock;
    return clock;
  }
  static double now() { return simgrid::s4u::Engine::get_clock(); }
  void run_for(double seconds) { engine_->run_until(now() + seconds); }

 private:
  Clock() {
    static char name[] = "peer_simgrid";
    static char quiet[] = "--log=root.thres:critical";
    static char* arguments[] = {name, quiet, nullptr};
    int count = 2;
    engine_ = std::make_unique<simgrid::s4u::Engine>(&count, arguments);
    simgrid::s4u::NetZone* zone = simgrid::s4u::create_full_zone("zone");
    simgrid::s4u::Host* host = zone->create_host("host", 1e9);
    zone->seal();
    simgrid::s4u::Actor::create("sleeper", host, [] { simgrid::s4u::this_actor::sleep_for(1e12); });
  }

  std::unique_ptr<simgrid::s4u::Engine> engine_;
};

// Timers cannot outlive what they point to: whoever sets any stops them and waits for the last.
class Timers {
 public:
  Timers() : clock_(Clock::instance()) {}
  Timers(const Timers&) = delete;
  Timers& operator=(const Timers&) = delete;

  void run_for(double seconds) { clock_.run_for(seconds); }
  template <class Action>
  void after(double mean, Action action) {
    if (stopping_) return;
    ++pending_;
    Timer::set(Clock::now() + mean * increments_.next(), [this, action] {
      --pending_;
      ++executed_;
      action();
    });
  }
  void drain() {
    stopping_ = true;
    while (pending_ > 0) clock_.run_for(100);
  }
  [[nodiscard]] std::int64_t executed() const { return executed_; }

 private:
  Clock& clock_;
  Increments increments_;
  std::int64_t pending_ = 0;
  std::int64_t executed_ = 0;
  bool stopping_ = false;
};

class Dispatch {
 public:
  explicit Dispatch(std::uint64_t entities) : entities_(entities) {
    const double before = allocated_bytes();
    for (Entity& entity : entities_) schedule(entity);
    bytes_per_event = (allocated_bytes() - before) / static_cast<double>(entities);
  }
  ~Dispatch() { timers.drain(); }

  Timers timers;
  double bytes_per_event = 0;

 private:
  void schedule(Entity& entity) {
    timers.after(1, [this, &entity] {
      ++entity.events;
      schedule(entity);
    });
  }
  std::vector<Entity> entities_;
};

void dispatch(benchmark::State& state) {
  Dispatch simulation(static_cast<std::uint64_t>(state.range(0)));
  const double window = 1e4 / static_cast<double>(state.range(0));  // some 10,000 events
  const std::int64_t before = simulation.timers.executed();
  for (auto _ : state) simulation.timers.run_for(window);
  state.SetItemsProcessed(simulation.timers.executed() - before);
  state.counters["bytes_per_event"] = simulation.bytes_per_event;
  state.SetLabel("SimGrid timers");
}
BENCHMARK(dispatch)->Arg(1'000)->Arg(1'000'000)->Iterations(40);

// One server, utilisation 0.9; an event is an arrival or a departure.
class SingleServer {
 public:
  SingleServer() { next_arrival(); }
  ~SingleServer() { timers.drain(); }

  Timers timers;

 private:
  void next_arrival() {
    timers.after(1 / 0.9, [this] {
      if (present_++ == 0) serve();
      next_arrival();
    });
  }
  void serve() {
    timers.after(1, [this] {
      if (--present_ > 0) serve();
    });
  }
  std::int64_t present_ = 0;
};

void mm1(benchmark::State& state) {
  SingleServer simulation;
  for (auto _ : state) simulation.timers.run_for(5000);  // some 9,000 events
  state.SetItemsProcessed(simulation.timers.executed());
  state.SetLabel("SimGrid timers");
}
BENCHMARK(mm1)->Iterations(60);

}  // namespace
}  // namespace spindle::peers
