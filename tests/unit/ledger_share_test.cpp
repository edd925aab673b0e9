// Racks of a fleet of ledgers shared out among ranks, which are threads here.
#include "models/ledger/ledger_share.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numeric>
#include <thread>
#include <vector>

#include "models/drive/drive_model.hpp"
#include "sim/cells/thread_transport.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

Topology fleet_of(std::uint32_t racks_per_zone, std::uint32_t drives) {
  FleetOptions options;
  options.racks_per_zone = racks_per_zone;
  options.drives = drives;
  options.models = {{*find_drive_preset("nearline-20tb"), 1}};
  return Topology(options);
}

void on_ranks(const Topology& topology, unsigned ranks,
              const std::function<void(LedgerShare&)>& work) {
  const sim::ThreadTransport group(ranks);
  std::vector<std::jthread> pool;
  for (unsigned rank = 0; rank < ranks; ++rank) {
    pool.emplace_back([&, rank] {
      LedgerShare share(topology, &group.end(rank));
      work(share);
      share.part();
    });
  }
}

}  // namespace

TEST_CASE("ledger share: racks have one owner each, and ranks as many drives as racks allow") {
  for (const std::uint32_t racks : {1U, 2U, 7U}) {
    const Topology topology = fleet_of(racks, 100 * racks);
    for (const unsigned ranks : {1U, 2U, 3U, 5U, 30U}) {
      const sim::ThreadTransport group(ranks);
      std::uint32_t next = 0;
      for (unsigned rank = 0; rank < ranks; ++rank) {
        const LedgerShare share(topology, &group.end(rank));
        CHECK(share.racks().first == next);
        next = share.racks().last;
        for (std::uint32_t rack = share.racks().first; rack < next; ++rack) {
          CHECK(share.owner_of_rack(rack) == rank);
          CHECK(share.owns(topology.drives_of_rack(rack).first));
        }
        const double mean = topology.drives() / static_cast<double>(ranks);
        CHECK(std::abs(share.drives().size() - mean) <= topology.drives_of_rack(0).size() + 1.0);
      }
      CHECK(next == topology.racks());
    }
  }
}

TEST_CASE("ledger share: what ranks gather is in their order, and a relay is a sum in one order") {
  const Topology topology = fleet_of(5, 1500);
  double alone = 0;
  for (std::uint32_t drive = 0; drive < topology.drives(); ++drive) alone += 1.0 / (drive + 3);
  std::vector<double> sums(4);
  std::vector<std::vector<std::uint32_t>> gathered(4);
  on_ranks(topology, 4, [&](LedgerShare& share) {
    std::vector<std::uint32_t> mine;
    double sum = 0;
    share.relay(std::span<double>(&sum, 1), [&] {
      for (std::uint32_t d = share.drives().first; d < share.drives().last; ++d) {
        sum += 1.0 / (d + 3);
        mine.push_back(d);
      }
    });
    sums[share.rank()] = sum;
    gathered[share.rank()] = share.gather(std::span<const std::uint32_t>(mine));
  });
  std::vector<std::uint32_t> all(topology.drives());
  std::iota(all.begin(), all.end(), 0U);
  for (unsigned rank = 0; rank < 4; ++rank) {
    CHECK(sums[rank] == alone);
    CHECK(gathered[rank] == all);
  }
}

TEST_CASE("ledger share: order statistics over ranks are those of one sorted list") {
  const Topology topology = fleet_of(5, 1500);
  std::vector<double> all;
  for (int i = 0; i < 1000; ++i) all.push_back(i % 7 == 0 ? 0.0 : std::fmod(i * 0.6180339887, 1.3));
  all.push_back(1e-30);
  all.push_back(7e20);
  std::vector<double> sorted = all;
  std::sort(sorted.begin(), sorted.end());
  const std::vector<std::uint64_t> asked = {0, 142, 143, 144, 500, all.size() - 2, all.size() - 1};
  for (const unsigned ranks : {1U, 3U}) {
    std::vector<std::vector<double>> doubles(ranks);
    std::vector<std::vector<float>> floats(ranks);
    on_ranks(topology, ranks, [&](LedgerShare& share) {
      const std::size_t first = all.size() * share.rank() / share.ranks();
      const std::size_t last = all.size() * (share.rank() + 1) / share.ranks();
      const std::span<const double> mine = std::span(all).subspan(first, last - first);
      std::vector<double> wide(mine.begin(), mine.end());
      std::vector<float> narrow(mine.begin(), mine.end());
      doubles[share.rank()] = nth_of_ranks(share, std::span(wide), asked);
      floats[share.rank()] = nth_of_ranks(share, std::span(narrow), asked);
    });
    for (unsigned rank = 0; rank < ranks; ++rank) {
      for (std::size_t i = 0; i < asked.size(); ++i) {
        CHECK(doubles[rank][i] == sorted[asked[i]]);
        CHECK(floats[rank][i] == static_cast<float>(sorted[asked[i]]));
      }
    }
  }
}
