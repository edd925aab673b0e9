// Rules that every load model keeps: no negative load, a long-run mean of 1, the same bytes however
// a run is cut into windows, and windows in order only.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "models/tenant/load_rows.hpp"

namespace {

using namespace spindle;
using models::EpochGrid;
using models::LoadKind;
using models::LoadModel;
using models::LoadOptions;
using sim::Duration;
using Maker = std::function<std::unique_ptr<LoadModel>(const EpochGrid&, std::uint32_t tenant)>;
using SeededMaker = std::function<std::unique_ptr<LoadModel>(const EpochGrid&, sim::Seed)>;

using FamilyMaker = std::function<std::unique_ptr<models::LoadFamily>(const EpochGrid&)>;

struct Row {
  std::string name;
  Maker make;
  SeededMaker make_of_seed = nullptr;  // tenant 0; of generated loads
  FamilyMaker make_family = nullptr;   // of generated loads
};

Row row(const std::string& name, const LoadOptions& options) {
  return {name,
          [options](const EpochGrid& grid, std::uint32_t tenant) {
            return models::make_load_model(options, grid, sim::Seed{7}, tenant);
          },
          [options](const EpochGrid& grid, sim::Seed seed) {
            return models::make_load_model(options, grid, seed, 0);
          },
          [options](const EpochGrid& grid) {
            return models::make_load_family(options, grid, sim::Seed{7}, 0);
          }};
}

// Every load of the registry that needs no trace, with options that try its corners.
std::vector<Row> generated_loads() {
  LoadOptions base;
  base.states = {{5, Duration::seconds(900)}, {0.5, Duration::hours(3)}, {0, Duration::hours(1)}};
  LoadOptions windows;
  windows.kind = LoadKind::kDailyWindow;
  LoadOptions bursts;
  bursts.kind = LoadKind::kOnOff;
  bursts.mean_on = Duration::seconds(500);
  LoadOptions days;
  days.kind = LoadKind::kDiurnal;
  base.parts = {{3, windows}, {1, bursts}, {0.5, bursts}, {2, days}};
  base.cascade = std::make_shared<const models::Cascade>(
      Duration::hours(24), std::vector<std::vector<double>>{{0.5, 0.3, 0.2}, {0.6, 0.4, 0}});
  std::vector<Row> rows;
  for (const models::LoadEntry& entry : models::load_registry()) {
    if (entry.plays_trace()) continue;
    LoadOptions options = base;
    options.kind = entry.kind;
    rows.push_back(row(std::string(entry.name), options));
  }
  const auto with = [&](const std::string& name, LoadKind kind, auto change) {
    LoadOptions options = base;
    options.kind = kind;
    change(options);
    rows.push_back(row(name, options));
  };
  with("slots longer than an epoch", LoadKind::kSlots,
       [](LoadOptions& o) { o.slot = Duration::hours(2.5); });
  with("slots shorter than an epoch", LoadKind::kSlots, [](LoadOptions& o) {
    o.slot = Duration::seconds(420);
    o.duty = 0.7;
  });
  with("slots always on", LoadKind::kSlots, [](LoadOptions& o) { o.duty = 1; });
  with("short on/off", LoadKind::kOnOff, [](LoadOptions& o) {
    o.mean_on = Duration::seconds(30);
    o.mean_off = Duration::seconds(300);
  });
  with("long on/off", LoadKind::kOnOff, [](LoadOptions& o) {
    o.mean_on = Duration::hours(5);
    o.mean_off = Duration::hours(20);
  });
  with("correlated slots", LoadKind::kSlots, [](LoadOptions& o) {
    o.slot = Duration::seconds(420);
    o.correlation = 0.05;
  });
  with("slots with all in common", LoadKind::kSlots, [](LoadOptions& o) {
    o.slot = Duration::seconds(250);
    o.duty = 0.4;
    o.correlation = 1;
  });
  with("correlated on/off", LoadKind::kOnOff, [](LoadOptions& o) {
    o.mean_on = Duration::seconds(300);
    o.mean_off = Duration::seconds(3000);
    o.correlation = 0.1;
  });
  with("window past midnight", LoadKind::kDailyWindow, [](LoadOptions& o) {
    o.start_is_random = false;
    o.start = Duration::hours(22.3);
  });
  with("Pareto on/off", LoadKind::kOnOff, [](LoadOptions& o) {
    o.mean_on = Duration::seconds(300);
    o.mean_off = Duration::seconds(3000);
    o.on_alpha = 1.6;
    o.off_alpha = 2.5;
  });
  with("window on weekdays that moves", LoadKind::kDailyWindow, [](LoadOptions& o) {
    o.jitter = Duration::hours(10);
    o.open_days = 0x1f;
    o.first_weekday = 5;
  });
  with("window at midnight on two days that moves", LoadKind::kDailyWindow, [](LoadOptions& o) {
    o.start_is_random = false;
    o.jitter = Duration::hours(5);
    o.open_days = 0x41;
  });
  with("days by a curve", LoadKind::kDiurnal, [](LoadOptions& o) {
    o.curve = {{1.5, 2}, {7, 0}, {8.2, 5}, {22, 1}};
    o.weekend = 0.3;
    o.first_weekday = 3;
    o.phase_is_random = true;
  });
  with("days that fall to nothing", LoadKind::kDiurnal, [](LoadOptions& o) {
    o.amplitude = 1;
    o.weekend = 0;
    o.phase = Duration::hours(9.37);
  });
  with("mmpp with uniform jumps", LoadKind::kMmpp, [](LoadOptions& o) {
    o.jumps_are_uniform = true;
    o.states.push_back({1, Duration::seconds(40)});
  });
  with("sum with a correlated part", LoadKind::kSum,
       [](LoadOptions& o) { o.parts[1].load.correlation = 0.4; });
  with("cascade that ends in epochs", LoadKind::kCascade, [](LoadOptions& o) {
    o.cascade = std::make_shared<const models::Cascade>(
        Duration::seconds(10007), std::vector<std::vector<double>>(5, {0.1, 0.7, 0.2, 0}));
  });
  with("b-model", LoadKind::kBModel, [](LoadOptions& o) {
    o.cascade = std::make_shared<const models::Cascade>(
        models::Cascade::b_model(Duration::hours(8), 0.7, 9));
  });
  with("window of the whole day", LoadKind::kDailyWindow,
       [](LoadOptions& o) { o.window = Duration::hours(24); });
  return rows;
}

const models::DemandTrace& series_trace() {
  static const models::DemandTrace trace = [] {
    models::DemandTrace t;
    t.interval = Duration::seconds(300);
    t.loop = Duration::hours(13);
    for (int i = 0; i < 200; ++i) {
      t.points.push_back({Duration::seconds(290.0 * i), static_cast<double>(i * i % 17) / 3});
    }
    return t;
  }();
  return trace;
}

const models::DemandTrace& jobs_trace() {
  static const models::DemandTrace trace = [] {
    models::DemandTrace t = series_trace();
    t.interval = Duration();
    return t;
  }();
  return trace;
}

std::vector<Row> all_loads() {
  std::vector<Row> rows = generated_loads();
  rows.push_back({"series", [](const EpochGrid& grid, std::uint32_t) {
                    return models::make_trace_load(series_trace(), 1.5, grid);
                  }});
  rows.push_back({"series from its middle on", [](const EpochGrid& grid, std::uint32_t tenant) {
                    return models::make_trace_load(series_trace(), 1.5, grid,
                                                   Duration::hours(3.21 * tenant));
                  }});
  rows.push_back({"jobs", [](const EpochGrid& grid, std::uint32_t) {
                    return models::make_trace_load(jobs_trace(), 1.5, grid);
                  }});
  return rows;
}

// Fills in windows of the given sizes, repeated.
std::vector<double> play(const Maker& make, const EpochGrid& grid, std::uint32_t tenant,
                         const std::vector<std::size_t>& windows) {
  const auto model = make(grid, tenant);
  std::vector<double> out(grid.count);
  std::size_t at = 0;
  for (std::size_t i = 0; at < out.size(); ++i) {
    const std::size_t size = std::min(windows[i % windows.size()], out.size() - at);
    model->fill(at, std::span(out).subspan(at, size));
    at += size;
  }
  return out;
}

}  // namespace

