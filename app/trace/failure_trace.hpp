#pragma once
// Reads failures from CSV or TSV files, untrusted: bounded lines, rows and memory; no locale.
//
// A header names the columns: `time`, and one of `drive`, `rack` and `zone`, numbers from 0 (drives
// and racks zone by zone and rack by rack); others are passed over. A rack or zone stands for all
// of its drives. Times are seconds from the run's start, or timestamps "YYYY-MM-DD HH:MM:SS", of
// which the first row's is the start; rows are in the order of time.

#include <filesystem>
#include <istream>
#include <memory>
#include <string>
#include <vector>

#include "app/scenario/reader.hpp"
#include "app/trace/trace_reader.hpp"
#include "models/failure/failure_process.hpp"
#include "models/fleet/topology.hpp"

namespace spindle::app {

struct FailureTraceResult {
  std::vector<models::SlotFailure> failures;  // in the order of comes_before; empty with problems
  std::vector<Problem> problems;              // in file order
};

// Separators as in read_series. A row whose drive the fleet has not, and more failures than
// limits.rows (racks counted by their drives), are problems; so is a file that cannot be read.
FailureTraceResult read_failures(const std::filesystem::path& file,
                                 const models::Topology& topology, const TraceLimits& limits = {});
// The same from a stream; `name` stands for the file in messages.
FailureTraceResult read_failures(std::istream& input, const std::string& name,
                                 const models::Topology& topology, const TraceLimits& limits = {});

}  // namespace spindle::app
