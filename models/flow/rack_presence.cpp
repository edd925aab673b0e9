#include "models/flow/rack_presence.hpp"

#include <algorithm>

namespace spindle::models {

RackPresence::RackPresence(bool is_up, double factor) : segments_{{0, is_up, factor}} {
  up_.fill(is_up ? 1.0 : 0.0);
  share_.fill(is_up ? factor : 0.0);
}

RackPresence::RackPresence(const DemandJournal& journal, std::uint32_t rack,
                           std::span<const RackStep> steps)
    : segments_{{0, journal.rack_is_up(rack), journal.factor()}} {
  auto step = steps.begin();
  for (const FactorStep& change : journal.factor_steps()) {
    for (; step != steps.end() && step->from <= change.from; ++step) {
      segments_.push_back({step->from, step->is_up, segments_.back().factor});
    }
    segments_.push_back({change.from, segments_.back().is_up, change.factor});
  }
  for (; step != steps.end(); ++step) {
    segments_.push_back({step->from, step->is_up, segments_.back().factor});
  }
  integrate();
}

RackPresence RackPresence::slowed(std::span<const PaceStep> paces) const {
  RackPresence out(*this);
  out.segments_.clear();
  out.up_ = {};
  out.share_ = {};
  Segment now = segments_.front();
  double times = 1;
  const auto add = [&](double from) {
    out.segments_.push_back({from, now.is_up, now.factor * times});
  };
  auto pace = paces.begin();
  for (const Segment& segment : segments_) {
    for (; pace != paces.end() && pace->from < segment.from; ++pace) {
      times = pace->times;
      add(pace->from);
    }
    now = segment;
    add(segment.from);
  }
  for (; pace != paces.end(); ++pace) {
    times = pace->times;
    add(pace->from);
  }
  out.integrate();
  return out;
}

void RackPresence::integrate() {
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    const Segment& now = segments_[i];
    if (!now.is_up) continue;
    const double until = i + 1 < segments_.size() ? segments_[i + 1].from : kEpochsPerSweep;
    for (std::size_t j = 0; j < kEpochsPerSweep; ++j) {
      const auto begin = static_cast<double>(j);
      const double length = std::min(until, begin + 1) - std::max(now.from, begin);
      if (length <= 0) continue;
      up_[j] += length;
      share_[j] += length * now.factor;
    }
  }
}

bool RackPresence::is_absent() const {
  return std::all_of(up_.begin(), up_.end(), [](double up) { return up == 0; });
}

RateLine RackPresence::shares_from(double from) const {
  RateLine out{};
  for (std::size_t j = 0; j < kEpochsPerSweep; ++j) {
    const auto begin = static_cast<double>(j);
    if (from <= begin) {
      out.value[j] = share_[j];
      continue;
    }
    for (std::size_t i = 0; i < segments_.size(); ++i) {
      const Segment& now = segments_[i];
      const double until = i + 1 < segments_.size() ? segments_[i + 1].from : kEpochsPerSweep;
      const double length = std::min(until, begin + 1) - std::max(std::max(now.from, begin), from);
      if (now.is_up && length > 0) out.value[j] += length * now.factor;
    }
  }
  return out;
}

std::vector<RackPresence> rack_presences(const DemandJournal& journal, std::uint32_t racks) {
  std::vector<RackStep> steps(journal.rack_steps().begin(), journal.rack_steps().end());
  std::stable_sort(steps.begin(), steps.end(),
                   [](const RackStep& a, const RackStep& b) { return a.rack < b.rack; });
  std::vector<RackPresence> out;
  out.reserve(racks);
  std::size_t at = 0;
  for (std::uint32_t rack = 0; rack < racks; ++rack) {
    const std::size_t first = at;
    while (at < steps.size() && steps[at].rack == rack) ++at;
    if (at == first && journal.factor_steps().empty()) {
      out.emplace_back(journal.rack_is_up(rack), journal.factor());
    } else {
      out.emplace_back(journal, rack, std::span(steps).subspan(first, at - first));
    }
  }
  return out;
}

std::vector<SlowDrive> slow_drives(const DemandJournal& journal,
                                   std::span<const RackPresence> racks) {
  std::vector<PaceStep> steps(journal.slow_at_start().begin(), journal.slow_at_start().end());
  steps.insert(steps.end(), journal.pace_steps().begin(), journal.pace_steps().end());
  std::stable_sort(steps.begin(), steps.end(), [](const PaceStep& a, const PaceStep& b) {
    return a.rack != b.rack ? a.rack < b.rack : a.drive_in_rack < b.drive_in_rack;
  });
  std::vector<SlowDrive> out;
  for (std::size_t first = 0; first < steps.size();) {
    const PaceStep& drive = steps[first];
    double times = 1;
    std::size_t last = first;
    for (; last < steps.size() && steps[last].rack == drive.rack &&
           steps[last].drive_in_rack == drive.drive_in_rack;
         ++last) {
      times = std::max(times, steps[last].times);
    }
    out.push_back({drive.rack, drive.drive_in_rack, times,
                   racks[drive.rack].slowed(std::span(steps).subspan(first, last - first))});
    first = last;
  }
  return out;
}

}  // namespace spindle::models
