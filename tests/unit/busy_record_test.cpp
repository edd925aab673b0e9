// Which epoch a mechanical run keeps drive by drive.
#include "models/mechanical/busy_record.hpp"

#include <catch2/catch.hpp>

#include "sim/time.hpp"

using namespace spindle;
using models::BusyRecord;

namespace {

BusyRecord measured(std::vector<double> demand, const std::vector<std::vector<std::int64_t>>& ns) {
  BusyRecord record(2, std::move(demand));
  for (const std::vector<std::int64_t>& epoch : ns) {
    record.add_epoch(epoch, sim::Duration::nanoseconds(sim::kSecond));
  }
  return record;
}

}  // namespace

TEST_CASE("busy record: the epoch kept is that of greatest demand, whatever was measured") {
  const std::vector<std::vector<std::int64_t>> ns = {{sim::kSecond / 2, sim::kSecond / 2},
                                                     {sim::kSecond / 8, 0},
                                                     {sim::kSecond / 4, sim::kSecond / 8},
                                                     {sim::kSecond, sim::kSecond}};
  const BusyRecord third = measured({1, 3, 3, 2}, ns);
  CHECK(third.peak_epoch == 2);
  CHECK(third.peak == std::vector<double>{0.25, 0.125});
  CHECK(third.drive_max == std::vector<double>{1, 1});
  const BusyRecord first = measured({4, 3, 3, 2}, ns);
  CHECK(first.peak_epoch == 0);
  CHECK(first.peak == std::vector<double>{0.5, 0.5});
  // Cut short before the greatest demand.
  const BusyRecord cut = measured({1, 2, 3}, {ns[0], ns[1]});
  CHECK(cut.peak_epoch == 1);
  CHECK(cut.peak == std::vector<double>{0.125, 0});
}
