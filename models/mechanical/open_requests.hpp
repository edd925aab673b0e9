#pragma once
// Requests whose parts are not all served yet: joins the parts, and says how long each took.
//
// A read is answered by the first `needed` of its parts, a write by the slowest; each is kept until
// all parts are served. Memory: 16 B and 8 B a part, for the most that were open at a time. Cost:
// O(1) a part and O(parts) a request, no allocation but where more are open than ever before.

#include <cstdint>
#include <vector>

#include "models/mechanical/latency.hpp"
#include "sim/time.hpp"

namespace spindle::models {

// Of one class of tenants, answered requests.
struct ClassLatency {
  LatencySummary reads;
  LatencySummary writes;
};

class OpenRequests {
 public:
  struct Request {
    sim::Instant arrival;
    std::uint32_t tenant_class = 0;
    bool is_write = false;
    std::uint8_t parts = 1;   // not served yet
    std::uint8_t needed = 1;  // 1 ... parts
  };

  explicit OpenRequests(std::uint32_t most_parts) : most_parts_(most_parts) {}

  // The slot that its parts name.
  std::uint32_t add(const Request& request);
  // A request for data that lies nowhere: counted, never answered.
  void add_without_place() { ++without_place_; }
  // Precondition: a part of the slot's request that is not served yet.
  void serve_part(std::uint32_t slot, sim::Instant finish, std::vector<ClassLatency>& latency);

  // All requests that came, those still open, those for data that lies nowhere.
  [[nodiscard]] std::uint64_t arrivals() const { return arrivals_ + without_place_; }
  [[nodiscard]] std::uint64_t open() const { return requests_.size() - free_.size(); }
  [[nodiscard]] std::uint64_t without_place() const { return without_place_; }

 private:
  std::uint32_t most_parts_;
  std::uint64_t arrivals_ = 0;
  std::uint64_t without_place_ = 0;
  std::vector<Request> requests_;
  std::vector<std::uint8_t> served_;    // parts, per slot
  std::vector<sim::Instant> finishes_;  // [slot * most_parts + i]
  std::vector<std::uint32_t> free_;
};

}  // namespace spindle::models
