#pragma once
// The files of a run that plays events, beside those of every run.
//
//   events.csv  time_s, event, domain, detail: one line an event, by time
//   racks.csv   time_s, then one column a rack: its mean heat in the epoch, empty before
//               it lands; where keeps_rack_heat()

#include <string>
#include <string_view>

#include "app/experiment/experiment.hpp"
#include "app/report/atomic_file.hpp"

namespace spindle::app {

// Events and the beginnings and ends of meltdowns; at one time in the order of the record, and
// meltdowns last.
std::string events_csv(const TimelineRecord& record, double epoch_s);

// Columns of timeseries.csv, with a comma in front: empty where there is no record.
std::string_view timeline_columns(const RunResult& result);
// Appends the values of one epoch to the line.
void append_timeline_values(const RunResult& result, std::size_t epoch, std::string& line);
// The same of data that is re-encoded as it ages.
std::string_view lifecycle_columns(const RunResult& result);
void append_lifecycle_values(const RunResult& result, std::size_t epoch, std::string& line);
// The same of the drives' scrub.
std::string_view scrub_columns(const RunResult& result);
void append_scrub_values(const RunResult& result, std::size_t epoch, std::string& line);

// Adds the files that the result has to the batch, and lets it remove those it has not.
void add_timeline_files(const RunResult& result, FileBatch& batch);

}  // namespace spindle::app
