// Cascades: exact peaks whatever is drawn, conservation, fits that give back what was put in, and
// what makes no cascade.

#include "models/tenant/cascade.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

#include "models/tenant/cascade_fit.hpp"
#include "models/tenant/load_model.hpp"

namespace {

using namespace spindle;
using models::Cascade;
using models::CascadeFit;
using sim::Duration;

std::vector<double> play(const Cascade& cascade, Duration epoch, std::uint64_t epochs,
                         std::uint64_t seed, std::uint32_t tenant = 0) {
  models::LoadOptions options;
  options.kind = models::LoadKind::kCascade;
  options.cascade = std::make_shared<const Cascade>(cascade);
  std::vector<double> out(epochs);
  models::make_load_model(options, {epoch, epochs}, sim::Seed{seed}, tenant)->fill(0, out);
  return out;
}

double peak(const std::vector<double>& values) {
  return *std::max_element(values.begin(), values.end());
}

// Shares of one cut, from whole weights of which one is positive.
rc::Gen<std::vector<double>> shares() {
  return rc::gen::map(
      rc::gen::resize(6, rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 20))),
      [](std::vector<int> weights) {
        weights.push_back(1);
        weights.push_back(3);
        const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
        std::vector<double> out;
        for (const int weight : weights) out.push_back(weight / sum);
        return out;
      });
}

}  // namespace

TEST_CASE("cascade: peaks of every level are exact, for any shares and any seed") {
  const bool holds = rc::check("peaks and mean", [] {
    const auto levels = *rc::gen::resize(
        3, rc::gen::nonEmpty(rc::gen::container<std::vector<std::vector<double>>>(shares())));
    std::uint64_t parts = 1;
    for (const auto& level : levels) parts *= level.size();
    const Cascade cascade(Duration::seconds(static_cast<double>(parts)), levels);
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    const std::uint64_t periods = 3;
    const auto load = play(cascade, Duration::seconds(1), periods * parts, seed);
    RC_ASSERT(load.size() == periods * parts);
    for (std::uint64_t period = 0; period < periods; ++period) {
      const auto begin = load.begin() + static_cast<std::ptrdiff_t>(period * parts);
      const double sum = std::accumulate(begin, begin + static_cast<std::ptrdiff_t>(parts), 0.0);
      RC_ASSERT(std::fabs(sum / static_cast<double>(parts) - 1) < 1e-12);
    }
    std::uint64_t width = parts;
    for (std::size_t level = 0; level < levels.size(); ++level) {
      width /= levels[level].size();
      const auto coarse = play(cascade, Duration::seconds(static_cast<double>(width)),
                               periods * parts / width, seed);
      RC_ASSERT(std::fabs(peak(coarse) / cascade.peak_to_mean(level) - 1) < 1e-12);
    }
  });
  CHECK(holds);
}

// Each of the 6 orders comes in its share of 6,000 periods, within 4.5 standard deviations (false
// alarm 4e-5 in all).
TEST_CASE("cascade: orders of shares are drawn evenly, and afresh in every period") {
  const Cascade cascade(Duration::seconds(3), {{0.5, 0.3, 0.2}});
  constexpr std::uint64_t kPeriods = 6000;
  const auto load = play(cascade, Duration::seconds(1), 3 * kPeriods, 5);
  std::vector<int> seen(27, 0);
  for (std::uint64_t i = 0; i < kPeriods; ++i) {
    const auto rank = [&](std::size_t j) {
      return load[3 * i + j] > 1.2 ? 0 : load[3 * i + j] > 0.75 ? 1 : 2;
    };
    ++seen[static_cast<std::size_t>(rank(0) * 9 + rank(1) * 3 + rank(2))];
  }
  int orders = 0;
  for (const int count : seen) {
    if (count == 0) continue;
    ++orders;
    CHECK(std::fabs(count - 1000.0) < 4.5 * std::sqrt(1000.0 * 5 / 6));
  }
  CHECK(orders == 6);
}

