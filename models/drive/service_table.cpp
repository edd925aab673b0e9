#include "models/drive/service_table.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "models/drive/drive_run.hpp"

namespace spindle::models {
namespace {

constexpr std::uint64_t kPoints = 1U << 17U;  // a kind
constexpr std::uint64_t kFewPoints = kPoints / 8;
constexpr std::size_t kCellsPerTurn = 128;
constexpr double kMostCells = 1U << 18U;  // of a law, about

// Point n of Kronecker's sequence in five dimensions: multiples of g^-1 ... g^-5 modulo 1, where
// g^6 = g + 1 (Roberts 2018), as 64-bit fractions. Low discrepancy, no tables. Positions take every
// second dimension: neighbouring powers are so close that distances come out ten times worse.
std::array<std::uint64_t, 5> point(std::uint64_t n) {
  constexpr std::array<std::uint64_t, 5> kSteps = {0xe19b01aa9d42c633, 0xc6d1d6c8ed0c9631,
                                                   0xaf36d01ef7518dbb, 0x9a69443f36f710e6,
                                                   0x881403b9339bd42d};
  std::array<std::uint64_t, 5> at;
  for (std::size_t i = 0; i < at.size(); ++i) at[i] = (n + 1) * kSteps[i];
  return at;
}

double unit(std::uint64_t fraction) {
  return static_cast<double>(fraction >> 12U) * 0x1p-52;
}

// Powers of the part that depends on where things lie, added up.
struct PowerSums {
  double first = 0;
  double second = 0;
  double third = 0;
  void add(double x, double weight) {
    first += weight * x;
    second += weight * x * x;
    third += weight * x * x * x;
  }
};

// Moments of X + U, U independent and uniform on [0, turn).
ServiceMoments with_rotation(const PowerSums& x, double turn) {
  const double u1 = turn / 2;
  const double u2 = turn * turn / 3;
  const double u3 = turn * turn * turn / 4;
  return {x.first + u1, x.second + 2 * x.first * u1 + u2,
          x.third + 3 * x.second * u1 + 3 * x.first * u2 + u3};
}

// Seek, transfer and completion of one request, and where the arm ends.
double placed_seconds(const MechanicalDrive& drive, const DriveRequest& request, Arm& arm) {
  const MechanicalService service =
      drive.serve(arm, drive.locate(request.sector), request.sectors, request.is_write, 0);
  arm = service.after;
  return service.seek_s + service.transfer_s +
         detail::bus_seconds(drive.spec(), request, service.transfer_s) + drive.spec().completion_s;
}

// Weight at x, split between the grid's two points around it so that its mean is kept.
void add_at(std::vector<double>& points, double x, double weight) {
  const auto below = static_cast<std::size_t>(x);
  const double share = x - static_cast<double>(below);
  if (below + 2 > points.size()) points.resize(below + 2);
  points[below] += weight * (1 - share);
  points[below + 1] += weight * share;
}

// The cells of a law of X + U, U uniform on a revolution: U spreads a point of X over one
// revolution of cells. A read of a terabyte takes an hour, which no one needs in cells of 65 us:
// cells are so wide that there are some kMostCells at most. Where they are wider than a revolution,
// a point becomes a cell of the same mean.
struct Cells {
  Cells(double turn_s, double longest_s) {
    double width = 1;  // in the narrowest cells
    while (longest_s * kCellsPerTurn > kMostCells * width * turn_s) width *= 2;
    step_s = turn_s * width / kCellsPerTurn;
    if (width <= kCellsPerTurn) {
      per_turn = kCellsPerTurn / static_cast<std::size_t>(width);
    } else {
      later_s = (turn_s - step_s) / 2;
    }
  }
  [[nodiscard]] double place_of(double x_s) const { return std::max(0.0, x_s + later_s) / step_s; }
  [[nodiscard]] std::vector<double> spread(const std::vector<double>& points) const {
    std::vector<double> cells(points.size() + per_turn - 1);
    for (std::size_t i = 0; i < points.size(); ++i) {
      for (std::size_t k = 0; k < per_turn; ++k) cells[i + k] += points[i];
    }
    return cells;
  }

