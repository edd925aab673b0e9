#pragma once
// Reads rate series and job traces from CSV or TSV files, untrusted: bounded lines, rows and
// memory; no locale. Formats and the meaning of times: docs/theory/tenants.md.

#include <filesystem>
#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "app/scenario/reader.hpp"
#include "models/tenant/load_model.hpp"

namespace spindle::app {

struct TraceLimits {
  std::size_t line_bytes = std::size_t{1} << 20;
  std::size_t rows = 50'000'000;  // 16 bytes each and side
  std::size_t problems = 20;      // reported in full; the rest are counted
};

// Columns are names from a header row, or, where all of them are numbers from 1, positions in a
// file without header. Names win over numbers where a file has a header.

// A rate series: a time and an amount a row; time 0 is the first row's.
struct SeriesOptions {
  std::string time_column;
  std::string value_column;
  double bytes_per_unit = 1;  // the object size where values count requests
  sim::Duration interval;     // length of one sample, > 0
  sim::Duration loop;         // 0: played once
};
struct SeriesResult {
  std::optional<models::DemandTrace> trace;  // in bytes; empty where there are problems
  std::vector<Problem> problems;             // in file order
};

// A job trace: a time and bytes read and written a row. Time 0 is second 0 where times are plain
// seconds, the first row's where they are timestamps. Either column, not both, may be empty.
struct JobsOptions {
  std::string time_column;
  std::string read_column;
  std::string write_column;
  sim::Duration loop;
};
struct JobsResult {
  std::optional<models::DemandTrace> reads;  // empty where no column is named or on problems
  std::optional<models::DemandTrace> writes;
  std::vector<Problem> problems;
};

// Fields are separated by commas in .csv, by tabs in .tsv and .tab; else by tabs where the first
// line holds one. A missing, unreadable or unfit file is a problem in the result, never an
// exception; std::invalid_argument is thrown on options out of range only.
SeriesResult read_series(const std::filesystem::path& file, const SeriesOptions& options,
                         const TraceLimits& limits = {});
JobsResult read_jobs(const std::filesystem::path& file, const JobsOptions& options,
                     const TraceLimits& limits = {});

// The same from a stream; `name` stands for the file in messages, and its extension is heeded.
SeriesResult read_series(std::istream& input, const std::string& name, const SeriesOptions& options,
                         const TraceLimits& limits = {});
JobsResult read_jobs(std::istream& input, const std::string& name, const JobsOptions& options,
                     const TraceLimits& limits = {});

}  // namespace spindle::app
