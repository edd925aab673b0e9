#pragma once
// One worker: a queue, the records of its cells, and its part in the windows of a run.

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <exception>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sim/aligned_array.hpp"
#include "sim/cells/cell_context.hpp"
#include "sim/cells/cell_digest.hpp"
#include "sim/cells/cell_plan.hpp"
#include "sim/cells/coordinator.hpp"
#include "sim/cells/message.hpp"
#include "sim/cells/transport.hpp"
#include "sim/cells/window.hpp"

namespace spindle::sim {

// What the engine keeps of a cell.
struct CellRecord {
  CellDigest digest;
  std::uint64_t executed = 0;
  std::uint64_t next_counter = 0;  // of the events that the cell has scheduled
};

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
        outgoing_(shared.plan.workers()) {
    for (Buffers& buffers : buffers_) buffers.by_worker.resize(shared.plan.workers());
  }

  // Between runs.
  void push(const Event& event) { queue_.push(event); }
  void begin_run(Instant now) {
    progress_.reached = now;
    progress_.last_event = now;
    progress_.next_global = shared_.coordinator.next_pending();
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

  // What one exchange sends. Two, as sent bytes must outlive the next exchange.
  struct Buffers {
    std::vector<std::byte> common;
    std::vector<HugeVector<Message>> by_worker;
    std::vector<Message> requests;
  };

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
    const Event event = make(time, to, type, entity, payload);
    const unsigned owner = plan.owner(to);
    // It cannot fall into this window, so a cell of this worker's own needs no outbox.
    if (owner == index_) {
      queue_.push(event);
    } else {
      buffers_[parity_].by_worker[owner].emplace_back(event);
      earliest_sent_ = std::min(earliest_sent_, time);
    }
  }
  void request(Instant time, std::uint32_t type, EntityId entity, std::uint64_t payload) {
    if (time < earliest_arrival()) {
      throw_too_early(current_->cell, current_->time, "the coordinator", time,
                      shared_.plan.lookahead());
    }
    if (time == Instant::never()) return;
    buffers_[parity_].requests.emplace_back(make(time, CellId(0), type, entity, payload));
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
    step_ = next_step(progress_, horizon, shared_.plan.window(), shared_.plan.event_limit());
    switch (step_.kind) {
      case StepKind::kWindow:
        run_window(step_.until);
        exchange_window();
        return true;
      case StepKind::kCoordinate:
        return coordinate(step_.until);
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
  void run_window(Instant end) {
    progress_.reached = end;
    try {
      while (!failure_ && !queue_.empty() && queue_.next_time() < end) {
        const Event event = queue_.pop();
        prefetch();
        execute(event);
      }
    } catch (...) {
      fail(before_all());
    }
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

  bool coordinate(Instant now) {
    if constexpr (kHasSummary<Model>) gather_summaries();
    Coordinator<Model, Queue>& coordinator = shared_.coordinator;
    if (is_leader_) coordinator.run_round(shared_.model, now);
    if (!coordinator.meet()) {
      leave();
      return false;
    }
    if (coordinator.failure()) return false;
    progress_.stop_at = std::min(progress_.stop_at, coordinator.stop_at());
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

  std::span<const Parcel> exchange() {
    Buffers& buffers = buffers_[parity_];
    for (std::size_t w = 0; w < outgoing_.size(); ++w) {
      outgoing_[w] = std::as_bytes(std::span(buffers.by_worker[w]));
    }
    const std::span<const Parcel> parcels = transport_.exchange(buffers.common, outgoing_);
    // The other buffers were sent in the exchange before this one, so nobody reads them any more.
    parity_ ^= 1U;
    for (HugeVector<Message>& messages : buffers_[parity_].by_worker) messages.clear();
    buffers_[parity_].requests.clear();
    return parcels;
  }

  // Ends a window or a round of decisions: messages and reports in one exchange.
  void exchange_window() {
    Buffers& buffers = buffers_[parity_];
    const WorkerReport mine = report();
    const Bytes requests = std::as_bytes(std::span(buffers.requests));
    buffers.common.resize(sizeof(mine) + requests.size());
    std::memcpy(buffers.common.data(), &mine, sizeof(mine));
    std::copy(requests.begin(), requests.end(), buffers.common.begin() + sizeof(mine));
    earliest_sent_ = Instant::never();
    stop_at_ = Instant::never();

    const std::span<const Parcel> parcels = exchange();
    progress_.begin_exchange();
    for (std::size_t w = 0; w < parcels.size(); ++w) {
      WorkerReport theirs;
      std::memcpy(&theirs, parcels[w].common.data(), sizeof(theirs));
      progress_.absorb(theirs, static_cast<unsigned>(w));
    }
    try {
      for (const Parcel& parcel : parcels) deliver(parcel);
    } catch (...) {
      fail(before_all());
    }
  }

  [[nodiscard]] WorkerReport report() const {
    WorkerReport mine;
    mine.next_cell = earliest_sent_;
    if (!queue_.empty()) mine.next_cell = std::min(mine.next_cell, queue_.next_time());
    for (const Message& request : buffers_[parity_].requests) {
      mine.next_request = std::min(mine.next_request, Instant::from_ns(request.time_ns));
    }
    mine.stop_at = stop_at_;
    mine.last_event = last_event_;
    mine.executed = executed_ + (index_ == 0 ? shared_.coordinator.executed() : 0);
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
  template <class Visitor>
  static void for_each_message(Bytes bytes, const Visitor& visit) {
    for (std::size_t at = 0; at < bytes.size(); at += sizeof(Message)) {
      Message message;
      std::memcpy(&message, bytes.data() + at, sizeof(message));
      visit(message.event());
    }
  }

  // Collects a value a cell from all workers into the leader's array, in cell order.
  template <class T, class ValueOf>
  void gather(std::vector<T>& all, const ValueOf& value_of) {
    std::vector<std::byte>& common = buffers_[parity_].common;
    common.resize(records_.size() * sizeof(T));
    for (std::size_t c = 0; c < records_.size(); ++c) {
      const T value = value_of(c);
      std::memcpy(common.data() + c * sizeof(T), &value, sizeof(T));
    }
    const std::span<const Parcel> parcels = exchange();
    if (!is_leader_) return;
    std::size_t cell = 0;
    for (const Parcel& parcel : parcels) {
      std::memcpy(all.data() + cell, parcel.common.data(), parcel.common.size());
      cell += parcel.common.size() / sizeof(T);
    }
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
    std::string text;
    if (failure_) {
      try {
        std::rethrow_exception(failure_);
      } catch (const std::exception& error) {
        text = error.what();
      } catch (...) {
        text = "an exception of unknown type";
      }
    }
    const Bytes bytes = std::as_bytes(std::span(text));
    buffers_[parity_].common.assign(bytes.begin(), bytes.end());
    const Bytes theirs = exchange()[progress_.failure->worker].common;
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
  unsigned parity_ = 0;
  std::array<Buffers, 2> buffers_;
  std::vector<Bytes> outgoing_;
  Instant earliest_sent_ = Instant::never();  // to other workers since the last exchange
  Instant stop_at_ = Instant::never();        // asked for since the last exchange
  RunProgress progress_;
  Step step_;
  std::exception_ptr failure_;
  OrderKey failed_at_{};
  std::string failure_text_;
  std::exception_ptr broken_;
};

}  // namespace spindle::sim