TEST_CASE("every load model is in the registry once, in the order of its kind") {
  const auto registry = models::load_registry();
  REQUIRE(registry.size() == 11);
  for (std::size_t i = 0; i < registry.size(); ++i) {
    CHECK(static_cast<std::size_t>(registry[i].kind) == i);
    CHECK_FALSE(registry[i].name.empty());
    CHECK_FALSE(registry[i].summary.empty());
  }
}

TEST_CASE("a load's values do not depend on how a run is cut into windows") {
  for (const Duration epoch : {Duration::hours(1), Duration::seconds(777), Duration::hours(7)}) {
    const EpochGrid grid{epoch, 500};
    for (const Row& load : all_loads()) {
      for (std::uint32_t tenant = 0; tenant < 4; ++tenant) {
        const auto whole = play(load.make, grid, tenant, {500});
        for (const auto& windows : std::vector<std::vector<std::size_t>>{{1}, {7, 0, 64}, {499}}) {
          const auto parts = play(load.make, grid, tenant, windows);
          INFO(load.name << ", tenant " << tenant);
          REQUIRE(std::memcmp(whole.data(), parts.data(), whole.size() * sizeof(double)) == 0);
        }
      }
    }
  }
}

// An on/off tenant half in an epoch is on in its half only.
TEST_CASE("pieces of a load are in order, disjoint, and integrate to the epochs' means") {
  const EpochGrid grid{Duration::seconds(3000), 300};
  for (const Row& load : all_loads()) {
    for (std::uint32_t tenant = 0; tenant < 4; ++tenant) {
      const auto means = play(load.make, grid, tenant, {300});
      const auto model = load.make(grid, tenant);
      std::vector<models::RatePiece> pieces;
      for (std::uint64_t first = 0; first < 300; first += 60) model->pieces(first, 60, pieces);
      std::vector<double> integrals(grid.count);
      std::int64_t last_end = 0;
      INFO(load.name << ", tenant " << tenant);
      for (models::RatePiece piece : pieces) {
        REQUIRE(piece.begin >= last_end);
        REQUIRE(piece.end > piece.begin);
        REQUIRE(piece.rate > 0);
        last_end = piece.end;
        while (piece.begin < piece.end) {
          const std::int64_t epoch = piece.begin / grid.epoch.ns();
          const std::int64_t stop = std::min(piece.end, (epoch + 1) * grid.epoch.ns());
          integrals.at(static_cast<std::size_t>(epoch)) += piece.rate *
                                                           static_cast<double>(stop - piece.begin) /
                                                           static_cast<double>(grid.epoch.ns());
          piece.begin = stop;
        }
      }
      for (std::size_t i = 0; i < means.size(); ++i) {
        REQUIRE(integrals[i] == Approx(means[i]).epsilon(1e-12).margin(1e-12));
      }
    }
  }
}

