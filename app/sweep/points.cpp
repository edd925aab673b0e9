#include "app/sweep/points.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/scenario/sweep_fields.hpp"
#include "app/sweep/unit_cube.hpp"
#include "app/sweep/where.hpp"
#include "app/text/wording.hpp"
#include "sim/digest.hpp"

namespace spindle::app {
namespace {

// Coordinates that are drawn: 80 MB.
constexpr std::uint64_t kMostCoordinates = 10'000'000;

// Where the product would be more than the limit: the limit and one.
std::uint64_t bounded_product(std::uint64_t a, std::uint64_t b, std::uint64_t limit) {
  if (a == 0 || b == 0) return 0;
  return a > limit / b ? limit + 1 : a * b;
}

// Points of a zip; nothing where the axes have different lengths.
std::optional<std::uint64_t> zipped(const Design& design, ProblemList& problems) {
  std::vector<std::string> lengths;
  bool equal = true;
  for (const Axis& axis : design.axes) {
    lengths.push_back(fmt::format("{} of {}", axis.values.size(), axis.path));
    equal = equal && axis.values.size() == design.axes.front().values.size();
  }
  if (equal) return design.axes.front().values.size();
  problems.add(
      design.origin, "sweep.axes",
      fmt::format("cannot be zipped (values: {}) — give all axes equally many", listed(lengths)));
  return std::nullopt;
}

}  // namespace

SweepPoints::SweepPoints(Design design) : design_(std::move(design)), columns_(paths_of(design_)) {}

std::optional<SweepPoints> SweepPoints::make(Design design, ProblemList& problems) {
  SweepPoints points(std::move(design));
  if (!points.count_candidates(problems)) return std::nullopt;
  const Design& of = points.design_;
  if (of.points > 0) {
    points.drawn_ = of.combine == Combine::kSobol
                        ? sobol_points(of.points, of.axes.size())
                        : latin_hypercube(of.points, of.axes.size(), of.seed);
  }
  if (!points.filter(problems)) return std::nullopt;
  if (bounded_product(points.size_, of.repeat, kMostSweepRuns) > kMostSweepRuns) {
    problems.add(of.origin, "sweep",
                 fmt::format("{} of {} are too many runs (at most {}) — take fewer points, or "
                             "fewer of `repeat`",
                             counted(of.repeat, "replication"), counted(points.size_, "point"),
                             grouped(kMostSweepRuns)));
    return std::nullopt;
  }
  return points;
}

bool SweepPoints::count_candidates(ProblemList& problems) {
  const std::vector<Axis>& axes = design_.axes;
  if (design_.points > 0) {
    axis_points_ = design_.points;
  } else if (design_.combine == Combine::kZip && !axes.empty()) {
    const auto length = zipped(design_, problems);
    if (!length) return false;
    axis_points_ = *length;
  } else {
    strides_.assign(axes.size(), 1);
    for (std::size_t a = axes.size(); a-- > 0;) {
      strides_[a] = axis_points_;
      axis_points_ = bounded_product(axis_points_, axes[a].values.size(), kMostSweepCandidates);
    }
  }
  const std::uint64_t entries = std::max<std::size_t>(1, design_.list.size());
  candidates_ = bounded_product(axis_points_, entries, kMostSweepCandidates);
  if (candidates_ > kMostSweepCandidates) {
    problems.add(design_.origin, "sweep",
                 fmt::format("makes more than {} points — take fewer values, or draw points by "
                             "`latin_hypercube`",
                             grouped(kMostSweepCandidates)));
    return false;
  }
  if (bounded_product(design_.points, axes.size(), kMostCoordinates) > kMostCoordinates) {
    problems.add(design_.origin, "sweep.points",
                 fmt::format("{} along {} are too many to draw (at most {} numbers) — take fewer",
                             counted(design_.points, "point"), counted(axes.size(), "axis"),
                             grouped(kMostCoordinates)));
    return false;
  }
  return true;
}

bool SweepPoints::filter(ProblemList& problems) {
  size_ = candidates_;
  if (design_.where.empty()) return true;
  ProblemList found;
  const WhereFilter where(design_.where, columns_, found);
  for (std::uint64_t c = 0; c < candidates_ && found.empty(); ++c) {
    if (where.keeps(candidate(c), found).value_or(false)) {
      kept_.push_back(static_cast<std::uint32_t>(c));
    }
  }
  for (const ProblemList::Entry& entry : found.entries()) {
    problems.add(entry.origin, entry.path, entry.message);
  }
  size_ = kept_.size();
  if (found.empty() && kept_.empty()) {
    problems.add(design_.origin, "sweep.where",
                 fmt::format("leaves nothing of {} — loosen it", counted(candidates_, "point")));
  }
  return found.empty() && !kept_.empty();
}

Value SweepPoints::axis_value(std::size_t a, std::uint64_t point) const {
  const Axis& axis = design_.axes[a];
  if (drawn_.empty()) {
    return axis.values[strides_.empty() ? point : point / strides_[a] % axis.values.size()];
  }
  const double share = drawn_[point * design_.axes.size() + a];
  if (axis.range) return axis.range->at(share);
  const double place = share * static_cast<double>(axis.values.size());
  return axis.values[std::min(static_cast<std::size_t>(place), axis.values.size() - 1)];
}

std::vector<Override> SweepPoints::candidate(std::uint64_t c) const {
  std::vector<Override> out;
  if (!design_.list.empty()) {
    for (const Member& member : design_.list[c / axis_points_].members) {
      out.push_back({member.key, member.value});
    }
  }
  for (std::size_t a = 0; a < design_.axes.size(); ++a) {
    out.push_back({design_.axes[a].path, axis_value(a, c % axis_points_)});
  }
  return out;
}

std::vector<Override> SweepPoints::at(std::uint64_t k) const {
  return candidate(kept_.empty() ? k : kept_[k]);
}

std::uint64_t replication_seed(std::uint64_t scenario_seed, std::uint32_t replication) {
  if (replication == 0) return scenario_seed;
  sim::Digest digest;
  digest.add(scenario_seed);
  digest.add(replication);
  return digest.value() >> 11U;
}

}  // namespace spindle::app
