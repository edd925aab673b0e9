#include "models/placement/crush/straw_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/placement/crush/straw_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace spindle::models::crush::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// straw() of straw.hpp, lane by lane.
template <class Tag, class Vector>
HWY_INLINE Vector straws(Tag tag, Vector item, Vector first, Vector second) {
  Vector x = hn::Xor(item, first);
  x = hn::Xor(x, hn::ShiftRight<16>(x));
  x = hn::Mul(x, hn::Set(tag, 0x7feb352dU));
  x = hn::Xor(x, hn::ShiftRight<15>(x));
  x = hn::Add(x, second);
  x = hn::Mul(x, hn::Set(tag, 0x846ca68bU));
  return hn::Xor(x, hn::ShiftRight<16>(x));
}

// A lane keeps its greatest straw, starting from 0: one item of a list may draw 0, and it wins only
// where it is alone, at index 0.
BestStraw best_straw_simd(const std::uint32_t* keys, std::uint32_t count, StrawKey key) {
  const hn::CappedTag<std::uint32_t, kStrawPadding> tag;
  const auto lanes = static_cast<std::uint32_t>(hn::Lanes(tag));
  const auto first = hn::Set(tag, key.first);
  const auto second = hn::Set(tag, key.second);
  const auto step = hn::Set(tag, lanes);
  auto best = hn::Zero(tag);
  auto best_at = hn::Zero(tag);
  auto at = hn::Iota(tag, 0);
  std::uint32_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto drawn = straws(tag, hn::LoadU(tag, keys + i), first, second);
    const auto is_better = hn::Gt(drawn, best);
    best = hn::Max(drawn, best);
    best_at = hn::IfThenElse(is_better, at, best_at);
    at = hn::Add(at, step);
  }
  if (i < count) {
    const auto drawn = hn::IfThenElseZero(hn::FirstN(tag, count - i),
                                          straws(tag, hn::LoadU(tag, keys + i), first, second));
    const auto is_better = hn::Gt(drawn, best);
    best = hn::Max(drawn, best);
    best_at = hn::IfThenElse(is_better, at, best_at);
  }
  const auto greatest = hn::MaxOfLanes(tag, best);
  const auto where = hn::MaxOfLanes(tag, hn::IfThenElseZero(hn::Eq(best, greatest), best_at));
  return {hn::GetLane(greatest), hn::GetLane(where)};
}

}  // namespace spindle::models::crush::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spindle::models::crush {

HWY_EXPORT(best_straw_simd);

BestStraw best_straw(const std::uint32_t* item_keys, std::uint32_t count, StrawKey key) {
  constexpr std::uint32_t kFew = 4;  // fewer than the vector loop's start and end cost
  if (count > kFew) return HWY_DYNAMIC_DISPATCH(best_straw_simd)(item_keys, count, key);
  BestStraw best{straw(key, item_keys[0]), 0};
  for (std::uint32_t i = 1; i < count; ++i) {
    const std::uint32_t drawn = straw(key, item_keys[i]);
    if (drawn > best.straw) best = {drawn, i};
  }
  return best;
}

}  // namespace spindle::models::crush
#endif
