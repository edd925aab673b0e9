#include "app/scenario/fields.hpp"

#include <algorithm>

#include "app/scenario/field_objects.hpp"
#include "app/scenario/load_fields.hpp"
#include "app/scenario/mechanical_fields.hpp"
#include "app/scenario/placement_fields.hpp"
#include "app/scenario/rebalance_fields.hpp"
#include "app/scenario/scrub_fields.hpp"
#include "app/scenario/store_fields.hpp"
#include "app/scenario/sweep_fields.hpp"
#include "app/scenario/timeline_fields.hpp"

namespace spindle::app {
namespace {

const ObjectSpec& run_table() {
  static const ObjectSpec kTable{
      .fields = {
          {.name = "duration",
           .kind = Kind::kDuration,
           .required = true,
           .example = "\"30 d\"",
           .range = {.max = kHorizonSeconds, .above_min = true, .max_text = "200 yr"},
           .doc = "Simulated time: a whole number of epochs, at most 200 yr."},
          {.name = "epoch",
           .kind = Kind::kDuration,
           .required = true,
           .example = "\"1 h\"",
           .range = {.max = kHorizonSeconds, .above_min = true, .max_text = "200 yr"},
           .doc =
               "Step of the load: demand is averaged over each epoch; at most 20,000,000 of them."},
          {.name = "fidelity",
           .kind = Kind::kWord,
           .example = "\"mechanical\"",
           .words = {"flow", "mechanical"},
           .doc = "`flow`: load of every drive, epoch by epoch; `mechanical`: every request at "
                  "drives with heads and queues. Absent: flow."},
          {.name = "form",
           .kind = Kind::kWord,
           .example = "\"ledger\"",
           .words = {"explicit", "ledger"},
           .doc = "How it is known what lies where: `explicit`, extent by extent; `ledger`, as "
                  "bytes and demand of each drive, for fleets of many millions. Absent: explicit."},
          {.name = "drive_arrays",
           .kind = Kind::kWord,
           .example = "\"npy\"",
           .words = {"none", "npy"},
           .doc = "Files with one value a drive: `npy`, drive_fill.npy, drive_heat_mean.npy and "
                  "drive_heat_max.npy, for numpy.load. Absent: none."},
          {.name = "starts_on",
           .kind = Kind::kWord,
           .example = "\"sat\"",
           .words = weekday_words(),
           .doc = "Day of the week on which the run starts, at midnight; absent: mon."},
      }};
  return kTable;
}

Field link(std::string name, std::string doc) {
  return {.name = std::move(name),
          .kind = Kind::kByteRate,
          .example = "\"5 GB/s\"",
          .range = {.max = 1e15, .above_min = true, .max_text = "1,000 TB/s"},
          .doc = std::move(doc)};
}

const ObjectSpec& network_table() {
  static const ObjectSpec kTable{
      .fields = {link("rack_uplink",
                      "What each rack's uplink lets through, in each direction; absent: no limit."),
                 link("zone_link",
                      "What a zone's link to all others lets through, in each direction; absent: "
                      "no limit.")}};
  return kTable;
}

const ObjectSpec& fleet_table() {
  static const ObjectSpec kTable{
      .fields = {
          {.name = "zones",
           .kind = Kind::kInteger,
           .required = true,
           .example = "3",
           .range = {.min = 1, .max = 64},
           .doc = "Availability zones, 1 to 64."},
          {.name = "racks_per_zone",
           .kind = Kind::kInteger,
           .required = true,
           .example = "34",
           .range = {.min = 1, .max = 1e6},
           .doc = "Racks in each zone; at most 1,000,000 in all."},
          {.name = "drives",
           .kind = Kind::kInteger,
           .required = true,
           .example = "100000",
           .range = {.min = 1, .max = 5e7},
           .doc = "Drives in all, at most 50,000,000, spread over the racks as evenly as can be."},
          {.name = "models",
           .kind = Kind::kArray,
           .required = true,
           .range = {.min = 1, .max = 64},
           .object = &drive_table(),
           .doc = "Drive models of the fleet; a rack holds one model."},
          {.name = "network",
           .kind = Kind::kObject,
           .object = &network_table(),
           .doc =
               "Links that bound repair under a bandwidth, and what fills racks that land; absent: "
               "none does."},
      }};
  return kTable;
}

const ObjectSpec& data_table() {
  static const ObjectSpec kTable{.fields = {
                                     {.name = "logical",
                                      .kind = Kind::kManyBytes,
                                      .required = true,
                                      .example = "\"500 PB\"",
                                      .range = {.above_min = true},
                                      .doc = "Data of all tenants before redundancy."},
                                     {.name = "extent",
                                      .kind = Kind::kBytes,
                                      .required = true,
                                      .example = "\"90 GB\"",
                                      .range = {.above_min = true},
                                      .doc = "The placement quantum, in logical bytes."},
                                 }};
  return kTable;
}

const ObjectSpec& targets_table() {
  static const ObjectSpec kTable{
      .fields = {
          {.name = "fill",
           .kind = Kind::kRatio,
           .fallback = "1",
           .example = "0.8",
           .range = {.min = 0.0001, .max = 1, .min_text = "0.0001"},
           .doc = "Share of a drive's capacity that drives_for_capacity plans to use."},
          {.name = "heat",
           .kind = Kind::kRatio,
           .fallback = "1",
           .example = "0.8",
           .range = {.min = 0.0001, .max = 1, .min_text = "0.0001"},
           .doc = "Share of a drive's time that drives_for_heat plans to use."},
      }};
  return kTable;
}

const ObjectSpec& traces_table() {
  static const ObjectSpec kTable{
      .fields = {{.name = "dir",
                  .kind = Kind::kText,
                  .fallback = "\".\"",
                  .example = "\"traces\"",
                  .doc = "Folder that every `file` is relative to; itself relative to the "
                         "scenario file."}}};
  return kTable;
}

const ObjectSpec& durability_table() {
  static const ObjectSpec kTable{
      .fields = {
          {.name = "estimator",
           .kind = Kind::kWord,
           .fallback = "\"analytic\"",
           .example = "\"direct\"",
           .words = {"analytic", "conditional", "direct"},
           .doc = "`analytic`: the chain of one extent; `conditional`: failures and repairs "
                  "simulated, losses integrated over placement; `direct`: simulated, losses "
                  "counted."},
          {.name = "replications",
           .kind = Kind::kInteger,
           .fallback = "20",
           .example = "20",
           .range = {.min = 2, .max = 100000},
           .doc = "Of `conditional` and `direct`: independent histories, from which the intervals "
                  "come."},
      }};
  return kTable;
}

const ObjectSpec& variant_table() {
  static const ObjectSpec kTable{
      .fields = {
          {.name = "name",
           .kind = Kind::kText,
           .required = true,
           .example = "\"random, 3 copies\"",
           .doc = "The row's name in the comparison table; unique."},
          {.name = "set",
           .kind = Kind::kOverrides,
           .required = true,
           .example = R"({"placement.policy": "random"})",
           .doc = "New values by dotted path, applied in order to the base scenario."},
      }};
  return kTable;
}

const ObjectSpec& compare_table() {
  static const ObjectSpec kTable{
      .fields = {{.name = "variants",
                  .kind = Kind::kArray,
                  .required = true,
                  .range = {.min = 1, .max = 200},
                  .object = &variant_table(),
                  .doc = "The rows that `spindle compare` runs, paired."}}};
  return kTable;
}

std::vector<Field> heading_fields() {
  return {
      {.name = "$schema",
       .kind = Kind::kText,
       .example = "\"schema.json\"",
       .doc = "For editors: where the schema is. Not read."},
      {.name = "schema_version",
       .kind = Kind::kInteger,
       .required = true,
       .example = "1",
       .range = {.min = 1, .max = 1},
       .doc = "Version of this format: 1."},
      {.name = "name",
       .kind = Kind::kName,
       .required = true,
       .example = "\"comparison\"",
       .doc = "Names the results folder: small letters, digits and hyphens."},
      {.name = "question",
       .kind = Kind::kText,
       .required = true,
       .example = "\"Which placement wastes least?\"",
       .doc = "What the scenario asks, in a sentence."},
      {.name = "seed",
       .kind = Kind::kInteger,
       .fallback = "1",
       .example = "1",
       .range = {.max = 9007199254740992.0},
       .doc = "Seed of all random draws, 0 to 2^53."},
  };
}

Field object_field(std::string name, bool required, const ObjectSpec& object, std::string doc) {
  return {.name = std::move(name),
          .kind = Kind::kObject,
          .required = required,
          .fallback = required ? "" : "{}",
          .object = &object,
          .doc = std::move(doc)};
}

ObjectSpec make_root() {
  ObjectSpec root{.fields = heading_fields()};
  std::vector<Field>& fields = root.fields;
  fields.push_back(object_field("run", true, run_table(), "How long, in which steps."));
  fields.push_back(object_field("fleet", true, fleet_table(), "Zones, racks and drives."));
  fields.push_back(object_field("data", true, data_table(), "How much data, in which pieces."));
  fields.push_back(object_field("redundancy", true, redundancy_table(),
                                "How an extent is stored so that it survives failures."));
  fields.push_back(object_field("spread", false, spread_table(),
                                "How many shards of one extent a failure domain may hold; 0 is "
                                "no limit."));
  fields.push_back(object_field("placement", true, placement_table(),
                                "Which drive a shard goes to, within the spread rule."));
  fields.push_back({.name = "tenants",
                    .kind = Kind::kArray,
                    .required = true,
                    .range = {.min = 1, .max = 10000},
                    .object = &tenant_table(),
                    .doc = "Classes of tenants that share the data and heat the drives."});
  fields.push_back(object_field("traces", false, traces_table(), "Where trace files are."));
  fields.push_back(object_field("repair", false, repair_table(), "How fast lost shards return."));
  fields.push_back(optional_object("durability", durability_table(),
                                   "How durability is estimated; absent: by the chain alone."));
  fields.push_back(optional_object("failure", failure_table(),
                                   "How drives fail and are replaced, racks and zones go down; "
                                   "absent: the defaults, where failures are simulated."));
  fields.push_back(optional_object("scrub", scrub_table(),
                                   "How drives are read through to find latent errors; absent: "
                                   "not at all."));
  fields.push_back(optional_object("rebalance", rebalance_table(),
                                   "How data moves to even drives out (`run.form` ledger); absent: "
                                   "not at all."));
  fields.push_back(optional_object("store", store_table(),
                                   "How drives keep data in a log that is cleaned; absent: what "
                                   "is written stays where it is."));
  fields.push_back({.name = "events",
                    .kind = Kind::kArray,
                    .range = {.max = 10000},
                    .object = &event_table(),
                    .doc = "What happens at stated times, in any order."});
  fields.push_back(optional_object("zoom", zoom_table(),
                                   "Drives of a run at flow fidelity that are served mechanically "
                                   "under the load that it gave them; absent: none."));
  fields.push_back(object_field("targets", false, targets_table(),
                                "What a plan may use of a drive, 0.0001 to 1."));
  fields.push_back({.name = "thresholds",
                    .kind = Kind::kThresholds,
                    .example = R"({"capacity.skew.over": "< 2 %", "durability.nines": ">= 9"})",
                    .doc = "What `spindle check` holds the run's metrics to."});
  fields.push_back({.name = "gates",
                    .kind = Kind::kGates,
                    .example = R"({"capacity.skew.over": "0.5 %", "heat.util.max": "0.02"})",
                    .doc = "How far metrics may be from those of a baseline, for `spindle check "
                           "--baseline`."});
  fields.push_back(optional_object("compare", compare_table(),
                                   "Variants of this scenario, for `spindle compare`."));
  fields.push_back(optional_object("sweep", sweep_table(),
                                   "Points of a study around this scenario, for `spindle sweep`."));
  return root;
}

void collect(const ObjectSpec& object, const std::string& prefix, std::string_view key,
             std::vector<std::string>& out) {
  const auto visit = [&](const Field& field) {
    const std::string path = prefix + field.name;
    if (field.name == key && std::find(out.begin(), out.end(), path) == out.end()) {
      out.push_back(path);
    }
    if (field.object == nullptr) return;
    collect(*field.object, path + (field.kind == Kind::kArray ? ".0." : "."), key, out);
  };
  for (const Field& field : object.fields) visit(field);
  for (const VariantSpec& variant : object.variants) {
    for (const Field& field : variant.fields) visit(field);
  }
}

}  // namespace

const VariantSpec* ObjectSpec::find_variant(std::string_view word) const {
  const auto it = std::find_if(variants.begin(), variants.end(),
                               [&](const VariantSpec& variant) { return variant.word == word; });
  return it == variants.end() ? nullptr : &*it;
}

const Field* ObjectSpec::find_anywhere(std::string_view name) const {
  for (const Field& field : fields) {
    if (field.name == name) return &field;
  }
  for (const VariantSpec& variant : variants) {
    for (const Field& field : variant.fields) {
      if (field.name == name) return &field;
    }
  }
  return nullptr;
}

std::vector<std::string> ObjectSpec::variants_with(std::string_view name) const {
  std::vector<std::string> words;
  for (const VariantSpec& variant : variants) {
    for (const Field& field : variant.fields) {
      if (field.name == name) words.push_back(variant.word);
    }
  }
  return words;
}

const ObjectSpec& scenario_table() {
  static const ObjectSpec kTable = make_root();
  return kTable;
}

std::vector<std::string> paths_to(std::string_view key, const ObjectSpec& table) {
  std::vector<std::string> out;
  collect(table, "", key, out);
  return out;
}

}  // namespace spindle::app
