#include "models/mechanical/open_requests.hpp"

#include <algorithm>

namespace spindle::models {

std::uint32_t OpenRequests::add(const Request& request) {
  ++arrivals_;
  if (free_.empty()) {
    requests_.push_back(request);
    served_.push_back(0);
    finishes_.resize(finishes_.size() + most_parts_);
    return static_cast<std::uint32_t>(requests_.size() - 1);
  }
  const std::uint32_t slot = free_.back();
  free_.pop_back();
  requests_[slot] = request;
  served_[slot] = 0;
  return slot;
}

void OpenRequests::serve_part(std::uint32_t slot, sim::Instant finish,
                              std::vector<ClassLatency>& latency) {
  const Request& request = requests_[slot];
  const auto first = finishes_.begin() + static_cast<std::ptrdiff_t>(slot) * most_parts_;
  first[served_[slot]++] = finish;
  if (served_[slot] < request.parts) return;
  const auto answer = first + (request.needed - 1);
  std::nth_element(first, answer, first + request.parts);
  ClassLatency& of = latency[request.tenant_class];
  (request.is_write ? of.writes : of.reads).add(*answer - request.arrival);
  free_.push_back(slot);
}

}  // namespace spindle::models
