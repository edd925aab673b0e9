#pragma once
// What a cell's handlers are given: the clock, and ways to schedule. Not to be kept.

#include "sim/cells/cell_event_queue.hpp"
#include "sim/cells/model_traits.hpp"
#include "sim/cells/window.hpp"

namespace spindle::sim {

template <class Model, class Queue>
class CellWorker;

template <class Model, class Queue = CellEventQueue>
class CellContext {
 public:
  using Handle = HandleOf<Queue>;

  [[nodiscard]] Instant now() const { return worker_.current_->time; }
  [[nodiscard]] CellId cell() const {
    return worker_.current_->cell;
  }  // whose state may be touched

  // An event of this cell, at any time from now() on. Never, or a time beyond what int64 holds,
  // schedules nothing and returns Handle(). Throw std::logic_error for the past.
  template <class T>
  Handle schedule_at(Instant time, EntityId entity, const T& event) {
    return worker_.schedule(time, type_of<T>(), entity, encode_payload(event));
  }
  template <class T>
  Handle schedule_after(Duration delay, EntityId entity, const T& event) {
    return schedule_at(saturated_sum(now(), delay), entity, event);
  }
  // As the queue's; for events that this cell scheduled for itself.
  bool cancel(Handle handle) { return worker_.queue_.cancel(handle); }
  bool reschedule(Handle handle, Instant time) { return worker_.reschedule(handle, time); }

  // An event of another cell, at least the declared lookahead after now(); of this cell at any
  // time. Throw std::logic_error for what would arrive earlier and for an unknown cell.
  template <class T>
  void send_at(Instant time, CellId to, EntityId entity, const T& event) {
    worker_.send(time, to, type_of<T>(), entity, encode_payload(event));
  }
  template <class T>
  void send_after(Duration delay, CellId to, EntityId entity, const T& event) {
    send_at(saturated_sum(now(), delay), to, entity, event);
  }

  // A decision, at least the lookahead after now(). Throw std::logic_error for an earlier one.
  template <class T>
  void decide_at(Instant time, EntityId entity, const T& event) {
    worker_.request(time, GlobalEventsOf<Model>::type::template index_of<T>(), entity,
                    encode_payload(event));
  }
  template <class T>
  void decide_after(Duration delay, EntityId entity, const T& event) {
    decide_at(saturated_sum(now(), delay), entity, event);
  }

  // Ends the run at now() + lookahead, with every event before that executed: the earliest moment
  // that no cell can have passed. The earliest such request counts.
  void request_stop() { worker_.request_stop(); }

 private:
  friend class CellWorker<Model, Queue>;
  explicit CellContext(CellWorker<Model, Queue>& worker) : worker_(worker) {}

  template <class T>
  static constexpr std::uint32_t type_of() {
    return Model::CellEvents::template index_of<T>();
  }
  CellWorker<Model, Queue>& worker_;
};

}  // namespace spindle::sim
