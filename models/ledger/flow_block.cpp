#include "models/ledger/flow_block.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/ledger/flow_block.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace spindle::models::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::CappedTag<float, kFlowLanes>;
using Floats = hn::Vec<Tag>;

void add_to(Floats x, FlowRow& row, std::size_t at) {
  const Tag tag;
  hn::Store(hn::Add(hn::Load(tag, row.at + at), x), tag, row.at + at);
}

Floats set(double x) {
  return hn::Set(Tag(), static_cast<float>(x));
}

// Four rows of four, `from_stride` apart, become columns.
void transpose(const float* from, std::size_t from_stride, float* to, std::size_t to_stride) {
#if HWY_TARGET == HWY_SCALAR
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j < 4; ++j) to[j * to_stride + i] = from[i * from_stride + j];
  }
#else
  const hn::FixedTag<float, 4> tag;
  const hn::Repartition<double, decltype(tag)> pair;
  const auto row = [&](std::size_t i) { return hn::LoadU(tag, from + i * from_stride); };
  const auto low01 = hn::BitCast(pair, hn::InterleaveLower(tag, row(0), row(1)));
  const auto high01 = hn::BitCast(pair, hn::InterleaveUpper(tag, row(0), row(1)));
  const auto low23 = hn::BitCast(pair, hn::InterleaveLower(tag, row(2), row(3)));
  const auto high23 = hn::BitCast(pair, hn::InterleaveUpper(tag, row(2), row(3)));
  const auto put = [&](std::size_t i, auto column) {
    hn::StoreU(hn::BitCast(tag, column), tag, to + i * to_stride);
  };
  put(0, hn::InterleaveLower(pair, low01, low23));
  put(1, hn::InterleaveUpper(pair, low01, low23));
  put(2, hn::InterleaveLower(pair, high01, high23));
  put(3, hn::InterleaveUpper(pair, high01, high23));
#endif
}

// Between rows of drives, `values` long each, and the block's rows of values.
void load_block_simd(const float* rows, std::size_t drives, std::size_t values, FlowBlock& block) {
  float* out = block.value[0].at;
  for (std::size_t i = 0; i < drives; i += 4) {
    const bool is_whole = i + 4 <= drives;
    std::size_t v = 0;
    for (; is_whole && v + 4 <= values; v += 4) {
      transpose(rows + i * values + v, values, out + v * kFlowLanes + i, kFlowLanes);
    }
    for (; v < values; ++v) {
      for (std::size_t j = i; j < std::min(i + 4, drives); ++j) {
        out[v * kFlowLanes + j] = rows[j * values + v];
      }
    }
  }
  for (std::size_t v = 0; v < values; ++v) {
    std::fill(out + v * kFlowLanes + drives, out + (v + 1) * kFlowLanes, 0.0F);
  }
}

void store_block_simd(const FlowBlock& block, std::size_t drives, std::size_t values, float* rows) {
  const float* from = block.value[0].at;
  for (std::size_t i = 0; i < drives; i += 4) {
    const bool is_whole = i + 4 <= drives;
    std::size_t v = 0;
    for (; is_whole && v + 4 <= values; v += 4) {
      transpose(from + v * kFlowLanes + i, kFlowLanes, rows + i * values + v, values);
    }
    for (; v < values; ++v) {
      for (std::size_t j = i; j < std::min(i + 4, drives); ++j) {
        rows[j * values + v] = from[v * kFlowLanes + j];
      }
    }
  }
}

// What some drives hold of all classes together.
struct Holds {
  Floats shards;
  Floats demand;
};

Holds hold_of(const FlowTerms& terms, const FlowBlock& block, std::size_t at) {
  const Tag tag;
  Holds out{hn::Zero(tag), hn::Zero(tag)};
  for (std::size_t c = 0; c < terms.classes; ++c) {
    out.shards = hn::Add(out.shards, hn::Load(tag, block.value[2 * c].at + at));
    out.demand = hn::Add(out.demand, hn::Load(tag, block.value[2 * c + 1].at + at));
  }
  return out;
}

// Shards that drives send and take in a window, before either side is scaled to the other.
struct Exchange {
  Floats send;
  Floats take;
};

