// Quantiles of measured sizes, and the law that is made of them.

#include "models/tenant/size_table.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "sim/random_stream.hpp"

namespace {

using namespace spindle;
using models::SizeLaw;
using models::SizeTable;

double at(const SizeTable& table, double share) {
  const SizeLaw law = SizeLaw::empirical(table.quantiles());
  return law.at(share) * law.mean_bytes();
}

}  // namespace

TEST_CASE("size table: one size is one size") {
  SizeTable table;
  for (int i = 0; i < 100; ++i) table.add(4096);
  CHECK(table.mean() == 4096);
  CHECK(table.quantiles().front().bytes == 4096);
  CHECK(table.quantiles().back().bytes == 4096);
}

TEST_CASE("size table: sizes that many requests have keep their shares exactly") {
  SizeTable table;
  for (int i = 0; i < 1000; ++i) table.add(i % 10 < 3 ? 512 : i % 10 < 9 ? 8192 : 65536);
  CHECK(at(table, 0.001) == Approx(512));
  CHECK(at(table, 0.299) == Approx(512));
  CHECK(at(table, 0.301) == Approx(8192));
  CHECK(at(table, 0.899) == Approx(8192));
  CHECK(at(table, 0.901) == Approx(65536));
  CHECK(at(table, 0.999) == Approx(65536));
  CHECK(SizeLaw::empirical(table.quantiles()).mean_bytes() == Approx(table.mean()));
}

// Lognormal sizes with sigma 3: the quantiles asked for are exact, the mean is near although a few
// requests have most of the bytes.
TEST_CASE("size table: quantiles and mean of heavy tails") {
  SizeTable table;
  std::vector<double> sizes;
  sim::RandomStream stream(sim::Seed{7}, 0, sim::Purpose{1}, 0);
  for (int i = 0; i < 20'000; ++i) {
    const auto bytes = static_cast<std::uint64_t>(std::exp(10 + 3 * stream.normal())) + 1;
    sizes.push_back(static_cast<double>(bytes));
    table.add(bytes);
  }
  std::sort(sizes.begin(), sizes.end());
  for (const double share : {0.1, 0.5, 0.9, 0.99}) {
    const auto rank = static_cast<std::size_t>(std::ceil(share * 20'000 * (1 - 1e-12)));
    CHECK(at(table, share) == Approx(sizes[rank - 1]).epsilon(1e-9));
  }
  CHECK(table.quantiles().back().bytes == sizes.back());
  CHECK(SizeLaw::empirical(table.quantiles()).mean_bytes() == Approx(table.mean()).epsilon(0.1));
}

// Beyond 100,000 distinct sizes they count in steps of 1/128.
TEST_CASE("size table: memory is bounded, at the price of 0.8 %") {
  SizeTable table;
  constexpr std::uint64_t kSizes = 300'000;
  for (std::uint64_t i = 1; i <= kSizes; ++i) table.add(1000 * i);
  CHECK(table.count() == kSizes);
  CHECK(table.mean() == Approx(1000 * (kSizes + 1) / 2.0));
  for (const double share : {0.1, 0.5, 0.9, 0.99}) {
    CHECK(at(table, share) == Approx(1000 * share * kSizes).epsilon(0.012));
  }
}

TEST_CASE("size table: requests without bytes count as the smallest size") {
  SizeTable table;
  table.add(0);
  table.add(100);
  CHECK(table.quantiles().front().bytes == 1);
}
