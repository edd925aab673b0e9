#include "app/experiment/store_metrics.hpp"

#include "app/experiment/undefined.hpp"
#include "models/store/write_amplification.hpp"

namespace spindle::app {
// What cleaning reads and writes: for each byte that is put on a drive, the copies twice.
void set_store(const World& world, const models::FleetSeries& series, Metrics& out) {
  const StoreEffect& store = *world.store;
  double per_byte = 0;  // disk time
  for (std::size_t model = 0; model < world.capacity_share.size(); ++model) {
    per_byte +=
        world.capacity_share[model] *
        models::cleaning_seconds_per_byte(world.base.models()[model], store.write_amplification);
  }
  double bytes_per_s = 0;  // written, summed over epochs
  double disk_time = 0;
  for (std::size_t e = 0; e < series.write_bytes_per_s.size(); ++e) {
    bytes_per_s += series.write_bytes_per_s[e] * world.scheme.overhead();
    disk_time += series.disk_time[e];
  }
  out.set("store.fullness", store.fullness);
  out.set("store.write_amplification", store.write_amplification);
  out.set("store.cleaning_bytes",
          2 * (store.write_amplification - 1) * bytes_per_s * world.grid.epoch.to_seconds());
  out.set("store.disk_share", ratio(per_byte * bytes_per_s, disk_time));
}

}  // namespace spindle::app
