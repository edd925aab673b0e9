// What multiplies a class's demand: means in closed form, steps within epochs, the rules of a load.

#include "models/tenant/demand_course.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <vector>

namespace {

using namespace spindle;
using namespace spindle::models;
using sim::Duration;
using sim::Instant;

constexpr EpochGrid kGrid{Duration::hours(1), 100};

Instant at_hours(double hours) {
  return Instant() + Duration::hours(hours);
}

// Two events, one with ramps, and two flushes; the first falls into the first event.
std::vector<DemandEvent> events() {
  return {{at_hours(40.25), Duration::hours(3), 0.5, Duration()},
          {at_hours(9.75), Duration::hours(10), 6, Duration::hours(2.5)}};
}
CacheOptions cache() {
  return {0.8, {{at_hours(11.5), Duration::hours(2)}, {at_hours(13), Duration::hours(1.25)}}};
}

double event_factor(double hours) {
  if (hours >= 40.25 && hours < 43.25) return 0.5;
  if (hours < 9.75 || hours >= 19.75) return 1;
  if (hours < 12.25) return 1 + 5 * (hours - 9.75) / 2.5;
  if (hours < 17.25) return 6;
  return 6 - 5 * (hours - 17.25) / 2.5;
}
// Against the demand that the cache leaves while it is full.
double flush_factor(double hours) {
  if (hours < 11.5) return 1;
  if (hours < 13) return 1 + 4 * std::exp(-(hours - 11.5) / 2);
  return hours < 13 + 40 * 1.25 ? 1 + 4 * std::exp(-(hours - 13) / 1.25) : 1;
}

// The middle of each of many intervals: off by less than 1e-7 of it, and no cut within one.
double by_sum(double from, double to) {
  constexpr int kSteps = 200'000;
  double sum = 0;
  for (int i = 0; i < kSteps; ++i) {
    const double hours = from + (to - from) * (i + 0.5) / kSteps;
    sum += event_factor(hours) * flush_factor(hours);
  }
  return sum / kSteps;
}

double mean(const DemandCourse& course, double from, double to) {
  return course.mean(at_hours(from).ns(), at_hours(to).ns());
}

std::vector<double> fill(LoadModel& load, std::size_t window) {
  std::vector<double> out(kGrid.count);
  for (std::size_t first = 0; first < out.size(); first += window) {
    load.fill(first, std::span(out).subspan(first, std::min(window, out.size() - first)));
  }
  return out;
}

std::unique_ptr<LoadModel> load_of(const LoadOptions& options, const DemandCourse& course) {
  auto rows = make_load_family(options, kGrid, sim::Seed{3}, 0)->make_rows(1, 1);
  return as_load(make_course_rows(std::move(rows), course, kGrid));
}

std::unique_ptr<LoadModel> load_of(LoadKind kind, const DemandCourse& course) {
  LoadOptions options;
  options.kind = kind;
  options.mean_on = Duration::seconds(700);
  options.mean_off = Duration::seconds(900);
  return load_of(options, course);
}

}  // namespace

TEST_CASE("demand course: means are those of the product of events and surges") {
  const DemandCourse course(events(), cache(), kGrid);
  CHECK_FALSE(course.is_one());
  for (const auto& [from, to] : std::vector<std::pair<double, double>>{{0, 9.75},
                                                                       {9, 10},
                                                                       {10, 11.25},
                                                                       {11, 12},
                                                                       {11.5, 11.75},
                                                                       {12, 14},
                                                                       {9.75, 19.75},
                                                                       {16, 18},
                                                                       {19, 21},
                                                                       {40, 44},
                                                                       {0, 100}}) {
    INFO(from << " h to " << to << " h");
    CHECK(mean(course, from, to) == Approx(by_sum(from, to)).epsilon(1e-5));
  }
  CHECK(mean(course, 0, 5) == 1);
  CHECK(mean(course, 90, 95) == 1);
  // A nanosecond, where differences of integrals would have lost their digits.
  CHECK(course.mean(at_hours(14).ns(), at_hours(14).ns() + 1) ==
        Approx(6 * flush_factor(14)).epsilon(1e-12));
}

TEST_CASE(
    "demand course: a flushed cache sends 1/(1 - h) times the load, and refill h/(1 - h) more") {
  for (const double hit : {0.5, 0.9, 0.99}) {
    const DemandCourse course({}, {hit, {{at_hours(10), Duration::hours(1)}}}, kGrid);
    CHECK(course.mean(at_hours(10).ns(), at_hours(10).ns() + 1) ==
          Approx(1 / (1 - hit)).epsilon(1e-9));
    CHECK((mean(course, 10, 60) - 1) * 50 == Approx(hit / (1 - hit)).epsilon(1e-9));
    CHECK((mean(course, 10, 11) - 1) ==
          Approx(hit / (1 - hit) * (1 - std::exp(-1.0))).epsilon(1e-9));
  }
}

