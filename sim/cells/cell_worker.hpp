#pragma once
// One worker: a queue, the records of its cells, and its part in the windows of a run.

#include <algorithm>
#include <atomic>
#include <cstring>
#include <exception>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sim/cells/cell_context.hpp"
#include "sim/cells/cell_plan.hpp"
#include "sim/cells/cell_record.hpp"
#include "sim/cells/coordinator.hpp"
#include "sim/cells/event_quota.hpp"
#include "sim/cells/message.hpp"
#include "sim/cells/outbox.hpp"
#include "sim/cells/transport.hpp"
#include "sim/cells/window.hpp"
#include "sim/wall_limit.hpp"

namespace spindle::sim {

template <class Model, class Queue>
class alignas(kCacheLineBytes) CellWorker {
 public:
  struct Shared {  // by the workers of one process
    Model& model;
    const CellPlan& plan;
    Coordinator<Model, Queue>& coordinator;
    std::atomic<bool>& stop_requested;
    std::vector<CellRecord>& records;  // of all cells at the end of a run; the leader writes them
  };

  CellWorker(const Shared& shared, Transport& transport, bool is_leader)
      : shared_(shared),
        transport_(transport),
        index_(transport.index()),
        is_leader_(is_leader),
        first_cell_(shared.plan.first_cell(index_)),
        records_(shared.plan.first_cell(index_ + 1) - first_cell_),
        outbox_(shared.plan.workers()) {}

  // Between runs.
  void push(const Event& event) { queue_.push(event); }
  void begin_run(Instant now) {
    progress_.reached = now;
    progress_.last_event = now;
    progress_.next_global = shared_.coordinator.next_pending();
    wall_ = WallLimit(shared_.plan.wall_limit_s());
    round_goes_on_ = false;
  }
  void end_run(Instant now) { progress_.end_run(now); }

  // The worker's part of a run; all workers run at the same time. Where the transport broke,
  // broken() says so; where handlers threw, progress().failure. Memory that runs out in an exchange
  // ends the program: the other workers could not be told.
  void run(Instant horizon) noexcept {
    try {
      exchange_window();
      while (run_step(horizon)) {
      }
    } catch (const std::runtime_error&) {
      broken_ = std::current_exception();
      leave();
    }
  }
  [[nodiscard]] const RunProgress& progress() const { return progress_; }
  [[nodiscard]] const Step& last_step() const { return step_; }
  [[nodiscard]] std::exception_ptr broken() const { return broken_; }
  [[nodiscard]] std::exception_ptr failure() const { return failure_; }
  [[nodiscard]] const std::string& failure_text() const { return failure_text_; }

 private:
  friend class CellContext<Model, Queue>;
  using Handle = HandleOf<Queue>;
  using Summary = typename SummaryOf<Model>::type;
  // Events between the fetch of an entity and its use: some 10 hide a miss to memory (~150 ns).
  static constexpr std::size_t kPrefetchDistance = 12;
  static constexpr std::uint64_t kEventsBetweenChecks = 4096;

  // ---- What handlers do

  Event make(Instant time, CellId cell, std::uint32_t type, EntityId entity,
             std::uint64_t payload) {
    return {.time = time,
            .cell = cell,
            .entity = entity,
            .source_cell = current_->cell,
            .source_counter = record_->next_counter++,
            .type = type,
            .payload = payload};
  }
  void check_not_past(Instant time) const {
    if (time < current_->time) throw_past(cell_name(current_->cell), current_->time, time);
  }
  Handle schedule(Instant time, std::uint32_t type, EntityId entity, std::uint64_t payload) {
    check_not_past(time);
    if (time == Instant::never()) return Handle();
    return queue_.push(make(time, current_->cell, type, entity, payload));
  }
  bool reschedule(Handle handle, Instant time) {
    check_not_past(time);
    return time == Instant::never() ? queue_.cancel(handle) : queue_.reschedule(handle, time);
  }
  void send(Instant time, CellId to, std::uint32_t type, EntityId entity, std::uint64_t payload) {
    if (to == current_->cell) {
      schedule(time, type, entity, payload);
      return;
    }
    const CellPlan& plan = shared_.plan;
    if (to.value() >= plan.cells()) throw_unknown_cell(to, plan.cells());
    if (time < earliest_arrival()) {
      throw_too_early(current_->cell, current_->time, cell_name(to), time, plan.lookahead());
    }
    if (time == Instant::never()) return;
    const unsigned owner = plan.owner(to);
    // It cannot fall into this window, so a cell of this worker's own needs no outbox. Made where
    // it is to lie: a copy would read in one what was just written in parts, and wait for it.
    if (owner == index_) {
      queue_.push(make(time, to, type, entity, payload));
    } else {
      outbox_.send(owner, make(time, to, type, entity, payload));
    }
  }
  void request(Instant time, std::uint32_t type, EntityId entity, std::uint64_t payload) {
    if (time < earliest_arrival()) {
      throw_too_early(current_->cell, current_->time, "the coordinator", time,
                      shared_.plan.lookahead());
    }
    if (time == Instant::never()) return;
    outbox_.request(make(time, CellId(0), type, entity, payload));
  }
  void request_stop() { stop_at_ = std::min(stop_at_, earliest_arrival()); }
  [[nodiscard]] Instant earliest_arrival() const {
    return saturated_sum(current_->time, shared_.plan.lookahead());
  }

