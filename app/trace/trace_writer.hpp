#pragma once
// Writes synthetic requests as lines of a trace.

#include <string>
#include <vector>

#include "models/tenant/demand.hpp"
#include "models/tenant/request_synthesis.hpp"

namespace spindle::app {

enum class TraceLayout {
  kSpindle,      // time,op,object,bytes,tenant; the header says how long the trace is
  kLibCacheSim,  // time,obj_id,obj_size,op; an object is numbered by tenant * 2^40 + object
};

class TraceWriter {
 public:
  // `population` must outlive it. Tenants go by their class's name, with /number in a class of
  // several.
  TraceWriter(TraceLayout layout, const models::TenantPopulation& population);

  [[nodiscard]] std::string header() const;
  // Appends a line, with its end. Cost: about 100 ns.
  void append(const models::SyntheticRequest& request, std::string& out) const;

 private:
  TraceLayout layout_;
  const models::TenantPopulation& population_;
  std::vector<std::string> class_names_;       // as a field of CSV
  std::vector<std::uint32_t> first_of_class_;  // tenant
};

}  // namespace spindle::app
