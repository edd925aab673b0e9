#pragma once
// What a zoom says of the drives it looked at, and of requests at drives like them.

#include <cstdint>
#include <string>
#include <vector>

#include "app/experiment/zoom.hpp"
#include "app/report/metric_table.hpp"
#include "app/world/world.hpp"
#include "sim/statistics.hpp"

namespace spindle::app {

// Of parts, or of requests made of them, of one class of tenants or of all. NaN: undefined.
struct ZoomRow {
  std::string tenant_class;  // empty: of all
  std::string side;          // "part", "read", "write"
  std::uint64_t requests = 0;
  double mean_s = 0;
  sim::Interval p50_s;
  sim::Interval p99_s;
  sim::Interval p99_9_s;
};

struct ZoomRecord {
  std::vector<ZoomRow> rows;       // parts, reads and writes of all, then those of each class
  std::vector<std::string> notes;  // what limits the figures, a sentence each
};

// Sets the rows that only a zoom has.
void set_zoom(const ZoomSweep& zoom, const ZoomRecord& record, Metrics& out);

ZoomRecord record_zoom(const Scenario& scenario, const World& world, const ZoomSweep& zoom);

}  // namespace spindle::app
