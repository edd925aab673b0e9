// Histories of failures: what each cause does, and that nothing else does.
#include "models/failure/failure_history.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "tests/support/placement_world.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

using History = std::vector<SlotFailure>;

// Zones of `racks` racks of `size` drives.
Topology failing_fleet(std::uint32_t zones, std::uint32_t racks, std::uint32_t size,
                       double per_year) {
  DriveModel model = test::drive_of_capacity(100);
  model.annual_failure_rate = per_year;
  return Topology({zones, racks, zones * racks * size, {{model, 1}}});
}

FailureOptions one_year() {
  return {.replace = sim::Duration::days(2), .horizon = sim::Duration::days(365)};
}

ClusterLaw strong_clusters(std::uint32_t drives_per_node = 4) {
  return {drives_per_node, {{{0.2, 0.1, 600}, {0.1, 0.2, 2 * sim::kSecondsPerDay}}}};
}

// What FailureProcess says, slot by slot, in the order of histories.
History of_slots(const Topology& topology, const FailureOptions& options, sim::Seed seed,
                 std::uint32_t replication) {
  const FailureProcess process(topology, options, seed, replication);
  History out;
  for (std::uint32_t slot = 0; slot < topology.drives(); ++slot) {
    for (const sim::Instant at : process.failures_of(slot)) {
      out.push_back({at.to_seconds(), slot});
    }
  }
  std::sort(out.begin(), out.end(), comes_before);
  return out;
}

bool is_a_history(const History& history, const FailureOptions& options) {
  std::map<std::uint32_t, double> last;
  for (std::size_t i = 0; i < history.size(); ++i) {
    const auto [at_s, slot, is_sudden] = history[i];
    if (is_sudden && options.power.empty()) return false;
    if (i > 0 && !comes_before(history[i - 1], history[i])) return false;
    if (at_s < 0 || at_s >= options.horizon.to_seconds()) return false;
    const auto before = last.find(slot);
    // To a microsecond: a year in doubles has nanoseconds and no more.
    if (before != last.end() && at_s < before->second + options.replace.to_seconds() - 1e-6) {
      return false;
    }
    last[slot] = at_s;
  }
  return true;
}

}  // namespace

TEST_CASE("histories: drives that fail by themselves do as FailureProcess says") {
  CHECK(rc::check("any law, any batch, any fleet", [] {
    const Topology topology =
        failing_fleet(*rc::gen::inRange(1U, 4U), *rc::gen::inRange(2U, 6U),
                      *rc::gen::inRange(1U, 40U), *rc::gen::element(0.0, 0.01, 0.5, 20.0));
    FailureOptions options = one_year();
    options.life.kind =
        *rc::gen::element(LifetimeKind::kExponential, LifetimeKind::kWeibull, LifetimeKind::kSteps);
    options.life.shape = *rc::gen::element(0.6, 2.0);
    options.life.steps = {{0, 4}, {1e6, 1}, {2e7, 3}};
    options.life.age_s = *rc::gen::element(0.0, 1.9e7);
    options.life.batches = {
        {.share = 0.5, .hazard = *rc::gen::element(0.0, 1.0, 6.0), .age_s = 5e6}};
    const History history = draw_failures(topology, options, sim::Seed{3}, 7);
    RC_ASSERT(history == of_slots(topology, options, sim::Seed{3}, 7));
    RC_ASSERT(is_a_history(history, options));
  }));
}

TEST_CASE("histories: any mixture of causes leaves every slot its replacement, and one order") {
  CHECK(rc::check("clusters, power and a trace together", [] {
    const Topology topology = failing_fleet(2, 2, *rc::gen::inRange(1U, 30U), 3);
    FailureOptions options = one_year();
    options.clusters = strong_clusters(*rc::gen::inRange(2U, 9U));
    options.power = {{DomainKind::kZone, 3, sim::Duration::hours(5), 0.3},
                     {DomainKind::kRack, 6, sim::Duration::hours(1), 0.5}};
    FailureTrace trace;
    for (double at = 0; at < 4e7; at += 1e5) {
      trace.failures.push_back({at, *rc::gen::inRange(0U, topology.drives())});
    }
    trace.is_alone = *rc::gen::arbitrary<bool>();
    options.trace = std::make_shared<const FailureTrace>(trace);
    const FailureHistory generator(topology, options, sim::Seed{5});
    History history;
    History again = {{9, 9}};
    generator.draw(1, history);
    generator.draw(1, again);
    RC_ASSERT(is_a_history(history, options));
    RC_ASSERT(history == again);
    generator.draw(2, again);
    RC_ASSERT(history != again);
  }));
}

TEST_CASE("histories: clusters stay in their racks, and what another rack does changes none") {
  DriveModel frail = test::drive_of_capacity(100);
  frail.annual_failure_rate = 2;
  DriveModel sound = frail;
  const auto draw = [&](double other_rate) {
    sound.annual_failure_rate = other_rate;
    const Topology topology({1, 4, 80, {{frail, 1}, {sound, 1}}});
    FailureOptions options = one_year();
    options.clusters = strong_clusters();
    History of_frail;
    std::set<std::uint32_t> racks;
    for (const SlotFailure& failure : draw_failures(topology, options, sim::Seed{1}, 0)) {
      racks.insert(topology.rack_of(failure.slot));
      if (topology.model_of(failure.slot).annual_failure_rate == 2) of_frail.push_back(failure);
    }
    CHECK(racks.size() == (other_rate > 0 ? 4 : 2));
    return of_frail;
  };
  const History alone = draw(0);
  CHECK(alone.size() > 40);
  CHECK(draw(3) == alone);
}