TEST_CASE("cascade: tenants draw orders of their own, and an epoch may be anything") {
  const Cascade cascade = Cascade::b_model(Duration::hours(1), 0.7, 10);
  CHECK(play(cascade, Duration::seconds(60), 120, 1, 0) !=
        play(cascade, Duration::seconds(60), 120, 1, 1));
  // Parts of 3.5 s against epochs of 7 min that they do not divide: the sums agree.
  const auto fine = play(cascade, Duration::seconds(1), 7200, 1);
  const auto coarse = play(cascade, Duration::seconds(450), 16, 1);
  for (std::size_t i = 0; i < coarse.size(); ++i) {
    const auto begin = fine.begin() + static_cast<std::ptrdiff_t>(450 * i);
    CHECK(coarse[i] == Approx(std::accumulate(begin, begin + 450, 0.0) / 450).epsilon(1e-12));
  }
}

TEST_CASE("cascade: what makes none is refused with a reason") {
  const auto refuses = [](const std::function<void()>& make, const std::string& why) {
    CHECK_THROWS_WITH(make(), Catch::Contains(why));
  };
  const Duration day = Duration::hours(24);
  refuses([&] { Cascade(Duration(), {{0.5, 0.5}}); }, "period of a cascade");
  refuses([&] { Cascade(day, {}); }, "0 levels");
  refuses([&] { Cascade(day, {{0.5, 0.5}, {1}}); }, "level 2 of a cascade has 1 shares");
  refuses([&] { Cascade(day, {{0.5, 0.4}}); }, "add up to 0.9");
  refuses([&] { Cascade(day, {{1.5, -0.5}}); }, "no number >= 0");
  refuses(
      [&] {
        Cascade(Duration::nanoseconds(7), {{0.5, 0.5}, {0.5, 0.5}, {0.5, 0.5}});
      },
      "shorter than 1 ns");
  refuses([&] { Cascade::b_model(day, 0.4, 3); }, "bias of a b-model");
}

// The b-model's H = (1 - log2(b^2 + (1 - b)^2)) / 2: 1 for an even cut, 1/2 for a whole one.
TEST_CASE("cascade: Hurst parameter of its cuts") {
  const Duration day = Duration::hours(24);
  CHECK(Cascade::b_model(day, 0.5, 2).hurst(1) == Approx(1));
  CHECK(Cascade::b_model(day, 1, 2).hurst(0) == Approx(0.5));
  CHECK(Cascade::b_model(day, 0.7, 2).hurst(0) == Approx((1 - std::log2(0.58)) / 2));
}

