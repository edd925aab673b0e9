#include "models/fleet/topology.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace spindle::models {
namespace {

constexpr double kMostDrives = 0x1p31;  // a shard's entry keeps a bit for those that are lost

// That of an average base rack.
std::uint32_t drives_of_landing_rack(std::uint32_t drives, std::uint64_t racks) {
  return static_cast<std::uint32_t>((drives + racks / 2) / racks);
}

void check_options(const FleetOptions& options, std::uint64_t racks) {
  if (options.zones == 0 || options.racks_per_zone == 0) {
    throw std::invalid_argument(fmt::format(
        "fleet: {} zones of {} racks (a fleet needs at least one rack) — state both as 1 or more",
        options.zones, options.racks_per_zone));
  }
  if (options.drives < racks) {
    throw std::invalid_argument(
        fmt::format("fleet: {} drives for {} racks (every rack holds at least one drive) — state "
                    "more drives or fewer racks",
                    options.drives, racks));
  }
  if (options.models.empty() || options.models.size() > racks) {
    throw std::invalid_argument(
        fmt::format("fleet: {} drive models for {} racks (a rack holds one model, and every model "
                    "has a rack) — state between 1 and {} models",
                    options.models.size(), racks, racks));
  }
  const double landed = static_cast<double>(options.zones) * options.landing_racks_per_zone *
                        drives_of_landing_rack(options.drives, racks);
  if (!(options.drives + landed < kMostDrives)) {
    throw std::invalid_argument(
        fmt::format("fleet: {} drives and {:.0f} that land (a fleet has fewer than 2^31) — land "
                    "fewer racks",
                    options.drives, landed));
  }
  for (const DriveShare& entry : options.models) {
    if (!(entry.share > 0) || !std::isfinite(entry.share) || entry.model.capacity.value == 0) {
      throw std::invalid_argument(
          fmt::format("fleet: model \"{}\" with share {} and capacity {} B (both must be above 0) "
                      "— drop the model or state its share and capacity",
                      entry.model.name, entry.share, entry.model.capacity.value));
    }
  }
}

// Racks per model: one each, the rest by largest remainder of the shares; ties to the lower index.
std::vector<std::uint32_t> racks_per_model(const std::vector<DriveShare>& models,
                                           std::uint32_t racks) {
  double total = 0;
  for (const DriveShare& entry : models) total += entry.share;
  std::vector<std::uint32_t> counts(models.size());
  std::vector<double> wanted(models.size());
  std::uint64_t given = 0;
  for (std::size_t m = 0; m < models.size(); ++m) {
    wanted[m] = models[m].share / total * racks;
    counts[m] = std::max(1U, static_cast<std::uint32_t>(wanted[m]));
    given += counts[m];
  }
  // One step moves one rack to the model furthest below its share, or from the one furthest above.
  for (; given < racks; ++given) {
    std::size_t best = 0;
    for (std::size_t m = 1; m < models.size(); ++m) {
      if (wanted[m] - counts[m] > wanted[best] - counts[best]) best = m;
    }
    ++counts[best];
  }
  for (; given > racks; --given) {
    std::size_t best = 0;
    for (std::size_t m = 1; m < models.size(); ++m) {
      const double excess = counts[m] > 1 ? counts[m] - wanted[m] : -1.0 * racks;
      const double best_excess = counts[best] > 1 ? counts[best] - wanted[best] : -1.0 * racks;
      if (excess > best_excess) best = m;
    }
    --counts[best];
  }
  return counts;
}

}  // namespace

Topology::Topology(const FleetOptions& options)
    : zones_(options.zones),
      racks_per_zone_(options.racks_per_zone + options.landing_racks_per_zone),
      base_racks_per_zone_(options.racks_per_zone),
      base_drives_(options.drives) {
  check_options(options, std::uint64_t{options.zones} * options.racks_per_zone);
  size_racks();
  deal_models(options.models);
}

void Topology::size_racks() {
  const std::uint64_t base = base_racks();
  // Boundaries at floor(r D / R) spread the larger racks evenly, so zones differ by one drive too.
  const auto boundary = [&](std::uint64_t rack) {
    return static_cast<std::uint32_t>(rack * base_drives_ / base);
  };
  const std::uint32_t landed_size = drives_of_landing_rack(base_drives_, base);
  std::uint32_t next = 0;
  for (std::uint32_t rack = 0; rack < zones_ * racks_per_zone_; ++rack) {
    zone_of_rack_.push_back(rack / racks_per_zone_);
    const std::uint32_t slot = slot_of_rack(rack);
    const bool lands = is_landing_rack(rack);
    first_slot_.push_back(lands ? base_drives_ + (slot - base_racks()) * landed_size
                                : boundary(slot));
    const std::uint32_t size =
        lands ? landed_size : boundary(slot + std::uint64_t{1}) - boundary(slot);
    racks_.push_back({next, next + size});
    next += size;
  }
  rack_of_.resize(next);
  for (std::uint32_t rack = 0; rack < racks_.size(); ++rack) {
    std::fill(rack_of_.begin() + racks_[rack].first, rack_of_.begin() + racks_[rack].last, rack);
  }
  for (std::uint32_t zone = 0; zone < zones_; ++zone) {
    const DriveRange of_zone = racks_of_zone(zone);
    zone_drives_.push_back({racks_[of_zone.first].first, racks_[of_zone.last - 1].last});
  }
}

// Models are dealt like cards, one base rack a zone in turn, so each model's racks differ by at
// most one between zones.
void Topology::deal_models(const std::vector<DriveShare>& models) {
  const auto counts = racks_per_model(models, base_racks());
  rack_model_.assign(racks_.size(), 0);
  std::uint32_t dealt = 0;
  for (std::uint32_t model = 0; model < counts.size(); ++model) {
    models_.push_back(models[model].model);
    for (std::uint32_t i = 0; i < counts[model]; ++i, ++dealt) {
      rack_model_[(dealt % zones_) * racks_per_zone_ + dealt / zones_] = model;
    }
  }
}

// Landed racks are numbered landing by landing and zone by zone, so that one more comes last.
std::uint32_t Topology::slot_of_rack(std::uint32_t rack) const {
  const std::uint32_t zone = zone_of_rack(rack);
  const std::uint32_t in_zone = rack % racks_per_zone_;
  if (in_zone < base_racks_per_zone_) return zone * base_racks_per_zone_ + in_zone;
  return base_racks() + (in_zone - base_racks_per_zone_) * zones_ + zone;
}

double Topology::total_capacity() const {
  double sum = 0;
  for (std::uint32_t rack = 0; rack < racks_.size(); ++rack) {
    sum += models_[rack_model_[rack]].capacity.to_double() * racks_[rack].size();
  }
  return sum;
}

}  // namespace spindle::models