// Blocks that hold some of the rows, windows of some of the epochs, and rows that fall behind.
TEST_CASE("tenants side by side have the loads that each has alone") {
  constexpr std::uint32_t kFirst = 3, kTenants = 70;
  const EpochGrid grid{Duration::seconds(3000), 60};
  for (const Row& load : generated_loads()) {
    INFO(load.name);
    const auto rows = load.make_family(grid)->make_rows(kFirst, kTenants);
    REQUIRE(rows->rows() == kTenants);
    std::vector<double> out(kTenants * grid.count);
    const auto fill = [&](std::size_t row, std::size_t count, std::uint64_t epoch,
                          std::size_t epochs) {
      models::LoadBlock block;
      rows->fill({row, count, epoch, epochs}, block);
      for (std::size_t i = 0; i < count; ++i) {
        std::copy_n(block.value[i], epochs, out.data() + (row + i) * grid.count + epoch);
      }
    };
    for (std::uint64_t epoch = 0; epoch < 56; epoch += 8) {
      fill(0, 64, epoch, 8);
      fill(64, 1, epoch, 3);
      fill(64, 1, epoch + 3, 5);
    }
    fill(0, 64, 56, 4);
    fill(64, 1, 56, 4);
    for (std::uint64_t epoch = 0; epoch < 60; epoch += 4) fill(65, 5, epoch, 4);
    for (std::uint32_t i = 0; i < kTenants; ++i) {
      const auto alone = play(load.make, grid, kFirst + i, {60});
      REQUIRE(std::memcmp(alone.data(), out.data() + i * grid.count, 60 * sizeof(double)) == 0);
    }
  }
}

