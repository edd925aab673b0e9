// How far a model of a drive is from the drive when parts of it are left out. Ruemmler & Wilkes (An
// introduction to disk drive modeling, IEEE Computer 27(3), 1994) measured an HP 97560 against
// models of growing detail: without its cache the demerit is 112 % of the mean response, with it
// and a detailed seek curve 5.7 %. Here the drive is the full model, so only the order of the steps
// can be compared: what the cache is worth, against what the seek curve is.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "models/purposes.hpp"
#include "sim/random_stream.hpp"
#include "tests/support/cached_drive.hpp"

using namespace spindle;
using namespace spindle::models;
using namespace spindle::test;

namespace {

// 1,962 cylinders of 19 tracks of 72 sectors at 4,002 rpm, 2.2 ms of controller, SCSI-2, a buffer
// of 128 KB; the two-piece seek curve of that paper.
MechanicalSpec hp_97560() {
  MechanicalSpec spec;
  spec.name = "hp-97560";
  spec.source = "Ruemmler and Wilkes 1994";
  spec.rpm = 4002;
  spec.surfaces = 19;
  spec.zones = {{0, 1962, 72, 8.0 / 72, 18.0 / 72}};
  spec.sectors = 1962ULL * 19 * 72;
  spec.seek = SeekProfile(SeekCurve{.short_base_s = 3.24e-3,
                                    .short_s_per_sqrt_cylinder = 0.4e-3,
                                    .switch_at = 383,
                                    .long_base_s = 8e-3,
                                    .long_s_per_cylinder = 0.008e-3});
  spec.head_switch_s = 1.6e-3;
  spec.bus_bytes_per_s = 10e6;
  spec.read_overhead_s = spec.write_overhead_s = 2.2e-3;
  spec.cache = CacheSpec{.segments = 1,
                         .segment_bytes = 128 << 10,
                         .read_ahead_bytes = 128 << 10,
                         .write_behind_bytes = 128 << 10,
                         .hit_completion_s = std::nullopt};
  return spec;
}

// A time-sharing system in small: 57 % writes of 8 KB, most in short runs; reads in runs too.
std::vector<DriveRequest> requests(const MechanicalSpec& spec) {
  constexpr std::size_t kCount = 20'000;
  constexpr std::uint64_t kSectors = 16;
  sim::RandomStream random(sim::Seed{1}, 0, purpose::kDriveRequest, 0);
  std::vector<DriveRequest> all;
  double clock = 0;
  std::uint64_t at = 0;
  bool is_write = false;
  while (all.size() < kCount) {
    clock += random.exponential() / 12;  // 12 a second
    if (all.empty() || random.bernoulli(0.4)) {
      at = random.next_u64() % (spec.sectors / kSectors - 1000) * kSectors;
      is_write = random.bernoulli(0.57);
    }
    all.push_back({at, kSectors, sim::Instant{} + sim::Duration::seconds(clock), is_write});
    at += kSectors;
  }
  return all;
}

std::vector<double> responses(const MechanicalSpec& spec) {
  DriveRunOptions options;
  options.depth = 1000;
  std::vector<double> all;
  for (const ServedRequest& served : serve_open(spec, requests(spec), options)) {
    all.push_back(served.total_s);
  }
  std::sort(all.begin(), all.end());
  return all;
}

// The rms horizontal distance of the two distributions, as a share of the measured mean.
double demerit(const std::vector<double>& measured, const std::vector<double>& model) {
  double squares = 0;
  double sum = 0;
  for (std::size_t i = 0; i < measured.size(); ++i) {
    squares += (model[i] - measured[i]) * (model[i] - measured[i]);
    sum += measured[i];
  }
  const auto n = static_cast<double>(measured.size());
  return std::sqrt(squares / n) / (sum / n);
}

}  // namespace

TEST_CASE("demerit: leaving the cache out costs far more than a crude seek curve") {
  const MechanicalSpec whole = hp_97560();
  const std::vector<double> measured = responses(whole);
  MechanicalSpec uncached = whole;
  uncached.cache.reset();
  MechanicalSpec crude = whole;  // a straight line between the shortest and the longest seek
  crude.seek = SeekProfile(SeekCurve{.short_base_s = 3.64e-3,
                                     .short_s_per_sqrt_cylinder = 0,
                                     .switch_at = 1,
                                     .long_base_s = 3.64e-3,
                                     .long_s_per_cylinder = (23.7e-3 - 3.64e-3) / 1961});
  const double without_cache = demerit(measured, responses(uncached));
  const double without_curve = demerit(measured, responses(crude));
  INFO("without the cache " << 100 * without_cache << " %, without the curve "
                            << 100 * without_curve << " %");
  CHECK(without_cache > 0.5);
  CHECK(without_curve > 0.01);
  CHECK(without_cache > 4 * without_curve);
}
