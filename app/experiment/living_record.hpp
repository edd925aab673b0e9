#pragma once
// What a timeline leaves, put into the record that reports are made from.

#include "app/experiment/timeline_record.hpp"
#include "app/scenario/scenario.hpp"
#include "models/flow/flow_result.hpp"
#include "models/timeline/timeline.hpp"

namespace spindle::app {

// Takes rack_heat out of `flow`: it is large, and the record's alone.
TimelineRecord record_timeline(const Scenario& scenario, const models::Timeline& timeline,
                               const models::Topology& topology, models::FlowResult& flow);

}  // namespace spindle::app
