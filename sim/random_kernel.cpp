#include "sim/random_kernel.hpp"

#include <algorithm>
#include <cstring>

#include "sim/log_series.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/random_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace spindle::sim::HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

// Without vector instructions (Highway's scalar target lacks the operations used below, its
// emulated one gains nothing), the stream itself is the kernel.
RandomStream stream_of(const BatchName& name, std::uint64_t entity) {
  return {name.seed, name.replication, name.purpose, entity};
}

double draw_of(DrawKind kind, RandomStream& stream) {
  return kind == DrawKind::kUniform ? stream.uniform() : stream.exponential();
}

void keyed_simd(DrawKind kind, const BatchName& name, const std::uint64_t* entities,
                const std::uint64_t* draws, std::size_t count, double* out) {
  for (std::size_t i = 0; i < count; ++i) {
    RandomStream stream = stream_of(name, entities[i]);
    stream.skip_to(2 * draws[i]);
    out[i] = draw_of(kind, stream);
  }
}

void consecutive_simd(DrawKind kind, const BatchName& name, std::uint64_t entity,
                      std::uint64_t first_draw, std::size_t count, double* out) {
  if (count == 0) return;
  RandomStream stream = stream_of(name, entity);
  stream.skip_to(2 * first_draw);
  for (std::size_t i = 0; i < count; ++i) out[i] = draw_of(kind, stream);
}

void keyed_words_simd(const BatchName& name, const std::uint64_t* entities,
                      const std::uint64_t* blocks, std::size_t count, std::uint32_t* out) {
  for (std::size_t i = 0; i < count; ++i) {
    RandomStream stream = stream_of(name, entities[i]);
    stream.skip_to(4 * blocks[i]);
    for (std::size_t j = 0; j < 4; ++j) out[4 * i + j] = stream.next_u32();
  }
}

void consecutive_words_simd(const BatchName& name, std::uint64_t entity, std::uint64_t first_block,
                            std::size_t count, std::uint32_t* out) {
  if (count == 0) return;
  RandomStream stream = stream_of(name, entity);
  stream.skip_to(4 * first_block);
  for (std::size_t i = 0; i < 4 * count; ++i) out[i] = stream.next_u32();
}

#else

namespace hn = hwy::HWY_NAMESPACE;

using Words = hn::CappedTag<std::uint64_t, 8>;  // one Philox counter a lane
using Doubles = hn::RebindToFloat<Words>;
using WordVec = hn::VFromD<Words>;
using DoubleVec = hn::VFromD<Doubles>;
constexpr std::size_t kMaxLanes = 8;

// The ten round keys of each half, in memory: broadcast from there, they cost a load each.
struct RoundKeys {
  std::uint64_t key0[10];
  std::uint64_t key1[10];

  explicit RoundKeys(Seed seed) {
    auto k0 = static_cast<std::uint32_t>(seed.value);
    auto k1 = static_cast<std::uint32_t>(seed.value >> 32);
    for (int round = 0; round < 10; ++round, k0 += 0x9E3779B9U, k1 += 0xBB67AE85U) {
      key0[round] = k0;
      key1[round] = k1;
    }
  }
};

// What one call of the kernel shares.
struct Batch {
  explicit Batch(const BatchName& name)
      : keys(name.seed),
        purpose(std::uint64_t{name.purpose.value} << 16),
        replication(name.replication) {}
  RoundKeys keys;
  std::uint64_t purpose;
  std::uint64_t replication;
};