Exchange exchange_of(const RebalanceFlow& flow, double most_shards, const DriveMean& mean,
                     const Holds& holds, Floats there) {
  const Tag tag;
  const auto zero = hn::Zero(tag);
  const auto most = hn::Mul(set(most_shards), there);
  const bool by_heat = flow.options.by == RebalanceBy::kHeat;
  const double middle = by_heat ? mean.demand : mean.shards;
  const auto above = hn::Sub(by_heat ? holds.demand : holds.shards, set(middle));
  const auto is_far = hn::Gt(hn::Abs(above), set(flow.options.threshold * middle));
  if (by_heat) {
    const auto swapped = hn::IfThenElseZero(is_far, hn::Min(holds.shards, most));
    return {swapped, swapped};
  }
  return {hn::IfThenElseZero(is_far, hn::Min(hn::Max(above, zero), most)),
          hn::IfThenElseZero(is_far, hn::Min(hn::Max(hn::Neg(above), zero), most))};
}

// a / b where b > 0, else 0.
Floats ratio(Floats a, Floats b) {
  const auto zero = hn::Zero(Tag());
  return hn::IfThenElseZero(hn::Gt(b, zero), hn::Div(a, b));
}

// Bins of fill of as many drives as there are lanes. What becomes whole does so one by one: GCC 12
// does not compile the vector forms without optimisation.
void set_bins(const FillPreference& preference, Floats shards, std::int32_t* out) {
  const Tag tag;
  alignas(64) float bin[hn::MaxLanes(tag)];
  const auto last = set(static_cast<double>(preference.bins() - 1));
  const auto at = hn::Mul(hn::Sub(shards, set(preference.low)), set(1 / preference.width));
  hn::Store(hn::Clamp(at, hn::Zero(tag), last), tag, bin);
  for (std::size_t i = 0; i < hn::Lanes(tag); ++i) out[i] = static_cast<std::int32_t>(bin[i]);
}

// Twice a standard normal number but for its steps: the sum of 16 coins for each half of the word,
// by adding up neighbouring bits.
struct Coins {
  Floats low;
  Floats high;
};

Coins coins_of(const std::uint32_t* words) {
  const hn::RebindToUnsigned<Tag> tag;
  const hn::RebindToSigned<Tag> whole;
  const auto masked = [&](auto word, std::uint32_t mask) {
    return hn::And(word, hn::Set(tag, mask));
  };
  auto word = hn::LoadU(tag, words);
  word = hn::Sub(word, masked(hn::ShiftRight<1>(word), 0x55555555U));
  word = hn::Add(masked(word, 0x33333333U), masked(hn::ShiftRight<2>(word), 0x33333333U));
  word = masked(hn::Add(word, hn::ShiftRight<4>(word)), 0x0f0f0f0fU);
  word = hn::Add(word, hn::ShiftRight<8>(word));
  const auto count = [&](auto bits) {
    return hn::ConvertTo(Tag(), hn::Sub(hn::BitCast(whole, bits), hn::Set(whole, 8)));
  };
  return {count(masked(word, 0x1fU)), count(masked(hn::ShiftRight<16>(word), 0x1fU))};
}

constexpr float kFewestShards = 1e-3F;

// What drives take part in by themselves.
struct Parts {
  Floats there;
  Floats preference;
  Floats sent_share;  // of what is held
  Floats taken;       // of the pool, shards
};

// How many more come and go than on average, of a Poisson (binomial) number of that mean.
struct Noise {
  Floats shards;
  Floats demand;
};

Noise noise_of(const FlowTerms::OfClass& flow, const Parts& parts, Floats shards, Floats demand,
               const std::uint32_t* words) {
  const Tag tag;
  const auto half = hn::Set(tag, 0.5F);
  const auto zero = hn::Zero(tag);
  const auto drawn = hn::Add(hn::Mul(parts.there, hn::Set(tag, flow.drawn)),
                             hn::Mul(parts.preference, hn::Set(tag, flow.come)));
  const auto come = hn::Max(zero, hn::Add(hn::Mul(shards, hn::Set(tag, flow.grow)), drawn));
  const auto leave = hn::Max(zero, hn::Mul(shards, hn::Set(tag, flow.leave_variance)));
  const Coins coins = coins_of(words);
  const auto more = hn::Mul(hn::Mul(hn::Sqrt(come), coins.low), half);
  const auto fewer = hn::Mul(hn::Mul(hn::Sqrt(leave), coins.high), half);
  // What is left of shards after rounding has no demand of its own.
  const auto is_some = hn::Gt(shards, hn::Set(tag, kFewestShards));
  const auto each =
      hn::IfThenElseZero(is_some, hn::Mul(ratio(demand, shards), hn::Set(tag, flow.unevenness)));
  return {hn::Mul(hn::Sub(more, fewer), hn::Set(tag, flow.noise_left)),
          hn::Sub(hn::Mul(more, hn::Set(tag, flow.noise_demand)), hn::Mul(fewer, each))};
}

