#include "app/scenario/failure_fields.hpp"

#include "app/scenario/field_objects.hpp"
#include "models/failure/failure_clusters.hpp"
#include "sim/time.hpp"

namespace spindle::app {
namespace {

constexpr double kMostGreySeconds = sim::kSecondsPerYear;

Field age(std::string doc) {
  return {.name = "age",
          .kind = Kind::kDuration,
          .fallback = "\"0 s\"",
          .example = "\"2 yr\"",
          .range = {.max = kHorizonSeconds, .max_text = "200 yr"},
          .doc = std::move(doc)};
}

Field drives_per_node() {
  return {.name = "drives_per_node",
          .kind = Kind::kInteger,
          .fallback = "12",
          .example = "12",
          .range = {.min = 2, .max = 10000},
          .doc = "Drives of one node (enclosure): consecutive ones of a rack."};
}

Field followers(std::string name, std::string doc) {
  return {.name = std::move(name),
          .kind = Kind::kNumber,
          .fallback = "0",
          .example = "0.05",
          .range = {.max = models::kMostFollowers},
          .doc = std::move(doc)};
}

const ObjectSpec& step_table() {
  static const ObjectSpec kTable{
      .fields = {{.name = "from",
                  .kind = Kind::kDuration,
                  .required = true,
                  .example = "\"0 s\"",
                  .range = {.max = kHorizonSeconds, .max_text = "200 yr"},
                  .doc = "Age from which the step holds, to the next; the first is 0."},
                 {.name = "times",
                  .kind = Kind::kNumber,
                  .required = true,
                  .example = "3",
                  .range = {.max = 1e6},
                  .doc = "The hazard at that age, in multiples of the drive model's afr."}}};
  return kTable;
}

const ObjectSpec& law_table() {
  static const ObjectSpec kTable = [] {
    ObjectSpec table = make_union(
        "model", "exponential", "How the hazard goes with a drive's age.",
        {{"exponential", "It does not: the model's afr at every age."},
         {"weibull",
          "Hazard in proportion to age^(shape - 1).",
          {{.name = "shape",
            .kind = Kind::kNumber,
            .required = true,
            .example = "0.7",
            .range = {.min = 0.1, .max = 20},
            .doc = "Below 1 infant mortality, above 1 wear-out."},
           {.name = "scale",
            .kind = Kind::kDuration,
            .example = "\"30 yr\"",
            .range = {.max = kHorizonSeconds, .above_min = true, .max_text = "200 yr"},
            .doc = "Age at which 63 % have failed; absent: such that the first year has the "
                   "model's afr."}}},
         {"bathtub",
          "Steps by age.",
          {{.name = "steps",
            .kind = Kind::kArray,
            .required = true,
            .range = {.min = 1, .max = 1000},
            .object = &step_table(),
            .doc = "From age 0 on, in the order of age."}}}});
    table.fields.push_back(
        age("Of the drives that are there when the run starts, but for those of a batch."));
    return table;
  }();
  return kTable;
}

const ObjectSpec& batch_table() {
  static const ObjectSpec kTable{
      .fields = {{.name = "share",
                  .kind = Kind::kRatio,
                  .required = true,
                  .example = "0.1",
                  .range = {.max = 1, .above_min = true},
                  .doc = "Share of every zone's racks, in the order of racks and batches."},
                 {.name = "hazard",
                  .kind = Kind::kNumber,
                  .fallback = "1",
                  .example = "5",
                  .range = {.max = 1e6},
                  .doc = "What the hazard of its drives is multiplied by, until they are "
                         "replaced."},
                 age("Of its drives when the run starts.")}};
  return kTable;
}

const ObjectSpec& scale_table() {
  static const ObjectSpec kTable{
      .fields = {
          followers("in_node", "Mean number of further failures in the node after each failure."),
          followers("in_rack", "The same anywhere in the rack."),
          {.name = "delay",
           .kind = Kind::kDuration,
           .required = true,
           .example = "\"10 min\"",
           .range = {.max = kHorizonSeconds, .above_min = true, .max_text = "200 yr"},
           .doc = "Mean time from the failure to one that follows it, exponential."}}};
  return kTable;
}

const ObjectSpec& cluster_table() {
  static const ObjectSpec kTable = [] {
    ObjectSpec table = make_union(
        "model", "alibaba", "What the further failures are calibrated on.",
        {{"alibaba",
          "18,387 failures at Alibaba, as multiples of chance: after a failure another one in the "
          "node is 62 times as frequent for 30 min and 2.8 times for 30 d, in the rack 13 and 1.5 "
          "times; needs some 7 nodes a rack."},
         {"alibaba_shares",
          "The same data, as shares of failures that another one follows: 9 % within 30 min in the "
          "node, 14 % in the rack; 19 % and 50 % within 30 d, chance in that fleet included."},
         {"followers",
          "By the number of further failures.",
          {{.name = "scales",
            .kind = Kind::kArray,
            .required = true,
            .range = {.min = 1, .max = static_cast<double>(models::kClusterScales)},
            .object = &scale_table(),
            .doc = "One or two scales of time; all means together at most 0.95."}}}});
    table.fields.push_back(drives_per_node());
    return table;
  }();
  return kTable;
}

const ObjectSpec& power_table() {
  static const ObjectSpec kTable{
      .fields = {{.name = "domain",
                  .kind = Kind::kWord,
                  .required = true,
                  .example = "\"rack\"",
                  .words = {"zone", "rack"},
                  .doc = "What loses power: each `zone` or each `rack`."},
                 {.name = "rate",
                  .kind = Kind::kFailureRate,
                  .required = true,
                  .example = "\"0.1 /yr\"",
                  .range = {.max = 1e6, .max_text = "1,000,000 /yr"},
                  .doc = "How often, of each domain, at exponential times."},
                 {.name = "lasts",
                  .kind = Kind::kDuration,
                  .required = true,
                  .example = "\"2 h\"",
                  .range = {.max = kHorizonSeconds, .above_min = true, .max_text = "200 yr"},
                  .doc = "Mean length, exponential; the domain is down for as long."},
                 {.name = "dies",
                  .kind = Kind::kRatio,
                  .required = true,
                  .example = "0.01",
                  .range = {.max = 1},
                  .doc = "Share of the domain's drives that do not come back."}}};
  return kTable;
}

const ObjectSpec& failure_trace_table() {
  static const ObjectSpec kTable{
      .fields = {{.name = "file",
                  .kind = Kind::kText,
                  .required = true,
                  .example = "\"failures.csv\"",
                  .doc = "Failures, one a line, relative to traces.dir."},
                 {.name = "play",
                  .kind = Kind::kWord,
                  .fallback = "\"alone\"",
                  .example = "\"beside\"",
                  .words = {"alone", "beside"},
                  .doc = "Instead of (`alone`) or `beside` lives by law and clusters."}}};
  return kTable;
}

const ObjectSpec& grey_table() {
  static const ObjectSpec kTable{
      .fields = {{.name = "lasts",
                  .kind = Kind::kDuration,
                  .required = true,
                  .example = "\"2 d\"",
                  .range = {.max = kMostGreySeconds, .above_min = true, .max_text = "1 yr"},
                  .doc = "How long before its failure a drive turns slow; all its life where that "
                         "is shorter."},
                 {.name = "slowdown",
                  .kind = Kind::kNumber,
                  .required = true,
                  .example = "4",
                  .range = {.min = 1, .max = 1000},
                  .doc = "What the disk time of its requests is multiplied by."},
                 {.name = "share",
                  .kind = Kind::kRatio,
                  .fallback = "1",
                  .example = "0.5",
                  .range = {.max = 1, .above_min = true},
                  .doc = "Share of the failures that announce themselves so."}}};
  return kTable;
}

}  // namespace

std::vector<Field> failure_cause_fields() {
  return {optional_object("law", law_table(),
                          "How long drives live, by age; absent: at the model's afr always."),
          {.name = "batches",
           .kind = Kind::kArray,
           .range = {.max = 100},
           .object = &batch_table(),
           .doc = "Drives that were bought together, by whole racks."},
          optional_object("clusters", cluster_table(),
                          "Failures that bring others in their node and rack, at the same afr; "
                          "absent: drives fail independently."),
          {.name = "power_events",
           .kind = Kind::kArray,
           .range = {.max = 100},
           .object = &power_table(),
           .doc = "Zones and racks that lose power, and drives with it."},
          optional_object("trace", failure_trace_table(), "Failures from a file; absent: none."),
          optional_object("grey", grey_table(),
                          "Drives that are slow for a time before they fail; absent: none is.")};
}

}  // namespace spindle::app