// Philox4x32-10, with RandomStream's packing of the name into the counter. Only the lower halves of
// the words count, here and in the result: the multiplication reads nothing else, so the upper ones
// are never cleared.
HWY_INLINE void philox(const Batch& batch, WordVec entity, WordVec block, WordVec& w0, WordVec& w1,
                       WordVec& w2, WordVec& w3) {
  const Words tag;
  const hn::Repartition<std::uint32_t, Words> halves;
  const auto multiplier0 = hn::BitCast(halves, hn::Set(tag, 0xD2511F53U));
  const auto multiplier1 = hn::BitCast(halves, hn::Set(tag, 0xCD9E8D57U));
  w0 = block;
  w1 = hn::Or(hn::ShiftRight<32>(block), hn::ShiftLeft<8>(entity));
  w2 = hn::Or(hn::ShiftRight<24>(entity), hn::Set(tag, batch.purpose));
  w3 = hn::Set(tag, batch.replication);
  for (int round = 0; round < 10; ++round) {
    const auto product0 = hn::MulEven(hn::BitCast(halves, w0), multiplier0);
    const auto product1 = hn::MulEven(hn::BitCast(halves, w2), multiplier1);
    w0 = hn::Xor3(hn::ShiftRight<32>(product1), w1, hn::Set(tag, batch.keys.key0[round]));
    w1 = product1;
    w2 = hn::Xor3(hn::ShiftRight<32>(product0), w3, hn::Set(tag, batch.keys.key1[round]));
    w3 = product0;
  }
}

// RandomStream::uniform of the 64-bit draw with these words: ((high:low >> 12) + 1/2) 2^-52. An
// integer below 2^52 in the mantissa of 2^52 becomes a double exactly.
HWY_INLINE DoubleVec uniform_of(WordVec high, WordVec low) {
  const Words tag;
  const Doubles doubles;
  const auto lower_half = hn::Set(tag, 0xffffffffU);
  const auto bits = hn::Or(hn::ShiftLeft<20>(hn::And(high, lower_half)),
                           hn::ShiftRight<12>(hn::And(low, lower_half)));
  const auto shifted = hn::BitCast(doubles, hn::Or(bits, hn::Set(tag, 0x4330000000000000U)));
  const auto integer = hn::Sub(shifted, hn::Set(doubles, 0x1p52));
  return hn::Mul(hn::Add(integer, hn::Set(doubles, 0.5)), hn::Set(doubles, 0x1p-52));
}

// The same order of operations as polynomial() in math.cpp.
HWY_INLINE DoubleVec log_polynomial(DoubleVec x) {
  constexpr auto& c = kLogSeries;
  static_assert(c.size() % 2 == 1);
  const Doubles doubles;
  const auto x2 = hn::Mul(x, x);
  auto top = hn::Set(doubles, c[c.size() - 1]);
  auto next = hn::Set(doubles, c[c.size() - 2]);
  for (std::size_t i = c.size(); i >= 4; i -= 2) {
    top = hn::Add(hn::Mul(top, x2), hn::Set(doubles, c[i - 3]));
    next = hn::Add(hn::Mul(next, x2), hn::Set(doubles, c[i - 4]));
  }
  return hn::Add(hn::Add(hn::Mul(top, x2), hn::Set(doubles, c[0])), hn::Mul(x, next));
}

// sim::log of normal positive x, operation by operation, negated.
HWY_INLINE DoubleVec minus_log(DoubleVec x) {
  const Words tag;
  const Doubles doubles;
  const auto shifted = hn::Add(hn::BitCast(tag, x), hn::Set(tag, kOneBits - kSqrtHalfBits));
  const auto exponent =
      hn::BitCast(doubles, hn::Or(hn::ShiftRight<52>(shifted), hn::Set(tag, 0x4330000000000000U)));
  const auto k = hn::Sub(exponent, hn::Set(doubles, 0x1p52 + 1023));
  const auto mantissa =
      hn::Add(hn::And(shifted, hn::Set(tag, kMantissaBits)), hn::Set(tag, kSqrtHalfBits));
  const auto f = hn::Sub(hn::BitCast(doubles, mantissa), hn::Set(doubles, 1.0));

  const auto s = hn::Div(f, hn::Add(hn::Set(doubles, 2.0), f));
  const auto s2 = hn::Mul(s, s);
  const auto rest = hn::Mul(s2, log_polynomial(s2));
  const auto half_square = hn::Mul(hn::Mul(hn::Set(doubles, 0.5), f), f);
  const auto small =
      hn::Add(hn::Mul(s, hn::Add(half_square, rest)), hn::Mul(k, hn::Set(doubles, kLn2Low)));
  const auto log =
      hn::Sub(hn::Mul(k, hn::Set(doubles, kLn2High)), hn::Sub(hn::Sub(half_square, small), f));
  return hn::Neg(log);
}

