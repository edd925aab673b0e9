#pragma once
// PHOLD (Fujimoto 1990), the usual load of parallel simulators, as ROSS runs it: entities that hand
// balls on after `lookahead` plus an exponential time. Here a ball goes to a uniformly drawn entity
// with probability `remote`, and else stays where it is.
//
// What a ball meets is drawn from the stream of the entity that hands it on: one Philox block an
// event, numbered by the entity's own count.

#include <cstdint>
#include <vector>

#include "sim/cells/parallel_engine.hpp"
#include "sim/random_stream.hpp"

namespace spindle::bench {

struct PholdOptions {
  std::uint32_t cells = 1'000;
  std::uint32_t entities_per_cell = 100;  // with one ball each at the start
  double remote = 0.25;
  double mean = 1;  // seconds between an entity's getting a ball and the next one's
  double lookahead = 0.1;
};

class Phold {
 public:
  struct Ball {};
  using CellEvents = sim::EventTypes<Ball>;

  explicit Phold(const PholdOptions& options)
      : options_(options),
        entities_(options.cells * options.entities_per_cell),
        remote_below_(static_cast<std::uint64_t>(options.remote * 0x1p32)),
        lookahead_(sim::Duration::seconds(options.lookahead)),
        draws_(entities_) {}

  [[nodiscard]] sim::CellOptions cell_options() const {
    return {.cells = options_.cells, .lookahead = lookahead_};
  }

  template <class Engine>
  void set_up(Engine& engine) {
    for (std::uint32_t e = 0; e < entities_; ++e) {
      const sim::EntityId entity(e);
      engine.schedule_at(sim::Instant() + next_delay(entity).delay, cell_of(e), entity, Ball{});
    }
  }

  void prefetch(sim::EntityId entity) const noexcept {
    __builtin_prefetch(&draws_[entity.value()], 1);
  }
  template <class Context>
  void handle(Context& context, sim::EntityId entity, Ball) {
    const Draw draw = next_delay(entity);
    if (draw.to == entity.value()) {
      context.schedule_after(draw.delay, entity, Ball{});
    } else {
      context.send_after(draw.delay, cell_of(draw.to), sim::EntityId(draw.to), Ball{});
    }
  }

 private:
  struct Draw {
    sim::Duration delay;
    std::uint32_t to = 0;
  };

  Draw next_delay(sim::EntityId entity) {
    sim::RandomStream stream(sim::Seed{1}, 0, sim::Purpose{1}, entity.value());
    stream.skip_to(std::uint64_t{4} * draws_[entity.value()]++);
    const double gap = (options_.mean - options_.lookahead) * stream.exponential();
    Draw draw{lookahead_ + sim::Duration::seconds(gap), static_cast<std::uint32_t>(entity.value())};
    const std::uint32_t is_remote = stream.next_u32();
    const std::uint32_t target = stream.next_u32();
    if (is_remote < remote_below_) {
      draw.to = static_cast<std::uint32_t>((std::uint64_t{target} * entities_) >> 32);
    }
    return draw;
  }
  [[nodiscard]] sim::CellId cell_of(std::uint32_t entity) const {
    return sim::CellId(entity / options_.entities_per_cell);
  }

  PholdOptions options_;
  std::uint32_t entities_;
  std::uint64_t remote_below_;
  sim::Duration lookahead_;
  std::vector<std::uint32_t> draws_;  // by entity
};

}  // namespace spindle::bench