  // ---- A run

  // Nobody is to wait for this worker any more, at an exchange or at a round of decisions.
  void leave() noexcept {
    transport_.leave();
    shared_.coordinator.leave();
  }

  bool run_step(Instant horizon) {
    step_ = next_step(progress_, horizon, shared_.plan);
    const std::uint64_t before = progress_.executed;
    const std::uint64_t limit = shared_.plan.event_limit();
    switch (step_.kind) {
      case StepKind::kWindow:
        run_window(step_.until, limit - before);
        exchange_window();
        progress_.adapt_slice(progress_.executed - before,
                              limit - std::min(limit, progress_.executed));
        return true;
      case StepKind::kCoordinate:
        return coordinate(step_.until, limit - before);
      case StepKind::kEnd:
        finish();
        return false;
      case StepKind::kFail:
        exchange_failure();
        return false;
    }
    return false;
  }

  // Stops at its first exception. What came before it did not depend on other cells' events of this
  // window, so the first of all workers' first exceptions is the same for any number of workers.
  // Windows may be long, without messages even endless: now and then it looks whether to break off.
  // That is harmless: the next window begins at the earliest event left, t' >= t, and what any cell
  // has sent arrives at or after t + L, where nobody has been.
  void run_window(Instant end, std::uint64_t events_left) {
    progress_.reached = end;
    quota_.begin_window(events_left, records_);
    std::uint64_t left = events_left;  // no cell has had its quota
    try {
      while (left > 0 && is_due(end)) {
        left -= run_stretch(end, std::min(left, kEventsBetweenChecks));
        if (left > 0 && is_to_break_off()) return;
      }
      for (std::uint64_t n = 1; is_due(end); ++n) {
        run_within_quota(queue_.pop());
        if (n % kEventsBetweenChecks == 0 && is_to_break_off()) return;
      }
    } catch (...) {
      fail(before_all());
    }
  }
  [[nodiscard]] bool is_due(Instant end) const {
    return !failure_ && !queue_.empty() && queue_.next_time() < end;
  }
  std::uint64_t run_stretch(Instant end, std::uint64_t most) {
    std::uint64_t count = 0;
    for (; count < most && is_due(end); ++count) {
      const Event event = queue_.pop();
      prefetch();
      execute(event);
    }
    return count;
  }
  // A cell without quota says that the limit is reached, so that no event will ever run again: of
  // what is left, the time of the first is all that counts.
  void run_within_quota(const Event& event) {
    const std::size_t cell = event.cell.value() - first_cell_;
    if (quota_.is_used_up(cell, records_[cell].executed)) {
      earliest_held_ = std::min(earliest_held_, event.time);
    } else {
      execute(event);
    }
  }
  [[nodiscard]] bool is_to_break_off() const {
    return shared_.stop_requested.load(std::memory_order_relaxed) || wall_.is_reached() ||
           (limits_memory() && memory_bytes() > shared_.plan.memory_limit_bytes());
  }
  [[nodiscard]] bool limits_memory() const {
    return shared_.plan.memory_limit_bytes() < std::numeric_limits<std::size_t>::max();
  }
  [[nodiscard]] std::size_t memory_bytes() const {
    const std::size_t own = memory_of(queue_) + outbox_.memory_bytes();
    return is_leader_ ? own + shared_.coordinator.memory_bytes() : own;
  }

  void prefetch() const {
    if constexpr (QueueSeesAhead<Queue> && HasPrefetch<Model>) {
      const EntityId* entity = queue_.entity_ahead(kPrefetchDistance);
      if (entity != nullptr) std::as_const(shared_.model).prefetch(*entity);
    }
  }

  void execute(const Event& event) {
    current_ = &event;
    last_event_ = event.time;
    record_ = &records_[event.cell.value() - first_cell_];
    record_->digest.add(event.time, event.entity);
    ++record_->executed;
    ++executed_;
    CellContext<Model, Queue> context(*this);
    try {
      Model::CellEvents::visit(event.type, event.payload, [&](const auto& value) {
        shared_.model.handle(context, event.entity, value);
      });
    } catch (...) {
      fail({static_cast<std::uint64_t>(event.time.ns()), std::uint64_t{event.cell.value()} + 1,
            event.entity.value(), event.source_cell.value(), event.source_counter});
    }
  }

  void fail(const OrderKey& at) {
    failure_ = std::current_exception();
    failed_at_ = at;
  }
  // For what no handler threw: memory that ran out in the queue.
  [[nodiscard]] OrderKey before_all() const {
    return {static_cast<std::uint64_t>(progress_.reached.ns())};
  }

