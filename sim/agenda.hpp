#pragma once
// The next events of many entities of one kind, each of which has at most one pending: a drive's
// next failure, a server's next departure, a tenant's next burst. The engine's fast path.
//
// Entities have ids 0 … n - 1. A Model says what they are and what they do:
//   void act(Agenda<Model>& agenda, std::uint32_t id);         // its event, which is over by then
//   CellId cell_of(std::uint32_t id) const;                    // (cell, entity) must ascend
//   EntityId entity_of(std::uint32_t id) const;                // strictly with the id
// and may say
//   void prefetch(std::uint32_t id) const;   // its event will come soon: fetch its state
//   void prepare(std::span<const std::uint64_t> upcoming);     // the same for many at once
//   PlacedTimes pending_times();   // a word of every entity's state for the time of its event
// prefetch: by a function that g++ does not drop (sim/prefetch.hpp). prepare gets the next entries,
// kPreparedAtOnce at most, whose low half is the id (id_of), in the order in which they are due.
// Nothing else may come of it than a handler that finds its draws made: some of the events may
// still be moved or cancelled, an id may come twice, and what is scheduled at short notice is never
// announced. Where pending_times is there, an event touches one random cache line less
// (sim/pending_times.hpp), and the agenda takes no memory by id.
//
// act is bound at compile time: an event costs no virtual call and no allocation. It may schedule
// anything, here, in another agenda or in the engine. Order, digest, clock and errors are the
// engine's. Cost: as the time wheel's; an agenda takes 8 bytes an id and 8.5 a pending event.

#include <algorithm>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

#include "sim/engine.hpp"

namespace spindle::sim {

// Entries that prepare gets at once, at most: enough to draw for by vectors, few enough for what
// it fetches and makes to stay in the nearest cache until their turn.
inline constexpr std::size_t kPreparedAtOnce = 64;

template <class Model>
class Agenda final : private EventSource {
 public:
  // Both must outlive the agenda. Precondition: not while the engine runs.
  // Throws std::invalid_argument where the model has words for fewer times than ids.
  Agenda(Engine& engine, Model& model, std::size_t ids)
      : EventSource(engine, times_of(model, ids)), model_(model) {}

  [[nodiscard]] Engine& engine() { return engine_; }
  [[nodiscard]] Instant now() const { return engine_.now(); }

  // The entity's event will be at `time`, and no longer when it was before; Instant::never()
  // cancels it. Throws std::logic_error for a time in the past.
  void schedule_at(std::uint32_t id, Instant time) {
    if (time < engine_.now()) engine_.refuse_past(time);
    if (time == Instant::never()) {
      wheel_.cancel(id);
      return;
    }
    engine_.expect(this, time);
    wheel_.schedule(id, time);
  }
  void schedule_after(std::uint32_t id, Duration delay) { schedule_at(id, engine_.after(delay)); }
  bool cancel(std::uint32_t id) { return wheel_.cancel(id); }  // false where none was pending
  [[nodiscard]] bool is_pending(std::uint32_t id) const { return wheel_.contains(id); }
  // Changes nothing. A handler that is about to move or cancel several other events says so for all
  // of them first: their misses, most of what it costs with many ids, then overlap.
  void prefetch(std::uint32_t id) const { wheel_.prefetch(id); }
  // Precondition: is_pending(id).
  [[nodiscard]] Instant time_of(std::uint32_t id) const { return wheel_.time_of(id); }

  [[nodiscard]] std::size_t pending() const { return wheel_.size(); }
  [[nodiscard]] std::uint64_t executed() const { return executed_; }

 private:
  static constexpr bool kPrepares = requires(Model & model, std::span<const std::uint64_t> ids) {
    model.prepare(ids);
  };
  static constexpr bool kPlacesTimes = requires(Model & model) { model.pending_times(); };
  static constexpr bool kPrefetches = requires(const Model& model) { model.prefetch(0U); };
  // Misses of one tight loop overlap, those of one event and the next hardly do; and what is
  // prepared is to be in the cache by then.
  static constexpr std::size_t kPrefetchedAtOnce = 8;
  static constexpr std::size_t kPrefetchAhead = kPrepares ? kPreparedAtOnce : 16;

  static auto times_of([[maybe_unused]] Model& model, std::size_t ids) {
    if constexpr (kPlacesTimes) {
      PlacedTimes times = model.pending_times();
      if (times.count < ids)
        throw std::invalid_argument("agenda: a model places fewer times than ids");
      times.count = ids;
      return times;
    } else {
      return ids;
    }
  }

  [[nodiscard]] std::pair<CellId, EntityId> next_entity() const override {
    const std::uint32_t id = wheel_.next_id();
    return {model_.cell_of(id), model_.entity_of(id)};
  }

  void look_ahead() {
    if constexpr (kPrepares) {
      const std::span<const std::uint64_t> next = wheel_.announce(kPreparedAtOnce);
      if (!next.empty()) model_.prepare(next);
    }
    if constexpr (kPrefetches) {
      if (executed_ % kPrefetchedAtOnce != 0) return;
      const std::span<const std::uint64_t> upcoming = wheel_.upcoming();
      const std::size_t last = std::min(kPrefetchAhead + kPrefetchedAtOnce, upcoming.size());
      for (std::size_t i = kPrefetchAhead; i < last; ++i) model_.prefetch(id_of(upcoming[i]));
    }
  }

  void run_one() {
    look_ahead();
    const TimeWheel::Event event = wheel_.pop();
    ++executed_;
    engine_.begin(event.time, model_.cell_of(event.id), model_.entity_of(event.id));
    model_.act(*this, event.id);
  }

  void run() override {
    do {
      run_one();
    } while (!wheel_.empty() && engine_.goes_on(wheel_.next_time()));
  }

  Model& model_;
  std::uint64_t executed_ = 0;
};

}  // namespace spindle::sim
