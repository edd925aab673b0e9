// ns-3 at the work of bench/kernel: hold on its schedulers alone, hold through its simulator with a
// handler that touches 64 bytes of state, and M/M/1. Increments in nanoseconds, mean 1 s.

#include <benchmark/benchmark.h>
#include <ns3/heap-scheduler.h>
#include <ns3/map-scheduler.h>
#include <ns3/nstime.h>
#include <ns3/object-factory.h>
#include <ns3/priority-queue-scheduler.h>
#include <ns3/scheduler.h>
#include <ns3/simulator.h>

#include <memory>
#include <string>

#include "bench/peers/increments.hpp"

namespace spindle::peers {
namespace {

constexpr double kMeanNs = 1e9;
constexpr std::int64_t kBatch = 10'000;  // events an iteration

// A scheduler alone, without the event objects that the simulator hangs on it, with a constant
// number of pending events. Made once for all repetitions: filling it takes far longer than the
// measurement.
class Hold {
 public:
  Hold(const std::string& type, std::uint64_t pending) {
    ns3::ObjectFactory factory(type);
    const double before = allocated_bytes();
    scheduler_ = factory.Create<ns3::Scheduler>();
    for (std::uint64_t i = 0; i < pending; ++i) push(0);
    bytes_per_event_ = (allocated_bytes() - before) / static_cast<double>(pending);
  }
  void step() { push(scheduler_->RemoveNext().key.m_ts); }
  [[nodiscard]] double bytes_per_event() const { return bytes_per_event_; }

 private:
  void push(std::uint64_t now) {
    ns3::Scheduler::Event event{};
    event.impl = nullptr;
    event.key.m_ts = now + static_cast<std::uint64_t>(kMeanNs * increments_.next());
    event.key.m_uid = next_uid_++;
    event.key.m_context = 0;
    scheduler_->Insert(event);
  }

  Increments increments_;
  ns3::Ptr<ns3::Scheduler> scheduler_;
  std::uint32_t next_uid_ = 0;
  double bytes_per_event_ = 0;
};

void hold(benchmark::State& state, const char* type, const char* label) {
  static std::unique_ptr<Hold> queue;
  static std::string made;
  const std::string wanted = type + std::to_string(state.range(0));
  if (made != wanted) {
    queue.reset();
    queue = std::make_unique<Hold>(type, static_cast<std::uint64_t>(state.range(0)));
    made = wanted;
  }
  for (auto _ : state) queue->step();
  state.SetItemsProcessed(state.iterations());
  state.counters["bytes_per_event"] = queue->bytes_per_event();
  state.SetLabel(label);
}

// The simulator is a global object of ns-3; every event goes on to itself.
class Dispatch {
 public:
  explicit Dispatch(std::uint64_t entities) : entities_(entities) {
    use_priority_queue();
    const double before = allocated_bytes();
    for (Entity& entity : entities_) schedule(entity);
    bytes_per_event_ = (allocated_bytes() - before) / static_cast<double>(entities);
  }
  ~Dispatch() { ns3::Simulator::Destroy(); }
  Dispatch(const Dispatch&) = delete;
  Dispatch& operator=(const Dispatch&) = delete;

  [[nodiscard]] double bytes_per_event() const { return bytes_per_event_; }
  static void use_priority_queue() {
    ns3::Simulator::SetScheduler(ns3::ObjectFactory("ns3::PriorityQueueScheduler"));
  }
  void run(std::int64_t events) {
    left_ = events;
    ns3::Simulator::Run();
  }

 private:
  void schedule(Entity& entity) {
    const auto delay = static_cast<std::int64_t>(kMeanNs * increments_.next());
    ns3::Simulator::Schedule(ns3::NanoSeconds(static_cast<std::uint64_t>(delay)), &Dispatch::act,
                             this, &entity);
  }
  void act(Entity* entity) {
    ++entity->events;
    schedule(*entity);
    if (--left_ == 0) ns3::Simulator::Stop();
  }

  Increments increments_;
  std::vector<Entity> entities_;
  double bytes_per_event_ = 0;
  std::int64_t left_ = 0;
};

void dispatch(benchmark::State& state) {
  Dispatch simulation(static_cast<std::uint64_t>(state.range(0)));
  for (auto _ : state) simulation.run(kBatch);
  state.SetItemsProcessed(state.iterations() * kBatch);
  state.counters["bytes_per_event"] = simulation.bytes_per_event();
  state.SetLabel("ns-3");
}

// One server, utilisation 0.9; an event is an arrival or a departure.
class SingleServer {
 public:
  SingleServer() {
    Dispatch::use_priority_queue();
    schedule(1 / 0.9, &SingleServer::arrive);
  }
  ~SingleServer() { ns3::Simulator::Destroy(); }
  SingleServer(const SingleServer&) = delete;
  SingleServer& operator=(const SingleServer&) = delete;

  void run(std::int64_t events) {
    left_ = events;
    ns3::Simulator::Run();
  }

 private:
  void schedule(double mean, void (SingleServer::*handler)()) {
    const double delay = kMeanNs * mean * increments_.next();
    ns3::Simulator::Schedule(ns3::NanoSeconds(static_cast<std::uint64_t>(delay)), handler, this);
  }
  void count() {
    if (--left_ == 0) ns3::Simulator::Stop();
  }
  void arrive() {
    if (present_++ == 0) schedule(1, &SingleServer::leave);
    schedule(1 / 0.9, &SingleServer::arrive);
    count();
  }
  void leave() {
    if (--present_ > 0) schedule(1, &SingleServer::leave);
    count();
  }

  Increments increments_;
  std::int64_t present_ = 0;
  std::int64_t left_ = 0;
};

void mm1(benchmark::State& state) {
  SingleServer simulation;
  for (auto _ : state) simulation.run(kBatch);
  state.SetItemsProcessed(state.iterations() * kBatch);
  state.SetLabel("ns-3");
}

void register_hold(const char* type, const char* label, std::int64_t pending,
                   std::int64_t iterations) {
  benchmark::RegisterBenchmark("hold", [=](benchmark::State& state) { hold(state, type, label); })
      ->Arg(pending)
      ->Iterations(iterations);
}

const bool kRegistered = [] {
  const char* queue = "ns3::PriorityQueueScheduler";
  for (const std::int64_t pending : {1'000, 1'000'000, 20'000'000}) {
    register_hold(queue, "ns-3 PriorityQueueScheduler", pending, 1'000'000);
  }
  for (const std::int64_t pending : {1'000, 1'000'000}) {
    register_hold("ns3::HeapScheduler", "ns-3 HeapScheduler", pending, 1'000'000);
    register_hold("ns3::MapScheduler", "ns-3 MapScheduler", pending, 1'000'000);
  }
  for (const std::int64_t pending : {1'000, 1'000'000, 20'000'000}) {
    benchmark::RegisterBenchmark("dispatch", dispatch)->Arg(pending)->Iterations(100);
  }
  benchmark::RegisterBenchmark("mm1", mm1)->Iterations(200);
  return true;
}();

}  // namespace
}  // namespace spindle::peers
