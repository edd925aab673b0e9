#pragma once
// Every metric that Spindle reports: one table of names, units and meanings. Names are dotted and
// stable; the order here is the order in every file and listing.

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spindle::app {

struct MetricRow {
  enum class Presence {
    kAlways,
    kDirect,        // only with the direct estimator
    kConditional,   // only with the conditional estimator
    kEstimated,     // with either of the two
    kTimeline,      // only where the run plays events
    kSimulated,     // with either; where both are, it is the run's own
    kMechanical,    // only at mechanical fidelity
    kServed,        // there, and at flow fidelity where all drive models have mechanics
    kFlowServed,    // at flow fidelity alone, where all drive models have mechanics
    kZoom,          // only where a run at flow fidelity zooms
    kScrub,         // only where drives are scrubbed
    kGrey,          // only where failures announce themselves
    kLedger,        // only of fleets of ledgers
    kLedgerPlayed,  // of these, where the run plays events
    kLifecycle,     // only where data is re-encoded as it ages
    kStore,         // only where drives keep a log that is cleaned
  };
  const char* name;
  const char* unit;  // base unit; "1" for ratios
  const char* meaning;
  Presence presence = Presence::kAlways;
};
std::span<const MetricRow> metric_table();
// nullptr where there is no such metric.
const MetricRow* find_metric(std::string_view name);
// "" of kAlways, and else when the metric is there: "direct", "conditional", "over time", "direct,
// over time", "mechanical", "mechanics", "flow, mechanics", "zoom", "scrub", "store", "ledger",
// "ledger, over time", "lifecycle".
const char* presence_text(MetricRow::Presence presence);

// The metrics of one run, in table order. NaN stands for "undefined here" (null in JSON).
class Metrics {
 public:
  // Throws std::logic_error: a name that is not in the table, or is set already.
  void set(const std::string& name, double value);
  // Makes it NaN where it is set; of a name that ends in a dot, all that begin so.
  void forget(std::string_view name);
  [[nodiscard]] double get(std::string_view name) const;  // NaN where not set
  [[nodiscard]] bool has(std::string_view name) const;    // set, if only to NaN
  [[nodiscard]] const std::vector<std::pair<std::string, double>>& values() const {
    return values_;
  }
  std::string durability_estimator = "analytic";

 private:
  std::vector<std::pair<std::string, double>> values_;
};

}  // namespace spindle::app