struct Uniform {
  static HWY_INLINE DoubleVec of(WordVec high, WordVec low) { return uniform_of(high, low); }
};
struct Exponential {
  static HWY_INLINE DoubleVec of(WordVec high, WordVec low) {
    return minus_log(uniform_of(high, low));
  }
};

// One draw a lane. Draw k is the first or second half of block k / 2.
template <class Draw>
HWY_INLINE DoubleVec keyed_draw(const Batch& batch, WordVec entity, WordVec draw) {
  const Words tag;
  WordVec w0, w1, w2, w3;
  philox(batch, entity, hn::ShiftRight<1>(draw), w0, w1, w2, w3);
  const auto second = hn::TestBit(draw, hn::Set(tag, std::uint64_t{1}));
  return Draw::of(hn::IfThenElse(second, w2, w0), hn::IfThenElse(second, w3, w1));
}

template <class Draw>
void fill_keyed_as(const Batch& batch, const std::uint64_t* entities, const std::uint64_t* draws,
                   std::size_t count, double* out) {
  const Words tag;
  const Doubles doubles;
  const std::size_t lanes = hn::Lanes(tag);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto draw =
        keyed_draw<Draw>(batch, hn::LoadU(tag, entities + i), hn::LoadU(tag, draws + i));
    hn::StoreU(draw, doubles, out + i);
  }
  if (i == count) return;
  HWY_ALIGN std::uint64_t entity[kMaxLanes] = {};
  HWY_ALIGN std::uint64_t number[kMaxLanes] = {};
  HWY_ALIGN double draw[kMaxLanes];
  std::copy(entities + i, entities + count, entity);
  std::copy(draws + i, draws + count, number);
  hn::Store(keyed_draw<Draw>(batch, hn::Load(tag, entity), hn::Load(tag, number)), doubles, draw);
  std::copy_n(draw, count - i, out + i);
}

// Both draws of each of `lanes` blocks from `first_block` on, in the stream's order.
template <class Draw>
HWY_INLINE void store_pairs(const Batch& batch, WordVec entity, std::uint64_t first_block,
                            double* out) {
  const Words tag;
  WordVec w0, w1, w2, w3;
  philox(batch, entity, hn::Iota(tag, first_block), w0, w1, w2, w3);
  hn::StoreInterleaved2(Draw::of(w0, w1), Draw::of(w2, w3), Doubles(), out);
}

template <class Draw>
void fill_consecutive_as(const Batch& batch, std::uint64_t entity, std::uint64_t first_draw,
                         std::size_t count, double* out) {
  const Words tag;
  const std::size_t pairs = 2 * hn::Lanes(tag);
  const auto entities = hn::Set(tag, entity);
  std::uint64_t block = first_draw / 2;
  HWY_ALIGN double buffer[2 * kMaxLanes];
  std::size_t i = 0;
  if (first_draw % 2 == 1 && count > 0) {
    store_pairs<Draw>(batch, entities, block++, buffer);
    out[i++] = buffer[1];
  }
  for (; i + pairs <= count; i += pairs, block += pairs / 2) {
    store_pairs<Draw>(batch, entities, block, out + i);
  }
  if (i == count) return;
  store_pairs<Draw>(batch, entities, block, buffer);
  std::copy_n(buffer, count - i, out + i);
}

// Four words a block, in the stream's order (all of Highway's targets used here are little-endian).
HWY_INLINE void store_words(const Batch& batch, WordVec entity, WordVec block, std::uint64_t* out) {
  const Words tag;
  WordVec w0, w1, w2, w3;
  philox(batch, entity, block, w0, w1, w2, w3);
  const auto lower_half = hn::Set(tag, 0xffffffffU);
  hn::StoreInterleaved2(hn::Or(hn::And(w0, lower_half), hn::ShiftLeft<32>(w1)),
                        hn::Or(hn::And(w2, lower_half), hn::ShiftLeft<32>(w3)), tag, out);
}

