#include "app/scenario/cascade_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "app/scenario/checks.hpp"
#include "app/scenario/load_fields.hpp"
#include "app/text/wording.hpp"
#include "sim/random_stream.hpp"

namespace spindle::app {
namespace {

// A part is met in some 10 ns, twice: this many take a minute.
constexpr double kMostParts = 2e9;

Field period() {
  return duration_field("period", "", "\"24 h\"",
                        "Length of the whole; it repeats with orders drawn afresh.");
}

// Parts that one tenant's load meets in the run: epochs go down only into nodes that they share.
double parts_met(const models::Cascade& cascade, double run_s, double epoch_s, bool every_part) {
  const double periods = run_s / cascade.period().to_seconds() + 1;
  const double epochs = run_s / epoch_s + 1;
  double nodes = periods, met = 0;
  double length_s = cascade.period().to_seconds();
  for (const auto& level : cascade.levels()) {
    const double whole = epoch_s / length_s;
    // A node of which an epoch holds a whole number is not cut.
    if (!every_part && whole >= 1 && whole == std::floor(whole)) break;
    const auto k = static_cast<double>(level.size());
    met += k * (every_part ? nodes : std::min(nodes, epochs));
    nodes *= k;
    length_s /= k;
  }
  return met;
}

// Lists that are none were told already, and are empty here.
bool has_shares(const ResolvedView& load) {
  const Json* levels = load.at("levels");
  return levels != nullptr && std::none_of(levels->begin(), levels->end(),
                                           [](const Json& level) { return level.empty(); });
}

}  // namespace

VariantSpec cascade_variant() {
  return {"cascade",
          "Cut again and again by given shares; `spindle trace fit` finds them.",
          {period(),
           {.name = "levels",
            .kind = Kind::kShareLists,
            .required = true,
            .example = "[[0.5, 0.3, 0.2], [0.7, 0.3]]",
            .doc = "Shares of the parts, level by level: the first cuts the period, the next each "
                   "of its parts, and so on, each cut in an order drawn at random; those of a "
                   "level add up to 1."}}};
}

VariantSpec b_model_variant() {
  return {"b_model",
          "Halved again and again, unequally.",
          {period(),
           {.name = "bias",
            .kind = Kind::kRatio,
            .required = true,
            .example = "0.7",
            .range = {.min = 0.5, .max = 1, .min_text = "0.5"},
            .doc = "Share that one half of every cut gets, 0.5 (even) to 1; which one is drawn."},
           {.name = "halvings",
            .kind = Kind::kInteger,
            .required = true,
            .example = "16",
            .range = {.min = 1, .max = 40},
            .doc = "How often the period is halved: 16 halvings of 24 h end at 1.3 s."}}};
}

models::Cascade cascade_of(const ResolvedView& load) {
  const sim::Duration period = load.duration("period").value();
  if (load.text("model") == "b_model") {
    return models::Cascade::b_model(period, load.number("bias").value(),
                                    load.whole("halvings").value());
  }
  return {period, load.at("levels")->get<std::vector<std::vector<double>>>()};
}

void check_cascades(const Value& root, const Json& resolved, ProblemList& problems) {
  const ResolvedView view(resolved);
  const auto duration = view.duration("run.duration");
  const auto epoch = view.duration("run.epoch");
  const bool mechanical = view.text("run.fidelity") == "mechanical";
  double total = 0;
  for (std::size_t i = 0; i < view.size("tenants"); ++i) {
    const auto load = view.element("tenants", i).below("load");
    const std::string model = load ? load->text("model").value_or("") : "";
    const bool is_cascade = model == "cascade" && has_shares(*load);
    const bool is_b_model = model == "b_model" && load->number("bias") && load->whole("halvings");
    if ((!is_cascade && !is_b_model) || !load->duration("period")) continue;
    const std::string key =
        fmt::format("tenants.{}.load.{}", i, is_cascade ? "levels" : "halvings");
    const auto blame_load = [&](const std::string& message) {
      blame(root, view, {key, fmt::format("tenants.{}.load.period", i), "run.duration"}, message,
            problems);
    };
    try {
      const models::Cascade cascade = cascade_of(*load);
      if (!duration || !epoch) continue;
      const double run_s = duration->to_seconds();
      const double count =
          static_cast<double>(view.element("tenants", i).whole("count").value_or(0));
      total += count * parts_met(cascade, run_s, epoch->to_seconds(), mechanical);
      const double words =
          (run_s / cascade.period().to_seconds() + 1) * static_cast<double>(cascade.parts());
      if (total > kMostParts || words > 4 * static_cast<double>(sim::RandomStream::kBlocks)) {
        blame_load(fmt::format(
            "up to here the parts of cascades are met {:.2g} times in the run, of {:.2g} (at most "
            "{:.0g} and 4e+12 are supported) — fewer levels, longer epochs, fewer tenants or a "
            "shorter run",
            total, words, kMostParts));
        return;
      }
    } catch (const std::invalid_argument& error) {
      blame_load(error.what());
    }
  }
}

}  // namespace spindle::app
