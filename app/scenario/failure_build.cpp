#include "app/scenario/failure_build.hpp"

namespace spindle::app {
namespace {

double seconds(const ResolvedView& view, std::string_view path) {
  return view.duration(path).value_or(sim::Duration()).to_seconds();
}

models::LifetimeOptions build_life(const ResolvedView& failure) {
  models::LifetimeOptions out;
  const auto model = failure.text("law.model");
  if (model == "weibull") {
    out.kind = models::LifetimeKind::kWeibull;
    out.shape = failure.number("law.shape").value();
    out.scale_s = seconds(failure, "law.scale");
  } else if (model == "bathtub") {
    out.kind = models::LifetimeKind::kSteps;
    for (std::size_t i = 0; i < failure.size("law.steps"); ++i) {
      const ResolvedView step = failure.element("law.steps", i);
      out.steps.push_back({seconds(step, "from"), step.number("times").value()});
    }
  }
  out.age_s = seconds(failure, "law.age");
  for (std::size_t i = 0; i < failure.size("batches"); ++i) {
    const ResolvedView batch = failure.element("batches", i);
    out.batches.push_back({.share = batch.number("share").value(),
                           .hazard = batch.number("hazard").value(),
                           .age_s = seconds(batch, "age")});
  }
  return out;
}

ClusterSpec build_clusters(const ResolvedView& clusters) {
  ClusterSpec out;
  const std::string model = clusters.text("model").value();
  out.drives_per_node = static_cast<std::uint32_t>(clusters.whole("drives_per_node").value());
  if (model == "alibaba") out.preset = models::ClusterPreset::kAlibabaRatios;
  if (model == "alibaba_shares") out.preset = models::ClusterPreset::kAlibabaShares;
  for (std::size_t i = 0; i < clusters.size("scales"); ++i) {
    const ResolvedView scale = clusters.element("scales", i);
    out.scales[i] = {.in_node = scale.number("in_node").value(),
                     .in_rack = scale.number("in_rack").value(),
                     .mean_delay_s = seconds(scale, "delay")};
  }
  return out;
}

std::vector<models::PowerEvents> build_power(const ResolvedView& failure) {
  std::vector<models::PowerEvents> out;
  for (std::size_t i = 0; i < failure.size("power_events"); ++i) {
    const ResolvedView row = failure.element("power_events", i);
    out.push_back({.kind = row.text("domain") == "zone" ? models::DomainKind::kZone
                                                        : models::DomainKind::kRack,
                   .per_year = row.failure_rate("rate").value(),
                   .lasts = row.duration("lasts").value(),
                   .dies = row.number("dies").value()});
  }
  return out;
}

}  // namespace

FailureSpec build_failure(const ResolvedView& view) {
  FailureSpec out;
  const auto failure = view.below("failure");
  if (!failure) return out;
  out.detect = failure->duration("detect").value_or(out.detect);
  out.replace = failure->duration("replace").value_or(out.replace);
  out.life = build_life(*failure);
  if (const auto clusters = failure->below("clusters")) out.clusters = build_clusters(*clusters);
  out.power = build_power(*failure);
  if (const auto grey = failure->below("grey")) {
    out.grey = {.lasts = grey->duration("lasts").value(),
                .slowdown = grey->number("slowdown").value(),
                .share = grey->number("share").value()};
  }
  if (const auto file = failure->text("trace.file")) {
    out.trace = FailureTraceSource{*file, failure->text("trace.play") != "beside"};
  }
  return out;
}

}  // namespace spindle::app
