#pragma once
// A model for the parallel engine that uses all of it: entities that act, set and move timers, send
// words to other cells and ask for decisions, which look at all cells and order one of them about.
// Times lie on a coarse grid, so that ties at every level of the order are common.

#include <cstdint>
#include <tuple>
#include <vector>

#include "sim/cells/cell_event_queue.hpp"
#include "sim/cells/cell_plan.hpp"
#include "sim/cells/event_types.hpp"
#include "sim/random_stream.hpp"

namespace spindle::test {

struct GossipOptions {
  std::uint32_t cells = 12;
  std::uint32_t entities_per_cell = 3;
  std::int64_t lookahead_ns = 100;
  std::int64_t grid_ns = 25;  // all delays but the lookahead are multiples of it
  double remote = 0.3;        // words an act
  double decisions = 0.03;    // decisions asked for an act
  std::uint64_t seed = 1;
};

// Handle: of the engine that runs the model.
template <class Handle = sim::CellEventHandle>
class Gossip {
 public:
  struct Act {};
  struct Word {
    std::uint32_t hops = 0;
    float weight = 0;
  };
  struct Timer {};
  struct Order {
    std::uint64_t key = 0;
  };
  using CellEvents = sim::EventTypes<Act, Word, Timer, Order>;
  struct Balance {
    std::uint32_t again = 0;
  };
  struct Review {};
  using GlobalEvents = sim::EventTypes<Balance, Review>;
  struct Summary {
    std::uint64_t executed = 0;
    std::uint64_t state = 0;
    bool operator==(const Summary&) const = default;
  };
  // One executed event of a cell: time, entity, type and payload.
  using Entry = std::tuple<std::int64_t, std::uint64_t, std::uint32_t, std::uint64_t>;

  explicit Gossip(const GossipOptions& options)
      : options_(options),
        log(options.cells),
        states_(options.cells),
        timers_(options.cells * options.entities_per_cell) {
    // One stream more, for decisions.
    for (std::uint64_t e = 0; e <= timers_.size(); ++e) {
      streams_.emplace_back(sim::Seed{options.seed}, 0, sim::Purpose{1}, e);
    }
  }

  [[nodiscard]] sim::CellOptions cell_options(std::int64_t window_ns = 0) const {
    return {
        .cells = options_.cells, .lookahead = ns(options_.lookahead_ns), .window = ns(window_ns)};
  }
  template <class Engine>
  void set_up(Engine& engine) {
    for (std::uint64_t e = 0; e < timers_.size(); ++e) {
      engine.schedule_at(sim::Instant() + ns(steps(streams_[e], 4)), cell_of(e), sim::EntityId(e),
                         Act{});
    }
    if (options_.decisions > 0) engine.decide_at(sim::Instant(), sim::EntityId(0), Review{});
  }

  template <class Context>
  void handle(Context& context, sim::EntityId entity, Act) {
    note(context, entity, 0, 0);
    sim::RandomStream& stream = streams_[entity.value()];
    context.schedule_after(ns(options_.grid_ns + steps(stream, 8)), entity, Act{});
    Handle& timer = timers_[entity.value()];
    switch (stream.below(4)) {
      case 0:
        timer = context.schedule_after(ns(steps(stream, 20)), entity, Timer{});
        break;
      case 1:
        mix(context, context.cancel(timer) ? 1 : 0);
        break;
      case 2:
        mix(context, context.reschedule(timer, context.now() + ns(steps(stream, 9))) ? 1 : 0);
        break;
      default:
        break;
    }
    if (stream.bernoulli(options_.remote)) send_word(context, entity, {5, 0.5F});
    if (stream.bernoulli(options_.decisions)) {
      context.decide_after(ns(options_.lookahead_ns + steps(stream, 3)), entity, Balance{1});
    }
  }
  template <class Context>
  void handle(Context& context, sim::EntityId entity, Word word) {
    note(context, entity, 1, word.hops);
    if (word.hops > 0) send_word(context, entity, {word.hops - 1, word.weight / 2});
  }
  template <class Context>
  void handle(Context& context, sim::EntityId entity, Timer) {
    note(context, entity, 2, 0);
  }
  template <class Context>
  void handle(Context& context, sim::EntityId entity, Order order) {
    note(context, entity, 3, order.key);
  }

  // Orders the cell that has done least, at once; the order's content depends on all cells.
  template <class Context>
  void coordinate(Context& context, sim::EntityId entity, Balance balance) {
    std::uint64_t key = 0;
    std::uint32_t least = 0;
    for (std::uint32_t c = 0; c < options_.cells; ++c) {
      key = (key + context.summaries()[c].state) * 0x9e3779b97f4a7c15U;
      if (context.summaries()[c].executed < context.summaries()[least].executed) least = c;
    }
    context.schedule_at(context.now(), sim::CellId(least), entity, Order{key});
    if (balance.again != 0) context.decide_at(context.now(), entity, Balance{0});
  }
  template <class Context>
  void coordinate(Context& context, sim::EntityId entity, Review) {
    sim::RandomStream& stream = streams_.back();
    const sim::CellId cell(stream.below(options_.cells));
    context.schedule_at(context.now() + ns(steps(stream, 5)), cell, entity, Order{7});
    context.decide_after(ns(options_.grid_ns + steps(stream, 40)), entity, Review{});
  }

  [[nodiscard]] Summary summarise(sim::CellId cell) const noexcept {
    return {log[cell.value()].size(), states_[cell.value()]};
  }

 private:
  static sim::Duration ns(std::int64_t n) { return sim::Duration::nanoseconds(n); }
  std::int64_t steps(sim::RandomStream& stream, std::uint32_t n) const {
    return options_.grid_ns * stream.below(n);
  }
  [[nodiscard]] sim::CellId cell_of(std::uint64_t entity) const {
    return sim::CellId(static_cast<std::uint32_t>(entity / options_.entities_per_cell));
  }
  // To any cell, the sender's own among them, and any name: the entity of a word has no state.
  template <class Context>
  void send_word(Context& context, sim::EntityId entity, Word word) {
    // A word's stream is that of an entity of the cell that it is in.
    sim::RandomStream& stream =
        streams_[context.cell().value() * std::uint64_t{options_.entities_per_cell}];
    const sim::CellId to(stream.below(options_.cells));
    context.send_after(ns(options_.lookahead_ns + steps(stream, 3)), to, entity, word);
  }
  template <class Context>
  void note(Context& context, sim::EntityId entity, std::uint32_t type, std::uint64_t payload) {
    log[context.cell().value()].push_back({context.now().ns(), entity.value(), type, payload});
    mix(context, static_cast<std::uint64_t>(context.now().ns()) + entity.value() + type + payload);
  }
  template <class Context>
  void mix(Context& context, std::uint64_t value) {
    std::uint64_t& state = states_[context.cell().value()];
    state = (state ^ value) * 0x9e3779b97f4a7c15U + 1;
  }

  GossipOptions options_;

 public:
  std::vector<std::vector<Entry>> log;  // by cell

 private:
  std::vector<std::uint64_t> states_;  // by cell
  std::vector<Handle> timers_;         // by entity
  std::vector<sim::RandomStream> streams_;
};

}  // namespace spindle::test
