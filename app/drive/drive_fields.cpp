#include "app/drive/drive_fields.hpp"

#include "app/scenario/field_objects.hpp"

namespace spindle::app {
namespace {

constexpr double kLargestCache = 1e12;  // bytes
constexpr double kLongestStep = 10;     // seconds; no part of a drive takes longer

Field step(std::string name, std::string fallback, std::string example, std::string doc) {
  return {.name = std::move(name),
          .kind = Kind::kDuration,
          .required = false,
          .fallback = std::move(fallback),
          .example = std::move(example),
          .range = {.max = kLongestStep, .max_text = "10 s"},
          .doc = std::move(doc)};
}

Field needed_step(std::string name, std::string example, std::string doc) {
  Field field = step(std::move(name), "", std::move(example), std::move(doc));
  field.required = true;
  return field;
}

Field count(std::string name, std::string example, Range range, std::string doc) {
  return {.name = std::move(name),
          .kind = Kind::kInteger,
          .required = true,
          .example = std::move(example),
          .range = range,
          .doc = std::move(doc)};
}

Field skew(std::string name, std::string doc) {
  return {.name = std::move(name),
          .kind = Kind::kRatio,
          .fallback = "0",
          .example = "0.14",
          .range = {.max = 1},
          .doc = std::move(doc)};
}

const ObjectSpec& zone_table() {
  static const ObjectSpec kTable{
      .fields = {
          count("first_cylinder", "0", {.max = 1e9}, "Cylinders count from 0 at the outer edge."),
          count("cylinders", "4608", {.min = 1, .max = 1e9}, "How many the zone has."),
          count("sectors_per_track", "3072", {.min = 1, .max = 1e6}, "Equal on all its tracks."),
          skew("head_skew", "Share of a revolution by which the next head's track begins later."),
          skew("cylinder_skew", "The same for the next cylinder's track.")}};
  return kTable;
}

const ObjectSpec& layout_table() {
  static const ObjectSpec kTable =
      make_union("order", "cylinder", "In which order tracks follow each other.",
                 {{"cylinder", "All heads of a cylinder, then the next cylinder.", {}},
                  {"serpentine",
                   "Some cylinders on one head, back over them on the next, until all heads had "
                   "their turn; then the next cylinders, heads in falling order.",
                   {count("tracks", "128", {.min = 1, .max = 1e6}, "Cylinders on one head.")}}});
  return kTable;
}

const ObjectSpec& seek_table() {
  const Field scale{.name = "scale",
                    .kind = Kind::kRatio,
                    .fallback = "1",
                    .example = "1.05",
                    .range = {.max = 100, .above_min = true},
                    .doc = "Multiplies all times."};
  static const ObjectSpec kTable = make_union(
      "model", "", "How long the arm takes to move.",
      {{"table",
        "Measured times, with straight lines between them.",
        {{.name = "unit",
          .kind = Kind::kWord,
          .required = true,
          .example = "\"ms\"",
          .words = {"ms", "us", "s"},
          .doc = "Of the times in `points`."},
         {.name = "points",
          .kind = Kind::kPairs,
          .required = true,
          .example = "[[1, 0.8], [1000, 5.5]]",
          .range = {.min = 1, .max = 20000},
          .doc = "[cylinders, time] pairs; distances ascend from 1, times do not fall."},
         scale}},
       {"curve",
        "short_base + short_slope √d below `switch_at` cylinders, long_base + long_slope d from "
        "there on.",
        {needed_step("short_base", "\"1.5 ms\"", "Of a move over no distance."),
         needed_step("short_slope", "\"19.16 us\"", "For each root of a cylinder."),
         count("switch_at", "67809", {.max = 1e9}, "The first distance of the straight line."),
         needed_step("long_base", "\"4.5 ms\"", "Where the straight line begins."),
         needed_step("long_slope", "\"31.41 ns\"", "For each cylinder."), scale}}});
  return kTable;
}

Field amount(std::string name, std::string fallback, std::string example, std::string doc) {
  return {.name = std::move(name),
          .kind = Kind::kBytes,
          .fallback = std::move(fallback),
          .example = std::move(example),
          .range = {.max = kLargestCache, .max_text = "1 TB"},
          .doc = std::move(doc)};
}

const ObjectSpec& cache_table() {
  Field segment =
      amount("segment", "", "\"1 MiB\"", "Size of a segment, which holds consecutive sectors.");
  segment.required = true;
  Field extents = count("write_extents", "64", {.min = 1, .max = 65536},
                        "Separate runs of written sectors that the cache holds.");
  extents.required = false;
  extents.fallback = "256";
  static const ObjectSpec kTable{
      .fields = {count("segments", "16", {.min = 1, .max = 65536},
                       "Runs of read sectors that are kept; the least recently used makes room."),
                 segment,
                 amount("read_ahead", "", "\"512 KiB\"",
                        "Read on beyond a request's end, at most a segment; absent: a segment."),
                 {.name = "read_ahead_to",
                  .kind = Kind::kWord,
                  .fallback = "\"limit\"",
                  .example = "\"track\"",
                  .words = {"limit", "track", "cylinder"},
                  .doc = "Where the read-ahead ends at the latest: at its limit, or with the track "
                         "or cylinder that the request ended on."},
                 amount("write_behind", "\"0 B\"", "\"16 MiB\"",
                        "Written data that may wait for the platter; 0 B: writes wait for it."),
                 extents,
                 step("hit_completion", "", "\"0.07 ms\"",
                      "After the bus, where the platter took no part; absent: as `completion`.")}};
  return kTable;
}

std::vector<Field> heading() {
  return {{.name = "$schema",
           .kind = Kind::kText,
           .example = "\"schema.json\"",
           .doc = "For editors: where the schema is. Not read."},
          count("schema_version", "1", {.min = 1, .max = 1}, "Version of this format: 1."),
          {.name = "name",
           .kind = Kind::kName,
           .required = true,
           .example = "\"nearline-20tb\"",
           .doc = "Small letters, digits and hyphens."},
          {.name = "source",
           .kind = Kind::kText,
           .required = true,
           .example = "\"data sheet; seek curve derived\"",
           .doc = "Where the figures come from, and which of them are derived."}};
}

ObjectSpec make_table() {
  ObjectSpec root{.fields = heading()};
  std::vector<Field>& fields = root.fields;
  fields.push_back(
      {.name = "capacity",
       .kind = Kind::kBytes,
       .required = true,
       .example = "\"20 TB\"",
       .range = {.above_min = true},
       .doc = "What can be addressed: 90 to 100 % of the zones' sectors, spares last."});
  fields.push_back({.name = "sector",
                    .kind = Kind::kBytes,
                    .fallback = "\"512 B\"",
                    .example = "\"512 B\"",
                    .range = {.max = 65536, .above_min = true, .max_text = "64 KiB"},
                    .doc = "Size of a sector."});
  fields.push_back({.name = "rpm",
                    .kind = Kind::kNumber,
                    .required = true,
                    .example = "7200",
                    .range = {.min = 60, .max = 1e6},
                    .doc = "Revolutions per minute, at least 60."});
  fields.push_back(count("surfaces", "20", {.min = 1, .max = 1000}, "Heads: two a platter."));
  fields.push_back({.name = "layout",
                    .kind = Kind::kObject,
                    .fallback = "{}",
                    .object = &layout_table(),
                    .doc = "In which order tracks follow each other."});
  fields.push_back({.name = "zones",
                    .kind = Kind::kArray,
                    .required = true,
                    .range = {.min = 1, .max = 1000},
                    .object = &zone_table(),
                    .doc = "From the outer edge inwards; cylinders between zones hold no data."});
  fields.push_back({.name = "seek",
                    .kind = Kind::kObject,
                    .required = true,
                    .object = &seek_table(),
                    .doc = "How long the arm takes to move."});
  fields.push_back(step("head_switch", "\"0 ms\"", "\"0.1 ms\"", "To another head."));
  fields.push_back(
      step("write_settle", "\"0 ms\"", "\"0.5 ms\"", "A write waits longer after every move."));
  fields.push_back(step("cylinder_switch", "", "\"0.23 ms\"",
                        "To the next cylinder within a transfer; absent: as `seek` says."));
  fields.push_back(step("read_overhead", "\"0 ms\"", "\"0.3 ms\"",
                        "Decoding a read, while the arm may serve another request."));
  fields.push_back(step("write_overhead", "\"0 ms\"", "\"0.3 ms\"", "The same of a write."));
  fields.push_back(step("completion", "\"0 ms\"", "\"0.5 ms\"",
                        "After a transfer, before the arm may serve the next request."));
  fields.push_back({.name = "bus",
                    .kind = Kind::kByteRate,
                    .example = "\"600 MB/s\"",
                    .range = {.above_min = true},
                    .doc = "Rate of the bus; absent: no bus."});
  fields.push_back({.name = "read_on",
                    .kind = Kind::kWord,
                    .fallback = "\"no\"",
                    .example = "\"track\"",
                    .words = {"no", "track", "cylinder"},
                    .doc = "How far the heads read on after a read until the next request, at a "
                           "sector's end, calls them away. Without `cache`."});
  fields.push_back({.name = "sptf_angle",
                    .kind = Kind::kWord,
                    .fallback = "\"exact\"",
                    .example = "\"last_sector\"",
                    .words = {"exact", "last_sector"},
                    .doc = "The platter's angle as `sptf` sees it: exact, or as it was at the end "
                           "of the last sector read. Without `cache`."});
  fields.push_back({.name = "cache",
                    .kind = Kind::kObject,
                    .object = &cache_table(),
                    .doc = "Read-ahead and write-behind; absent: none. Needs `bus`."});
  Field actuators =
      count("actuators", "2", {.min = 1, .max = 2},
            "2: each half of the sectors lies on half of the surfaces and has its own "
            "arm.");
  actuators.required = false;
  actuators.fallback = "1";
  fields.push_back(actuators);
  return root;
}

}  // namespace

const ObjectSpec& drive_file_table() {
  static const ObjectSpec kTable = make_table();
  return kTable;
}

std::string drive_file_schema() {
  return schema_of(drive_file_table(), "Spindle drive", "spindle schema drive");
}

}  // namespace spindle::app