TEST_CASE("demand course: a load times it keeps the rules of a load") {
  const DemandCourse course(events(), cache(), kGrid);
  for (const LoadKind kind : {LoadKind::kConstant, LoadKind::kSlots, LoadKind::kOnOff}) {
    const std::vector<double> means = fill(*load_of(kind, course), kGrid.count);
    for (const std::size_t window : {1U, 7U, 64U}) {
      const auto parts = fill(*load_of(kind, course), window);
      REQUIRE(std::memcmp(parts.data(), means.data(), means.size() * sizeof(double)) == 0);
    }
    std::vector<RatePiece> pieces;
    const auto load = load_of(kind, course);
    for (std::uint64_t first = 0; first < kGrid.count; first += 10) load->pieces(first, 10, pieces);
    std::vector<double> integrals(kGrid.count);
    std::int64_t last = 0;
    for (const RatePiece& piece : pieces) {
      REQUIRE(piece.begin >= last);
      REQUIRE(piece.end > piece.begin);
      REQUIRE(piece.rate > 0);
      last = piece.end;
      const std::int64_t epoch = piece.begin / kGrid.epoch.ns();
      REQUIRE(piece.end <= (epoch + 1) * kGrid.epoch.ns());
      integrals[static_cast<std::size_t>(epoch)] += piece.rate *
                                                    static_cast<double>(piece.end - piece.begin) /
                                                    static_cast<double>(kGrid.epoch.ns());
    }
    for (std::size_t i = 0; i < means.size(); ++i) {
      REQUIRE(integrals[i] == Approx(means[i]).epsilon(1e-11).margin(1e-12));
    }
  }
}

TEST_CASE("demand course: epochs of one factor are the load's own, times that") {
  const DemandCourse course({{at_hours(10), Duration::hours(5), 3, Duration()},
                             {at_hours(15), Duration::hours(2), 0, Duration()}},
                            {}, kGrid);
  LoadOptions options;
  options.kind = LoadKind::kOnOff;
  std::vector<double> own(kGrid.count);
  make_load_model(options, kGrid, sim::Seed{3}, 1)->fill(0, own);
  std::vector<double> times(kGrid.count);
  load_of(options, course)->fill(0, times);
  for (std::size_t i = 0; i < own.size(); ++i) {
    const double factor = i < 10 || i >= 17 ? 1 : i < 15 ? 3 : 0;
    REQUIRE(times[i] == own[i] * factor);
  }
  CHECK(course.run_of(9).end == 10);
  CHECK(course.run_of(12).end == 15);
  CHECK(course.run_of(12).factor == 3);
  CHECK(course.run_of(99).end == 100);
}

TEST_CASE("demand course: steps of a surge stay within 2 % of it") {
  const DemandCourse course({}, {0.9, {{at_hours(10), Duration::hours(1)}}}, kGrid);
  std::vector<RatePiece> pieces;
  course.append({at_hours(9).ns(), at_hours(18).ns(), 2}, pieces);
  CHECK(pieces.size() > 64 * 8);
  for (const RatePiece& piece : pieces) {
    const double hours = static_cast<double>(piece.begin - at_hours(10).ns()) / 3.6e12;
    const double exact = 2 * (hours < 0 ? 1 : 1 + 9 * std::exp(-hours));
    CHECK(piece.rate == Approx(exact).epsilon(0.02));
  }
}

TEST_CASE("demand course: what cannot be is refused, and nothing is nothing") {
  CHECK(DemandCourse({}, {}, kGrid).is_one());
  CHECK(DemandCourse({}, {0.9, {}}, kGrid).is_one());
  CHECK(DemandCourse({}, {0, {{at_hours(1), Duration::hours(1)}}}, kGrid).is_one());
  const auto refuses = [](std::vector<DemandEvent> list, const CacheOptions& of) {
    CHECK_THROWS_AS(DemandCourse(std::move(list), of, kGrid), std::invalid_argument);
  };
  refuses({{at_hours(1), Duration::hours(1), -1, Duration()}}, {});
  refuses({{at_hours(1), Duration::hours(1), NAN, Duration()}}, {});
  refuses({{at_hours(1), Duration(), 2, Duration()}}, {});
  refuses({{at_hours(1), Duration::hours(1), 2, Duration::hours(0.6)}}, {});
  refuses({{at_hours(1), Duration::hours(2), 2, Duration()},
           {at_hours(2), Duration::hours(2), 2, Duration()}},
          {});
  refuses({{at_hours(1), Duration::days(200 * 365), 2, Duration()}}, {});
  refuses({}, {1, {}});
  refuses({}, {0.5, {{at_hours(1), Duration()}}});
}