Parts parts_of(const FlowTerms& terms, FlowBlock& block, FlowSums& sums, std::size_t at) {
  const Tag tag;
  const Holds holds = hold_of(terms, block, at);
  const auto there = hn::Load(tag, block.there.at + at);
  const auto takes = hn::Load(tag, block.takes.at + at);
  Parts out{there, takes, hn::Zero(tag), hn::Zero(tag)};
  if (terms.prefers && !terms.preference->is_even()) {
    alignas(64) std::int32_t bin[hn::MaxLanes(tag)];
    alignas(64) float weight[hn::MaxLanes(tag)];
    set_bins(*terms.preference, holds.shards, bin);
    for (std::size_t i = 0; i < hn::Lanes(tag); ++i) {
      weight[i] = terms.preference->weights()[bin[i]];
    }
    out.preference = hn::Mul(takes, hn::Load(tag, weight));
  }
  add_to(out.preference, sums.preference, at);
  if (terms.draws) hn::Store(out.preference, tag, block.preference.at + at);
  if (!terms.rebalances) return out;
  const RebalanceFlow& flow = *terms.rebalance;
  const Exchange moves = exchange_of(flow, flow.most_shards, flow.mean, holds, there);
  const auto sent = hn::Mul(moves.send, set(flow.sent_scale));
  out.sent_share = ratio(sent, holds.shards);
  out.taken = hn::Mul(moves.take, set(flow.taken_scale));
  add_to(sent, sums.moved, at);
  return out;
}

Floats moved(const FlowTerms& terms, std::size_t value, const Parts& parts, Floats held) {
  const Tag tag;
  const auto factor = hn::Sub(hn::Set(tag, terms.change[value]),
                              hn::Mul(parts.sent_share, hn::Set(tag, terms.cool[value])));
  auto more = hn::Mul(held, factor);
  more = hn::Add(more, hn::Mul(parts.preference, hn::Set(tag, terms.come[value])));
  more = hn::Add(more, hn::Mul(parts.there, hn::Set(tag, terms.place[value])));
  more = hn::Add(more, hn::Mul(parts.taken, hn::Set(tag, terms.pool[value])));
  return hn::Add(held, more);
}

// Noise below 0 leaves nothing.
void store_value(Floats x, FlowRow& value, FlowRow& excess, std::size_t at) {
  const Tag tag;
  const auto zero = hn::Zero(tag);
  if (!hn::AllFalse(tag, hn::Lt(x, zero))) {
    add_to(hn::Min(x, zero), excess, at);
    x = hn::Max(x, zero);
  }
  hn::Store(x, tag, value.at + at);
}

void flow_block_simd(const FlowTerms& terms, FlowBlock& block, FlowSums& sums) {
  const Tag tag;
  for (std::size_t at = 0; at < kFlowLanes; at += hn::Lanes(tag)) {
    const Parts parts = parts_of(terms, block, sums, at);
    for (std::size_t c = 0; c < terms.classes; ++c) {
      FlowRow* value = block.value + 2 * c;
      const FlowTerms::OfClass& of = terms.of_class[c];
      const auto shards = hn::Load(tag, value[0].at + at);
      const auto demand = hn::Load(tag, value[1].at + at);
      auto shards_after = moved(terms, 2 * c, parts, shards);
      auto demand_after = moved(terms, 2 * c + 1, parts, demand);
      if (terms.grows) {
        add_to(shards, sums.before[c], at);
        demand_after =
            hn::Add(demand_after, hn::Mul(shards, hn::Set(tag, of.grow * of.come_demand)));
      }
      if (block.words[c] != nullptr) {
        const Noise noise = noise_of(of, parts, shards, demand, block.words[c] + at);
        shards_after = hn::Add(shards_after, noise.shards);
        demand_after = hn::Add(demand_after, noise.demand);
        add_to(noise.shards, sums.came[2 * c], at);
        add_to(noise.demand, sums.came[2 * c + 1], at);
      }
      store_value(shards_after, value[0], sums.excess[2 * c], at);
      store_value(demand_after, value[1], sums.excess[2 * c + 1], at);
    }
    hn::Store(hold_of(terms, block, at).shards, tag, block.shards.at + at);
  }
}

