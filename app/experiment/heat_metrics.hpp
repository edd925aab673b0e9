#pragma once
// Metrics of fill, heat and cost that every form of a fleet has.

#include <cstddef>
#include <span>
#include <vector>

#include "app/report/metric_table.hpp"
#include "app/scenario/scenario.hpp"
#include "models/fleet/topology.hpp"
#include "models/ledger/ledger_census.hpp"
#include "models/placement/skew.hpp"

namespace spindle::app {

void set_skew(const models::CapacitySkew& skew, Metrics& out);

// Heat of the drives in the epoch of greatest demand; undefined where none was up in it.
models::HeatCensus census_of(const std::vector<double>& heat);
void set_peak_heat(const models::HeatCensus& peak, Metrics& out);

struct HeatSummary {
  double mean = 0;  // over drives and epochs
  double deviation = 0;
  double hottest = 0;  // drive in any epoch
  std::size_t meltdowns = 0;
};
// `fleet`: heat of the whole fleet, by epoch.
void set_heat_summary(const HeatSummary& heat, const std::vector<double>& fleet, Metrics& out);

// `disk_time`: what all data asks for, by epoch; empty where the run was cut short before.
void set_cost(const Scenario& scenario, const models::Topology& base,
              const std::vector<double>& disk_time, Metrics& out);

}  // namespace spindle::app
