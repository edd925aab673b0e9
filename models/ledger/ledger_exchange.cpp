#include "models/ledger/ledger_exchange.hpp"

#include <bit>
#include <cstring>

namespace spindle::models {
namespace {

// Everything goes as doubles, which hold counts of drives exactly.
class Writer {
 public:
  void put(double value) { values_.push_back(value); }
  void put(const LedgerLine& line, std::size_t epochs) {
    values_.insert(values_.end(), line.begin(), line.begin() + static_cast<std::ptrdiff_t>(epochs));
  }
  void put(const RackTally& tally) {
    for (const auto* of : {&tally.held, &tally.came, &tally.excess, &tally.sent}) {
      for (const LedgerClass& each : *of) {
        put(each.shards);
        put(each.demand);
      }
    }
    put(tally.present);
    put(tally.squares);
    put(tally.no_room);
    put(tally.to_send);
    put(tally.to_take);
    put(tally.moved);
  }
  [[nodiscard]] sim::Bytes bytes() const { return std::as_bytes(std::span(values_)); }

 private:
  std::vector<double> values_;
};

class Reader {
 public:
  Reader() = default;
  explicit Reader(sim::Bytes bytes) : bytes_(bytes) {}

  double get() {
    double value = 0;
    std::memcpy(&value, bytes_.data(), sizeof value);
    bytes_ = bytes_.subspan(sizeof value);
    return value;
  }
  std::uint32_t count() { return static_cast<std::uint32_t>(get()); }
  void get(LedgerLine& line, std::size_t epochs) {
    line = {};
    for (std::size_t e = 0; e < epochs; ++e) line[e] = get();
  }
  void get(RackTally& tally, std::size_t classes) {
    for (auto* of : {&tally.held, &tally.came, &tally.excess, &tally.sent}) {
      of->resize(classes);
      for (LedgerClass& each : *of) {
        each.shards = get();
        each.demand = get();
      }
    }
    tally.present = count();
    tally.squares = get();
    tally.no_room = get();
    tally.to_send = get();
    tally.to_take = get();
    tally.moved = get();
  }

 private:
  sim::Bytes bytes_;
};

}  // namespace

void exchange_reports(LedgerShare& share, const RackReports& reports) {
  if (share.ranks() == 1) return;
  Writer mine;
  for (std::uint32_t rack = share.racks().first; rack < share.racks().last; ++rack) {
    mine.put(reports.tallies[rack]);
    const RackHeatSums& sums = reports.sums[rack];
    mine.put(sums.present);
    if (sums.present == 0) continue;
    for (const LedgerLine* line : {&sums.deviation, &sums.squares, &sums.hottest, &sums.hot,
                                   &sums.strokes, &sums.asked_deviation, &sums.asked_squares}) {
      mine.put(*line, reports.epochs);
    }
  }
  for (const std::uint32_t count : reports.bins) mine.put(count);
  const auto parcels = share.exchange(mine.bytes());
  for (unsigned rank = 0; rank < share.ranks(); ++rank) {
    if (rank == share.rank()) continue;
    Reader theirs(parcels[rank].common);
    const DriveRange racks = share.racks_of(rank);
    for (std::uint32_t rack = racks.first; rack < racks.last; ++rack) {
      theirs.get(reports.tallies[rack], reports.classes);
      RackHeatSums& sums = reports.sums[rack];
      sums.present = theirs.count();
      if (sums.present == 0) continue;
      for (LedgerLine* line : {&sums.deviation, &sums.squares, &sums.hottest, &sums.hot,
                               &sums.strokes, &sums.asked_deviation, &sums.asked_squares}) {
        theirs.get(*line, reports.epochs);
      }
    }
    for (std::uint32_t& count : reports.bins) count += theirs.count();
  }
}

// Counts by the first bits of a float are those of the histogram's own buckets.
void add_heat_counts(LedgerShare& share, std::span<const std::uint64_t> mine,
                     sim::LogHistogram& out) {
  const std::vector<std::uint64_t> all = share.gather(mine);
  for (std::uint32_t bucket = 0; bucket < kHeatBuckets; ++bucket) {
    std::uint64_t count = 0;
    for (std::size_t at = bucket; at < all.size(); at += kHeatBuckets) count += all[at];
    if (count == 0) continue;
    const std::uint32_t half = std::uint32_t{1} << (kHeatBucketShift - 1);
    const auto middle =
        std::bit_cast<float>((bucket << kHeatBucketShift) + (bucket > 0 ? half : 0));
    out.add(static_cast<double>(middle), count);
  }
}

void exchange_tallies(LedgerShare& share, const Topology& topology,
                      std::span<const DriveChange> changes, std::size_t classes,
                      std::span<RackTally> tallies) {
  if (share.ranks() == 1 || changes.empty()) return;
  Writer mine;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (share.owns(changes[i].drive)) mine.put(tallies[i]);
  }
  std::vector<Reader> theirs;
  for (const sim::Parcel& parcel : share.exchange(mine.bytes())) {
    theirs.emplace_back(parcel.common);
  }
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (share.owns(changes[i].drive)) continue;
    const unsigned owner = share.owner_of_rack(topology.rack_of(changes[i].drive));
    theirs[owner].get(tallies[i], classes);
  }
}

}  // namespace spindle::models