  double step_s = 0;
  std::size_t per_turn = 1;
  double later_s = 0;
};

// About the longest a request of the mix can take: by the slowest tracks, twice over for what lies
// between tracks, and a second for the arm.
double about_longest(const MechanicalDrive& drive, const RequestMix& mix) {
  std::uint64_t longest = 0;
  for (std::size_t kind = 0; kind < mix.size(); ++kind) {
    longest = std::max<std::uint64_t>(longest, mix.request(kind, 0).sectors);
  }
  std::uint32_t slowest = std::numeric_limits<std::uint32_t>::max();
  for (const auto& zone : drive.spec().zones) slowest = std::min(slowest, zone.sectors_per_track);
  return 1 + 2 * drive.revolution_s() * static_cast<double>(longest) / slowest;
}

}  // namespace

struct ServiceTable::Integration {
  Integration(const MechanicalDrive& drive, std::span<const RequestKind> kinds,
              std::uint64_t sectors);

  RequestMix mix;
  double turn_s;
  Cells cells;
  std::vector<PowerSums> sums;
  std::vector<double> shares;
  std::vector<double> points;
  std::vector<std::vector<double>> points_of;
  double product = 0;     // E[X of this request times X of the next]
  double mean_after = 0;  // E[X of the next]
  double decoding_s = 0;
};

ServiceTable::Integration::Integration(const MechanicalDrive& drive,
                                       std::span<const RequestKind> kinds, std::uint64_t sectors)
    : mix(drive, kinds, sectors),
      turn_s(drive.revolution_s()),
      cells(turn_s, about_longest(drive, mix)),
      sums(kinds.size()),
      points_of(kinds.size()) {
  const double weight = 1.0 / static_cast<double>(kPoints);
  for (std::size_t kind = 0; kind < mix.size(); ++kind) {
    shares.push_back(mix.share(kind));
    decoding_s += mix.share(kind) * (mix.is_write(kind) ? drive.spec().write_overhead_s
                                                        : drive.spec().read_overhead_s);
    for (std::uint64_t n = 0; n < kPoints; ++n) {
      const auto at = point(n);
      const DriveRequest before = mix.request(mix.kind_at(unit(at[1])), at[0]);
      const DriveRequest here = mix.request(kind, at[2]);
      const DriveRequest next = mix.request(mix.kind_at(unit(at[3])), at[4]);
      Arm arm;
      placed_seconds(drive, before, arm);
      const double x = placed_seconds(drive, here, arm);
      sums[kind].add(x, weight);
      add_at(points, cells.place_of(x), weight * mix.share(kind));
      add_at(points_of[kind], cells.place_of(x), weight);
      const double after = placed_seconds(drive, next, arm);
      product += weight * mix.share(kind) * x * after;
      mean_after += weight * mix.share(kind) * after;
    }
  }
}

ServiceTable::ServiceTable(const MechanicalDrive& drive, std::span<const RequestKind> mix,
                           std::uint64_t sectors)
    : ServiceTable(Integration(drive, mix, sectors)) {}

ServiceTable::ServiceTable(const Integration& done)
    : distribution_(done.cells.step_s, done.cells.spread(done.points)),
      decoding_s_(done.decoding_s) {
  double mean_x = 0;
  for (std::size_t kind = 0; kind < done.sums.size(); ++kind) {
    const double share = done.shares[kind];
    kinds_.push_back(with_rotation(done.sums[kind], done.turn_s));
    of_kinds_.emplace_back(done.cells.step_s, done.cells.spread(done.points_of[kind]));
    moments_.mean_s += share * kinds_[kind].mean_s;
    moments_.second_s2 += share * kinds_[kind].second_s2;
    moments_.third_s3 += share * kinds_[kind].third_s3;
    mean_x += share * done.sums[kind].first;
  }
  // Angles of successive requests are independent: only the placed parts vary together.
  lag_1_ = (done.product - mean_x * done.mean_after) / service_time().variance_s2;
}

ServiceTime service_of(const MechanicalDrive& drive, const RequestKind& kind,
                       std::uint64_t sectors) {
  const RequestMix mix(drive, std::span(&kind, 1), sectors);
  PowerSums sums;
  for (std::uint64_t n = 0; n < kFewPoints; ++n) {
    const auto at = point(n);
    Arm arm;
    placed_seconds(drive, mix.request(0, at[0]), arm);
    sums.add(placed_seconds(drive, mix.request(0, at[2]), arm),
             1.0 / static_cast<double>(kFewPoints));
  }
  const ServiceMoments moments = with_rotation(sums, drive.revolution_s());
  return {moments.mean_s, moments.second_s2 - moments.mean_s * moments.mean_s};
}

ServiceTime ServiceTable::service_time() const {
  return {moments_.mean_s, moments_.second_s2 - moments_.mean_s * moments_.mean_s};
}

}  // namespace spindle::models
