#include "app/scenario/load_build.hpp"

#include "app/scenario/cascade_fields.hpp"
#include "app/scenario/load_fields.hpp"

namespace spindle::app {
namespace {

// A column's name; a number goes as its digits.
std::string column(const ResolvedView& view, std::string_view key) {
  if (const auto number = view.whole(key)) return std::to_string(*number);
  return view.text(key).value_or("");
}

TraceSource build_trace(const ResolvedView& view) {
  return {.file = view.text("file").value(),
          .time_column = column(view, "time_column"),
          .value_column = column(view, "value_column"),
          .read_column = column(view, "read_column"),
          .write_column = column(view, "write_column"),
          .counts_requests = view.text("counts") == "requests",
          .side_is_writes = view.text("side") == "writes",
          .interval = view.duration("interval").value_or(sim::Duration()),
          .loop = view.duration("loop").value_or(sim::Duration())};
}

unsigned open_days(const std::string& word) {
  if (word == "every_day") return models::kEveryDay;
  if (word == "weekdays") return 0x1f;
  if (word == "weekends") return 0x60;
  return 1U << index_of_weekday(word);
}

// Absent numbers are 0.
double number_or_0(const ResolvedView& view, std::string_view key) {
  return view.number(key).value_or(0);
}

// 24 h after midnight is midnight.
sim::Duration within_day(sim::Duration time) {
  return time == sim::Duration::hours(24) ? sim::Duration() : time;
}

void build_daily_window(const ResolvedView& view, models::LoadOptions& load) {
  load.kind = models::LoadKind::kDailyWindow;
  load.window = view.duration("window").value();
  load.start_is_random = view.text("start") == "random";
  if (!load.start_is_random) load.start = within_day(view.duration("start").value());
  load.jitter = view.duration("jitter").value();
  load.open_days = open_days(view.text("days").value());
}

void build_diurnal(const ResolvedView& view, models::LoadOptions& load) {
  load.kind = models::LoadKind::kDiurnal;
  load.amplitude = view.number("amplitude").value();
  load.peak = within_day(view.duration("peak").value());
  if (const Json* curve = view.at("curve")) {
    for (const Json& pair : *curve) {
      load.curve.push_back({pair[0].get<double>(), pair[1].get<double>()});
    }
  }
  load.weekend = view.number("weekend").value();
  load.phase_is_random = view.text("phase") == "random";
  if (!load.phase_is_random) load.phase = within_day(view.duration("phase").value());
}

models::LoadOptions build_options(const ResolvedView& view, unsigned first_weekday) {
  models::LoadOptions load;
  load.first_weekday = first_weekday;
  load.correlation = number_or_0(view, "correlation");
  const std::string word = view.text("model").value();
  if (word == "slots") {
    load.kind = models::LoadKind::kSlots;
    load.duty = view.number("duty").value();
    load.slot = view.duration("slot").value();
  } else if (word == "on_off") {
    load.kind = models::LoadKind::kOnOff;
    load.mean_on = view.duration("on").value();
    load.mean_off = view.duration("off").value();
    load.on_alpha = number_or_0(view, "on_alpha");
    load.off_alpha = number_or_0(view, "off_alpha");
  } else if (word == "daily_window") {
    build_daily_window(view, load);
  } else if (word == "diurnal") {
    build_diurnal(view, load);
  } else if (word == "mmpp") {
    load.kind = models::LoadKind::kMmpp;
    load.jumps_are_uniform = view.text("jumps") == "uniform";
    for (std::size_t i = 0; i < view.size("states"); ++i) {
      const ResolvedView state = view.element("states", i);
      load.states.push_back({state.number("rate").value(), state.duration("stay").value()});
    }
  } else if (word == "sum") {
    load.kind = models::LoadKind::kSum;
    for (std::size_t i = 0; i < view.size("parts"); ++i) {
      const ResolvedView part = view.element("parts", i);
      load.parts.push_back({part.number("weight").value(),
                            build_options(part.below("load").value(), first_weekday)});
    }
  } else if (word == "cascade" || word == "b_model") {
    load.kind = word == "cascade" ? models::LoadKind::kCascade : models::LoadKind::kBModel;
    load.cascade = std::make_shared<const models::Cascade>(cascade_of(view));
  } else if (word == "series" || word == "jobs") {
    load.kind = word == "series" ? models::LoadKind::kSeries : models::LoadKind::kJobs;
  }
  return load;
}

}  // namespace

void build_load(const ResolvedView& view, unsigned first_weekday, TenantSpec& tenant) {
  tenant.options.load = build_options(view, first_weekday);
  const models::LoadKind kind = tenant.options.load.kind;
  if (kind != models::LoadKind::kSeries && kind != models::LoadKind::kJobs) return;
  tenant.trace = build_trace(view);
  tenant.options.trace_scale = view.number("scale").value();
  tenant.options.trace_shift_is_random = view.text("shift") == "random";
  if (!tenant.options.trace_shift_is_random) {
    tenant.options.trace_shift = view.duration("shift").value();
  }
}

}  // namespace spindle::app
