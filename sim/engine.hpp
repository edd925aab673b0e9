#pragma once
// The engine: a clock, pending events, and handlers bound once per event type.
//
// Events run in the total order (time, cell, entity, source cell, source counter): simultaneous
// events of a cell run by entity, and those of one entity in the order in which they were
// scheduled. No allocation per event except by call_at. Where each of many entities has at most one
// event pending, an Agenda (sim/agenda.hpp) runs them at a fraction of the cost, in the same order:
// its event is the first of its entity at a time. An engine belongs to one thread; only
// request_stop may be called from elsewhere (another thread, a signal handler).

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/digest.hpp"
#include "sim/event_queue.hpp"

namespace spindle::sim {

class Engine;
class WallLimit;

// For event types that carry nothing but their cell and entity.
struct NoPayload {};

// An event type whose events carry a Payload (trivially copyable, at most 8 bytes).
template <class Payload>
class EventType {
 public:
  EventType() = default;  // bound nowhere

 private:
  friend class Engine;
  explicit EventType(std::uint32_t index) : index_(index) {}
  std::uint32_t index_ = std::numeric_limits<std::uint32_t>::max();
};

enum class RunEnd { kHorizon, kStopped, kEventLimit, kTimeLimit, kMemoryLimit };

// Limits end a run between two events; what it did until then stays valid.
struct EngineOptions {
  std::uint32_t cells = 1;
  std::uint64_t event_limit = std::numeric_limits<std::uint64_t>::max();  // over all runs
  // Of one run, looked at every 4,096 events. Where it ends depends on the machine.
  double wall_limit_s = std::numeric_limits<double>::infinity();
  // Of Engine::memory_bytes(), looked at as often. It ends at the same event on every machine.
  std::size_t memory_limit_bytes = std::numeric_limits<std::size_t>::max();
};

// Events that the engine runs in the order of its own: the part of an Agenda that it knows.
class EventSource {
 public:
  EventSource(const EventSource&) = delete;
  EventSource& operator=(const EventSource&) = delete;
  virtual ~EventSource();

 protected:
  EventSource(Engine& engine, std::size_t ids);
  EventSource(Engine& engine, const PlacedTimes& times);

  Engine& engine_;
  TimeWheel wheel_;

 private:
  friend class Engine;
  // Of the next event. Precondition: there is one.
  [[nodiscard]] virtual std::pair<CellId, EntityId> next_entity() const = 0;
  // Runs the next event, and those after it as long as Engine::goes_on.
  virtual void run() = 0;
};

class Engine {
 public:
  explicit Engine(const EngineOptions& options = {});
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Binds a handler, called as handler(Engine&, const Event&, Payload), for as long as the engine
  // lives. Types are numbered in the order of binding.
  template <class Payload = NoPayload, class Handler>
  EventType<Payload> on(Handler handler);

  [[nodiscard]] Instant now() const { return now_; }

  // Schedule an event; Instant::never(), or an end beyond what int64 holds, schedules nothing and
  // returns a handle that names nothing. Throw std::logic_error for a time in the past, an unknown
  // cell or a type that is not bound here.
  template <class Payload>
  EventHandle schedule_at(Instant time, EventType<Payload> type, CellId cell, EntityId entity,
                          std::type_identity_t<Payload> payload = {}) {
    return push(time, type.index_, cell, entity, encode(payload));
  }
  template <class Payload>
  EventHandle schedule_after(Duration delay, EventType<Payload> type, CellId cell, EntityId entity,
                             std::type_identity_t<Payload> payload = {}) {
    return push(after(delay), type.index_, cell, entity, encode(payload));
  }
  // For rare events: any callable, one allocation. Same order, same errors.
  EventHandle call_at(Instant time, CellId cell, EntityId entity,
                      std::function<void(Engine&)> action);
  EventHandle call_after(Duration delay, CellId cell, EntityId entity,
                         std::function<void(Engine&)> action) {
    return call_at(after(delay), cell, entity, std::move(action));
  }

  // False where the handle names no pending event. Rescheduling keeps the event's place among
  // simultaneous ones; to Instant::never() it cancels, to the past it throws std::logic_error.
  bool cancel(EventHandle handle);
  bool reschedule(EventHandle handle, Instant time);
  [[nodiscard]] bool is_pending(EventHandle handle) const { return queue_.contains(handle); }
  [[nodiscard]] std::size_t pending() const;
  void reserve(std::size_t events) { queue_.reserve(events); }