TEST_CASE("cascade fit: a cascade comes back from its own load") {
  const Cascade cascade(Duration::hours(24), {{0.4, 0.3, 0.2, 0.1}, {0.5, 0.25, 0.25}, {0.9, 0.1}});
  const auto load = play(cascade, Duration::hours(1), 24, 3);
  CascadeFit fit({6 * 3600'000'000'000, 2 * 3600'000'000'000, 3600'000'000'000},
                 24 * 3600'000'000'000);
  for (std::size_t i = 0; i < load.size(); ++i) {
    fit.add(static_cast<std::int64_t>(i) * 3600'000'000'000 + 1, load[i] * 5);
  }
  const auto result = fit.finish();
  REQUIRE(result.cascade);
  CHECK(result.rate_per_s == Approx(5.0 / 3600));
  CHECK(result.cascade->period() == Duration::hours(24));
  REQUIRE(result.cascade->levels().size() == 3);
  for (std::size_t level = 0; level < 3; ++level) {
    CHECK(result.scales[level].peak_to_mean == Approx(cascade.peak_to_mean(level)));
    for (std::size_t i = 0; i < cascade.levels()[level].size(); ++i) {
      CHECK(result.cascade->levels()[level][i] == Approx(cascade.levels()[level][i]));
    }
  }
}

TEST_CASE("cascade fit: peaks are those of the bins, for any counts") {
  const bool holds = rc::check("peaks", [] {
    const auto counts = *rc::gen::suchThat(
        rc::gen::container<std::vector<int>>(
            240, rc::gen::weightedElement<int>({{8, 0}, {4, 1}, {2, 3}, {1, 40}})),
        [](const std::vector<int>& values) {
          return std::any_of(values.begin(), values.end(), [](int value) { return value > 0; });
        });
    CascadeFit fit({60, 12, 3}, 240);
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (counts[i] > 0) fit.add(static_cast<std::int64_t>(i), counts[i]);
    }
    const auto result = fit.finish();
    RC_ASSERT(result.cascade.has_value());
    const double mean = std::accumulate(counts.begin(), counts.end(), 0.0) / 240;
    for (std::size_t level = 0; level < 3; ++level) {
      const auto width = static_cast<std::size_t>(result.scales[level].width_ns);
      double most = 0;
      for (std::size_t i = 0; i < counts.size(); i += width) {
        const auto begin = counts.begin() + static_cast<std::ptrdiff_t>(i);
        most =
            std::max(most, std::accumulate(begin, begin + static_cast<std::ptrdiff_t>(width), 0.0));
      }
      const double expected = most / (mean * static_cast<double>(width));
      RC_ASSERT(std::fabs(result.scales[level].peak_to_mean / expected - 1) < 1e-12);
      RC_ASSERT(std::fabs(result.cascade->peak_to_mean(level) / expected - 1) < 1e-9);
    }
  });
  CHECK(holds);
}

TEST_CASE("cascade fit: what lies in no whole bin does not count") {
  CascadeFit fit({20, 10}, 53);
  fit.add(0, 1);
  fit.add(25, 3);
  fit.add(41, 100);
  fit.add(51, 7);
  const auto result = fit.finish();
  CHECK(result.scales[0].bins == 2);
  CHECK(result.scales[1].bins == 4);
  for (const auto& scale : result.scales) CHECK(scale.peak == 3);
  CHECK(result.scales[0].peak_to_mean == Approx(1.5));
  CHECK(result.scales[1].peak_to_mean == Approx(3));
  CHECK(result.rate_per_s == Approx(4 / 40e-9));
  CHECK(result.fitted_ns == 40);
  CHECK(result.fitted == 4);
  CHECK(result.all == 111);
  CHECK(result.scales[0].load_peak == 3);
  CHECK(result.scales[1].load_peak == 100);
  REQUIRE(result.cascade);
  CHECK(result.cascade->period().ns() == 40);
  // What the part left out does to shares: nothing.
  CHECK(result.cascade->levels()[1] == std::vector<double>{1, 0});
}

TEST_CASE("cascade fit: too short a load has no cascade, and bins must divide each other") {
  CascadeFit fit({20, 10}, 39);
  fit.add(0, 1);
  CHECK_FALSE(fit.finish().cascade);
  CascadeFit empty({20, 10}, 400);
  CHECK_FALSE(empty.finish().cascade);
  CHECK_THROWS_AS(CascadeFit({}, 400), std::invalid_argument);
  CHECK_THROWS_AS(CascadeFit({25, 10}, 400), std::invalid_argument);
  CHECK_THROWS_AS(CascadeFit({10, 20}, 400), std::invalid_argument);
  CHECK_THROWS_AS(CascadeFit({10, 10}, 400), std::invalid_argument);
  CHECK_THROWS_AS(CascadeFit({10, 0}, 400), std::invalid_argument);
}

TEST_CASE("cascade fit: widths suit the span") {
  constexpr std::int64_t kSecond = 1'000'000'000, kHour = 3600 * kSecond;
  const auto widths = [](double span_s, double sample_s) {
    std::vector<double> out;
    for (const std::int64_t width : models::cascade_widths(
             static_cast<std::int64_t>(span_s * 1e9), static_cast<std::int64_t>(sample_s * 1e9))) {
      out.push_back(static_cast<double>(width) / 1e9);
    }
    return out;
  };
  using List = std::vector<double>;
  CHECK(widths(86406, 0) == List{3600, 60, 1});
  CHECK(widths(30 * 86400.0, 0) == List{86400, 3600, 60, 1});
  CHECK(widths(3400, 0) == List{600, 60, 1});
  // Four hours and 54 minutes: hours would leave out a fifth.
  CHECK(widths(17640, 0) == List{600, 60, 1});
  CHECK(widths(60, 0) == List{10, 1, 0.1});
  CHECK(widths(0.136, 0) == List{0.01, 0.001, 0.0001});
  CHECK(widths(14 * 86400.0, 300) == List{86400, 3600, 300});
  CHECK(widths(5 * 3600.0, 300) == List{3600, 300});
  CHECK(widths(1e6, 420) == List{42000, 4200, 420});
  for (const double span : {1e-7, 1e-3, 1.0, 100.0, 1e4, 1e6, 1e9}) {
    const auto ns = static_cast<std::int64_t>(span * 1e9);
    CHECK_NOTHROW(CascadeFit(models::cascade_widths(ns, 0), ns));
    CHECK_NOTHROW(CascadeFit(models::cascade_widths(ns, kHour), ns));
  }
}
