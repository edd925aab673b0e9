// Drive service times against closed forms and published figures (docs/theory/drive.md).
#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "models/analytic/queueing.hpp"
#include "models/drive/drive_model.hpp"
#include "models/drive/seek.hpp"

using namespace spindle::models;

namespace {

const DriveModel& preset(const std::string& name) {
  const DriveModel* drive = find_drive_preset(name);
  REQUIRE(drive != nullptr);
  return *drive;
}

// Midpoint rule over pairs of positions y <= x on [0, 1] with byte density 1 - (1 - r) x: an
// estimate of random_seek that shares nothing with its closed form. Two points of one cell are a
// third of it apart on average, and such pairs count half.
SeekTime seek_by_quadrature(const SeekCurve& curve, double r) {
  constexpr int kCells = 1500;
  double weight = 0;
  double first = 0;
  double second = 0;
  for (int i = 0; i < kCells; ++i) {
    const double x = (i + 0.5) / kCells;
    for (int j = 0; j <= i; ++j) {
      const double y = (j + 0.5) / kCells;
      const double w = (1 - (1 - r) * x) * (1 - (1 - r) * y) * (i == j ? 0.5 : 1.0);
      const double distance = i == j ? 1.0 / (3.0 * kCells) : x - y;
      const double t = seek_seconds(curve, distance * curve.stroke);
      weight += w;
      first += w * t;
      second += w * t * t;
    }
  }
  const double mean = first / weight;
  return {mean, second / weight - mean * mean};
}

// Fits to the drives' seek tables.
struct FittedCurve {
  const char* name;
  SeekCurve curve;
  double mean_ms;  // uniform over cylinders
};

const std::vector<FittedCurve>& fitted_curves() {
  static const std::vector<FittedCurve> curves{
      {"Cheetah 9LP", {1.0646e-3, .09761e-3, 1200, 3.1100e-3, 1.079e-6, 6962}, 5.46},
      {"Barracuda", {2.0145e-3, .19437e-3, 1300, 5.9752e-3, 2.146e-6, 5172}, 9.33},
      {"4 TB 7200", {1.4975e-3, .01916e-3, 67809, 4.5078e-3, 3.141e-8, 303104}, 7.36}};
  return curves;
}

}  // namespace

TEST_CASE("talk drive: ten milliseconds for half a megabyte") {
  const DriveModel& drive = preset("talk");
  CHECK(read_service(drive, 0.5e6).mean_s == Approx(10e-3).epsilon(1e-12));
  CHECK(read_service(drive, 1e6).mean_s == Approx(12e-3).epsilon(1e-12));
  CHECK(read_service(drive, 0.2e6).mean_s == Approx(8.8e-3).epsilon(1e-12));
  CHECK(write_service(drive, 0.5e6).mean_s == Approx(10e-3).epsilon(1e-12));
  // Rotation is all the spread there is: U(0, 8 ms).
  CHECK(read_service(drive, 0.5e6).variance_s2 == Approx(64e-6 / 12).epsilon(1e-12));
}

TEST_CASE("talk drive: a rotation that is fixed leaves no spread") {
  DriveModel drive = preset("talk");
  drive.rotation_is_fixed = true;
  CHECK(read_service(drive, 0.5e6).mean_s == Approx(10e-3).epsilon(1e-12));
  CHECK(read_service(drive, 0.5e6).variance_s2 == 0);
}

TEST_CASE("zoned transfer: harmonic mean rate (1 + r) / 2 and its second moment") {
  DriveModel drive;
  drive.outer_bytes_per_s = 281e6;
  const double size = 0.5e6;
  for (const double r : {0.3, 0.5, 0.508, 0.9, 1 - 1e-9, 1.0}) {
    drive.inner_bytes_per_s = r * drive.outer_bytes_per_s;
    const ServiceTime transfer = read_service(drive, size);
    CHECK(transfer.mean_s == Approx(size / (drive.outer_bytes_per_s * (1 + r) / 2)).epsilon(1e-12));

    // Midpoint rule over the radius, bytes in proportion to the rate. Error O(1/n^2).
    constexpr int kCells = 20000;
    double weight = 0;
    double square = 0;
    for (int i = 0; i < kCells; ++i) {
      const double rate = drive.outer_bytes_per_s * (1 - (1 - r) * (i + 0.5) / kCells);
      weight += rate;
      square += size * size / rate;
    }
    const double variance = square / weight - transfer.mean_s * transfer.mean_s;
    CHECK(transfer.variance_s2 == Approx(variance).epsilon(1e-5).margin(1e-16));
  }
}

TEST_CASE("zoned transfer: half a MiB at 270 MB/s outer, half of that inner, takes 2.6 ms") {
  DriveModel drive;
  drive.outer_bytes_per_s = 270e6;
  drive.inner_bytes_per_s = 135e6;
  CHECK(read_service(drive, 524288).mean_s == Approx(2.6e-3).epsilon(0.005));
}

