#include "models/mechanical/busy_record.hpp"

#include <algorithm>

#include "models/flow/flow_result.hpp"

namespace spindle::models {

void BusyRecord::add_epoch(std::span<const std::int64_t> busy_ns, sim::Duration length) {
  const double per_ns = 1.0 / static_cast<double>(length.ns());
  double epoch_sum = 0;
  double epoch_max = 0;
  std::uint32_t hot = 0;
  for (std::size_t d = 0; d < busy_ns.size(); ++d) {
    const double busy = static_cast<double>(busy_ns[d]) * per_ns;
    epoch_sum += busy;
    epoch_max = std::max(epoch_max, busy);
    hot += busy > kHotHeat ? 1 : 0;
    drive_sum[d] += busy;
    drive_max[d] = std::max(drive_max[d], busy);
    pooled.add(busy);
    histogram.add(busy);
  }
  if (demand(sum.size()) >= demand(peak_epoch)) {
    peak_epoch = sum.size();
    for (std::size_t d = 0; d < busy_ns.size(); ++d) {
      peak[d] = static_cast<double>(busy_ns[d]) * per_ns;
    }
  }
  sum.push_back(epoch_sum);
  max.push_back(epoch_max);
  hot_drives.push_back(hot);
}

}  // namespace spindle::models
