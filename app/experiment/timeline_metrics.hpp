#pragma once
// The metrics of a run that plays events.

#include "app/experiment/timeline_record.hpp"
#include "app/report/metric_table.hpp"

namespace spindle::app {

// Sets every metric of presence kTimeline, those of kSimulated, and
// availability.unreadable_fraction. "Not reached" becomes NaN: null in files, and no threshold on
// it holds.
void set_timeline(const TimelineSummary& summary, Metrics& out);

}  // namespace spindle::app
