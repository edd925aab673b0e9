#include "models/placement/bulk/bulk_measure.hpp"

namespace spindle::models {
namespace {

LoadDistribution scaled_by(const LoadDistribution& load, double factor) {
  return {load.mean * factor, load.sd * factor,  load.min * factor,   load.p0_1 * factor,
          load.p50 * factor,  load.p99 * factor, load.p99_9 * factor, load.max * factor};
}

// Fill fractions of drives of several capacities: zone by zone, class by class.
void measure_classes(const BulkOptions& options, const BulkFleet& fleet, const BulkEngine& engine,
                     BulkResult& result) {
  std::vector<double> shares;
  for (const BulkClass& c : options.classes) {
    shares.push_back(c.share);
    result.classes.push_back({c.capacity, 0, 0});
  }
  std::vector<double> fill;
  fill.reserve(fleet.drives());
  double held = 0;
  double capacity = 0;
  for (const BulkZone& zone : fleet.zones()) {
    const std::vector<std::uint32_t> ends = class_ends(shares, zone.drives);
    std::size_t c = 0;
    for (std::uint32_t place = 0; place < zone.drives; ++place) {
      while (place >= ends[c]) ++c;
      ClassResult& of_class = result.classes[c];
      const double load = static_cast<double>(engine.base() + engine.entry(zone.first + place)) *
                          engine.load_unit();
      held += load;
      capacity += of_class.capacity;
      ++of_class.drives;
      of_class.fill_mean += load / of_class.capacity;
      fill.push_back(load / of_class.capacity);
    }
  }
  for (ClassResult& c : result.classes) {
    if (c.drives > 0) c.fill_mean /= static_cast<double>(c.drives);
  }
  result.fill = distribution_of(fill);
  result.fill->mean = held / capacity;
}

}  // namespace

void measure_loads(const BulkOptions& options, const BulkFleet& fleet, const BulkEngine& engine,
                   BulkResult& result) {
  const EachLoad each = [&](const auto& f) { engine.each_load(f); };
  LoadSummary summary = summarise(each, engine.base(), engine.load_unit());
  result.load = summary.load;
  result.histogram = std::move(summary.histogram);
  const BulkEngine::Sizes sizes = engine.sizes();
  if (sizes.squares > 0) {
    result.effective_load = sizes.sum * sizes.sum / sizes.squares * options.shards / fleet.drives();
  }
  if (options.classes.size() == 1) {
    const double capacity = options.classes[0].capacity;
    result.fill = scaled_by(result.load, 1 / capacity);
    result.classes.push_back({capacity, fleet.drives(), result.fill->mean});
  } else if (options.classes.size() > 1) {
    measure_classes(options, fleet, engine, result);
  }
  const LoadDistribution& skew = result.fill ? *result.fill : result.load;
  if (skew.mean > 0) {
    result.over = skew.max / skew.mean - 1;
    result.under = 1 - skew.min / skew.mean;
    result.stranded = 1 - skew.mean / skew.max;
  }
}

}  // namespace spindle::models