TEST_CASE("seek: mean of the fitted curves over uniform cylinders") {
  for (const FittedCurve& fit : fitted_curves()) {
    INFO(fit.name);
    // The figures come from the drives' tables; the fits are within .05-.2 ms rms of them.
    CHECK(random_seek(fit.curve, 1.0).mean_s * 1e3 == Approx(fit.mean_ms).epsilon(0.005));
  }
}

TEST_CASE("seek: closed form equals numerical integration") {
  for (const FittedCurve& fit : fitted_curves()) {
    for (const double r : {1.0, 0.5}) {
      INFO(fit.name << " at inner/outer " << r);
      const SeekTime exact = random_seek(fit.curve, r);
      const SeekTime quadrature = seek_by_quadrature(fit.curve, r);
      CHECK(exact.mean_s == Approx(quadrature.mean_s).epsilon(1e-3));
      CHECK(exact.variance_s2 == Approx(quadrature.variance_s2).epsilon(2e-3));
    }
  }
}

TEST_CASE("seek: linear curve has a third of the stroke as mean, a square root 8/15") {
  const double stroke = 1000;
  const SeekTime linear = random_seek({0, 0, 0, 0, 8e-3 / stroke, stroke}, 1.0);
  CHECK(linear.mean_s == Approx(8e-3 / 3).epsilon(1e-12));
  CHECK(linear.variance_s2 == Approx(64e-6 / 18).epsilon(1e-12));
  const SeekTime root = random_seek({0, 8e-3 / std::sqrt(stroke), stroke, 0, 0, stroke}, 1.0);
  CHECK(root.mean_s == Approx(8e-3 * 8 / 15).epsilon(1e-12));
  const SeekTime constant = random_seek({4e-3, 0, stroke, 0, 0, stroke}, 0.5);
  CHECK(constant.mean_s == Approx(4e-3).epsilon(1e-12));
  CHECK(constant.variance_s2 == Approx(0).margin(1e-16));
}

TEST_CASE("nearline drives: reads per second at depth 1") {
  // 4 KB on the 4 TB drive, pure mechanics: 87.2/s, of which 7.23 ms is seek (toy simulation, 1 %).
  const DriveModel& small = preset("nearline-4tb");
  CHECK(small.read_seek.mean_s * 1e3 == Approx(7.23).epsilon(0.01));
  CHECK(1 / read_service(small, 4096).mean_s == Approx(87.2).epsilon(0.01));

  // Half-MiB and MiB reads at 230 MB/s with crossings: 69.8 and 59.2 per second.
  const DriveModel& half = preset("nearline-230");
  CHECK(1 / read_service(half, 524288).mean_s == Approx(69.8).epsilon(0.01));
  CHECK(1 / read_service(half, 1048576).mean_s == Approx(59.2).epsilon(0.01));

  // Data-sheet averages of the class, uniform over cylinders: 7.4 to 8.5 ms; ours is uniform over
  // bytes, which crowd at the outer edge, so slightly less.
  const DriveModel& large = preset("nearline-20tb");
  CHECK(large.read_seek.mean_s > 7.0e-3);
  CHECK(large.read_seek.mean_s < 7.4e-3);
  CHECK(large.write_seek.mean_s - large.read_seek.mean_s == Approx(0.8e-3));
  CHECK(large.capacity.value == 20'000'000'000'000ULL);
  CHECK(large.annual_failure_rate == Approx(8760 / 2.5e6).epsilon(0.01));
}

TEST_CASE("M/G/1: mean wait of the ten-millisecond drive") {
  struct Row {
    double load, fixed_seek_ms, uniform_seek_ms, exponential_ms;
  };
  // Printed digits: half a unit in the last place, at most 0.4 % of the smallest entry.
  const std::vector<Row> rows{{.3, 2.26, 2.37, 4.29},   {.5, 5.27, 5.53, 10.0},
                              {.7, 12.29, 12.91, 23.3}, {.8, 21.07, 22.13, 40.0},
                              {.9, 47.4, 49.8, 90.0},   {.95, 100.1, 105.1, 190}};
  const DriveModel& fixed = preset("talk");
  DriveModel uniform = fixed;
  uniform.read_seek.variance_s2 = 64e-6 / 12;  // seek U(0, 8 ms)
  for (const Row& row : rows) {
    INFO("load " << row.load);
    const Rate arrivals{row.load / 10e-3};
    const auto wait_ms = [&](const ServiceTime& service) {
      return mg1_mean_wait(arrivals, service) * 1e3;
    };
    CHECK(wait_ms(read_service(fixed, 0.5e6)) == Approx(row.fixed_seek_ms).epsilon(0.003));
    CHECK(wait_ms(read_service(uniform, 0.5e6)) == Approx(row.uniform_seek_ms).epsilon(0.003));
    CHECK(wait_ms({10e-3, 1e-4}) == Approx(row.exponential_ms).epsilon(0.003));
  }
  CHECK(std::isinf(mg1_mean_wait({100}, {10e-3, 0})));
  CHECK(std::isinf(mg1_mean_wait({200}, {10e-3, 0})));
  CHECK(mg1_mean_wait({0}, {10e-3, 1e-4}) == 0);
}