TEST_CASE("windows of tenants side by side follow each other, tenant by tenant") {
  const EpochGrid grid{Duration::hours(1), 100};
  for (const Row& load : generated_loads()) {
    INFO(load.name);
    const auto rows = load.make_family(grid)->make_rows(0, 10);
    models::LoadBlock block;
    std::vector<models::RatePiece> pieces;
    rows->fill({0, 4, 0, 8}, block);
    CHECK_THROWS_AS(rows->fill({0, 5, 8, 8}, block), std::logic_error);
    CHECK_THROWS_AS(rows->fill({3, 2, 0, 8}, block), std::logic_error);
    CHECK_THROWS_AS(rows->pieces(3, 0, 8, pieces), std::logic_error);
    rows->pieces(3, 8, 2, pieces);
    CHECK_NOTHROW(rows->fill({3, 1, 10, 8}, block));
    CHECK_NOTHROW(rows->fill({4, 6, 0, 8}, block));
  }
}

TEST_CASE("a load is never negative and always finite") {
  for (const Row& load : all_loads()) {
    for (const double value : play(load.make, {Duration::seconds(777), 2000}, 3, {100})) {
      INFO(load.name);
      REQUIRE((std::isfinite(value) && value >= 0));
    }
  }
}

// Each tenant is of another seed, so that correlated ones, too, are independent here and the
// standard error comes from the spread of their means. Limit: 4.5 standard errors, false alarm 7e-6
// a row (fixed seeds: a change of code draws anew).
TEST_CASE("a generated load has expectation 1") {
  constexpr std::uint32_t kTenants = 400;
  const EpochGrid grid{Duration::seconds(5400), 16 * 21};  // three whole weeks
  for (const Row& load : generated_loads()) {
    double sum = 0, squares = 0;
    for (std::uint32_t tenant = 0; tenant < kTenants; ++tenant) {
      double mean = 0;
      std::vector<double> values(grid.count);
      load.make_of_seed(grid, sim::Seed{100 + tenant})->fill(0, values);
      for (const double value : values) mean += value;
      mean /= static_cast<double>(grid.count);
      sum += mean;
      squares += (mean - 1) * (mean - 1);
    }
    const double standard_error = std::sqrt(squares) / kTenants;
    INFO(load.name << ": mean " << sum / kTenants << ", standard error " << standard_error);
    CHECK(std::fabs(sum / kTenants - 1) <= 4.5 * standard_error + 1e-12);
    CHECK(standard_error < 0.05);
  }
}

TEST_CASE("windows out of order are refused") {
  for (const Row& load : all_loads()) {
    const auto model = load.make({Duration::hours(1), 100}, 0);
    std::vector<double> out(10);
    INFO(load.name);
    CHECK_THROWS_AS(model->fill(10, out), std::logic_error);
    model->fill(0, out);
    CHECK_THROWS_AS(model->fill(0, out), std::logic_error);
    CHECK_THROWS_AS(model->fill(20, out), std::logic_error);
    CHECK_NOTHROW(model->fill(10, out));
  }
}

TEST_CASE("what one tenant draws does not depend on the other tenants") {
  const EpochGrid grid{Duration::hours(1), 1000};
  LoadOptions options;
  options.kind = LoadKind::kSlots;
  const Row load = row("slots", options);
  const auto fifth = play(load.make, grid, 5, {1000});
  CHECK(play(load.make, grid, 6, {1000}) != fifth);
  CHECK(play(load.make, grid, 5, {1000}) == fifth);
}

TEST_CASE("load: a slot longer than half the run is on to the run's end") {
  // 190 years with slots of 150: the second slot would end beyond what int64 nanoseconds hold.
  models::LoadOptions options;
  options.kind = models::LoadKind::kSlots;
  options.duty = 1;
  options.slot = sim::Duration::days(150 * 365);
  const models::EpochGrid grid{sim::Duration::days(365), 190};
  std::vector<double> load(grid.count);
  models::make_load_model(options, grid, {1}, 0)->fill(0, load);
  for (const double value : load) CHECK(value == 1);
}