  // Runs all events before `horizon` and leaves the clock there, so that consecutive runs equal one
  // long run. With Instant::never() it runs until nothing is pending and the clock stays at the
  // last event, as it does after a stop or at a limit. What a handler throws passes
  // through; the engine may go on with the next event, but not after std::bad_alloc, which may have
  // lost some. Not to be called from a handler.
  RunEnd run_until(Instant horizon);
  // Ends the run after the current event, or the next run before its first.
  void request_stop() { stop_requested_.store(true, std::memory_order_relaxed); }

  [[nodiscard]] std::uint64_t executed() const { return executed_; }
  template <class Payload>
  [[nodiscard]] std::uint64_t executed(EventType<Payload> type) const {
    return handlers_.at(type.index_).executed;
  }
  // Of (time, cell, entity) of all events executed so far, in order.
  [[nodiscard]] const Digest& digest() const { return digest_; }
  // All memory held for pending events, in bytes; without what a closure of call_at captured beyond
  // the 16 bytes or so that a std::function keeps in itself, which nothing can tell.
  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  friend class EventSource;
  template <class Model>
  friend class Agenda;

  struct Binding {
    void (*invoke)(void* callable, Engine&, const Event&) = nullptr;
    std::shared_ptr<void> callable;
    std::uint64_t executed = 0;
  };

  template <class Payload>
  static std::uint64_t encode(const Payload& payload) {
    static_assert(std::is_trivially_copyable_v<Payload> && sizeof(Payload) <= 8,
                  "a payload is at most 8 plain bytes: pass an index to more");
    std::uint64_t word = 0;
    std::memcpy(&word, &payload, sizeof(Payload));
    return word;
  }
  template <class Payload>
  static Payload decode(std::uint64_t word) {
    std::array<std::byte, sizeof(Payload)> bytes{};
    std::memcpy(bytes.data(), &word, sizeof(Payload));
    return std::bit_cast<Payload>(bytes);
  }

  [[nodiscard]] Instant after(Duration delay) const {
    return delay >= Instant::never() - now_ ? Instant::never() : now_ + delay;
  }
  // Something else than what is running has got an event at `time`.
  void expect(const EventSource* source, Instant time) {
    if (source != running_source_ && time < bound_) bound_ = time;
  }
  // Whether an event at `time`, of what is running, may be next.
  [[nodiscard]] bool goes_on(Instant time) const {
    return time < bound_ && executed_ < checkpoint_ &&
           !stop_requested_.load(std::memory_order_relaxed);
  }
  void begin(Instant time, CellId cell, EntityId entity) {
    now_ = time;
    source_ = cell.value();
    ++executed_;
    digest_.add(time.ns(), cell.value(), entity.value());
  }
  [[noreturn]] void refuse_past(Instant time) const;
  void check(Instant time, std::uint32_t type, CellId cell) const;
  EventHandle push(Instant time, std::uint32_t type, CellId cell, EntityId entity,
                   std::uint64_t payload);
  void execute(const Event& event);
  void run_action(std::uint64_t index);
  struct Next;
  [[nodiscard]] Next next() const;
  [[nodiscard]] bool precedes_queue(const EventSource& source) const;
  void run_next(const Next& next, Instant horizon);
  std::optional<RunEnd> reached_limit(const WallLimit& wall) const;

  Instant now_;
  EventQueue queue_;
  std::vector<Binding> handlers_;
  std::uint32_t source_;  // cell of the event being executed, or cells_
  std::uint32_t cells_;
  std::vector<std::uint64_t> next_sequence_;  // by source; the last is for what is set up outside
  std::vector<std::function<void(Engine&)>> actions_;
  std::vector<std::uint64_t> free_actions_;
  std::vector<EventSource*> sources_;  // in the order of their construction
  // While events run without a look at what else there is: whose they are (nullptr for the
  // queue), before which time they must be, and how many events may have been executed by then.
  const EventSource* running_source_ = nullptr;
  Instant bound_;
  std::uint64_t checkpoint_ = 0;
  EngineOptions limits_;
  std::uint64_t executed_ = 0;
  Digest digest_;
  std::atomic<bool> stop_requested_{false};
  bool running_ = false;
};

template <class Payload, class Handler>
EventType<Payload> Engine::on(Handler handler) {
  static_assert(std::is_invocable_v<Handler&, Engine&, const Event&, Payload>,
                "a handler is called as handler(Engine&, const Event&, Payload)");
  const auto invoke = [](void* callable, Engine& engine, const Event& event) {
    (*static_cast<Handler*>(callable))(engine, event, decode<Payload>(event.payload));
  };
  handlers_.push_back({invoke, std::make_shared<Handler>(std::move(handler)), 0});
  return EventType<Payload>(static_cast<std::uint32_t>(handlers_.size() - 1));
}

}  // namespace spindle::sim
