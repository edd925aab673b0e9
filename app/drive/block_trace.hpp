#pragma once
// Reads traces of block requests, untrusted: bounded lines, rows and memory; no locale. All
// problems are reported together, each with file and line.
//
// One request a line, fields separated by commas, tabs or blanks (found from the first line).
// Columns are names from a header row or, where all of them are numbers from 1, positions in a file
// without header. Files compressed by gzip or zstd are unpacked as they are read.

#include <filesystem>
#include <string>
#include <vector>

#include "app/scenario/reader.hpp"
#include "models/drive/request_queue.hpp"

namespace spindle::app {

struct BlockTraceOptions {
  // Columns; time, kind and response may be empty: all at time 0, all reads, nothing measured.
  std::string time, kind, block, count, response;
  double time_unit_s = 1;  // of time and response: 1, 1e-3, 1e-6 or 1e-9
  std::string read_word;   // what `kind` holds for a read; empty: r, read or their capitals
  std::uint64_t block_sectors = 1;  // sectors of the drive in a block of the trace
  std::uint64_t drive_sectors = 0;
  std::uint64_t arm_sectors = 0;  // of each of the drive's arms; no request may need two of them
};

// The columns named by "time=NAME,kind=NAME,block=NAME,count=NAME,response=NAME" in any order;
// returns what is wrong with the text, or nothing.
std::string parse_columns(std::string_view text, BlockTraceOptions& options);

struct BlockTrace {
  std::vector<models::DriveRequest> requests;  // time 0 is the first one's
  std::vector<double> responses_s;             // measured; empty where no column is named
  std::vector<Problem> problems;               // where there are any, the rest is of no use
};

BlockTrace read_block_trace(const std::filesystem::path& file, const BlockTraceOptions& options);

}  // namespace spindle::app
