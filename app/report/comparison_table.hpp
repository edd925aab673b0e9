#pragma once
// The table this project exists for: one row a variant, judged by capacity, heat and durability.

#include <string>
#include <vector>

#include "app/report/metric_table.hpp"
#include "app/report/text_table.hpp"

namespace spindle::app {

struct ComparedVariant {
  std::string name;
  std::string folder;          // of its result files, relative to the comparison's folder
  std::string overrides_json;  // its "set" object
  Metrics metrics;
  std::string digest;
  bool partial = false;                 // interrupted
  std::vector<std::string> notes = {};  // unmet goals and melted racks
  bool cools = false;                   // some class of its data does
  std::string failure = {};             // why there are no metrics; empty where there are
};

// Where a variant's data cools, a column says what is left of the fleet's heat at the run's end; a
// second table says what happened over time, where a variant plays events, a third how long
// requests took, where it serves them. A variant that failed has a row without values, and its
// reason below. kTable closes with a line on how to read each column, and the variants' notes.
std::string comparison_table(const std::vector<ComparedVariant>& variants, Format format);
// {"scenario", "variants": [{"name", "dir", "digest", "partial", "set", "metrics"}]}; of a
// variant that failed {"name", "failed": reason, "set", "metrics": {}}.
std::string comparison_json(const std::string& scenario,
                            const std::vector<ComparedVariant>& variants);
// One row a variant, every metric a column, full precision; empty fields where it failed.
std::string comparison_csv(const std::vector<ComparedVariant>& variants);

// A folder for each of the variants, made from their names: "two choices, 5+4" ->
// "two-choices-5+4". All differ from each other and from the comparison's own files, have at most
// 120 bytes, and lie in the comparison's folder.
std::vector<std::string> folder_names(const std::vector<std::string>& variants);

}  // namespace spindle::app