TEST_CASE("histories: power takes the drives that it says, when it comes back") {
  const Topology topology = failing_fleet(3, 2, 10, 0);
  FailureOptions options = one_year();
  options.power = {{DomainKind::kZone, 2, sim::Duration::hours(10), 1.0},
                   {DomainKind::kRack, 2, sim::Duration::hours(10), 0.0}};
  const auto events = draw_power_events(topology, options.power, sim::Seed{2}, 0, options.horizon);
  std::map<double, std::uint32_t> dead;
  for (const SlotFailure& failure : draw_failures(topology, options, sim::Seed{2}, 0)) {
    ++dead[failure.at_s];
  }
  std::size_t zones = 0;
  std::size_t racks = 0;
  double last_s = -1e9;
  for (const auto& [outage, dies] : events) {
    (outage.kind == DomainKind::kZone ? zones : racks) += 1;
    CHECK(dies == (outage.kind == DomainKind::kZone ? 1.0 : 0.0));
    if (outage.kind == DomainKind::kRack) continue;
    const double back_s = (outage.at + outage.lasts).to_seconds();
    if (back_s - last_s > 3 * sim::kSecondsPerDay && back_s < options.horizon.to_seconds()) {
      CHECK(dead[back_s] % 20 == 0);
      CHECK(dead[back_s] > 0);
    }
    last_s = back_s;
  }
  CHECK(zones > 1);
  CHECK(racks > 3);
  // As many as drives in zones, of those that were there.
  CHECK(dead.size() <= zones);

  options.power = {{DomainKind::kRack, 50, sim::Duration::hours(1), 0.25}};
  const auto many = draw_power_events(topology, options.power, sim::Seed{2}, 0, options.horizon);
  const auto failures = draw_failures(topology, options, sim::Seed{2}, 0);
  // 300 events of 10 drives; at most a few meet an empty slot (rate 12.5 a year, 2 days). Standard
  // deviation 24: false alarms of 1e-9 beyond 150.
  const double expected = 0.25 * 10 * static_cast<double>(many.size()) / (1 + 12.5 * 2 / 365);
  CHECK(std::abs(static_cast<double>(failures.size()) - expected) < 150);
}

TEST_CASE("histories: a trace is played as it is, alone or beside the law") {
  const Topology topology = failing_fleet(1, 2, 10, 1);
  FailureOptions options = one_year();
  const double day = sim::kSecondsPerDay;
  FailureTrace trace{{{0, 3}, {1 * day, 3}, {1 * day, 4}, {2.5 * day, 3}, {400 * day, 5}}, true};
  options.trace = std::make_shared<const FailureTrace>(trace);
  // A day after its failure slot 3 is empty; what comes after the run does not come.
  CHECK(draw_failures(topology, options, sim::Seed{1}, 0) ==
        History{{0, 3}, {1 * day, 4}, {2.5 * day, 3}});

  trace.is_alone = false;
  options.trace = std::make_shared<const FailureTrace>(trace);
  const History beside = draw_failures(topology, options, sim::Seed{1}, 0);
  options.trace = nullptr;
  const History without = draw_failures(topology, options, sim::Seed{1}, 0);
  const auto others = [](const History& history) {
    History out;
    for (const SlotFailure& failure : history) {
      if (failure.slot != 3 && failure.slot != 4) out.push_back(failure);
    }
    return out;
  };
  CHECK(others(beside) == others(without));
  CHECK(std::count(beside.begin(), beside.end(), SlotFailure{0, 3}) == 1);
}

TEST_CASE("histories: what cannot be drawn is refused") {
  const Topology topology = failing_fleet(1, 2, 10, 1);
  const auto refuses = [&](const FailureOptions& options, const char* text) {
    CHECK_THROWS_WITH(FailureHistory(topology, options, sim::Seed{1}),
                      Catch::Matchers::Contains(text));
  };
  FailureOptions options = one_year();
  options.trace = std::make_shared<const FailureTrace>(FailureTrace{{{5, 1}, {4, 2}}, true});
  refuses(options, "order of time");
  options.trace = std::make_shared<const FailureTrace>(FailureTrace{{{5, 20}}, true});
  refuses(options, "drive 20");
  options = one_year();
  options.power = {{DomainKind::kRack, 1, {}, 1.5}};
  refuses(options, "probability 1.5");
  options.power = {{DomainKind::kRack, 1e9, {}, 0.5}};
  refuses(options, "power events in the run");
  options = one_year();
  options.life.batches = {{.share = 0.2, .hazard = 2}};
  refuses(options, "batch 0");
  options = one_year();
  options.clusters = {1, {}};
  refuses(options, "1 drives a node");
  options.clusters = {4, {{{0.5, 0.5, 1}, {0, 0, 1}}}};
  refuses(options, "never end");
  DriveModel model = test::drive_of_capacity(100);
  const Topology landing({1, 2, 20, {{model, 1}}, 1});
  CHECK_THROWS_WITH(FailureHistory(landing, one_year(), sim::Seed{1}),
                    Catch::Matchers::Contains("racks land"));
}
