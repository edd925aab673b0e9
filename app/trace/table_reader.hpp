#pragma once
// Points of a table of text: one time column and one or two amount columns.

#include <array>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "app/trace/fields.hpp"
#include "app/trace/line_reader.hpp"
#include "app/trace/problem_log.hpp"
#include "app/trace/trace_reader.hpp"

namespace spindle::app {

struct TableOptions {
  std::string time_column;
  std::vector<std::string> amount_columns;
  double bytes_per_unit = 1;
  sim::Duration interval;          // what a row reaches beyond its time
  bool zero_is_first_row = false;  // else only where times are timestamps
};

// Reads a whole table into one list of points per amount column.
class TableReader {
 public:
  TableReader(std::istream& input, const std::string& name, const TableOptions& options,
              const TraceLimits& limits, ProblemLog& problems);
  std::vector<std::vector<models::DemandTrace::Point>> read();

 private:
  bool next_line(std::string_view& line);
  bool find_columns();
  void resolve(const std::string& column, const std::vector<std::string>& header);
  void read_row(std::string_view line);
  std::optional<sim::Duration> row_time(const std::string& text);
  std::optional<double> row_amount(const std::string& text, const std::string& column);
  [[nodiscard]] std::size_t line() const { return lines_.line_number(); }

  LineReader lines_;
  const std::string& name_;
  const TableOptions& options_;
  const TraceLimits& limits_;
  ProblemLog& problems_;
  char separator_ = ',';
  std::vector<std::string> columns_;    // time, then amounts, as the user names them
  std::vector<std::size_t> positions_;  // of columns_, from 0
  std::vector<std::string> fields_;     // of the current row
  std::vector<double> amounts_;
  bool any_row_ = false;
  TraceTime zero_;  // of the run, in the file's time
  bool has_zero_ = false;
  sim::Duration last_;
  std::vector<std::vector<models::DemandTrace::Point>> points_;
};

}  // namespace spindle::app
