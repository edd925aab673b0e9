#pragma once
// Requests of a population, one after the other in order of time: when each arrives, on which
// object, how large. What `spindle trace synth` writes.
//
// Arrivals follow the load models exactly within epochs, as in mechanical runs
// (arrival_stream.hpp): behind caches, with events of demand. Where they are even, the shares of
// reads and the law of sizes are met to one request too (even_draws.hpp): what a class asks for is
// what comes. Equations: docs/theory/tenants.md.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/tenant/demand.hpp"
#include "models/tenant/even_draws.hpp"
#include "models/tenant/size_law.hpp"

namespace spindle::models {

struct SyntheticRequest {
  std::int64_t time_ns = 0;  // since the start of the run
  std::uint32_t tenant = 0;  // of the population
  bool is_read = true;
  std::uint64_t object = 0;  // of the tenant, by its law of popularity: 0 is the most popular
  std::uint64_t bytes = 0;
};

class RequestSynthesis {
 public:
  // Of one class (its index), or of all. `population` must outlive it. Streams are keyed by tenant:
  // what one tenant asks for does not depend on which others are asked about. Memory: some 500
  // bytes a tenant, the pieces of its load in one epoch, and some 4,096 requests.
  RequestSynthesis(const TenantPopulation& population, std::optional<std::uint32_t> only_class);
  ~RequestSynthesis();

  // The next request in order of time, those of one nanosecond by tenant; false after the last.
  // Cost: O(log tenants), about 200 ns for a few.
  bool next(SyntheticRequest& request);

 private:
  class Source;
  struct Due {
    std::int64_t time_ns;
    std::uint32_t source;
  };
  static bool is_later(const Due& a, const Due& b);
  void add_tenant(std::uint32_t index);
  void push(std::uint32_t source);

  const TenantPopulation& population_;
  std::optional<DemandStream> demand_;
  std::optional<DemandStream> write_demand_;  // of writes that have a course of their own
  std::vector<std::unique_ptr<Source>> sources_;
  std::vector<Due> due_;  // a heap, the earliest first
};

}  // namespace spindle::models