  // A round may be long, or without end: its decisions run so many at a time, and the reports in
  // between say whether to end the run. By their number and not by the clock or the stop itself, as
  // every process runs the same decisions.
  bool coordinate(Instant now, std::uint64_t events_left) {
    // No cell runs within a round, so that its summaries hold to its end.
    if constexpr (kHasSummary<Model>) {
      if (!round_goes_on_) gather_summaries();
    }
    Coordinator<Model, Queue>& coordinator = shared_.coordinator;
    if (is_leader_) {
      coordinator.run_round(shared_.model, now, std::min(events_left, kEventsBetweenChecks));
    }
    if (!coordinator.meet()) {
      leave();
      return false;
    }
    if (coordinator.failure()) return false;
    round_goes_on_ = coordinator.round_goes_on();
    // All decisions of the moment in which one of them asks for an end are made.
    if (!round_goes_on_) progress_.stop_at = std::min(progress_.stop_at, coordinator.stop_at());
    progress_.next_global = coordinator.next_time();
    progress_.reached = now;
    progress_.last_event = now;
    try {
      for (const Event& event : coordinator.sent_to(index_)) queue_.push(event);
    } catch (...) {
      fail(before_all());
    }
    exchange_window();
    return true;
  }

  // ---- Exchanges

  // Ends a window or a round of decisions: messages and reports in one exchange.
  void exchange_window() {
    const WorkerReport mine = report();
    stop_at_ = Instant::never();
    const std::span<const Parcel> parcels =
        outbox_.exchange(transport_, std::as_bytes(std::span(&mine, 1)));
    progress_.begin_exchange();
    for (std::size_t w = 0; w < parcels.size(); ++w) {
      WorkerReport theirs;
      std::memcpy(&theirs, parcels[w].common.data(), sizeof(theirs));
      progress_.absorb(theirs, static_cast<unsigned>(w));
    }
    progress_.settle();
    try {
      for (const Parcel& parcel : parcels) deliver(parcel);
    } catch (...) {
      fail(before_all());
    }
  }

  [[nodiscard]] WorkerReport report() const {
    WorkerReport mine;
    mine.next_cell = std::min(outbox_.earliest_sent(), earliest_held_);
    if (!queue_.empty()) mine.next_cell = std::min(mine.next_cell, queue_.next_time());
    mine.next_request = outbox_.earliest_request();
    mine.stop_at = stop_at_;
    mine.last_event = last_event_;
    mine.executed = executed_ + (index_ == 0 ? shared_.coordinator.executed() : 0);
    if (limits_memory()) mine.memory_bytes = memory_bytes();
    mine.time_is_up = wall_.is_reached() ? 1 : 0;
    mine.failed_at = failed_at_;
    mine.failed = failure_ ? 1 : 0;
    mine.stop_now = shared_.stop_requested.load(std::memory_order_relaxed) ? 1 : 0;
    return mine;
  }

  // The queue's order is total, so that the order of arrival does not show.
  void deliver(const Parcel& parcel) {
    for_each_message(parcel.own, [&](const Event& event) { queue_.push(event); });
    if (!is_leader_) return;
    for_each_message(parcel.common.subspan(sizeof(WorkerReport)),
                     [&](const Event& event) { shared_.coordinator.request(event); });
  }

  template <class T, class ValueOf>
  void gather(std::vector<T>& all, const ValueOf& value_of) {
    gather_cells(outbox_, transport_, records_.size(), value_of, is_leader_ ? &all : nullptr);
  }

  void gather_summaries() {
    static_assert(noexcept(shared_.model.summarise(CellId())), "summarise must be noexcept");
    gather(shared_.coordinator.summaries, [&](std::size_t c) {
      return shared_.model.summarise(CellId(first_cell_ + static_cast<std::uint32_t>(c)));
    });
  }

  void finish() {
    gather(shared_.records, [&](std::size_t c) { return records_[c]; });
    if constexpr (kHasSummary<Model>) gather_summaries();
  }

  // The text of the failure that counts, for processes that do not have the exception itself.
  void exchange_failure() {
    const std::string text = failure_ ? text_of(failure_) : std::string();
    const Bytes theirs =
        outbox_.exchange(transport_, std::as_bytes(std::span(text)))[progress_.failure->worker]
            .common;
    failure_text_.assign(reinterpret_cast<const char*>(theirs.data()), theirs.size());
  }

  Shared shared_;
  Transport& transport_;
  unsigned index_;
  bool is_leader_;
  std::uint32_t first_cell_;
  std::vector<CellRecord> records_;  // of this worker's cells
  Queue queue_;
  const Event* current_ = nullptr;  // being executed: not a copy, which would cost some 6 ns
  CellRecord* record_ = nullptr;    // of its cell
  Instant last_event_;
  std::uint64_t executed_ = 0;
  Outbox outbox_;
  Instant stop_at_ = Instant::never();        // asked for since the last exchange
  Instant earliest_held_ = Instant::never();  // of events beyond a cell's quota
  EventQuota quota_;
  WallLimit wall_;
  RunProgress progress_;
  Step step_;
  bool round_goes_on_ = false;  // of decisions
  std::exception_ptr failure_;
  OrderKey failed_at_{};
  std::string failure_text_;
  std::exception_ptr broken_;
};

}  // namespace spindle::sim
