// Which losses a local code survives: against every subset, and published figures.
#include <bit>
#include <catch2/catch.hpp>
#include <cstdint>
#include <vector>

#include "tests/support/local_codes.hpp"

using namespace spindle::models;
using namespace spindle::test;

namespace {

double share_survived(const Scheme& scheme, std::uint32_t losses) {
  double share = 1;
  for (std::uint32_t i = 1; i <= losses; ++i) share *= 1 - scheme.lost_at(i);
  return share;
}

}  // namespace

TEST_CASE("local code: the share of losses survived is that of all subsets") {
  for (const LocalShape& shape :
       {LocalShape{4, 2, 1}, LocalShape{6, 2, 2}, LocalShape{6, 3, 2}, LocalShape{6, 1, 3},
        LocalShape{4, 4, 2}, LocalShape{8, 2, 0}, LocalShape{12, 2, 2}, LocalShape{9, 3, 4}}) {
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
  for (const LocalShape& shape : {LocalShape{12, 2, 2}, LocalShape{6, 2, 2}}) {
    const Scheme scheme = scheme_of(shape);
    CHECK(scheme.lost_at(3) == 0);
    CHECK(share_survived(scheme, 4) == Approx(.86).margin(.005));
    CHECK(scheme.lost_at(5) == 1);
  }
  CHECK(scheme_of({12, 2, 2}).overhead() == Approx(1.33).margin(.005));
  CHECK(scheme_of({12, 2, 2}).data_repair_reads() == 6);
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
