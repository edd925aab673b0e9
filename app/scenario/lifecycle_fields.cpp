#include "app/scenario/lifecycle_fields.hpp"

#include "app/scenario/field_objects.hpp"
#include "app/scenario/redundancy.hpp"
#include "sim/time.hpp"

namespace spindle::app {

const ObjectSpec& lifecycle_table() {
  static const ObjectSpec kTable{
      .fields = {
          {.name = "after",
           .kind = Kind::kDuration,
           .required = true,
           .example = "\"60 d\"",
           .range = {.max = kHorizonSeconds, .above_min = true, .max_text = "200 yr"},
           .doc = "Age from which data is re-encoded: read, written by `redundancy`, and deleted "
                  "where it was."},
          {.name = "redundancy",
           .kind = Kind::kObject,
           .required = true,
           .object = &redundancy_table(),
           .doc = "How older data is stored."},
          {.name = "at",
           .kind = Kind::kDuration,
           .fallback = "\"0 s\"",
           .example = "\"5 d\"",
           .range = {.max = kHorizonSeconds, .max_text = "200 yr"},
           .doc = "When it begins, from the start of the run, with all data that is old enough by "
                  "then; before the run's end."},
          {.name = "rate",
           .kind = Kind::kByteRate,
           .fallback = "\"5 MB/s\"",
           .example = "\"5 MB/s\"",
           .range = {.max = 1e15, .max_text = "1,000 TB/s"},
           .doc = "Bytes that each drive reads and writes for it at most; 0: none."},
          {.name = "back",
           .kind = Kind::kFailureRate,
           .fallback = "\"0 /yr\"",
           .example = "\"20 %/yr\"",
           .range = {.max = 1e6, .max_text = "1,000,000 /yr"},
           .doc = "Share of older data that is called back in a time: it returns to the fleet's "
                  "redundancy, as young as new data."},
      }};
  return kTable;
}

std::optional<models::LifecycleOptions> build_lifecycle(const ResolvedView& tenant) {
  const auto view = tenant.below("lifecycle");
  if (!view) return std::nullopt;
  models::LifecycleOptions out;
  out.at = sim::Instant() + view->duration("at").value();
  out.after = view->duration("after").value();
  out.redundancy = redundancy_of(*view).value();
  out.bytes_per_s = view->byte_rate("rate").value();
  out.back_per_s = view->failure_rate("back").value() / sim::kSecondsPerYear;
  return out;
}

}  // namespace spindle::app
