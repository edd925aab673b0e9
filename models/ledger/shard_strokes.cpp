#include "models/ledger/shard_strokes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/math.hpp"
#include "sim/random_stream.hpp"

namespace spindle::models {
namespace {

constexpr double kWords = 4294967296.0;  // 2^32
constexpr std::int32_t kNever = std::numeric_limits<std::int32_t>::max();

// A word, as a signed number, is above it with probability 1 - below.
std::int32_t limit_of(double below) {
  const double last = below * kWords - 1;
  if (last >= kWords - 1) return kNever;
  // An unsigned word less 2^31 has the order of signed ones.
  return static_cast<std::int32_t>(std::floor(last) - kWords / 2);
}

constexpr double kUsual = 0.999;

// In epoch e, until no word is above; returns how many of them do for usual words.
std::size_t set_limits(double rate, std::size_t e, std::vector<ShardStrokes::Limits>& limits) {
  double term = sim::exp(-rate);
  double below = term;
  std::size_t usual = 1;
  for (std::size_t j = 0;; ++j) {
    const std::int32_t limit = limit_of(below);
    if (limit == kNever) return usual;
    if (j == limits.size()) {
      limits.emplace_back();
      limits.back().fill(kNever);
    }
    limits[j][e] = limit;
    if (below < kUsual) usual = j + 2;
    term *= rate / static_cast<double>(j + 1);
    // Rounding keeps the sum below 1 for ever; what is left is too rare for a word.
    if (term < 1e-12 && static_cast<double>(j) > rate) return usual;
    below += term;
  }
}

}  // namespace

ShardStrokes shard_strokes(std::span<const double> mean, std::span<const double> squares) {
  ShardStrokes out;
  for (std::size_t e = 0; e < mean.size(); ++e) {
    if (!(mean[e] > 0)) continue;
    const double rate = mean[e] * mean[e] / squares[e];
    const double bundle = std::sqrt(std::fmax(1, rate / kMostStrokes));
    const double each = squares[e] / mean[e] * bundle;
    const double counted = std::fmin(rate, kMostStrokes);
    out.each[e] = static_cast<float>(each);
    out.base[e] = static_cast<float>(mean[e] - counted * each);
    if (rate <= kMostStrokes) out.base[e] = 0;
    out.usual = std::max(out.usual, set_limits(counted, e, out.limits));
  }
  out.usual = std::min(out.usual, out.limits.size());
  return out;
}

void draw_stroke_words(const sim::RandomBatch& random, std::uint64_t rack_slot,
                       std::uint64_t window, std::size_t drives,
                       std::vector<std::uint32_t>& words) {
  static_assert(kStrokeWords == sim::RandomStream::kWordsPerBlock);
  words.resize(drives * kStrokeWords);
  random.words(rack_slot, window * drives, words);
}

}  // namespace spindle::models
