#include "app/scenario/timeline_fields.hpp"

#include <fmt/format.h>

#include "app/scenario/failure_fields.hpp"
#include "app/scenario/field_objects.hpp"
#include "app/scenario/scrub_fields.hpp"
#include "models/redundancy/scheme.hpp"

namespace spindle::app {
namespace {

Field moment(std::string name, std::string doc) {
  return {.name = std::move(name),
          .kind = Kind::kDuration,
          .required = true,
          .example = "\"10 d\"",
          .range = {.max = kHorizonSeconds, .max_text = "200 yr"},
          .doc = std::move(doc)};
}

Field length(std::string doc) {
  return {.name = "lasts",
          .kind = Kind::kDuration,
          .required = true,
          .example = "\"6 h\"",
          .range = {.max = kHorizonSeconds, .above_min = true, .max_text = "200 yr"},
          .doc = std::move(doc)};
}

// Of what is down, and comes back; `lost` is the event that does not.
Field length_of_outage(const std::string& lost) {
  Field out = length("How long.");
  out.slips = {{"forever", "what is down comes back",
                fmt::format("set `event` to {}, and remove `lasts`", lost)}};
  return out;
}

Field time_from_failure(std::string name, std::string fallback, std::string example,
                        std::string doc) {
  return {.name = std::move(name),
          .kind = Kind::kDuration,
          .fallback = std::move(fallback),
          .example = std::move(example),
          .range = {.max = kHorizonSeconds, .max_text = "200 yr"},
          .doc = std::move(doc)};
}

Field zone() {
  return {.name = "zone",
          .kind = Kind::kInteger,
          .required = true,
          .example = "0",
          .range = {.max = 63},
          .doc = "The zone's number, from 0."};
}

Field rack() {
  return {.name = "rack",
          .kind = Kind::kInteger,
          .required = true,
          .example = "0",
          .range = {.max = 1e6 - 1},
          .doc = "The rack's number, from 0: zone after zone, racks that land counted in."};
}

Field byte_rate(std::string name, std::string fallback, std::string example, std::string doc) {
  return {.name = std::move(name),
          .kind = Kind::kByteRate,
          .fallback = std::move(fallback),
          .example = std::move(example),
          .range = {.max = 1e15, .max_text = "1,000 TB/s"},
          .doc = std::move(doc)};
}

std::vector<Field> landing_fields() {
  return {
      {.name = "racks_per_zone",
       .kind = Kind::kInteger,
       .required = true,
       .example = "1",
       .range = {.min = 1, .max = 1e6},
       .doc = "Racks that land in each zone."},
      {.name = "policy",
       .kind = Kind::kWord,
       .fallback = "\"coolest_first\"",
       .example = "\"coolest_first\"",
       .words = {"none", "as_placed", "new_data_first", "coolest_first", "random_mix"},
       .doc = "What they are filled with: `none`, nothing is moved in, and new data goes there by "
              "their share of the capacity; `as_placed`, the same, but where new data goes the "
              "placement policy decides, to which their drives are as all others; "
              "`new_data_first`, new data goes there first; `coolest_first`, the coolest data "
              "is moved in; `random_mix`, data drawn at random (`run.form` ledger)."},
      {.name = "every",
       .kind = Kind::kDuration,
       .example = "\"1 d\"",
       .range = {.max = kHorizonSeconds, .above_min = true, .max_text = "200 yr"},
       .doc = "Time from one landing to the next, where there are several; absent: there is one."},
      {.name = "times",
       .kind = Kind::kInteger,
       .example = "30",
       .range = {.min = 1, .max = 1000},
       .doc = "How many such landings there are, `every` so long; absent: one."},
      {.name = "target_fill",
       .kind = Kind::kRatio,
       .fallback = "0.8",
       .example = "0.8",
       .range = {.max = 1, .above_min = true},
       .doc = "Share of a landed drive's capacity that the policy fills; more than 0, at most "
              "1."},
      byte_rate("rate", "\"50 MB/s\"", "\"50 MB/s\"",
                "Bytes that moves bring to each landed drive; 0: none.")};
}

std::vector<Field> drain_fields() {
  return {{.name = "racks_per_zone",
           .kind = Kind::kInteger,
           .required = true,
           .example = "1",
           .range = {.min = 1, .max = 1e6},
           .doc = "Racks that are emptied in each zone: the fleet's last ones, which are of the "
                  "model listed last, that no earlier drain takes."},
          {.name = "to",
           .kind = Kind::kWord,
           .fallback = "\"fleet\"",
           .example = "\"landed\"",
           .words = {"fleet", "landed"},
           .doc = "Where their data goes: `fleet`, to the other drives of the zone, as the "
                  "placement policy chooses; `landed`, to the racks that landed in the zone, up to "
                  "their target_fill."},
          byte_rate("rate", "\"50 MB/s\"", "\"50 MB/s\"",
                    "Bytes that moves take from each emptied drive; 0: none.")};
}

Field classes(std::string doc) {
  return {.name = "classes",
          .kind = Kind::kTexts,
          .example = "[\"web\"]",
          .range = {.min = 1, .max = 10000},
          .doc = std::move(doc)};
}

std::vector<Field> demand_fields() {
  return {
      length("How long, ramps included."),
      {.name = "factor",
       .kind = Kind::kNumber,
       .required = true,
       .example = "5",
       .range = {.max = 1e6},
       .doc = "What demand is multiplied by: reads and writes, of every tenant."},
      {.name = "ramp",
       .kind = Kind::kDuration,
       .fallback = "\"0 s\"",
       .example = "\"1 h\"",
       .range = {.max = kHorizonSeconds, .max_text = "200 yr"},
       .doc = "Length of the linear rise from `at` on, and of the fall at the end; at most half "
              "of `lasts`."},
      classes("Names of the classes of tenants; absent: all.")};
}

std::vector<Field> flush_fields() {
  return {{.name = "refill",
           .kind = Kind::kDuration,
           .required = true,
           .example = "\"30 min\"",
           .range = {.min = 1e-6, .max = kHorizonSeconds, .max_text = "200 yr", .min_text = "1 us"},
           .doc = "Time constant t0: the hit ratio comes back as hit_ratio * (1 - exp(-t / t0))."},
          classes("Names of the classes of tenants; absent: all that have a cache.")};
}

const ObjectSpec& outage_table() {
  static const ObjectSpec kTable = [] {
    Field lasts =
        length("Mean length, exponential; \"forever\": the domain is lost with its data.");
    lasts.words = {"forever"};
    return ObjectSpec{.fields = {{.name = "domain",
                                  .kind = Kind::kWord,
                                  .required = true,
                                  .example = "\"rack\"",
                                  .words = {"zone", "rack"},
                                  .doc = "What goes down: each `zone` or each `rack`."},
                                 {.name = "rate",
                                  .kind = Kind::kFailureRate,
                                  .required = true,
                                  .example = "\"0.01 /yr\"",
                                  .range = {.max = 1e6, .max_text = "1,000,000 /yr"},
                                  .doc = "How often, of each domain, at exponential times."},
                                 std::move(lasts)}};
  }();
  return kTable;
}

}  // namespace

const ObjectSpec& repair_table() {
  static const ObjectSpec kTable{
      .fields = {
          {.name = "mttr",
           .kind = Kind::kDuration,
           .fallback = "\"24 h\"",
           .example = "\"24 h\"",
           .range = {.max = kHorizonSeconds, .above_min = true, .max_text = "200 yr"},
           .doc = "Mean time from a failure to the restored shard: detection and "
                  "rebuild."},
          byte_rate("bandwidth", "", "\"10 MB/s\"",
                    "What each drive gives to repair, reads and writes together; 0: nothing is "
                    "rebuilt; absent: rebuilds take exponential times."),
          {.name = "io",
           .kind = Kind::kBytes,
           .fallback = "\"4 MB\"",
           .example = "\"4 MB\"",
           .range = {.above_min = true},
           .doc = "Size of one read or write of repairs and moves: the disk time they take."},
          {.name = "order",
           .kind = Kind::kWord,
           .fallback = "\"fifo\"",
           .example = "\"most_exposed_first\"",
           .words = {"fifo", "most_exposed_first"},
           .doc = "Whose turn it is under a bandwidth: `fifo`, as shards are found missing; "
                  "`most_exposed_first`, shards of extents that lack most."},
          {.name = "start_at",
           .kind = Kind::kInteger,
           .fallback = "1",
           .example = "2",
           .range = {.min = 1, .max = models::kMaxShards},
           .doc = "Lazy repair under a bandwidth: an extent is repaired once it lacks so many "
                  "shards, then all of them."},
          {.name = "yields",
           .kind = Kind::kWord,
           .fallback = "\"never\"",
           .example = "\"to_clients\"",
           .words = {"never", "to_clients"},
           .doc = "Under a bandwidth: `never`, drives give all of it; `to_clients`, 1 - the heat "
                  "that their clients ask of it."},
          {.name = "least_share",
           .kind = Kind::kRatio,
           .fallback = "0.1",
           .example = "0.1",
           .range = {.max = 1, .above_min = true},
           .doc = "What repair that yields gets of the bandwidth of the busiest drives."},
          {.name = "after_zone_loss",
           .kind = Kind::kWord,
           .fallback = "\"wait\"",
           .example = "\"relax\"",
           .words = {"wait", "relax"},
           .doc = "A lost zone's shards: `wait` until the spread rule can be kept, or `relax` the "
                  "zone limit to the lowest that the zones left can hold."},
      }};
  return kTable;
}

const ObjectSpec& failure_table() {
  static const ObjectSpec kTable = [] {
    ObjectSpec table{
        .fields = {
            time_from_failure("detect", "\"0 s\"", "\"15 min\"",
                              "From a drive's failure to the start of its shards' rebuild; below "
                              "repair.mttr, which it is part of, where there is no bandwidth."),
            time_from_failure("replace", "\"24 h\"", "\"24 h\"",
                              "From a drive's failure to the new, empty drive in its slot."),
            {.name = "outages",
             .kind = Kind::kArray,
             .range = {.max = 100},
             .object = &outage_table(),
             .doc = "Zones and racks that go down at random."},
        }};
    for (Field& field : failure_cause_fields()) table.fields.push_back(std::move(field));
    return table;
  }();
  return kTable;
}

const ObjectSpec& event_table() {
  static const ObjectSpec kTable = [] {
    ObjectSpec table = make_union(
        "event", "", "What happens.",
        {{"zone_down",
          "A zone is down for a time; its data is there again afterwards.",
          {zone(), length_of_outage("zone_lost")}},
         {"zone_lost", "A zone and all data in it are lost for good.", {zone()}},
         {"rack_down",
          "A rack is down for a time; its data is there again afterwards.",
          {rack(), length_of_outage("rack_lost")}},
         {"rack_lost",
          "A rack's drives fail, all at once; they are replaced as failed drives are.",
          {rack()}},
         {"rack_landing", "New racks join every zone.", landing_fields()},
         {"rack_drain", "Racks of every zone are emptied, and then taken away (`run.form` ledger).",
          drain_fields()},
         {"scrub_stuck", "The scrub of one drive, or of some, stands still.", stuck_fields()},
         {"demand",
          "Demand of whole classes is multiplied for a time, for all their tenants "
          "together.",
          demand_fields()},
         {"cache_flush", "The caches in front of classes lose what they hold, and refill.",
          flush_fields()}});
    table.fields.push_back(moment("at", "When, from the start of the run; before its end."));
    return table;
  }();
  return kTable;
}

bool changes_demand(std::string_view event) {
  return event == "demand" || event == "cache_flush";
}

}  // namespace spindle::app
