#include "app/scenario/load_fields.hpp"

#include "app/scenario/cascade_fields.hpp"
#include "app/scenario/field_objects.hpp"

namespace spindle::app {
namespace {

constexpr double kDay = 86400;

// A mean length of time, far above the resolution of 1 ns.
Field period(std::string name, std::string example, std::string doc) {
  Field field = duration_field(std::move(name), "", std::move(example), std::move(doc));
  field.range.min = 1e-6;
  field.range.above_min = false;
  field.range.min_text = "1 us";
  return field;
}

Field column(std::string name, bool required, std::string example, std::string doc) {
  return {.name = std::move(name),
          .kind = Kind::kColumn,
          .required = required,
          .example = std::move(example),
          .doc = std::move(doc)};
}

Field trace_file() {
  return {.name = "file",
          .kind = Kind::kText,
          .required = true,
          .example = "\"load.csv\"",
          .doc = "The trace, relative to traces.dir."};
}

std::vector<Field> trace_ends() {
  Field loop =
      duration_field("loop", "", "\"7 d\"", "Repeats the trace every so long; absent: once.");
  loop.required = false;
  return {std::move(loop),
          {.name = "scale",
           .kind = Kind::kRatio,
           .fallback = "1",
           .example = "2",
           .range = {.max = 1e9, .above_min = true},
           .doc = "Factor on all amounts of the trace."}};
}

VariantSpec series_variant() {
  VariantSpec series{
      "series",
      "A rate series read from a file with a header row.",
      {trace_file(), column("time_column", true, "\"time\"", "Times of the samples."),
       column("value_column", true, "\"value\"", "Amounts per sample.")}};
  series.fields.push_back(
      {.name = "counts",
       .kind = Kind::kWord,
       .required = true,
       .example = "\"requests\"",
       .words = {"requests", "bytes"},
       .doc = "What the amounts count: `requests` (of `object` bytes each) or `bytes`."});
  series.fields.push_back(duration_field("interval", "", "\"5 min\"",
                                         "Length of one sample; its amount is spread evenly."));
  for (Field& field : trace_ends()) series.fields.push_back(std::move(field));
  series.fields.push_back({.name = "side",
                           .kind = Kind::kWord,
                           .fallback = "\"reads\"",
                           .example = "\"reads\"",
                           .words = {"reads", "writes"},
                           .doc = "Where the demand falls: `reads` or `writes`."});
  return series;
}

VariantSpec jobs_variant() {
  VariantSpec jobs{"jobs",
                   "A job trace read from a file: bytes at instants.",
                   {trace_file(), column("time_column", true, "\"time\"", "Submit times."),
                    column("read_column", true, "\"bytes_read\"", "Bytes that the job reads."),
                    column("write_column", false, "\"bytes_written\"",
                           "Bytes that the job writes; absent: none.")}};
  for (Field& field : trace_ends()) jobs.fields.push_back(std::move(field));
  return jobs;
}

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

}  // namespace

Field duration_field(std::string name, std::string fallback, std::string example, std::string doc) {
  const bool required = fallback.empty();
  return {.name = std::move(name),
          .kind = Kind::kDuration,
          .required = required,
          .fallback = std::move(fallback),
          .example = std::move(example),
          .range = {.max = kHorizonSeconds, .above_min = true, .max_text = "200 yr"},
          .doc = std::move(doc)};
}

const ObjectSpec& load_table() {
  static const ObjectSpec kTable = make_union(
      "model", "constant", "How demand varies with time.",
      {{"constant", "Demand is always the mean."},
       {"slots",
        "On, independently, in each whole slot with probability duty.",
        {{.name = "duty",
          .kind = Kind::kRatio,
          .required = true,
          .example = "0.0417",
          .range = {.max = 1, .above_min = true},
          .doc = "Share of the slots that are on."},
         duration_field("slot", "\"1 h\"", "\"1 h\"", "Length of a slot.")}},
       {"on_off",
        "Alternating exponential on and off periods.",
        {period("on", "\"1 h\"", "Mean length of an on period, 1 us or more."),
         period("off", "\"23 h\"", "Mean length of an off period, 1 us or more.")}},
       {"daily_window",
        "On for one window a day.",
        {{.name = "window",
          .kind = Kind::kDuration,
          .required = true,
          .example = "\"4 h\"",
          .range = {.max = kDay, .above_min = true, .max_text = "24 h"},
          .doc = "Length of the window."},
         {.name = "start",
          .kind = Kind::kDuration,
          .fallback = "\"random\"",
          .example = "\"2 h\"",
          .range = {.max = kDay, .max_text = "24 h"},
          .words = {"random"},
          .doc = "Start after midnight, or \"random\": uniform over the day for each tenant."}}},
       series_variant(),
       jobs_variant(),
       cascade_variant(),
       b_model_variant()});
  return kTable;
}

void build_load(const ResolvedView& view, TenantSpec& tenant) {
  models::LoadOptions& load = tenant.options.load;
  const std::string word = view.text("model").value();
  if (word == "slots") {
    load.kind = models::LoadKind::kSlots;
    load.duty = view.number("duty").value();
    load.slot = view.duration("slot").value();
  } else if (word == "on_off") {
    load.kind = models::LoadKind::kOnOff;
    load.mean_on = view.duration("on").value();
    load.mean_off = view.duration("off").value();
  } else if (word == "daily_window") {
    load.kind = models::LoadKind::kDailyWindow;
    load.window = view.duration("window").value();
    load.start_is_random = view.text("start") == "random";
    if (!load.start_is_random) load.start = view.duration("start").value();
    // 24 h after midnight is midnight.
    if (load.start == sim::Duration::hours(24)) load.start = sim::Duration();
  } else if (word == "series" || word == "jobs") {
    load.kind = word == "series" ? models::LoadKind::kSeries : models::LoadKind::kJobs;
    tenant.trace = build_trace(view);
    tenant.options.trace_scale = view.number("scale").value();
  } else if (word == "cascade" || word == "b_model") {
    load.kind = word == "cascade" ? models::LoadKind::kCascade : models::LoadKind::kBModel;
    load.cascade = std::make_shared<const models::Cascade>(cascade_of(view));
  }
}

}  // namespace spindle::app
