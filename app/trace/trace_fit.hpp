#pragma once
// Turns what was measured of a trace of requests into a class of tenants whose synthetic requests
// resemble it: a block for a scenario, with comments that say what was measured. Method and limits:
// docs/theory/tenants.md.

#include <cstdint>
#include <string>
#include <vector>

#include "models/tenant/cascade_fit.hpp"
#include "models/tenant/size_table.hpp"
#include "models/tenant/trace_statistics.hpp"
#include "models/units.hpp"

namespace spindle::app {

// All sizes of a trace, and those of its reads and its writes.
struct TraceSizes {
  models::SizeTable all, reads, writes;
  std::uint64_t zeros = 0;  // requests of size 0, which count as 1 B
  void add(const models::TraceRecord& record);
};

struct FittedTrace {
  std::string source;  // "requests.csv.gz (ibm)"
  models::TraceShape shape;
  models::TraceSummary summary;
  models::CascadeFit::Result load;  // of reads and writes; with a cascade
  TraceSizes sizes;
};

struct TenantBlockOptions {
  std::string name;
  bool counts_bytes = false;        // of a series: its values are bytes, not requests
  bool side_is_writes = false;      // where the trace does not tell reads from writes
  models::Bytes object{1'000'000};  // where it has no sizes
};

// Whether a record counts for the fit: a read or a write.
inline bool is_fitted(const models::TraceRecord& record) {
  return record.op != models::TraceOp::kOther;
}

// Why no scenario can have such a tenant (sizes, rates), or with `whole` such a fleet; empty where
// one can.
std::string fit_refusal(const FittedTrace& trace, const TenantBlockOptions& options, bool whole);
// What the fit leaves out or cannot tell, a sentence each; the block's comments say the same.
std::vector<std::string> fit_warnings(const FittedTrace& trace, const TenantBlockOptions& options);

// An element of `tenants`, as text with comments.
std::string tenant_block(const FittedTrace& trace, const TenantBlockOptions& options);
// A whole scenario around it: a small fleet that holds it, for as long as the cascade's period, in
// epochs of the finest width of which it has at most 20,000. Precondition: no refusal.
std::string fitted_scenario(const FittedTrace& trace, const TenantBlockOptions& options);

}  // namespace spindle::app
