#pragma once
// The parallel engine: logical cells in conservative windows, the same bits for any number of
// workers and any length of the windows.
//
// Each worker owns some cells and runs their events in the total order (time, cell, entity, source
// cell, source counter) up to the window's end, alone; then all exchange messages. No message
// arrives in the window in which it was sent, as every one takes at least the declared lookahead.
// Decisions that read several cells run between windows (sim/cells/coordinator.hpp). What a model
// provides: sim/cells/model_traits.hpp. Why this is deterministic: docs/theory/kernel.md.
//
// Cost: what the queue costs, some 10 ns an event, one exchange a window. No allocation per event.

#include <atomic>
#include <exception>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/cells/cell_event_queue.hpp"
#include "sim/cells/cell_plan.hpp"
#include "sim/cells/cell_worker.hpp"
#include "sim/cells/coordinator.hpp"
#include "sim/cells/team.hpp"
#include "sim/cells/thread_transport.hpp"
#include "sim/digest.hpp"

namespace spindle::sim {

template <class Model, CellQueue Queue = CellEventQueue>
class ParallelEngine {
 public:
  using Summary = typename SummaryOf<Model>::type;

  // All workers in this process: `threads` threads (0 counts as 1), at most one a cell. The model
  // must outlive the engine. Throws std::invalid_argument for options out of range.
  ParallelEngine(Model& model, const CellOptions& options, unsigned threads = 1)
      : own_transport_(std::make_unique<ThreadTransport>(
            std::clamp(threads, 1U, std::max(1U, options.cells)))),
        plan_(options, own_transport_->end(0).workers()),
        local_(all_workers(plan_.workers())),
        coordinator_(plan_, local_) {
    for (const unsigned w : local_) add_worker(model, own_transport_->end(w));
  }
  // The workers of this process among those of a transport; its ends must outlive the engine. All
  // processes must build, set up and run their engines alike.
  ParallelEngine(Model& model, const CellOptions& options, std::span<Transport* const> ends)
      : plan_(options, ends.empty() ? 0 : ends.front()->workers()),
        local_(indices_of(ends)),
        coordinator_(plan_, local_) {
    for (Transport* end : ends) add_worker(model, *end);
  }
  ParallelEngine(const ParallelEngine&) = delete;
  ParallelEngine& operator=(const ParallelEngine&) = delete;

  [[nodiscard]] Instant now() const { return now_; }

  // Set-up, between runs: an event of a cell, or a decision, at now() or later; after a run that
  // broke off a window (a limit, a stop from outside), at the last event of any
  // cell or later. Never schedules nothing. Throw std::logic_error for the past, for an unknown
  // cell and inside a handler, which has a context to schedule with.
  template <class T>
  void schedule_at(Instant time, CellId cell, EntityId entity, const T& event) {
    refuse_inside_handler("schedule_at");
    const Event made = coordinator_.make(time, cell, Model::CellEvents::template index_of<T>(),
                                         entity, encode_payload(event));
    if (time == Instant::never()) return;
    const unsigned owner = plan_.owner(cell);
    for (std::size_t i = 0; i < local_.size(); ++i) {
      if (local_[i] == owner) workers_[i]->push(made);
    }
  }
  template <class T>
  void decide_at(Instant time, EntityId entity, const T& event) {
    refuse_inside_handler("decide_at");
    coordinator_.decide(time, GlobalEventsOf<Model>::type::template index_of<T>(), entity,
                        encode_payload(event));
  }

  // Runs all events before `horizon`, and leaves the clock there; with Instant::never(), until
  // nothing is pending, and the clock stays at the last event. Consecutive runs equal one long run.
  // After a stop asked for by a handler, the clock is at the moment it asked for; after a limit or
  // a stop from outside, at the end of the last window or, where that was broken off, at the
  // earliest event left. Runs go on from there, but not beyond the event limit (CellOptions). Where
  // handlers threw, rethrows the exception of the first event in total order, whatever the number
  // of workers (std::runtime_error with its text where that worker lives in another process). The
  // cells are then at different times, so the engine cannot go on: std::logic_error.
  RunEnd run_until(Instant horizon);

  // Ends the run after the current window, or within it after at most 4,096 events of each worker
  // (of those of another process, when that window ends), within a round of decisions after at most
  // as many; or the next run before its first. From any thread.
  void request_stop() { stop_requested_.store(true, std::memory_order_relaxed); }

