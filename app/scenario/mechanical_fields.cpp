#include "app/scenario/mechanical_fields.hpp"

#include "models/drive/drive_model.hpp"

namespace spindle::app {
namespace {

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const models::DriveModel& drive : models::drive_presets()) names.push_back(drive.name);
  return names;
}

}  // namespace

const ObjectSpec& drive_table() {
  static const ObjectSpec kTable{
      .fields = {
          {.name = "model",
           .kind = Kind::kWord,
           .required = true,
           .example = "\"nearline-20tb\"",
           .words = preset_names(),
           .doc = "A drive preset; `spindle list drives` names them."},
          {.name = "share",
           .kind = Kind::kRatio,
           .fallback = "1",
           .example = "0.5",
           .range = {.max = kLargestShare, .above_min = true},
           .doc = "Share of the racks that hold this model, relative to the others."},
          {.name = "capacity",
           .kind = Kind::kBytes,
           .example = "\"20 TB\"",
           .range = {.above_min = true},
           .doc = "Overrides the preset's capacity; absent: the preset's."},
          {.name = "afr",
           .kind = Kind::kFailureRate,
           .example = "\"1.5 %/yr\"",
           .range = {.max = 1000, .max_text = "1000 /yr"},
           .doc = "Overrides the preset's annual failure rate; absent: the preset's."},
          {.name = "mechanics",
           .kind = Kind::kText,
           .example = "\"nearline-20tb\"",
           .doc = "How such a drive works: a preset of `spindle drive`, or a drive file (its name "
                  "ends in .json) beside the scenario; absent: the preset called as `model`, at "
                  "flow fidelity only where the fleet can be made of it."},
          {.name = "scheduler",
           .kind = Kind::kWord,
           .example = "\"sptf\"",
           .words = {"fcfs", "sstf", "c_look", "sptf"},
           .doc =
               "The order of service; absent: fcfs. At flow fidelity it sets latencies, not heat."},
          {.name = "depth",
           .kind = Kind::kInteger,
           .example = "32",
           .range = {.min = 1, .max = 1024},
           .doc = "Requests that a drive holds and orders, 1 to 1,024; absent: 32. At flow "
                  "fidelity it sets latencies, not heat."},
          {.name = "patience",
           .kind = Kind::kDuration,
           .example = "\"5 s\"",
           .range = {.max = kHorizonSeconds, .max_text = "200 yr"},
           .doc = "Of `sptf`: what waits longer in the drive goes first; absent: 5 s."},
      }};
  return kTable;
}

const ObjectSpec& zoom_table() {
  static const ObjectSpec kTable{
      .fields = {
          {.name = "drives",
           .kind = Kind::kWord,
           .fallback = "\"random\"",
           .example = "\"random\"",
           .words = {"hottest", "random"},
           .doc = "`hottest`: those of greatest heat in the zoom's time; `random`: a sample, which "
                  "speaks for the fleet."},
          {.name = "count",
           .kind = Kind::kInteger,
           .required = true,
           .example = "1000",
           .range = {.min = 1, .max = 1e6},
           .doc = "How many drives, 1 to 1,000,000, at most all."},
          {.name = "from",
           .kind = Kind::kDuration,
           .example = "\"12 h\"",
           .range = {.max = kHorizonSeconds, .max_text = "200 yr"},
           .doc = "When it begins, from the start of the run; absent: with the epoch in which the "
                  "fleet's mean heat is highest (earlier where the run would end before it)."},
          {.name = "duration",
           .kind = Kind::kDuration,
           .example = "\"1 h\"",
           .range = {.max = kHorizonSeconds, .above_min = true, .max_text = "200 yr"},
           .doc = "How long; it ends within the run. Absent: one epoch."},
      }};
  return kTable;
}

}  // namespace spindle::app
