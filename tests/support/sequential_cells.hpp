#pragma once
// The oracle of the parallel engine: the same model in one std::set of events, popped in the total
// order one by one. No windows, no workers, no queue of ours; global events come before those of
// cells at the same time.

#include <algorithm>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <tuple>
#include <vector>

#include "sim/cells/model_traits.hpp"
#include "sim/cells/window.hpp"

namespace spindle::test {

// Names an event by who scheduled it, as the n-th.
struct SequentialHandle {
  std::uint32_t source = 0;
  std::uint64_t counter = ~std::uint64_t{0};
};

template <class Model>
class SequentialCells {
 public:
  using Summary = typename sim::SummaryOf<Model>::type;
  using GlobalEvents = typename sim::GlobalEventsOf<Model>::type;

  SequentialCells(Model& model, const sim::CellOptions& options)
      : model_(model), options_(options), counters_(options.cells + 1), source_(options.cells) {}

  template <class T>
  void schedule_at(sim::Instant time, sim::CellId cell, sim::EntityId entity, const T& event) {
    push(time, true, cell, Model::CellEvents::template index_of<T>(), entity,
         sim::encode_payload(event));
  }
  template <class T>
  void decide_at(sim::Instant time, sim::EntityId entity, const T& event) {
    push(time, false, sim::CellId(0), GlobalEvents::template index_of<T>(), entity,
         sim::encode_payload(event));
  }

  void run_until(sim::Instant horizon) {
    while (!events_.empty() && events_.begin()->event.time < std::min(horizon, stop_at_)) {
      const Entry next = *events_.begin();
      events_.erase(events_.begin());
      now_ = next.event.time;
      ++executed_;
      if (next.is_cell) {
        execute(next.event);
      } else {
        decide(next.event);
      }
    }
  }
  [[nodiscard]] std::uint64_t executed() const { return executed_; }

 private:
  struct Entry {
    bool is_cell = true;
    sim::Event event;
    bool operator<(const Entry& other) const { return key() < other.key(); }
    [[nodiscard]] auto key() const {
      return std::tuple(event.time, is_cell, event.cell, event.entity, event.source_cell,
                        event.source_counter);
    }
  };

  // What both kinds of handler are given.
  class Context {
   public:
    using Handle = SequentialHandle;
    explicit Context(SequentialCells& engine) : engine_(engine) {}

    [[nodiscard]] sim::Instant now() const { return engine_.now_; }
    [[nodiscard]] const std::vector<Summary>& summaries() const { return engine_.summaries_; }
    template <class T>
    void decide_at(sim::Instant time, sim::EntityId entity, const T& event) {
      engine_.decide_at(time, entity, event);
    }
    template <class T>
    void decide_after(sim::Duration delay, sim::EntityId entity, const T& event) {
      engine_.decide_at(now() + delay, entity, event);
    }

   protected:
    SequentialCells& engine_;
  };

  class CellContext : public Context {
   public:
    using Context::Context;
    [[nodiscard]] sim::CellId cell() const { return sim::CellId(this->engine_.source_); }
    template <class T>
    SequentialHandle schedule_after(sim::Duration delay, sim::EntityId entity, const T& event) {
      this->engine_.schedule_at(this->now() + delay, cell(), entity, event);
      return {cell().value(), this->engine_.counters_[cell().value()] - 1};
    }
    bool cancel(SequentialHandle handle) { return this->engine_.move(handle, std::nullopt); }
    bool reschedule(SequentialHandle handle, sim::Instant time) {
      return this->engine_.move(handle, time);
    }
    template <class T>
    void send_after(sim::Duration delay, sim::CellId to, sim::EntityId entity, const T& event) {
      this->engine_.schedule_at(this->now() + delay, to, entity, event);
    }
    void request_stop() {
      this->engine_.stop_at_ =
          std::min(this->engine_.stop_at_, this->now() + this->engine_.options_.lookahead);
    }
  };

  class CoordinatorContext : public Context {
   public:
    using Context::Context;
    template <class T>
    void schedule_at(sim::Instant time, sim::CellId cell, sim::EntityId entity, const T& event) {
      this->engine_.schedule_at(time, cell, entity, event);
    }
    void request_stop() { this->engine_.stop_at_ = this->now(); }
  };

  void push(sim::Instant time, bool is_cell, sim::CellId cell, std::uint32_t type,
            sim::EntityId entity, std::uint64_t payload) {
    events_.insert({is_cell,
                    {.time = time,
                     .cell = cell,
                     .entity = entity,
                     .source_cell = sim::CellId(source_),
                     .source_counter = counters_[source_]++,
                     .type = type,
                     .payload = payload}});
  }

  // Gives a pending event another time, or takes it away.
  bool move(SequentialHandle handle, std::optional<sim::Instant> time) {
    const auto found = std::find_if(events_.begin(), events_.end(), [&](const Entry& entry) {
      return entry.event.source_cell.value() == handle.source &&
             entry.event.source_counter == handle.counter;
    });
    if (found == events_.end()) return false;
    Entry entry = *found;
    events_.erase(found);
    if (time) {
      entry.event.time = *time;
      events_.insert(entry);
    }
    return true;
  }

  void execute(const sim::Event& event) {
    source_ = event.cell.value();
    CellContext context(*this);
    Model::CellEvents::visit(event.type, event.payload, [&](const auto& value) {
      model_.handle(context, event.entity, value);
    });
    source_ = options_.cells;
  }

  void decide(const sim::Event& event) {
    summaries_.clear();
    for (std::uint32_t c = 0; c < options_.cells; ++c) {
      summaries_.push_back(model_.summarise(sim::CellId(c)));
    }
    CoordinatorContext context(*this);
    GlobalEvents::visit(event.type, event.payload, [&](const auto& value) {
      model_.coordinate(context, event.entity, value);
    });
  }

  Model& model_;
  sim::CellOptions options_;
  std::set<Entry> events_;
  std::vector<std::uint64_t> counters_;  // by source
  std::uint32_t source_;
  std::vector<Summary> summaries_;
  sim::Instant now_;
  sim::Instant stop_at_ = sim::Instant::never();
  std::uint64_t executed_ = 0;
};

}  // namespace spindle::test