void tally_block_simd(const FlowTerms& terms, FlowBlock& block, FlowSums& sums) {
  const Tag tag;
  for (std::size_t at = 0; at < kFlowLanes; at += hn::Lanes(tag)) {
    const Holds holds = hold_of(terms, block, at);
    if (!terms.preference->is_even()) {
      set_bins(*terms.preference, holds.shards, block.bin + at);
    }
    for (std::size_t v = 0; v < 2 * terms.classes; ++v) {
      add_to(hn::Load(tag, block.value[v].at + at), sums.held[v], at);
    }
    add_to(hn::Mul(holds.shards, holds.shards), sums.squares, at);
    if (terms.rebalance == nullptr) continue;
    const Exchange moves =
        exchange_of(*terms.rebalance, terms.rebalance->next_most_shards, terms.rebalance->next_mean,
                    holds, hn::Load(tag, block.there.at + at));
    add_to(moves.send, sums.to_send, at);
    add_to(moves.take, sums.to_take, at);
    const auto share = ratio(moves.send, holds.shards);
    for (std::size_t v = 0; v < 2 * terms.classes; ++v) {
      add_to(hn::Mul(share, hn::Load(tag, block.value[v].at + at)), sums.sent[v], at);
    }
  }
}

}  // namespace spindle::models::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spindle::models {

HWY_EXPORT(load_block_simd);
HWY_EXPORT(store_block_simd);
HWY_EXPORT(flow_block_simd);
HWY_EXPORT(tally_block_simd);

FlowTerms::FlowTerms(const RackFlowInputs& in)
    : classes(in.classes.size()),
      preference(in.preference),
      prefers(in.prefers),
      draws(!in.sets.set_of.empty()),
      rebalance(in.rebalance),
      rebalances(in.rebalances) {
  const auto as_float = [](double x) { return static_cast<float>(x); };
  for (std::size_t c = 0; c < classes; ++c) {
    const ClassFlow& flow = in.classes[c];
    change[2 * c] = as_float(flow.grow - flow.leave);
    change[2 * c + 1] = as_float((1 - flow.leave_demand) * flow.cool - 1);
    cool[2 * c] = 1;
    cool[2 * c + 1] = as_float(flow.cool);
    const double smooth = draws ? 0 : flow.come;
    come[2 * c] = as_float(smooth);
    come[2 * c + 1] = as_float(smooth * flow.come_demand);
    place[2 * c] = as_float(flow.place);
    place[2 * c + 1] = as_float(flow.place * flow.place_demand);
    const double drawn = flow.come + flow.drawn;
    const double drawn_demand =
        flow.drawn > 0 ? (flow.come * flow.come_demand + flow.drawn * flow.drawn_demand) / drawn
                       : flow.come_demand;
    of_class[c] = {as_float(flow.grow),        as_float(flow.come),
                   as_float(flow.come_demand), as_float(flow.drawn),
                   as_float(drawn_demand),     as_float(flow.unevenness),
                   as_float(flow.noise_left),  as_float(flow.leave * (1 - flow.leave))};
    grows = grows || flow.grow != 0;
    if (!rebalances) continue;
    pool[2 * c] = as_float(rebalance->pool[c].shards);
    pool[2 * c + 1] = as_float(rebalance->pool[c].demand * flow.cool);
  }
}

void load_block(const float* rows, std::size_t drives, std::size_t values, FlowBlock& block) {
  HWY_DYNAMIC_DISPATCH(load_block_simd)(rows, drives, values, block);
}

void store_block(const FlowBlock& block, std::size_t drives, std::size_t values, float* rows) {
  HWY_DYNAMIC_DISPATCH(store_block_simd)(block, drives, values, rows);
}

void flow_block(const FlowTerms& terms, FlowBlock& block, FlowSums& sums) {
  HWY_DYNAMIC_DISPATCH(flow_block_simd)(terms, block, sums);
}

void tally_block(const FlowTerms& terms, FlowBlock& block, FlowSums& sums) {
  HWY_DYNAMIC_DISPATCH(tally_block_simd)(terms, block, sums);
}

}  // namespace spindle::models
#endif
