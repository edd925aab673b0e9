#include "app/scenario/load_fields.hpp"

#include <algorithm>
#include <utility>

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
  Field shift = duration_field("shift", "\"0 s\"", "\"12 h\"",
                               "The run starts so far into the trace, or \"random\": anywhere in "
                               "the loop, for each tenant.");
  shift.range.above_min = false;
  shift.words = {"random"};
  return {std::move(loop),
          std::move(shift),
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

Field correlation() {
  return {.name = "correlation",
          .kind = Kind::kRatio,
          .fallback = "0",
          .example = "0.01",
          .range = {.max = 1},
          .doc = "Of any two tenants of the class, 0 to 1: how far they are on at the same times."};
}

// Below 24 h, or a word.
Field time_of_day(std::string name, std::string fallback, std::string example,
                  std::vector<std::string> words, std::string doc) {
  return {.name = std::move(name),
          .kind = Kind::kDuration,
          .fallback = std::move(fallback),
          .example = std::move(example),
          .range = {.max = kDay, .max_text = "24 h"},
          .words = std::move(words),
          .doc = std::move(doc)};
}

Field tail_index(std::string name, std::string doc) {
  return {.name = std::move(name),
          .kind = Kind::kNumber,
          .example = "1.5",
          .range = {.min = 1.01, .max = 100},
          .doc = std::move(doc)};
}

VariantSpec slots_variant() {
  return {"slots",
          "On, independently, in each whole slot with probability duty.",
          {{.name = "duty",
            .kind = Kind::kRatio,
            .required = true,
            .example = "0.0417",
            .range = {.max = 1, .above_min = true},
            .doc = "Share of the slots that are on."},
           duration_field("slot", "\"1 h\"", "\"1 h\"", "Length of a slot."),
           correlation()}};
}

VariantSpec on_off_variant() {
  return {"on_off",
          "Alternating on and off periods, exponential or Pareto.",
          {period("on", "\"1 h\"", "Mean length of an on period, 1 us or more."),
           period("off", "\"23 h\"", "Mean length of an off period, 1 us or more."),
           tail_index("on_alpha",
                      "Tail index of Pareto on periods, 1.01 to 100: the nearer to 1, the longer "
                      "the longest; absent: exponential."),
           tail_index("off_alpha", "The same of off periods."), correlation()}};
}

VariantSpec daily_window_variant() {
  std::vector<std::string> days = {"every_day", "weekdays", "weekends"};
  for (std::string& day : weekday_words()) days.push_back(std::move(day));
  return {
      "daily_window",
      "On for one window a day.",
      {{.name = "window",
        .kind = Kind::kDuration,
        .required = true,
        .example = "\"4 h\"",
        .range = {.max = kDay, .above_min = true, .max_text = "24 h"},
        .doc = "Length of the window."},
       time_of_day("start", "\"random\"", "\"2 h\"", {"random"},
                   "Start after midnight, or \"random\": uniform over the day for each tenant."),
       time_of_day("jitter", "\"0 h\"", "\"30 min\"", {},
                   "Each day's start is up to this much earlier or later, at random; window and "
                   "twice the jitter are at most 24 h."),
       {.name = "days",
        .kind = Kind::kWord,
        .fallback = "\"every_day\"",
        .example = "\"weekdays\"",
        .words = std::move(days),
        .doc = "On which days it opens; the run starts on `run.starts_on`."}}};
}

VariantSpec diurnal_variant() {
  return {
      "diurnal",
      "Demand follows the time of day and the weekend.",
      {{.name = "amplitude",
        .kind = Kind::kRatio,
        .fallback = "0.5",
        .example = "0.5",
        .range = {.max = 1},
        .doc = "Of the cosine about the mean; not used with a `curve`."},
       time_of_day("peak", "\"14 h\"", "\"20 h\"", {},
                   "Time of day of the most demand; not used with a `curve`."),
       {.name = "curve",
        .kind = Kind::kPairs,
        .example = "[[0, 0.4], [8, 1], [18, 2]]",
        .range = {.min = 1, .max = 1440},
        .doc = "[hour, level] pairs: demand, relative to the other hours, from that hour of the "
               "day to the next one named; absent: a cosine."},
       {.name = "weekend",
        .kind = Kind::kRatio,
        .fallback = "1",
        .example = "0.4",
        .range = {.max = 1e6},
        .doc = "Factor on Saturdays and Sundays."},
       time_of_day("phase", "\"0 h\"", "\"9 h\"", {"random"},
                   "So much the tenants' clocks are ahead of the run's, or \"random\": uniform "
                   "over the day for each tenant, as all over the world.")}};
}

const ObjectSpec& state_table() {
  static const ObjectSpec kTable{
      .fields = {
          number_field("rate", "3", {.max = 1e9}, "Demand in this state, relative to the others."),
          period("stay", "\"10 min\"", "Mean time in it, exponential, 1 us or more.")}};
  return kTable;
}

VariantSpec mmpp_variant() {
  return {"mmpp",
          "The rate jumps among states, each left after an exponential time.",
          {{.name = "states",
            .kind = Kind::kArray,
            .required = true,
            .range = {.min = 2, .max = 100},
            .object = &state_table(),
            .doc = "Two states or more."},
           {.name = "jumps",
            .kind = Kind::kWord,
            .fallback = "\"cyclic\"",
            .example = "\"cyclic\"",
            .words = {"cyclic", "uniform"},
            .doc = "`cyclic`: to the next state in order; `uniform`: to any other alike."}}};
}

// Those that may be parts of a sum.
std::vector<VariantSpec> simple_variants() {
  return {{"constant", "Demand is always the mean."},
          slots_variant(),
          on_off_variant(),
          daily_window_variant(),
          diurnal_variant(),
          mmpp_variant()};
}

const ObjectSpec& load_part_table() {
  static const ObjectSpec kLoad =
      make_union("model", "constant", "How demand varies with time.", simple_variants());
  static const ObjectSpec kTable{
      .fields = {
          {.name = "weight",
           .kind = Kind::kRatio,
           .fallback = "1",
           .example = "0.8",
           .range = {.max = 1e9, .above_min = true},
           .doc = "Share of the mean demand, relative to the other parts."},
          {.name = "load",
           .kind = Kind::kObject,
           .fallback = "{}",
           .object = &kLoad,
           .doc =
               "How the part varies with time: a load that is no sum, no cascade and no trace."}}};
  return kTable;
}

VariantSpec sum_variant() {
  return {"sum",
          "Several loads added up, independently.",
          {{.name = "parts",
            .kind = Kind::kArray,
            .required = true,
            .range = {.min = 1, .max = 100},
            .object = &load_part_table(),
            .doc = "The loads, each with its share of the mean."}}};
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

std::vector<std::string> weekday_words() {
  return {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
}

unsigned index_of_weekday(std::string_view word) {
  const std::vector<std::string> words = weekday_words();
  return static_cast<unsigned>(std::find(words.begin(), words.end(), word) - words.begin());
}

const ObjectSpec& load_table() {
  static const ObjectSpec kTable = [] {
    std::vector<VariantSpec> variants = simple_variants();
    variants.insert(variants.end(), {sum_variant(), series_variant(), jobs_variant(),
                                     cascade_variant(), b_model_variant()});
    return make_union("model", "constant", "How demand varies with time.", std::move(variants));
  }();
  return kTable;
}

}  // namespace spindle::app