  // After a run, the same in every process. Of cells and coordinator together:
  [[nodiscard]] std::uint64_t executed() const;
  // Of (time, cell, entity) of all events executed so far: in total order within a cell, cells in
  // their order, the coordinator last.
  [[nodiscard]] Digest digest() const;
  // By cell. Precondition: cell < cells.
  [[nodiscard]] std::uint64_t executed(CellId cell) const {
    return records_[cell.value()].executed;
  }
  // The model's summaries of all cells at the end of the run, for reductions in cell order.
  [[nodiscard]] std::span<const Summary> summaries() const { return coordinator_.summaries; }
  [[nodiscard]] unsigned workers() const { return plan_.workers(); }

 private:
  static std::vector<unsigned> all_workers(unsigned count) {
    std::vector<unsigned> out(count);
    for (unsigned w = 0; w < count; ++w) out[w] = w;
    return out;
  }
  static std::vector<unsigned> indices_of(std::span<Transport* const> ends) {
    std::vector<unsigned> out;
    for (const Transport* end : ends) out.push_back(end->index());
    return out;
  }
  void add_worker(Model& model, Transport& end) {
    workers_.push_back(std::make_unique<CellWorker<Model, Queue>>(
        typename CellWorker<Model, Queue>::Shared{model, plan_, coordinator_, stop_requested_,
                                                  records_},
        end, workers_.empty()));
  }
  void rethrow_failure();
  void refuse_inside_handler(const char* what) const {
    if (!running_) return;
    throw std::logic_error(std::string("cells: ") + what +
                           " inside a handler (workers run at the same time) — use its context");
  }

  std::unique_ptr<ThreadTransport> own_transport_;  // where all workers are threads
  CellPlan plan_;
  std::vector<unsigned> local_;  // workers of this process; the first is the leader
  Coordinator<Model, Queue> coordinator_;
  std::vector<CellRecord> records_ = std::vector<CellRecord>(plan_.cells());
  std::atomic<bool> stop_requested_{false};
  std::vector<std::unique_ptr<CellWorker<Model, Queue>>> workers_;
  Instant now_;
  bool running_ = false;
  bool failed_ = false;
};

template <class Model, CellQueue Queue>
RunEnd ParallelEngine<Model, Queue>::run_until(Instant horizon) {
  refuse_inside_handler("run_until");
  if (failed_) {
    throw std::logic_error(
        "cells: the run has failed (cells stand at different times) — build a new engine");
  }
  for (auto& worker : workers_) worker->begin_run(now_);
  running_ = true;
  try {
    run_together(static_cast<unsigned>(workers_.size()),
                 [&](unsigned i) { workers_[i]->run(horizon); });
  } catch (...) {
    running_ = false;  // no thread to be had, and nothing has run
    throw;
  }
  running_ = false;
  rethrow_failure();
  const CellWorker<Model, Queue>& leader = *workers_.front();
  const Step& last = leader.last_step();
  now_ = last.until;
  coordinator_.set_now(std::max(now_, leader.progress().frontier));
  if (last.end == RunEnd::kStopped) {
    if (leader.progress().stop_now) stop_requested_.store(false, std::memory_order_relaxed);
    for (auto& worker : workers_) worker->end_run(now_);
  }
  return last.end;
}

template <class Model, CellQueue Queue>
void ParallelEngine<Model, Queue>::rethrow_failure() {
  failed_ = true;
  if (coordinator_.failure()) std::rethrow_exception(coordinator_.failure());
  for (const auto& worker : workers_) {
    if (worker->broken()) std::rethrow_exception(worker->broken());
  }
  if (const auto& first = workers_.front()->progress().failure) {
    for (std::size_t i = 0; i < local_.size(); ++i) {
      if (local_[i] == first->worker) std::rethrow_exception(workers_[i]->failure());
    }
    throw std::runtime_error("cells: worker " + std::to_string(first->worker) + ": " +
                             workers_.front()->failure_text());
  }
  // What came after the last report: memory ran out on delivery.
  for (const auto& worker : workers_) {
    if (worker->failure()) std::rethrow_exception(worker->failure());
  }
  failed_ = false;
}

template <class Model, CellQueue Queue>
std::uint64_t ParallelEngine<Model, Queue>::executed() const {
  std::uint64_t sum = coordinator_.executed();
  for (const CellRecord& record : records_) sum += record.executed;
  return sum;
}

template <class Model, CellQueue Queue>
Digest ParallelEngine<Model, Queue>::digest() const {
  Digest all;
  for (const CellRecord& record : records_) {
    all.add(record.executed);
    all.add(record.digest.value());
  }
  all.add(coordinator_.executed());
  all.add(coordinator_.digest().value());
  return all;
}

}  // namespace spindle::sim
