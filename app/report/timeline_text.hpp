#pragma once
// What happened over time, in words: times of a run, melted racks, goals that were not met.

#include <string>
#include <vector>

#include "app/experiment/timeline_record.hpp"

namespace spindle::app {

// A moment of a run as one says it: "day 10.4", "hour 2.5", "second 30".
std::string moment_text(double seconds);
// A length of time in one unit, to three digits: "3.2 d", "6 h", "12 min", "0.5 s".
std::string span_text(double seconds);

// "zone_down", "full_protection", …: as in events.csv.
const char* event_name(TimelineEventKind kind);
// "zone 0", "rack 34", "landing 0"; "fleet" of full protection.
std::string domain_text(const TimelineEvent& event);

// "rack 34 (zone 0, landed at day 10) melts from day 10.4 for 3.2 d, mean heat up to 1.37".
// Precondition: meltdown.rack < racks.size().
std::string meltdown_text(const MeltedRack& meltdown, const std::vector<RackPlace>& racks,
                          double epoch_s);

// Goals that the run did not meet, then its meltdowns, a line each: at most `most` of these, those
// with the highest peak, in the order of time, and how many more there are.
std::vector<std::string> timeline_notes(const TimelineRecord& record, double epoch_s,
                                        std::size_t most = 10);
// The first part alone, each with the zones that were out where that explains it.
std::vector<std::string> unmet_goals(const TimelineRecord& record);

}  // namespace spindle::app
