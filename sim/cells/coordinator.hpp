#pragma once
// Decisions that read several cells: global events, run between windows, in total order, with all
// cells advanced to just before them.
//
// Every process runs the same decisions on the same summaries, and each keeps what concerns its own
// workers: a decision costs no message. One worker of the process (the leader) runs them while the
// others wait.

#include <algorithm>
#include <exception>
#include <span>
#include <vector>

#include "sim/cells/cell_digest.hpp"
#include "sim/cells/cell_errors.hpp"
#include "sim/cells/cell_event_queue.hpp"
#include "sim/cells/cell_plan.hpp"
#include "sim/cells/model_traits.hpp"
#include "sim/cells/spin_barrier.hpp"
#include "sim/cells/window.hpp"

namespace spindle::sim {

template <class Model, class Queue>
class Coordinator;

// What `coordinate` is given. Not to be kept.
template <class Model, class Queue = CellEventQueue>
class CoordinatorContext {
 public:
  using Summary = typename SummaryOf<Model>::type;

  [[nodiscard]] Instant now() const { return coordinator_.now_; }
  // Of all cells, in their order, as they stand just before now(). Events that a decision schedules
  // for now() come after all decisions of that moment, so they do not show yet.
  [[nodiscard]] std::span<const Summary> summaries() const { return coordinator_.summaries; }

  // An event of any cell, or a further decision, at now() or later. Never schedules nothing. Throw
  // std::logic_error for the past and for an unknown cell.
  template <class T>
  void schedule_at(Instant time, CellId cell, EntityId entity, const T& event) {
    coordinator_.send(time, cell, Model::CellEvents::template index_of<T>(), entity,
                      encode_payload(event));
  }
  template <class T>
  void schedule_after(Duration delay, CellId cell, EntityId entity, const T& event) {
    schedule_at(saturated_sum(now(), delay), cell, entity, event);
  }
  template <class T>
  void decide_at(Instant time, EntityId entity, const T& event) {
    coordinator_.decide(time, GlobalEventsOf<Model>::type::template index_of<T>(), entity,
                        encode_payload(event));
  }
  template <class T>
  void decide_after(Duration delay, EntityId entity, const T& event) {
    decide_at(saturated_sum(now(), delay), entity, event);
  }
  // Ends the run here: no cell executes an event of now().
  void request_stop() { coordinator_.stop_at_ = now(); }

 private:
  friend class Coordinator<Model, Queue>;
  explicit CoordinatorContext(Coordinator<Model, Queue>& coordinator) : coordinator_(coordinator) {}
  Coordinator<Model, Queue>& coordinator_;
};

template <class Model, class Queue>
class Coordinator {
 public:
  using Summary = typename SummaryOf<Model>::type;

  // `local`: the workers of this process.
  Coordinator(const CellPlan& plan, const std::vector<unsigned>& local)
      : plan_(plan),
        slot_(plan.workers(), kElsewhere),
        sent_(local.size()),
        barrier_(static_cast<unsigned>(local.size())) {
    for (std::size_t i = 0; i < local.size(); ++i) slot_[local[i]] = i;
    if constexpr (kHasSummary<Model>) summaries.resize(plan.cells());
  }

  // An event for a cell, by set-up or by a decision. Its source is "cell" cells(), which comes
  // after all cells. Throws std::logic_error for the past and for an unknown cell.
  Event make(Instant time, CellId cell, std::uint32_t type, EntityId entity,
             std::uint64_t payload) {
    if (time < now_) throw_past("coordinator", now_, time);
    if (cell.value() >= plan_.cells()) throw_unknown_cell(cell, plan_.cells());
    return {.time = time,
            .cell = cell,
            .entity = entity,
            .source_cell = CellId(plan_.cells()),
            .source_counter = next_counter_++,
            .type = type,
            .payload = payload};
  }
  void decide(Instant time, std::uint32_t type, EntityId entity, std::uint64_t payload) {
    if (time == Instant::never()) return;
    queue_.push(make(time, CellId(0), type, entity, payload));
  }
  // What a cell asked for.
  void request(const Event& event) { queue_.push(event); }

  // By the leader alone: all global events at `now`, also those that they add, but no more than
  // `most`; the others are left to a further call. What a decision throws is kept in failure().
  void run_round(Model& model, Instant now, std::uint64_t most) {
    now_ = now;
    // Of an earlier round: the workers have taken note of it.
    if (!round_goes_on_) stop_at_ = Instant::never();
    for (std::vector<Event>& events : sent_) events.clear();
    try {
      for (; most > 0 && !queue_.empty() && queue_.next_time() == now; --most) {
        execute(model, queue_.pop());
      }
    } catch (...) {
      failure_ = std::current_exception();
    }
    next_time_ = next_pending();
    round_goes_on_ = next_time_ == now;
  }
  [[nodiscard]] std::size_t memory_bytes() const { return memory_of(queue_); }
  // Between runs.
  void set_now(Instant now) { now_ = now; }
  [[nodiscard]] Instant next_pending() const {
    return queue_.empty() ? Instant::never() : queue_.next_time();
  }

  // Where the other workers of this process wait for the leader to end a round. No round begins
  // before they have exchanged reports once more, so what it left can be read until then. False
  // where one of them has left.
  [[nodiscard]] bool meet() { return barrier_.arrive_and_wait(); }
  void leave() noexcept { barrier_.leave(); }

  [[nodiscard]] const std::vector<Event>& sent_to(unsigned worker) const {
    return sent_[slot_[worker]];
  }
  [[nodiscard]] Instant next_time() const { return next_time_; }
  [[nodiscard]] bool round_goes_on() const { return round_goes_on_; }
  [[nodiscard]] Instant stop_at() const { return stop_at_; }
  [[nodiscard]] std::exception_ptr failure() const { return failure_; }
  [[nodiscard]] std::uint64_t executed() const { return executed_; }
  [[nodiscard]] const CellDigest& digest() const { return digest_; }

  std::vector<Summary> summaries;  // of all cells; written by the leader

 private:
  friend class CoordinatorContext<Model, Queue>;
  static constexpr std::size_t kElsewhere = static_cast<std::size_t>(-1);

  void execute(Model& model, const Event& event) {
    digest_.add(event.time, event.entity);
    ++executed_;
    if constexpr (GlobalEventsOf<Model>::type::kCount > 0) {
      CoordinatorContext<Model, Queue> context(*this);
      GlobalEventsOf<Model>::type::visit(event.type, event.payload, [&](const auto& decision) {
        model.coordinate(context, event.entity, decision);
      });
    }
  }
  void send(Instant time, CellId cell, std::uint32_t type, EntityId entity, std::uint64_t payload) {
    const Event event = make(time, cell, type, entity, payload);
    if (time == Instant::never()) return;
    const std::size_t slot = slot_[plan_.owner(cell)];
    if (slot != kElsewhere) sent_[slot].push_back(event);
  }

  const CellPlan& plan_;
  Queue queue_;
  Instant now_;
  std::uint64_t next_counter_ = 0;
  std::uint64_t executed_ = 0;
  CellDigest digest_;
  std::vector<std::size_t> slot_;         // by worker: its place in sent_, or kElsewhere
  std::vector<std::vector<Event>> sent_;  // by worker of this process
  Instant next_time_ = Instant::never();
  Instant stop_at_ = Instant::never();
  bool round_goes_on_ = false;
  std::exception_ptr failure_;
  SpinBarrier barrier_;
};

}  // namespace spindle::sim
