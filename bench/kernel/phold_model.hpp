#pragma once
// PHOLD (Fujimoto 1990), the usual load of parallel simulators, as ROSS runs it: entities that hand
// balls on after `lookahead` plus an exponential time. Here a ball goes to a uniformly drawn entity
// with probability `remote`, and else stays where it is.
//
// What a ball meets is drawn from streams of the entity that hands it on, and numbered by the
// entity's own count, of two purposes, the time and the target. Draws are made fifteen at a
// time, because one vectorised call costs little more than one draw; every sixteenth is left out,
// because two draws come from one block of the generator and a call that begins within one costs
// another.

#include <array>
#include <cstdint>
#include <stdexcept>

#include "sim/aligned_array.hpp"
#include "sim/cells/parallel_engine.hpp"
#include "sim/prefetch.hpp"
#include "sim/random_batch.hpp"

namespace spindle::bench {

struct PholdOptions {
  std::uint32_t cells = 1'000;
  std::uint32_t entities_per_cell = 100;  // with one ball each at the start
  double remote = 0.25;                   // 0 to 1
  double mean = 1;  // seconds between an entity's getting a ball and the next one's
  double lookahead = 0.1;
};

class Phold {
 public:
  struct Ball {};
  using CellEvents = sim::EventTypes<Ball>;

  explicit Phold(const PholdOptions& options)
      : options_(options),
        lookahead_(sim::Duration::seconds(options.lookahead)),
        mean_gap_(options.mean - options.lookahead),
        entities_(std::size_t{options.cells} * options.entities_per_cell) {
    if (entities_.size() > std::size_t{1} << 32) {
      throw std::invalid_argument("phold: 2^32 entities at most (targets are 32 bits wide)");
    }
  }

  [[nodiscard]] sim::CellOptions cell_options() const {
    return {.cells = options_.cells, .lookahead = lookahead_};
  }

  template <class Engine>
  void set_up(Engine& engine) {
    for (std::uint64_t e = 0; e < entities_.size(); ++e) {
      const sim::EntityId entity(e);
      engine.schedule_at(sim::Instant() + next_hand_over(entity).delay, cell_of(e), entity, Ball{});
    }
  }

  void prefetch(sim::EntityId entity) const noexcept {
    sim::prefetch_line(&entities_[entity.value()]);
    sim::prefetch_line(&entities_[entity.value()].drawn.back());
  }
  template <class Context>
  void handle(Context& context, sim::EntityId entity, Ball) {
    const HandOver next = next_hand_over(entity);
    if (next.to == entity) {
      context.schedule_after(next.delay, entity, Ball{});
    } else {
      context.send_after(next.delay, cell_of(next.to.value()), next.to, Ball{});
    }
  }

 private:
  static constexpr std::uint32_t kAhead = 15;  // what fits into two cache lines
  struct HandOver {
    sim::Duration delay;
    sim::EntityId to;
  };
  struct alignas(sim::kCacheLineBytes) Entity {
    struct Drawn {
      float gap;  // in mean gaps: 24 bits are plenty of a drawn time
      std::uint32_t target;
    };
    std::uint64_t handed_on = 0;
    std::array<Drawn, kAhead> drawn;
  };
  static_assert(sizeof(Entity) == 2 * sim::kCacheLineBytes);

  HandOver next_hand_over(sim::EntityId id) {
    Entity& entity = entities_[id.value()];
    const std::uint64_t place = entity.handed_on % kAhead;
    if (place == 0) draw_ahead(id);
    ++entity.handed_on;
    return {lookahead_ + sim::Duration::seconds(mean_gap_ * double{entity.drawn[place].gap}),
            sim::EntityId(entity.drawn[place].target)};
  }
  void draw_ahead(sim::EntityId id) {
    Entity& entity = entities_[id.value()];
    std::array<double, kAhead> gaps;
    std::array<double, kAhead> targets;
    const std::uint64_t first = entity.handed_on / kAhead * (kAhead + 1);
    gaps_.exponentials(id.value(), first, gaps);
    targets_.uniforms(id.value(), first, targets);
    const auto count = static_cast<double>(entities_.size());
    for (std::uint32_t i = 0; i < kAhead; ++i) {
      entity.drawn[i].gap = static_cast<float>(gaps[i]);
      // A uniform number that is below `remote` is uniform there.
      const bool is_remote = targets[i] < options_.remote;
      entity.drawn[i].target =
          is_remote ? static_cast<std::uint32_t>(targets[i] / options_.remote * count)
                    : static_cast<std::uint32_t>(id.value());
    }
  }
  [[nodiscard]] sim::CellId cell_of(std::uint64_t entity) const {
    return sim::CellId(static_cast<std::uint32_t>(entity / options_.entities_per_cell));
  }

  PholdOptions options_;
  sim::Duration lookahead_;
  double mean_gap_;
  sim::RandomBatch gaps_{sim::Seed{1}, 0, sim::Purpose{1}};
  sim::RandomBatch targets_{sim::Seed{1}, 0, sim::Purpose{2}};
  sim::HugeVector<Entity> entities_;
};

}  // namespace spindle::bench
