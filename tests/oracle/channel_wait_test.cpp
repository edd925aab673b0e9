// How long rebuilds take in channels, beside one pooled server: closed forms where there are any.
#include "models/durability/channel_wait.hpp"

#include <catch2/catch.hpp>
#include <cmath>

using namespace spindle;
using namespace spindle::models;

namespace {

constexpr sim::Seed kSeed{3};

// The longest of so many queues whose lengths are Poisson, in the mean.
double longest_queue(double mean, double queues) {
  double sum = 0;
  double up_to = 0;
  double here = std::exp(-mean);
  for (int length = 0; length < 200; ++length) {
    up_to += here;
    sum += 1 - std::pow(std::min(up_to, 1.0), queues);
    here *= mean / (length + 1);
  }
  return sum;
}

}  // namespace

// One write on one drive each: a queue with batches of a Poisson number q of transfers of t, whose
// mean wait is L t^2 (q + q^2) / (2 (1 - load)); the pooled server's is L (q t)^2 / (2 (1 - load)).
TEST_CASE("channel wait: one queue is that of Pollaczek and Khinchine", "[oracle]") {
  struct Row {
    double queue;
    double load;
  };
  for (const Row& row : {Row{1, 0.3}, Row{4, 0.3}, Row{4, 0.6}, Row{20, 0.5}}) {
    RepairChannels channels{.reads = 0, .others = 0, .transfer_s = 1, .failure_s = row.queue};
    channels.failures_per_s = row.load / row.queue;
    double mean = 0;
    constexpr int kSeeds = 20;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      mean += mean_channel_wait_s(channels, sim::Seed{seed}) / kSeeds;
    }
    const double expected = 1 + row.load / (2 * (1 - row.load));
    INFO(row.queue << " at " << row.load << ": " << mean << ", expected " << expected);
    CHECK(mean == Approx(expected).epsilon(0.03));
  }
}

// One failure long after the other: a rebuild that comes after a share x of them waits for the
// longest of its Poisson queues. As many sources as it needs: it has no choice.
TEST_CASE("channel wait: of one failure, the longest of Poisson queues", "[oracle]") {
  for (const std::uint32_t reads : {1U, 3U, 5U}) {
    for (const double queue : {0.5, 3.0, 40.0}) {
      const RepairChannels channels{.reads = reads,
                                    .others = reads,
                                    .transfer_s = 2,
                                    .failure_s = 2 * queue,
                                    .failures_per_s = 1e-6};
      double excess = 0;
      constexpr int kSteps = 64;
      for (int i = 0; i < kSteps; ++i) {
        const double mean = queue * (i + 0.5) / kSteps;
        excess += (longest_queue(mean, reads + 1.0) - mean) / kSteps;
      }
      const double found = mean_channel_wait_s(channels, kSeed);
      INFO(reads << " reads, " << queue << " a drive: " << found);
      CHECK(found == Approx(2 * (1 + excess)).epsilon(0.03));
    }
  }
}

TEST_CASE("channel wait: choice among sources, a backlog and room shorten it", "[oracle]") {
  RepairChannels channels{
      .reads = 3, .others = 3, .transfer_s = 1, .failure_s = 100, .failures_per_s = 1e-3};
  const double without_choice = mean_channel_wait_s(channels, kSeed);
  channels.others = 8;
  const double with_choice = mean_channel_wait_s(channels, kSeed);
  CHECK(with_choice < 0.8 * without_choice);
  // A backlog keeps few transfers at the drives: chance has less to make unequal, but leaves some
  // drives idle, so that all takes longer.
  channels.others = 3;
  channels.most_ahead = 1e9;
  CHECK(mean_channel_wait_s(channels, kSeed) == Approx(without_choice));
  channels.most_ahead = 1;
  CHECK(mean_channel_wait_s(channels, kSeed) > 2 * without_choice);
  // More failures than can be repaired: as with a load of .95, not without end.
  channels.most_ahead = 0;
  channels.failures_per_s = 1;
  CHECK(std::isfinite(mean_channel_wait_s(channels, kSeed)));
}
