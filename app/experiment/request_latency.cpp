#include "app/experiment/request_latency.hpp"

namespace spindle::app {

void set_latency(const std::string& side, const models::TimeSummary& time, Metrics& out) {
  out.set("latency." + side + ".mean_s", time.mean);
  out.set("latency." + side + ".p50_s", time.p50);
  out.set("latency." + side + ".p99_s", time.p99);
  out.set("latency." + side + ".p99_9_s", time.p99_9);
}

LatencyRow latency_row(const std::string& tenant_class, const std::string& side,
                       std::uint64_t requests, const models::TimeSummary& time) {
  return {tenant_class, side, requests, time.mean, time.p50, time.p99, time.p99_9};
}

}  // namespace spindle::app
