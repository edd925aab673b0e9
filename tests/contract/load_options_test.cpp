// Options of loads that are out of range, or do not go together, are refused.

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "models/tenant/load_model.hpp"

using namespace spindle;
using models::EpochGrid;
using models::LoadKind;
using models::LoadOptions;
using sim::Duration;

TEST_CASE("load options out of range are refused with a reason and a suggestion") {
  const EpochGrid grid{Duration::hours(1), 10};
  const auto refuses = [&](LoadKind kind, auto change) {
    LoadOptions options;
    options.kind = kind;
    change(options);
    try {
      models::make_load_model(options, grid, sim::Seed{1}, 0);
    } catch (const std::invalid_argument& error) {
      const std::string text = error.what();
      return text.find(" (") != std::string::npos || text.find(" — ") != std::string::npos;
    }
    return false;
  };
  CHECK(refuses(LoadKind::kSlots, [](LoadOptions& o) { o.duty = 0; }));
  CHECK(refuses(LoadKind::kSlots, [](LoadOptions& o) { o.duty = 1.01; }));
  CHECK(refuses(LoadKind::kSlots, [](LoadOptions& o) { o.duty = std::nan(""); }));
  CHECK(refuses(LoadKind::kSlots, [](LoadOptions& o) { o.slot = Duration(); }));
  CHECK(refuses(LoadKind::kOnOff, [](LoadOptions& o) { o.mean_off = Duration(); }));
  CHECK(refuses(LoadKind::kOnOff, [](LoadOptions& o) { o.mean_on = Duration::seconds(-1); }));
  for (const double bad : {-0.1, 1.1, std::nan("")}) {
    CHECK(refuses(LoadKind::kSlots, [bad](LoadOptions& o) { o.correlation = bad; }));
  }
  CHECK(refuses(LoadKind::kConstant, [](LoadOptions& o) { o.correlation = 0.1; }));
  CHECK(refuses(LoadKind::kDailyWindow, [](LoadOptions& o) { o.correlation = 0.1; }));
  // 1e8 common slots.
  CHECK(refuses(LoadKind::kSlots, [](LoadOptions& o) {
    o.correlation = 0.1;
    o.slot = Duration::nanoseconds(360'000);
  }));
  CHECK(refuses(LoadKind::kDailyWindow, [](LoadOptions& o) { o.window = Duration::hours(25); }));
  CHECK(refuses(LoadKind::kDailyWindow, [](LoadOptions& o) {
    o.start_is_random = false;
    o.start = Duration::hours(24);
  }));
  for (const double bad : {1.0, 0.5, 101.0, -1.5, std::nan("")}) {
    CHECK(refuses(LoadKind::kOnOff, [bad](LoadOptions& o) { o.on_alpha = bad; }));
    CHECK(refuses(LoadKind::kOnOff, [bad](LoadOptions& o) { o.off_alpha = bad; }));
  }
  CHECK(refuses(LoadKind::kOnOff, [](LoadOptions& o) { o.on_alpha = 1.5, o.correlation = 0.1; }));
  CHECK(refuses(LoadKind::kDailyWindow, [](LoadOptions& o) { o.jitter = Duration::hours(10.1); }));
  CHECK(refuses(LoadKind::kDailyWindow, [](LoadOptions& o) { o.jitter = Duration::seconds(-1); }));
  CHECK(refuses(LoadKind::kDailyWindow, [](LoadOptions& o) { o.open_days = 0; }));
  CHECK(refuses(LoadKind::kDailyWindow, [](LoadOptions& o) { o.open_days = 128; }));
  CHECK(refuses(LoadKind::kDailyWindow, [](LoadOptions& o) { o.first_weekday = 7; }));
  CHECK(refuses(LoadKind::kDiurnal, [](LoadOptions& o) { o.amplitude = 1.01; }));
  CHECK(refuses(LoadKind::kDiurnal, [](LoadOptions& o) { o.peak = Duration::hours(24); }));
  CHECK(refuses(LoadKind::kDiurnal, [](LoadOptions& o) { o.phase = Duration::seconds(-1); }));
  CHECK(refuses(LoadKind::kDiurnal, [](LoadOptions& o) { o.weekend = -1; }));
  for (const auto& bad : std::vector<std::vector<models::HourLevel>>{
           {{3, 1}, {3, 2}}, {{-1, 1}}, {{24, 1}}, {{0, -1}}, {{0, 0}, {5, 0}}}) {
    CHECK(refuses(LoadKind::kDiurnal, [&](LoadOptions& o) { o.curve = bad; }));
  }
  for (const auto& bad : std::vector<std::vector<models::RateState>>{
           {},
           {{1, Duration::hours(1)}},
           {{1, Duration::hours(1)}, {-1, Duration::hours(1)}},
           {{1, Duration::hours(1)}, {1, Duration()}},
           {{0, Duration::hours(1)}, {0, Duration::hours(1)}}}) {
    CHECK(refuses(LoadKind::kMmpp, [&](LoadOptions& o) { o.states = bad; }));
  }
  LoadOptions constant;
  LoadOptions sum;
  sum.kind = LoadKind::kSum;
  LoadOptions wrong;
  wrong.kind = LoadKind::kSlots;
  wrong.duty = 2;
  LoadOptions series;
  series.kind = LoadKind::kSeries;
  CHECK_FALSE(refuses(LoadKind::kSum, [&](LoadOptions& o) { o.parts = {{1, constant}}; }));
  for (const auto& bad : std::vector<std::vector<models::LoadPart>>{
           {}, {{0, constant}}, {{1, sum}}, {{1, wrong}}, {{1, constant}, {1, series}}}) {
    CHECK(refuses(LoadKind::kSum, [&](LoadOptions& o) { o.parts = bad; }));
  }
  CHECK(refuses(LoadKind::kSeries, [](LoadOptions&) {}));
  CHECK(refuses(LoadKind::kJobs, [](LoadOptions&) {}));
  LoadOptions options;
  CHECK_THROWS_AS(models::make_load_model(options, {Duration(), 1}, sim::Seed{1}, 0),
                  std::invalid_argument);
  CHECK_THROWS_AS(models::make_load_model(options, {Duration::days(365), 201}, sim::Seed{1}, 0),
                  std::invalid_argument);
}
