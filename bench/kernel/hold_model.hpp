#pragma once
// The hold model (Jones, CACM 29, 1986) on an agenda: every entity has one event pending, which
// changes a cache line of its state and schedules the next. Increments, mean 1 s, are drawn by the
// entity's own key and count, many at once where the agenda announces who is due. For benchmarks
// and tests.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>

#include "bench/kernel/increments.hpp"
#include "sim/agenda.hpp"
#include "sim/aligned_array.hpp"
#include "sim/prefetch.hpp"
#include "sim/random_batch.hpp"

namespace spindle::bench {

// Prepares: whether the agenda is to announce who is due; PlacesTimes: whether the times of events
// lie among the entities' state. The events are the same.
template <bool Prepares, bool PlacesTimes>
class HoldModel {
 public:
  HoldModel(std::uint32_t entities, Mix mix) : mix_(mix), entities_(entities) {}

  // The first event of every entity.
  void set_up(sim::Agenda<HoldModel>& agenda) {
    std::array<std::uint64_t, kAtOnce> ids;
    for (std::size_t first = 0; first < entities_.size(); first += kAtOnce) {
      const std::size_t count = std::min(kAtOnce, entities_.size() - first);
      std::iota(ids.begin(), ids.begin() + count, first);
      draw({ids.data(), count});
      for (std::size_t i = 0; i < count; ++i) act(agenda, sim::id_of(ids[i]));
    }
  }

  [[nodiscard]] sim::CellId cell_of(std::uint32_t /*id*/) const { return sim::CellId(0); }
  [[nodiscard]] sim::EntityId entity_of(std::uint32_t id) const { return sim::EntityId(id); }
  void prefetch(std::uint32_t id) const requires Prepares { sim::prefetch_line(&entities_[id]); }
  void prepare(std::span<const std::uint64_t> upcoming) requires Prepares { draw(upcoming); }
  sim::PlacedTimes pending_times() requires PlacesTimes {
    return {entities_.empty() ? nullptr : &entities_[0].due, sizeof(Entity), entities_.size()};
  }
  void act(sim::Agenda<HoldModel>& agenda, std::uint32_t id) {
    Entity& entity = entities_[id];
    if (entity.step == kNotDrawn) {
      const std::uint64_t alone = id;
      draw({&alone, 1});
      ++drawn_alone_;
    }
    const sim::Duration step = std::exchange(entity.step, kNotDrawn);
    ++entity.acted;
    for (std::uint64_t& word : entity.words) word += entity.acted;
    agenda.schedule_after(id, step);
  }

  // Increments that were not drawn with others.
  [[nodiscard]] std::uint64_t drawn_alone() const { return drawn_alone_; }

 private:
  static constexpr std::size_t kAtOnce = sim::kPreparedAtOnce;
  static constexpr sim::Duration kNotDrawn = sim::Duration::nanoseconds(-1);

  struct alignas(sim::kCacheLineBytes) Entity {
    std::uint64_t acted = 0;
    sim::Duration step = kNotDrawn;       // the next increment
    sim::TimeKey due = sim::kNotPending;  // of its event: the agenda's
    std::uint64_t words[5] = {};
  };

  // The next increment of each id, of which there are kAtOnce at most: its draws 2k and 2k + 1.
  void draw(std::span<const std::uint64_t> ids) {
    const std::size_t count = ids.size();
    for (std::size_t i = 0; i < count; ++i) {
      keys_[i] = sim::id_of(ids[i]);
      draws_[i] = 2 * entities_[keys_[i]].acted;
    }
    const std::span<const std::uint64_t> keys(keys_.data(), count);
    const std::span<std::uint64_t> draws(draws_.data(), count);
    batch_.exponentials(keys, draws, {steps_.data(), count});
    if (mix_ == Mix::kBimodal) {
      for (std::uint64_t& number : draws) ++number;
      batch_.uniforms(keys, draws, {coins_.data(), count});
    }
    for (std::size_t i = 0; i < count; ++i) {
      entities_[keys[i]].step = sim::Duration::seconds(increment(mix_, steps_[i], coins_[i]));
    }
  }

  Mix mix_;
  sim::RandomBatch batch_{sim::Seed{1}, 0, sim::Purpose{1}};
  std::array<std::uint64_t, kAtOnce> keys_{};
  std::array<std::uint64_t, kAtOnce> draws_{};
  std::array<double, kAtOnce> steps_{};
  std::array<double, kAtOnce> coins_{};
  std::uint64_t drawn_alone_ = 0;
  sim::HugeVector<Entity> entities_;
};

}  // namespace spindle::bench
