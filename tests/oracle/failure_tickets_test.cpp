// Alibaba's failure tickets, from which the presets of clusters have their numbers.
//
// Public data that does not come with Spindle (github.com/alibaba-edu/dcbrain, ssd_open_data).
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/trace/fields.hpp"
#include "models/failure/failure_clusters.hpp"
#include "sim/random_stream.hpp"
#include "sim/time.hpp"
#include "tests/support/public_data.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

struct Ticket {
  double at_s = 0;
  std::array<std::string, 2> domain;  // node, rack
};

// Columns: model, failure_time, …, disk_id, node_id, rack_id, machine_room_id. Empty where the
// archive or unzip is not there.
std::vector<Ticket> tickets() {
  std::vector<Ticket> out;
  const auto data = test::public_data();
  if (!data) return out;
  const std::string command = "unzip -p '" +
                              (*data / "failures" / "ssd_failure_tag.csv.zip").string() +
                              "' ssd_failure_tag.csv 2>/dev/null";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"),
                                                             ::pclose);
  std::array<char, 4096> line{};
  std::vector<std::string> fields;
  while (std::fgets(line.data(), line.size(), pipe.get()) != nullptr) {
    std::string text = line.data();
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    REQUIRE(app::split_fields(text, ',', fields));
    REQUIRE(fields.size() == 39);
    if (fields[1] == "failure_time") continue;
    const auto time = app::parse_time(fields[1]);
    REQUIRE(time);
    out.push_back({static_cast<double>(time->seconds), {fields[36], fields[37]}});
  }
  return out;
}

// Of all failures those that another one comes before in the same domain, within the window.
double share_preceded(const std::vector<Ticket>& tickets, std::size_t domain, double window_s) {
  std::map<std::string, std::vector<double>> times;
  for (const Ticket& ticket : tickets) times[ticket.domain[domain]].push_back(ticket.at_s);
  double preceded = 0;
  for (auto& [name, list] : times) {
    std::sort(list.begin(), list.end());
    for (std::size_t i = 1; i < list.size(); ++i) preceded += list[i] - list[i - 1] <= window_s;
  }
  return preceded / static_cast<double>(tickets.size());
}

}  // namespace

TEST_CASE("failure tickets: the presets' ratios and shares are those of the data") {
  const std::vector<Ticket> all = tickets();
  if (all.empty()) {
    WARN("skipped: no public data (SPINDLE_DATA_DIR), or no unzip");
    return;
  }
  REQUIRE(all.size() == 18387);
  constexpr std::array<double, 2> kWindows = {1800, 30 * sim::kSecondsPerDay};
  constexpr std::array<std::array<double, 2>, 2> kShares = {{{0.090, 0.14}, {0.19, 0.50}}};
  constexpr int kShuffles = 15;  // 450 by chance within 30 min in a node: 5 %
  std::array<std::array<double, 2>, 2> chance{};
  sim::RandomStream random(sim::Seed{1}, 0, sim::Purpose{1}, 0);
  for (int shuffle = 0; shuffle < kShuffles; ++shuffle) {
    std::vector<Ticket> dealt = all;
    for (std::size_t i = dealt.size(); i > 1; --i) {
      std::swap(dealt[i - 1].at_s, dealt[random.below(static_cast<std::uint32_t>(i))].at_s);
    }
    for (std::size_t w = 0; w < 2; ++w) {
      for (std::size_t d = 0; d < 2; ++d) {
        chance[w][d] += share_preceded(dealt, d, kWindows[w]) / kShuffles;
      }
    }
  }
  // Any fleet: the ratios do not depend on it.
  const ClusterFleet fleet{12, 96, 0.01};
  const ClusterTargets targets = targets_of(ClusterPreset::kAlibabaRatios, fleet);
  for (std::size_t w = 0; w < 2; ++w) {
    const double expected = fleet.failures_per_year * kWindows[w] / sim::kSecondsPerYear;
    const std::array<double, 2> ratio = {
        1 + targets.excess[w].node / (fleet.drives_per_node * expected),
        1 + targets.excess[w].rack / (fleet.drives_per_rack * expected)};
    for (std::size_t d = 0; d < 2; ++d) {
      const double share = share_preceded(all, d, kWindows[w]);
      INFO("window " << kWindows[w] << " s, domain " << d << ": " << share << " against "
                     << chance[w][d] << " by chance");
      CHECK(share == Approx(kShares[w][d]).epsilon(0.03));
      CHECK(share / chance[w][d] == Approx(ratio[d]).epsilon(0.2));
    }
  }
}
