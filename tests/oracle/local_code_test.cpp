// Which losses a local code survives: against every subset, and published figures.
#include <bit>
#include <catch2/catch.hpp>
#include <cstdint>
#include <vector>

#include "models/redundancy/scheme.hpp"

using namespace spindle::models;

namespace {

struct Shape {
  std::uint32_t data, groups, global;
};

Scheme scheme_of(const Shape& shape) {
  return Scheme({.kind = SchemeKind::kLocal,
                 .data = shape.data,
                 .local_groups = shape.groups,
                 .global_parity = shape.global});
}

// Group after group, then the global parities.
bool is_survived(const Shape& shape, std::uint32_t lost) {
  const std::uint32_t size = shape.data / shape.groups + 1;
  std::uint32_t left = static_cast<std::uint32_t>(std::popcount(lost >> (size * shape.groups)));
  for (std::uint32_t group = 0; group < shape.groups; ++group) {
    const std::uint32_t in_group = (lost >> (group * size)) & ((1U << size) - 1);
    if (in_group != 0) left += static_cast<std::uint32_t>(std::popcount(in_group)) - 1;
  }
  return left <= shape.global;
}

double share_survived(const Scheme& scheme, std::uint32_t losses) {
  double share = 1;
  for (std::uint32_t i = 1; i <= losses; ++i) share *= 1 - scheme.lost_at(i);
  return share;
}

}  // namespace

TEST_CASE("local code: the share of losses survived is that of all subsets") {
  for (const Shape& shape : {Shape{4, 2, 1}, Shape{6, 2, 2}, Shape{6, 3, 2}, Shape{6, 1, 3},
                             Shape{4, 4, 2}, Shape{8, 2, 0}, Shape{12, 2, 2}, Shape{9, 3, 4}}) {
    const Scheme scheme = scheme_of(shape);
    const std::uint32_t n = scheme.shards();
    INFO(scheme.name());
    std::vector<double> all(n + 1);
    std::vector<double> survived(n + 1);
    for (std::uint32_t lost = 0; lost < (1U << n); ++lost) {
      const auto losses = static_cast<std::uint32_t>(std::popcount(lost));
      all[losses] += 1;
      survived[losses] += is_survived(shape, lost) ? 1 : 0;
    }
    for (std::uint32_t i = 1; i <= n; ++i) {
      INFO(i << " losses");
      CHECK(share_survived(scheme, i) == Approx(survived[i] / all[i]).epsilon(1e-13).margin(1e-15));
      CHECK((survived[i] == all[i]) == (i <= scheme.tolerated()));
      CHECK((survived[i] > 0) == (i <= scheme.most_survived()));
      CHECK((scheme.lost_at(i) == 0) == (i <= scheme.tolerated()));
    }
  }
}

TEST_CASE("local code: the published figures of LRC 12+2+2 and 6+2+2") {
  // Huang et al., USENIX ATC 2012: any three losses, 86 % of four; 1.33 bytes stored a byte; six
  // reads to repair a data shard.
  for (const Shape& shape : {Shape{12, 2, 2}, Shape{6, 2, 2}}) {
    const Scheme scheme = scheme_of(shape);
    CHECK(scheme.lost_at(3) == 0);
    CHECK(share_survived(scheme, 4) == Approx(.86).margin(.005));
    CHECK(scheme.lost_at(5) == 1);
  }
  CHECK(scheme_of({12, 2, 2}).overhead() == Approx(1.33).margin(.005));
  CHECK(scheme_of({12, 2, 2}).repair_reads() == 6);
}

TEST_CASE("local code: as many shards as there may be") {
  const Scheme scheme = scheme_of({48, 8, 8});
  CHECK(scheme.shards() == kMaxShards);
  CHECK(scheme.lost_at(9) == 0);
  double before = 0;
  for (std::uint32_t i = 10; i <= 16; ++i) {
    CHECK(scheme.lost_at(i) > before);
    before = scheme.lost_at(i);
  }
  CHECK(before < 1);
}
