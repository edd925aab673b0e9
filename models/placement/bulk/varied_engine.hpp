#pragma once
// Bulk placement with everything that the fast loops leave out: sizes, information that is old,
// noisy or coarse, drives of several capacities, cells, deletes. Loads have 32 bits.

#include <array>
#include <cstdint>
#include <vector>

#include "models/placement/bulk/bulk_draws.hpp"
#include "models/placement/bulk/bulk_engine.hpp"
#include "models/placement/bulk/object_spread.hpp"
#include "models/placement/bulk/unit_sizes.hpp"
#include "sim/aligned_array.hpp"
#include "sim/compensated_sum.hpp"

namespace spindle::models {

class VariedEngine final : public BulkEngine {
 public:
  VariedEngine(const BulkOptions& options, const BulkFleet& fleet);

  std::uint64_t place(std::uint64_t first, std::uint64_t last) override;
  void replace(std::uint64_t first, std::uint64_t last) override;
  void take_openings() override {}
  [[nodiscard]] bool is_full() const override { return is_full_; }

  void each_load(const std::function<void(std::span<const std::uint32_t>)>& f) const override {
    f(loads_);
  }
  [[nodiscard]] std::uint64_t entry(std::uint32_t drive) const override { return loads_[drive]; }
  [[nodiscard]] std::uint64_t base() const override { return 0; }
  [[nodiscard]] double load_unit() const override { return 1.0 / sizes_of_.quanta_of_mean(); }
  [[nodiscard]] Sizes sizes() const override { return {sum_.value(), squares_.value()}; }

 private:
  // Candidates before they are decided; a block of objects has its own of all streams.
  static constexpr std::uint32_t kBlock = 512;
  // Drives of one class in a zone, and the words that choose it by capacity: those below `bound`
  // that no class before took.
  struct Kind {
    std::uint32_t first = 0;  // place in the zone
    std::uint32_t end = 0;
    std::uint64_t bound = 0;
    double per_capacity = 0;     // 1 / quanta that a drive holds
    std::uint32_t capacity = 0;  // quanta, rounded down
  };
  struct Candidate {
    BulkPlace place;
    std::uint32_t kind = 0;
  };

  void make_kinds();
  [[nodiscard]] std::uint64_t words_per_object() const;
  void draw(std::uint64_t first, std::uint64_t last);
  void draw_candidates(std::uint64_t first, std::size_t objects);
  // Of object i of the block: the drives that it takes.
  void choose(std::uint64_t object, std::size_t i, std::uint32_t size);
  void choose_each(std::size_t i, std::uint32_t size);
  void choose_least(std::size_t i, std::uint32_t size);
  [[nodiscard]] Candidate candidate_at(std::uint32_t zone, std::uint32_t place) const;
  [[nodiscard]] Candidate by_capacity(std::uint32_t zone, std::uint64_t kind_word,
                                      std::uint64_t place_word) const;
  Candidate legal(Candidate candidate, std::uint32_t zone);
  [[nodiscard]] double key(const Candidate& candidate, std::size_t noise_word,
                           std::uint32_t size) const;
  [[nodiscard]] bool fits(std::uint32_t size) const;
  void add(std::uint32_t size);
  void refresh_if_due(std::uint64_t object);
  [[nodiscard]] std::uint64_t block_end(std::uint64_t first, std::uint64_t last) const;

  const BulkOptions& options_;
  const BulkFleet& fleet_;
  UnitSizes sizes_of_;
  ObjectSpread spread_;
  bool compares_fill_;
  bool draws_by_capacity_;
  std::uint32_t slots_;  // candidates of an object
  std::uint64_t refresh_objects_;
  std::vector<std::vector<Kind>> kinds_;  // by zone

  BulkWords candidate_words_;
  BulkWords size_words_;
  BulkWords coin_words_;
  BulkWords noise_words_;
  BulkWords victim_words_;
  BulkWords cell_words_;
  std::vector<Candidate> candidates_;
  std::vector<std::uint32_t> zones_;  // of each shard
  std::vector<std::uint32_t> cells_;  // of each object: its first drive
  std::uint32_t cell_ = 0;            // of the object in hand

  std::vector<Candidate> chosen_;  // of the object in hand, one a shard
  sim::HugeVector<std::uint32_t> loads_;
  sim::HugeVector<std::uint32_t> seen_;    // as they were read last; empty: always exact
  sim::HugeVector<std::uint32_t> places_;  // of each shard there; empty: nobody asks
  sim::CompensatedSum sum_;
  sim::CompensatedSum squares_;
  bool is_full_ = false;
};

}  // namespace spindle::models
