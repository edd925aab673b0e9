#include "sim/engine.hpp"

#include <stdexcept>
#include <string>

namespace spindle::sim {
namespace {

constexpr std::uint32_t kActionType = 0;  // closures of call_at; its payload is their index

// Sets a value for the length of a scope, exceptions included.
template <class T>
class Scoped {
 public:
  Scoped(T& variable, T inside, T outside) : variable_(variable), outside_(outside) {
    variable_ = inside;
  }
  ~Scoped() { variable_ = outside_; }
  Scoped(const Scoped&) = delete;
  Scoped& operator=(const Scoped&) = delete;

 private:
  T& variable_;
  T outside_;
};

}  // namespace

Engine::Engine(const EngineOptions& options)
    : source_(options.cells),
      cells_(options.cells),
      next_sequence_(std::size_t{options.cells} + 1),
      event_limit_(options.event_limit) {
  if (options.cells == 0 || options.cells == std::numeric_limits<std::uint32_t>::max()) {
    throw std::invalid_argument("engine: " + std::to_string(options.cells) +
                                " cells (events need one, and one number is kept for set-up) — "
                                "give 1 to 2^32 - 2");
  }
  const auto run_action_of = [this](Engine&, const Event&, std::uint64_t index) {
    run_action(index);
  };
  on<std::uint64_t>(run_action_of);
}

Instant Engine::after(Duration delay) const {
  if (delay >= Instant::never() - now_) return Instant::never();
  return now_ + delay;
}

void Engine::check(Instant time, std::uint32_t type, CellId cell) const {
  if (time >= now_ && cell.value() < cells_ && type < handlers_.size()) return;
  if (time < now_) {
    throw std::logic_error("engine: event at " + std::to_string(time.ns()) + " ns, clock at " +
                           std::to_string(now_.ns()) +
                           " ns (the past is fixed) — schedule at now() or later");
  }
  if (cell.value() >= cells_) {
    throw std::logic_error("engine: cell " + std::to_string(cell.value()) + " of " +
                           std::to_string(cells_) +
                           " (cells are fixed at construction) — set EngineOptions::cells");
  }
  throw std::logic_error("engine: event type " + std::to_string(type) +
                         " is not bound here (types belong to one engine) — bind it with on()");
}

EventHandle Engine::push(Instant time, std::uint32_t type, CellId cell, EntityId entity,
                         std::uint64_t payload) {
  check(time, type, cell);
  if (time == Instant::never()) return {};
  return queue_.push({.time = time,
                      .cell = cell,
                      .entity = entity,
                      .source_cell = CellId(source_),
                      .source_counter = next_sequence_[source_]++,
                      .type = type,
                      .payload = payload});
}

EventHandle Engine::call_at(Instant time, CellId cell, EntityId entity,
                            std::function<void(Engine&)> action) {
  check(time, kActionType, cell);
  if (time == Instant::never()) return {};
  if (free_actions_.empty()) {
    free_actions_.push_back(actions_.size());
    actions_.emplace_back();
  }
  const std::uint64_t index = free_actions_.back();
  const EventHandle handle = push(time, kActionType, cell, entity, index);
  free_actions_.pop_back();
  actions_[index] = std::move(action);
  return handle;
}

void Engine::run_action(std::uint64_t index) {
  const std::function<void(Engine&)> action = std::exchange(actions_[index], nullptr);
  free_actions_.push_back(index);
  action(*this);
}

bool Engine::cancel(EventHandle handle) {
  const std::optional<Event> event = queue_.find(handle);
  if (!event) return false;
  if (event->type == kActionType) {
    actions_[event->payload] = nullptr;
    free_actions_.push_back(event->payload);
  }
  return queue_.cancel(handle);
}

bool Engine::reschedule(EventHandle handle, Instant time) {
  check(time, kActionType, CellId(0));
  if (time == Instant::never()) return cancel(handle);
  return queue_.reschedule(handle, time);
}

void Engine::execute(const Event& event) {
  now_ = event.time;
  source_ = event.cell.value();
  ++executed_;
  digest_.add(event.time.ns());
  digest_.add(event.cell.value());
  digest_.add(event.entity.value());
  Binding& handler = handlers_[event.type];
  ++handler.executed;
  // The handler may bind further types, which moves the table but not the callable.
  handler.invoke(handler.callable.get(), *this, event);
}

RunEnd Engine::run_until(Instant horizon) {
  if (running_) {
    throw std::logic_error(
        "engine: run_until inside a handler (events would run out of order) — schedule an event");
  }
  const Scoped<bool> running(running_, true, false);
  const Scoped<std::uint32_t> source(source_, cells_, cells_);
  while (true) {
    if (stop_requested_.load(std::memory_order_relaxed)) {
      stop_requested_.store(false, std::memory_order_relaxed);
      return RunEnd::kStopped;
    }
    if (queue_.empty() || queue_.next_time() >= horizon) break;
    if (executed_ >= event_limit_) return RunEnd::kEventLimit;
    execute(queue_.pop());
  }
  if (horizon != Instant::never() && horizon > now_) now_ = horizon;
  return RunEnd::kHorizon;
}

}  // namespace spindle::sim