void keyed_words_simd(const BatchName& name, const std::uint64_t* entities,
                      const std::uint64_t* blocks, std::size_t count, std::uint32_t* out) {
  const Words tag;
  const Batch batch(name);
  const std::size_t lanes = hn::Lanes(tag);
  HWY_ALIGN std::uint64_t entity[kMaxLanes] = {};
  HWY_ALIGN std::uint64_t block[kMaxLanes] = {};
  HWY_ALIGN std::uint64_t buffer[2 * kMaxLanes];
  for (std::size_t i = 0; i < count; i += lanes) {
    const std::size_t n = std::min(lanes, count - i);
    std::copy_n(entities + i, n, entity);
    std::copy_n(blocks + i, n, block);
    store_words(batch, hn::Load(tag, entity), hn::Load(tag, block), buffer);
    std::memcpy(out + 4 * i, buffer, 16 * n);
  }
}

void consecutive_words_simd(const BatchName& name, std::uint64_t entity, std::uint64_t first_block,
                            std::size_t count, std::uint32_t* out) {
  const Words tag;
  const Batch batch(name);
  const std::size_t lanes = hn::Lanes(tag);
  HWY_ALIGN std::uint64_t buffer[2 * kMaxLanes];
  for (std::size_t i = 0; i < count; i += lanes) {
    store_words(batch, hn::Set(tag, entity), hn::Iota(tag, first_block + i), buffer);
    std::memcpy(out + 4 * i, buffer, 16 * std::min(lanes, count - i));
  }
}

void keyed_simd(DrawKind kind, const BatchName& name, const std::uint64_t* entities,
                const std::uint64_t* draws, std::size_t count, double* out) {
  if (kind == DrawKind::kUniform) {
    fill_keyed_as<Uniform>(Batch(name), entities, draws, count, out);
  } else {
    fill_keyed_as<Exponential>(Batch(name), entities, draws, count, out);
  }
}

void consecutive_simd(DrawKind kind, const BatchName& name, std::uint64_t entity,
                      std::uint64_t first_draw, std::size_t count, double* out) {
  if (kind == DrawKind::kUniform) {
    fill_consecutive_as<Uniform>(Batch(name), entity, first_draw, count, out);
  } else {
    fill_consecutive_as<Exponential>(Batch(name), entity, first_draw, count, out);
  }
}

#endif

}  // namespace spindle::sim::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spindle::sim {

HWY_EXPORT(keyed_simd);
HWY_EXPORT(consecutive_simd);
HWY_EXPORT(keyed_words_simd);
HWY_EXPORT(consecutive_words_simd);

void fill_keyed(DrawKind kind, const BatchName& name, const std::uint64_t* entities,
                const std::uint64_t* draws, std::size_t count, double* out) {
  HWY_DYNAMIC_DISPATCH(keyed_simd)(kind, name, entities, draws, count, out);
}

void fill_consecutive(DrawKind kind, const BatchName& name, std::uint64_t entity,
                      std::uint64_t first_draw, std::size_t count, double* out) {
  HWY_DYNAMIC_DISPATCH(consecutive_simd)(kind, name, entity, first_draw, count, out);
}

void fill_keyed_words(const BatchName& name, const std::uint64_t* entities,
                      const std::uint64_t* blocks, std::size_t count, std::uint32_t* out) {
  HWY_DYNAMIC_DISPATCH(keyed_words_simd)(name, entities, blocks, count, out);
}

void fill_consecutive_words(const BatchName& name, std::uint64_t entity, std::uint64_t first_block,
                            std::size_t count, std::uint32_t* out) {
  HWY_DYNAMIC_DISPATCH(consecutive_words_simd)(name, entity, first_block, count, out);
}

}  // namespace spindle::sim
#endif
