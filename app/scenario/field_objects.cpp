#include "app/scenario/field_objects.hpp"

#include "app/scenario/lifecycle_fields.hpp"
#include "app/scenario/load_fields.hpp"
#include "app/scenario/size_fields.hpp"

namespace spindle::app {
namespace {

std::vector<std::string> words_of(const std::vector<VariantSpec>& variants) {
  std::vector<std::string> words;
  for (const VariantSpec& variant : variants) words.push_back(variant.word);
  return words;
}

const ObjectSpec& size_table() {
  constexpr double kSteepest = 100;
  static const ObjectSpec kTable = make_union(
      "distribution", "equal", "How unequal the tenants of the class are.",
      {{"equal", "All tenants have the same size."},
       {"zipf",
        "The i-th tenant's size goes as i^-exponent.",
        {number_field("exponent", "1", {.max = kSteepest}, "Steepness; 0 is equal sizes.")}},
       {"lognormal",
        "Sizes are exp of a normal draw.",
        {number_field("sigma", "1.5", {.max = 10}, "Standard deviation of the size's logarithm.")}},
       {"pareto",
        "Sizes have a power-law tail.",
        {number_field("alpha", "1.2", {.min = 0.001, .max = kSteepest},
                      "Tail index, 0.001 or more: the smaller, the heavier the tail.")}}});
  return kTable;
}

const ObjectSpec& cooling_table() {
  const auto oldest = [] {
    return duration_field("oldest", "\"365 d\"", "\"365 d\"",
                          "Ages of data are uniform from 0 to this; `steady`: not used.");
  };
  const auto ages = []() -> Field {
    return {.name = "ages",
            .kind = Kind::kWord,
            .fallback = "\"uniform\"",
            .example = "\"steady\"",
            .words = {"uniform", "steady"},
            .doc =
                "Ages at the run's start: `uniform`, from 0 to `oldest`; `steady`, as they are "
                "when new data has replaced old for long."};
  };
  static const ObjectSpec kTable = make_union(
      "model", "none", "How demand on data falls with its age.",
      {{"none", "Demand does not depend on age."},
       {"exponential",
        "Demand falls as exp(-age/tau).",
        {duration_field("tau", "", "\"30 d\"", "Age at which demand has fallen to 1/e."), ages(),
         oldest()}},
       {"power_law",
        "Demand falls as (1 + age/scale)^-exponent.",
        {number_field("exponent", "1", {.max = 100, .above_min = true}, "Steepness of the fall."),
         duration_field("scale", "\"1 d\"", "\"1 d\"", "Age at which the fall sets in."), ages(),
         oldest()}}});
  return kTable;
}

const ObjectSpec& cache_table() {
  static const ObjectSpec kTable{
      .fields = {{.name = "hit_ratio",
                  .kind = Kind::kRatio,
                  .required = true,
                  .example = "0.9",
                  .range = {.max = 0.9999},
                  .doc = "Share of the class's reads that it answers, at most 0.9999: the fleet "
                         "sees the others."}}};
  return kTable;
}

Field byte_rate(std::string name, std::string doc) {
  return {.name = std::move(name),
          .kind = Kind::kByteRate,
          .fallback = "\"0 B/s\"",
          .example = "\"1 PB/d\"",
          .range = {.max = 1e24, .max_text = "1,000,000 EB/s"},
          .doc = std::move(doc)};
}

Field choice(std::string name, const ObjectSpec& object, std::string doc) {
  return {.name = std::move(name),
          .kind = Kind::kObject,
          .fallback = "{}",
          .object = &object,
          .doc = std::move(doc)};
}

Field law_of_sizes(std::string name, std::string doc) {
  return {.name = std::move(name),
          .kind = Kind::kObject,
          .object = &size_law_table(),
          .doc = std::move(doc)};
}

}  // namespace

Field optional_object(std::string name, const ObjectSpec& object, std::string doc) {
  return {.name = std::move(name), .kind = Kind::kObject, .object = &object, .doc = std::move(doc)};
}

Field number_field(std::string name, std::string example, Range range, std::string doc) {
  return {.name = std::move(name),
          .kind = Kind::kNumber,
          .required = true,
          .example = std::move(example),
          .range = std::move(range),
          .doc = std::move(doc)};
}

ObjectSpec make_union(std::string tag, std::string fallback, std::string doc,
                      std::vector<VariantSpec> variants) {
  Field field{.name = tag,
              .kind = Kind::kWord,
              .required = fallback.empty(),
              .fallback = fallback.empty() ? "" : "\"" + fallback + "\"",
              .example = "\"" + variants.front().word + "\"",
              .words = words_of(variants),
              .doc = std::move(doc)};
  return {.fields = {std::move(field)}, .tag = std::move(tag), .variants = std::move(variants)};
}

const ObjectSpec& redundancy_table() {
  const auto shards = [](std::string name, bool required, double min, double max,
                         std::string example, std::string doc) -> Field {
    return {.name = std::move(name),
            .kind = Kind::kInteger,
            .required = required,
            .fallback = required ? "" : "3",
            .example = std::move(example),
            .range = {.min = min, .max = max},
            .doc = std::move(doc)};
  };
  static const ObjectSpec kTable = make_union(
      "scheme", "", "Whole copies, or an erasure code.",
      {{"replication",
        "Whole copies; any one restores the extent.",
        {shards("copies", false, 1, 64, "3", "Copies of each extent.")}},
       {"erasure",
        "data + parity shards; any `data` of them restore the extent.",
        {shards("data", true, 1, 64, "5", "Data shards."),
         shards("parity", true, 0, 63, "4", "Parity shards; data + parity at most 64.")}},
       {"local",
        "Local reconstruction code: data in equal groups with a parity each, which rebuilds one of "
        "its shards alone, and parities over all data.",
        {shards("data", true, 1, 64, "12", "Data shards; a multiple of local_groups."),
         shards("local_groups", true, 1, 64, "2", "Groups, and so many parities."),
         shards("global_parity", true, 0, 63, "2",
                "Parities over all data; at most 64 shards in all.")}}});
  return kTable;
}

const ObjectSpec& tenant_table() {
  static const ObjectSpec kTable{
      .fields = {{.name = "name",
                  .kind = Kind::kText,
                  .required = true,
                  .example = "\"batch\"",
                  .doc = "The class's name; unique."},
                 {.name = "count",
                  .kind = Kind::kInteger,
                  .fallback = "1",
                  .example = "1000",
                  .range = {.min = 1, .max = 1e6},
                  .doc = "Tenants in the class; at most 1,000,000 over all classes."},
                 {.name = "share",
                  .kind = Kind::kRatio,
                  .fallback = "1",
                  .example = "1",
                  .range = {.max = kLargestShare, .above_min = true},
                  .doc = "Share of the data, relative to the other classes."},
                 choice("size", size_table(), "How the class's data is divided among its tenants."),
                 byte_rate("reads", "Mean bytes read by the whole class."),
                 byte_rate("writes", "Mean bytes written by the whole class."),
                 {.name = "object",
                  .kind = Kind::kBytes,
                  .required = true,
                  .example = "\"1 MB\"",
                  .range = {.above_min = true},
                  .doc = "Mean size of the objects that requests read and write."},
                 law_of_sizes("object_sizes", "How sizes of objects vary; absent: not at all."),
                 {.name = "range",
                  .kind = Kind::kBytes,
                  .example = "\"64 kB\"",
                  .range = {.above_min = true},
                  .doc = "Mean bytes that a read asks for; absent: the whole object."},
                 law_of_sizes("range_sizes", "How sizes of ranges vary; absent: not at all."),
                 {.name = "popularity",
                  .kind = Kind::kObject,
                  .object = &popularity_table(),
                  .doc = "How requests are spread over objects; absent: evenly."},
                 {.name = "writes_are",
                  .kind = Kind::kWord,
                  .fallback = "\"updates\"",
                  .example = "\"new_data\"",
                  .words = {"updates", "new_data"},
                  .doc = "What written bytes are: `updates` of data where it lies, or `new_data` "
                         "that takes the place of as much old data."},
                 {.name = "cache",
                  .kind = Kind::kObject,
                  .object = &cache_table(),
                  .doc = "A cache in front of the class; absent: none."},
                 choice("cooling", cooling_table(), "How demand falls with the age of data."),
                 optional_object("lifecycle", lifecycle_table(),
                                 "Data that is stored by another redundancy as it ages "
                                 "(`run.form` ledger); absent: none."),
                 choice("load", load_table(), "How demand varies with time."),
                 {.name = "arrivals",
                  .kind = Kind::kWord,
                  .fallback = "\"poisson\"",
                  .example = "\"even\"",
                  .words = {"poisson", "even"},
                  .doc = "How requests arrive one by one (mechanical fidelity, `trace synth`): "
                         "`poisson`, at random about the load, or `even`, so that every interval "
                         "holds what the load says, rounded."}},
      .exclusions = {{.object = "load",
                      .tag = "model",
                      .words = {"series", "jobs"},
                      .keys = {"reads", "writes"},
                      .why = "the trace says how much is read and written"}}};
  return kTable;
}

}  // namespace spindle::app
