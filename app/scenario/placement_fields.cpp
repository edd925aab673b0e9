#include "app/scenario/placement_fields.hpp"

#include "app/scenario/field_objects.hpp"
#include "models/placement/chooser.hpp"

namespace spindle::app {
namespace {

constexpr double kMostDrives = 5e7;

Field limit(std::string name, std::string fallback, std::string doc) {
  return {.name = std::move(name),
          .kind = Kind::kInteger,
          .fallback = std::move(fallback),
          .example = "1",
          .range = {.max = 64},
          .doc = std::move(doc)};
}

// An optional count from 1 on.
Field count(std::string name, std::string example, double most, std::string doc) {
  return {.name = std::move(name),
          .kind = Kind::kInteger,
          .example = std::move(example),
          .range = {.min = 1, .max = most},
          .doc = std::move(doc)};
}

Field required(Field field) {
  field.required = true;
  return field;
}

Field with_default(Field field, std::string fallback) {
  field.fallback = std::move(fallback);
  return field;
}

Field candidates_of_a_shard() {
  return count("d", "2", models::kMostChoices,
               "Candidates drawn for each shard; the best one takes it.");
}

Field beta() {
  return {.name = "beta",
          .kind = Kind::kRatio,
          .example = "0.5",
          .range = {.max = 1},
          .doc = "Probability that a shard has two candidates, not one."};
}

Field candidates_of_an_extent() {
  return count("candidates", "15", models::kMostCandidates,
               "Candidates drawn for the shards of an extent together; absent: twice as many.");
}

Field metric(std::vector<std::string> words, std::string doc) {
  return {.name = "metric",
          .kind = Kind::kWord,
          .example = "\"fill\"",
          .words = std::move(words),
          .doc = std::move(doc)};
}

Field metric_of_candidates() {
  return metric({"fill", "heat", "blend", "bytes"},
                "What makes a candidate better: `fill`, the emptier, `heat`, the cooler, `blend`, "
                "the sum of both (`weight`), or `bytes`, fewer of them, whatever the capacity.");
}

// What a policy that compares loads knows of them.
void add_knowledge(std::vector<Field>& fields) {
  fields.push_back({.name = "weight",
                    .kind = Kind::kRatio,
                    .example = "0.5",
                    .range = {.max = 1},
                    .doc = "`blend`: weight of fill relative to the fleet's mean fill, heat "
                           "relative to mean heat has the rest; absent: 0.5."});
  fields.push_back(count("refresh", "1000", 1e9,
                         "Extents placed between two looks at the loads: in between they are known "
                         "as they were; absent: 1, always known."));
  fields.push_back({.name = "noise",
                    .kind = Kind::kRatio,
                    .example = "0.05",
                    .range = {.max = 10},
                    .doc = "Each reading of a load is off by a normal error: its standard "
                           "deviation, relative to the load; absent: 0."});
}

Field cell() {
  return count("cell", "1000", kMostDrives,
               "An extent draws from one cell of so many drives, drawn for it; absent: from the "
               "whole fleet.");
}

std::vector<Field> subset_fields() {
  return {required(count("width", "50", kMostDrives, "Drives in a tenant's own random subset.")),
          {.name = "inner",
           .kind = Kind::kWord,
           .fallback = "\"random\"",
           .example = "\"random\"",
           .words = {"random", "d_choices", "one_plus_beta", "k_of_d"},
           .doc = "Policy within the subset, by fill: `random`, `d_choices` (two), "
                  "`one_plus_beta` (0.5), or `k_of_d` (twice as many)."}};
}

// Keys of the policies that have any; every other row of the registry has none.
std::vector<Field> policy_fields(std::string_view policy) {
  std::vector<Field> fields;
  if (policy == "shuffle_shard") return subset_fields();
  if (policy == "least_loaded") {
    return {with_default(metric({"fill", "heat", "bytes"},
                                "Which drive is the least loaded: `fill`, the emptiest, `heat`, "
                                "the coolest, or `bytes`, the one with the fewest."),
                         "\"fill\"")};
  }
  if (policy == "copyset") {
    return {count("scatter_width", "10", 1e5,
                  "Drives that share data with one drive, rounded up to whole sets; absent: those "
                  "of one set."),
            with_default(count("sets", "2", models::kMostChoices,
                               "Sets drawn for each extent; the one whose fullest drive is the "
                               "emptiest takes it."),
                         "1")};
  }
  if (policy == "crush") {
    return {count("drives_per_host", "48", 1e6,
                  "Drives of a host, a level between rack and drive; absent: none.")};
  }
  if (policy == "d_choices") {
    fields.push_back(with_default(candidates_of_a_shard(), "2"));
  } else if (policy == "one_plus_beta") {
    fields.push_back(with_default(beta(), "0.5"));
  } else if (policy == "k_of_d") {
    fields.push_back(candidates_of_an_extent());
  } else if (policy != "random") {
    return {};
  }
  if (policy != "random") {
    fields.push_back(with_default(metric_of_candidates(), "\"fill\""));
    add_knowledge(fields);
  }
  fields.push_back(cell());
  return fields;
}

const ObjectSpec& guard_table() {
  static const ObjectSpec kTable{
      .fields = {{.name = "platform",
                  .kind = Kind::kText,
                  .required = true,
                  .example = "\"nearline-20tb\"",
                  .doc = "One of the fleet's drive models."},
                 {.name = "at_most",
                  .kind = Kind::kInteger,
                  .required = true,
                  .example = "1",
                  .range = {.max = 64},
                  .doc = "Shards of an extent on its drives; 0: none."}}};
  return kTable;
}

std::uint32_t small(const ResolvedView& view, std::string_view path, std::uint32_t otherwise) {
  return static_cast<std::uint32_t>(view.whole(path).value_or(otherwise));
}

}  // namespace

const ObjectSpec& spread_table() {
  static const ObjectSpec kTable{
      .fields = {limit("max_per_zone", "3", "Shards of one extent in a zone; 0: no limit."),
                 limit("max_per_rack", "1", "Shards of one extent in a rack; 0: no limit."),
                 {.name = "zones",
                  .kind = Kind::kWord,
                  .fallback = "\"even\"",
                  .example = "\"even\"",
                  .words = {"even", "any"},
                  .doc = "`even`: over the zones as evenly as their number allows; `any`: each "
                         "shard in a zone at random, so that the limit alone protects from the "
                         "loss of a zone (`static` and `copyset` sets stay even)."},
                 {.name = "guard_rail",
                  .kind = Kind::kObject,
                  .object = &guard_table(),
                  .doc = "Keeps most shards of an extent off a platform that is new; absent: "
                         "none."}}};
  return kTable;
}

const ObjectSpec& placement_table() {
  static const ObjectSpec kTable = [] {
    std::vector<VariantSpec> variants;
    for (const models::PolicyRow& row : models::policy_registry()) {
      variants.push_back({row.name, row.summary, policy_fields(row.name)});
    }
    return make_union("policy", "", "Placement policy; `spindle list policies` names them.",
                      std::move(variants));
  }();
  return kTable;
}

models::PlacementOptions build_placement(const ResolvedView& view) {
  models::PlacementOptions placement;
  placement.policy = view.text("placement.policy").value();
  placement.choices = small(view, "placement.d", small(view, "placement.sets", placement.choices));
  placement.width = small(view, "placement.width", placement.width);
  placement.candidates = small(view, "placement.candidates", placement.candidates);
  placement.refresh = small(view, "placement.refresh", placement.refresh);
  placement.cell = small(view, "placement.cell", placement.cell);
  placement.scatter_width = small(view, "placement.scatter_width", placement.scatter_width);
  placement.drives_per_host = small(view, "placement.drives_per_host", placement.drives_per_host);
  placement.beta = view.number("placement.beta").value_or(placement.beta);
  placement.fill_weight = view.number("placement.weight").value_or(placement.fill_weight);
  placement.noise = view.number("placement.noise").value_or(placement.noise);
  placement.inner = view.text("placement.inner").value_or(placement.inner);
  const std::string word = view.text("placement.metric").value_or("fill");
  placement.metric = word == "heat"    ? models::LoadMetric::kHeat
                     : word == "blend" ? models::LoadMetric::kBlend
                     : word == "bytes" ? models::LoadMetric::kBytes
                                       : models::LoadMetric::kFill;
  return placement;
}

models::SpreadRule build_spread(const ResolvedView& view) {
  models::SpreadRule rule{
      small(view, "spread.max_per_zone", 0), small(view, "spread.max_per_rack", 0),
      view.text("spread.zones") == "any" ? models::ZoneDraw::kAny : models::ZoneDraw::kEven};
  if (auto platform = view.text("spread.guard_rail.platform")) {
    rule.guard = {std::move(*platform), small(view, "spread.guard_rail.at_most", 0)};
  }
  return rule;
}

}  // namespace spindle::app
