// Several loads added up, each of mean 1 times its share. The parts of a tenant are independent:
// each part draws from the seed that the stream of its number gives.

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "models/purposes.hpp"
#include "models/tenant/interval_load.hpp"

namespace spindle::models::detail {
namespace {

struct WeightedRows {
  double weight;
  std::unique_ptr<LoadRows> rows;
};

// Pieces of one part, and how far they are used up.
struct Track {
  double weight;
  std::vector<RatePiece> pieces;
  std::size_t next = 0;
};

class SumRows final : public LoadRows {
 public:
  SumRows(std::vector<WeightedRows> parts, std::size_t rows)
      : LoadRows(rows), parts_(std::move(parts)) {}

 private:
  void fill_block(const RowWindow& window, LoadBlock& out) override {
    std::fill_n(out.value[0], window.rows * LoadBlock::kEpochs, 0.0);
    LoadBlock one;
    for (const WeightedRows& part : parts_) {
      part.rows->fill(window, one);
      for (std::size_t i = 0; i < window.rows; ++i) {
        for (std::size_t j = 0; j < window.epochs; ++j) {
          out.value[i][j] += part.weight * one.value[i][j];
        }
      }
    }
  }

  void append_pieces(std::size_t row, std::uint64_t first, std::size_t epochs,
                     std::vector<RatePiece>& out) override {
    std::vector<Track> tracks;
    for (const WeightedRows& part : parts_) {
      tracks.push_back({part.weight, {}});
      part.rows->pieces(row, first, epochs, tracks.back().pieces);
    }
    add_up(tracks, out);
  }

  // From change to change of any part. Rates are summed anew at each, so that none is off by what
  // was added before.
  static void add_up(std::vector<Track>& tracks, std::vector<RatePiece>& out) {
    constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
    for (std::int64_t at = 0, change = kNever;; at = change) {
      change = kNever;
      double rate = 0;
      for (Track& track : tracks) {
        while (track.next < track.pieces.size() && track.pieces[track.next].end <= at) ++track.next;
        if (track.next == track.pieces.size()) continue;
        const RatePiece& piece = track.pieces[track.next];
        change = std::min(change, piece.begin > at ? piece.begin : piece.end);
        if (piece.begin <= at) rate += track.weight * piece.rate;
      }
      if (change == kNever) return;
      if (rate > 0) out.push_back({at, change, rate});
    }
  }

  std::vector<WeightedRows> parts_;
};

class SumFamily final : public LoadFamily {
 public:
  SumFamily(const LoadOptions& options, const EpochGrid& grid, sim::Seed seed,
            std::uint32_t tenant_class) {
    double total = 0;
    for (const LoadPart& part : options.parts) total += part.weight;
    for (std::size_t i = 0; i < options.parts.size(); ++i) {
      const LoadPart& part = options.parts[i];
      sim::RandomStream stream(seed, 0, purpose::kLoadPart, i);
      parts_.push_back(
          {part.weight / total,
           make_load_family(part.load, grid, sim::Seed{stream.next_u64()}, tenant_class)});
    }
  }

  [[nodiscard]] std::unique_ptr<LoadRows> make_rows(std::uint32_t first_tenant,
                                                    std::uint32_t count) const override {
    std::vector<WeightedRows> parts;
    for (const auto& [weight, family] : parts_) {
      parts.push_back({weight, family->make_rows(first_tenant, count)});
    }
    return std::make_unique<SumRows>(std::move(parts), count);
  }

 private:
  std::vector<std::pair<double, std::unique_ptr<LoadFamily>>> parts_;
};

}  // namespace

std::unique_ptr<LoadFamily> add_up_loads(const LoadOptions& options, const EpochGrid& grid,
                                         sim::Seed seed, std::uint32_t tenant_class) {
  if (options.correlation != 0) {
    throw std::invalid_argument(
        "correlation of a sum of loads (its parts have their own) — give it to a part");
  }
  if (options.parts.empty() || options.parts.size() > 100) {
    throw std::invalid_argument("sum of loads has too few or too many parts — give 1 to 100");
  }
  for (const LoadPart& part : options.parts) {
    if (!(part.weight > 0 && part.weight <= 1e9)) {
      throw std::invalid_argument(
          "weight of a part of a sum is not in (0, 1e9] — give it relative to the other parts");
    }
    if (part.load.kind == LoadKind::kSum) {
      throw std::invalid_argument("part of a sum is itself a sum — put its parts in its place");
    }
  }
  return std::make_unique<SumFamily>(options, grid, seed, tenant_class);
}

}  // namespace spindle::models::detail
