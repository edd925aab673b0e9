#pragma once
// The engine: a clock, pending events, and handlers bound once per event type.
//
// Events run in the total order (time, cell, entity, source cell, source counter): simultaneous
// events of a cell run by entity, and those of one entity in the order in which they were
// scheduled. No allocation per event except by call_at. An engine belongs to one thread; only
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
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/digest.hpp"
#include "sim/event_queue.hpp"

namespace spindle::sim {

class Engine;

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

enum class RunEnd { kHorizon, kStopped, kEventLimit };

struct EngineOptions {
  std::uint32_t cells = 1;
  std::uint64_t event_limit = std::numeric_limits<std::uint64_t>::max();  // over all runs
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
  [[nodiscard]] std::size_t pending() const { return queue_.size(); }
  void reserve(std::size_t events) { queue_.reserve(events); }

  // Runs all events before `horizon` and leaves the clock there, so that consecutive runs equal one
  // long run. With Instant::never() it runs until nothing is pending and the clock stays at the
  // last event, as it does after a stop or at the event limit. What a handler throws passes
  // through; the engine may go on with the next event. Not to be called from a handler.
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

 private:
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

  [[nodiscard]] Instant after(Duration delay) const;
  void check(Instant time, std::uint32_t type, CellId cell) const;
  EventHandle push(Instant time, std::uint32_t type, CellId cell, EntityId entity,
                   std::uint64_t payload);
  void execute(const Event& event);
  void run_action(std::uint64_t index);

  Instant now_;
  EventQueue queue_;
  std::vector<Binding> handlers_;
  std::uint32_t source_;  // cell of the event being executed, or cells_
  std::uint32_t cells_;
  std::vector<std::uint64_t> next_sequence_;  // by source; the last is for what is set up outside
  std::vector<std::function<void(Engine&)>> actions_;
  std::vector<std::uint64_t> free_actions_;
  std::uint64_t event_limit_;
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
