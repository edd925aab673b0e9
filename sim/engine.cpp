#include "sim/engine.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "sim/wall_limit.hpp"

namespace spindle::sim {
namespace {

// A look at the clock and at the memory costs some 50 ns.
constexpr std::uint64_t kEventsBetweenChecks = 4096;

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

// Before an array of as many is asked for.
std::uint32_t checked_cells(std::uint32_t cells) {
  if (cells == 0 || cells == std::numeric_limits<std::uint32_t>::max()) {
    throw std::invalid_argument("engine: " + std::to_string(cells) +
                                " cells (events need one, and one number is kept for set-up) — "
                                "give 1 to 2^32 - 2");
  }
  return cells;
}

}  // namespace

Engine::Engine(const EngineOptions& options)
    : source_(checked_cells(options.cells)),
      cells_(options.cells),
      next_sequence_(std::size_t{options.cells} + 1),
      limits_(options) {
  const auto run_action_of = [this](Engine&, const Event&, std::uint64_t index) {
    run_action(index);
  };
  on<std::uint64_t>(run_action_of);
}

void Engine::refuse_past(Instant time) const {
  throw std::logic_error("engine: event at " + std::to_string(time.ns()) + " ns, clock at " +
                         std::to_string(now_.ns()) +
                         " ns (the past is fixed) — schedule at now() or later");
}

void Engine::check(Instant time, std::uint32_t type, CellId cell) const {
  if (time >= now_ && cell.value() < cells_ && type < handlers_.size()) return;
  if (time < now_) refuse_past(time);
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
  expect(nullptr, time);
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
  expect(nullptr, time);
  return queue_.reschedule(handle, time);
}

void Engine::execute(const Event& event) {
  begin(event.time, event.cell, event.entity);
  Binding& handler = handlers_[event.type];
  ++handler.executed;
  // The handler may bind further types, which moves the table but not the callable.
  handler.invoke(handler.callable.get(), *this, event);
}

// The earliest event of all: whose it is (nullptr for the queue), and when the others follow.
struct Engine::Next {
  EventSource* source = nullptr;
  Instant time = Instant::never();
  Instant others = Instant::never();
};

bool Engine::precedes_queue(const EventSource& source) const {
  const Event event = queue_.top();
  return source.next_entity() <= std::pair(event.cell, event.entity);
}

Engine::Next Engine::next() const {
  Next next;
  if (!queue_.empty()) next.time = queue_.next_time();
  for (EventSource* source : sources_) {
    if (source->wheel_.empty()) continue;
    const Instant time = source->wheel_.next_time();
    // Of simultaneous ones, by cell and entity; of one entity, agendas in the order of their
    // construction, then the queue.
    bool earlier = time < next.time;
    if (time == next.time) {
      earlier = next.source == nullptr ? precedes_queue(*source)
                                       : source->next_entity() < next.source->next_entity();
    }
    if (earlier) {
      next = {source, time, next.time};
    } else {
      next.others = std::min(next.others, time);
    }
  }
  return next;
}

// One event, and those of the same kind after it that are before all others.
void Engine::run_next(const Next& next, Instant horizon) {
  running_source_ = next.source;
  bound_ = std::min(next.others, horizon);
  if (next.source != nullptr) {
    next.source->run();
    return;
  }
  do {
    execute(queue_.pop());
  } while (!queue_.empty() && goes_on(queue_.next_time()));
}

std::optional<RunEnd> Engine::reached_limit(const WallLimit& wall) const {
  if (executed_ >= limits_.event_limit) return RunEnd::kEventLimit;
  if (wall.is_reached()) return RunEnd::kTimeLimit;
  if (memory_bytes() > limits_.memory_limit_bytes) return RunEnd::kMemoryLimit;
  return std::nullopt;
}

RunEnd Engine::run_until(Instant horizon) {
  if (running_) {
    throw std::logic_error(
        "engine: run_until inside a handler (events would run out of order) — schedule an event");
  }
  const WallLimit wall(limits_.wall_limit_s);
  const Scoped<bool> running(running_, true, false);
  const Scoped<std::uint32_t> source(source_, cells_, cells_);
  checkpoint_ = executed_;
  while (true) {
    if (stop_requested_.load(std::memory_order_relaxed)) {
      stop_requested_.store(false, std::memory_order_relaxed);
      return RunEnd::kStopped;
    }
    const Next earliest = next();
    if (earliest.time >= horizon) break;
    if (executed_ >= checkpoint_) {
      if (const auto limit = reached_limit(wall)) return *limit;
      checkpoint_ = executed_ + std::min(kEventsBetweenChecks, limits_.event_limit - executed_);
    }
    run_next(earliest, horizon);
  }
  if (horizon != Instant::never() && horizon > now_) now_ = horizon;
  return RunEnd::kHorizon;
}

std::size_t Engine::pending() const {
  std::size_t count = queue_.size();
  for (const EventSource* source : sources_) count += source->wheel_.size();
  return count;
}

std::size_t Engine::memory_bytes() const {
  std::size_t bytes = queue_.memory_bytes() + actions_.capacity() * sizeof(actions_[0]) +
                      free_actions_.capacity() * sizeof(free_actions_[0]);
  for (const EventSource* source : sources_) bytes += source->wheel_.memory_bytes();
  return bytes;
}

EventSource::EventSource(Engine& engine, std::size_t ids) : engine_(engine), wheel_(ids) {
  engine_.sources_.push_back(this);
}

EventSource::EventSource(Engine& engine, const PlacedTimes& times)
    : engine_(engine), wheel_(times) {
  engine_.sources_.push_back(this);
}

EventSource::~EventSource() {
  std::erase(engine_.sources_, this);
}

}  // namespace spindle::sim
