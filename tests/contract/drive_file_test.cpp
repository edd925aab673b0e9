// Drive files: the built-in ones keep the rules and the published data, bad ones are refused with
// line and path, schema and reader come from one table.
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "app/drive/drive_fields.hpp"
#include "app/drive/drive_reader.hpp"
#include "models/drive/drive_model.hpp"
#include "tests/support/field_docs.hpp"
#include "tests/support/files.hpp"
#include "tests/support/public_data.hpp"
#include "tests/support/scenario_text.hpp"

using namespace spindle;
using namespace spindle::app;
using spindle::test::replaced;

namespace {

// 2 zones, 2 surfaces, 10 x 2 x 20 + 10 x 2 x 10 = 600 sectors.
const std::string kSmall = R"({
  "schema_version": 1,
  "name": "small",
  "source": "made up",
  "capacity": "307200 B",
  "rpm": 7200,
  "surfaces": 2,
  "zones": [
    { "first_cylinder": 0, "cylinders": 10, "sectors_per_track": 20, "head_skew": 0.1 },
    { "first_cylinder": 10, "cylinders": 10, "sectors_per_track": 10, "head_skew": "10 %" }
  ],
  "seek": {
    "model": "table", "unit": "ms",
    "points": [[1, 1.0],
               [5, 2.0],
               [15, 2.5]]
  },
  "head_switch": "0.5 ms"
}
)";

std::vector<std::string> problems(const std::string& text) {
  std::vector<std::string> out;
  for (const Problem& problem : read_drive_text(text, "d.json").problems) {
    out.push_back(to_string(problem));
  }
  return out;
}

models::SeekPoint point(double cylinders, double ms) {
  return {static_cast<std::uint32_t>(cylinders), ms / 1e3};
}

}  // namespace

TEST_CASE("drive file: values arrive in base units") {
  const DriveReadResult read = read_drive_text(kSmall, "d.json");
  REQUIRE(read.drive.has_value());
  CHECK(read.drive->sectors == 600);
  CHECK(read.drive->sector_bytes == 512);
  CHECK(read.drive->serpentine_tracks == 0);
  CHECK(read.drive->zones[1].head_skew == 0.1);
  CHECK(read.drive->zones[1].cylinder_skew == 0);
  CHECK(read.drive->head_switch_s == 0.5e-3);
  CHECK(read.drive->seek.seconds(0) == 0);
  CHECK(read.drive->seek.seconds(1) == Approx(1.0e-3));
  CHECK(read.drive->seek.seconds(3) == Approx(1.5e-3));
  CHECK(read.drive->seek.seconds(15) == Approx(2.5e-3));
  CHECK_FALSE(read.drive->cylinder_switch_s.has_value());
}

TEST_CASE("drive file: every kind of mistake is named with line, path and mend") {
  struct Bad {
    const char* from;
    const char* to;
    std::vector<std::string> parts;
  };
  const std::vector<Bad> all{
      {"\"first_cylinder\": 10,",
       "\"first_cylinder\": 9,",
       {"d.json:10:", "zones.1.first_cylinder", "overlaps zone 0", "begin at 10 or later"}},
      {"[5, 2.0]", "[5, 0.9]", {"d.json:15:", "seek.points.1", "falls from 1 to 0.9"}},
      {"[5, 2.0]", "[1, 2.0]", {"d.json:15:", "seek.points.1", "does not ascend"}},
      {"[5, 2.0]", "[5]", {"d.json:15:", "seek.points.1", "two numbers"}},
      {"[5, 2.0]", "[5, -2.0]", {"d.json:15:", "seek.points.1", "none negative"}},
      {"[5, 2.0]", "[5.5, 2.0]", {"d.json:15:", "seek.points.1", "whole cylinders"}},
      {"\"rpm\": 7200", "\"rpm\": 0", {"d.json:6:", "rpm", "at least 60", "write 7200"}},
      {"307200 B", "307712 B", {"d.json:5:", "capacity", "601", "600", "at most \"307200 B\""}},
      {"307200 B", "270 kB", {"d.json:5:", "capacity", "527", "87.8 %", "write \"307200 B\""}},
      {"\"surfaces\": 2", "\"surfaces\": 3", {"d.json:5:", "capacity", "900", "3 surfaces"}},
      {"\"head_skew\": 0.1", "\"head_skew\": 1", {"d.json:9:", "zones.0.head_skew", "below 1"}},
      {"\"sectors_per_track\": 20",
       "\"sectors_per_track\": 0",
       {"d.json:9:", "zones.0.sectors_per_track", "too small"}},
      {"0.5 ms", "0.5", {"d.json:18:", "head_switch", "ms"}},
      {"\"zones\"", "\"zone\"", {"d.json:8:", "zone", "did you mean \"zones\"?"}},
      {"\"unit\": \"ms\",", "", {"seek.unit", "missing"}},
  };
  for (const Bad& bad : all) {
    INFO(bad.from << " -> " << bad.to);
    const std::vector<std::string> found = problems(replaced(kSmall, bad.from, bad.to));
    REQUIRE(!found.empty());
    // A misspelt key is also missing, and that comes first.
    for (const std::string& part : bad.parts) {
      INFO(found.back() << " should hold " << part);
      CHECK(found.back().find(part) != std::string::npos);
    }
    CHECK_FALSE(read_drive_text(replaced(kSmall, bad.from, bad.to), "d.json").drive.has_value());
  }
}

TEST_CASE("drive file: a cache and arms arrive in base units") {
  const std::string text = replaced(kSmall, "\"head_switch\": \"0.5 ms\"", R"("bus": "100 MB/s",
  "cache": { "segments": 3, "segment": "1 KiB", "write_behind": "4 KiB",
             "read_ahead_to": "track" },
  "actuators": 2)");
  const DriveReadResult read = read_drive_text(text, "d.json");
  for (const Problem& problem : read.problems) FAIL_CHECK(to_string(problem));
  REQUIRE(read.drive.has_value());
  CHECK(read.drive->actuators == 2);
  REQUIRE(read.drive->cache.has_value());
  CHECK(read.drive->cache->segments == 3);
  CHECK(read.drive->cache->segment_bytes == 1024);
  CHECK(read.drive->cache->read_ahead_bytes == 1024);
  CHECK(read.drive->cache->read_ahead_to == models::ReadOn::kTrack);
  CHECK(read.drive->cache->write_behind_bytes == 4096);
  CHECK(read.drive->cache->write_extents == 256);
  CHECK_FALSE(read.drive->cache->hit_completion_s.has_value());
  CHECK_FALSE(read_drive_text(kSmall, "d.json").drive->cache.has_value());
}

TEST_CASE("drive file: how far the heads read on, and what angle sptf sees") {
  const std::string text = replaced(kSmall, "\"head_switch\": \"0.5 ms\"",
                                    R"("read_on": "cylinder", "sptf_angle": "last_sector")");
  const DriveReadResult read = read_drive_text(text, "d.json");
  REQUIRE(read.drive.has_value());
  CHECK(read.drive->read_on == models::ReadOn::kCylinder);
  CHECK(read.drive->angle_of_last_sector);
  const DriveReadResult plain = read_drive_text(kSmall, "d.json");
  CHECK(plain.drive->read_on == models::ReadOn::kNot);
  CHECK_FALSE(plain.drive->angle_of_last_sector);
}

TEST_CASE("drive file: impossible caches and arms are refused") {
  struct Bad {
    std::string tail;
    std::vector<std::string> parts;
  };
  const std::string bus = R"("bus": "100 MB/s", "cache": )";
  const std::vector<Bad> all{
      {R"("cache": { "segments": 1, "segment": "1 KiB" })", {"d.json:18:", "cache", "needs `bus`"}},
      {bus + R"({ "segments": 0, "segment": "1 KiB" })", {"cache.segments", "too small"}},
      {bus + R"({ "segments": 1, "segment": "511 B" })", {"cache.segment", "at least \"512 B\""}},
      {bus + R"({ "segments": 1, "segment": "1 KiB", "read_ahead": "2 KiB" })",
       {"cache.read_ahead", "at most \"1024 B\""}},
      {bus + R"({ "segments": 1, "segment": "1 KiB", "write_extents": 70000 })",
       {"cache.write_extents", "65,536"}},
      {bus + R"({ "segments": 1, "segment": "1 KiB", "hit_completion": "5" })",
       {"cache.hit_completion", "ms"}},
      {bus + R"({ "segments": 1 })", {"cache.segment", "missing"}},
      {R"("actuators": 3)", {"actuators", "2"}},
      {R"("read_on": "drive")", {"d.json:18:", "read_on", "known: no, track or cylinder"}},
      {bus + R"({ "segments": 1, "segment": "1 KiB" }, "read_on": "track")",
       {"d.json:18:", "read_on", "a drive with a cache", "leave it out"}},
      {R"("actuators": 2, "sptf_angle": "last_sector")", {"sptf_angle", "two arms"}}};
  for (const Bad& bad : all) {
    INFO(bad.tail);
    const std::string text = replaced(kSmall, "\"head_switch\": \"0.5 ms\"", bad.tail.c_str());
    const std::vector<std::string> found = problems(text);
    REQUIRE(found.size() == 1);
    for (const std::string& part : bad.parts) {
      INFO(found[0] << " should hold " << part);
      CHECK(found[0].find(part) != std::string::npos);
    }
  }
  const std::string two = replaced(kSmall, "\"head_switch\": \"0.5 ms\"", "\"actuators\": 2");
  CHECK(problems(replaced(two, "307200 B", "306688 B")).front().find("599 sectors") !=
        std::string::npos);
  const std::string odd = replaced(two, "\"surfaces\": 2", "\"surfaces\": 1");
  CHECK(problems(replaced(odd, "307200 B", "153600 B")).front().find("even number") !=
        std::string::npos);
}

TEST_CASE("drive file: mistakes in different parts are reported together") {
  std::string text = replaced(kSmall, "\"rpm\": 7200", "\"rpm\": 0");
  text = replaced(text, "\"first_cylinder\": 10,", "\"first_cylinder\": 8,");
  text = replaced(text, "[5, 2.0]", "[5, 0.5]");
  const std::vector<std::string> found = problems(text);
  REQUIRE(found.size() == 3);
  CHECK(found[0].find("rpm") != std::string::npos);
  CHECK(found[1].find("zones.1.first_cylinder") != std::string::npos);
  CHECK(found[2].find("seek.points.1") != std::string::npos);

  text = replaced(kSmall, "307200 B", "1 MB");
  text = replaced(text, "[5, 2.0]", "[5, 0.5]");
  CHECK(problems(text).size() == 2);
}

TEST_CASE("drive file: a law that falls at its switch is refused") {
  const std::string table =
      kSmall.substr(kSmall.find("\"model\""), kSmall.find("]]") + 2 - kSmall.find("\"model\""));
  const std::string law =
      R"("model": "curve", "short_base": "2 ms", "short_slope": "0.1 ms", "switch_at": 9,
         "long_base": "1 ms", "long_slope": "10 us")";
  const std::vector<std::string> found = problems(replaced(kSmall, table.c_str(), law.c_str()));
  REQUIRE(found.size() == 1);
  CHECK(found[0].find("seek: falls with distance at 9 cylinders") != std::string::npos);
}

TEST_CASE("built-in drives: found by name, sourced, with room for what they say") {
  std::set<std::string> names;
  for (const DrivePresetText& preset : drive_preset_texts()) {
    INFO(preset.name);
    const DriveReadResult read = read_drive_text(preset.text, std::string(preset.name));
    for (const Problem& problem : read.problems) FAIL_CHECK(to_string(problem));
    REQUIRE(read.drive.has_value());
    CHECK(read.drive->name == preset.name);
    CHECK(read.drive->source.find("Derived:") != std::string::npos);
    names.insert(read.drive->name);
    // The last sector can be reached, and a request over the whole drive takes the arm there.
    const models::MechanicalDrive drive(*read.drive);
    const models::Target last = drive.locate(read.drive->sectors - 1);
    const models::MechanicalService all =
        drive.serve({}, drive.locate(0), read.drive->sectors, false, 0);
    CHECK(all.after.cylinder == last.cylinder);
    CHECK(all.after.head == last.head);
  }
  for (const char* name : {"talk", "nearline-230", "barracuda", "cheetah-9lp", "nearline-4tb",
                           "nearline-16tb", "nearline-20tb", "nearline-30tb"}) {
    CHECK(names.count(name) == 1);
  }
}

// What flow computes for a drive by moments, mechanics must give for the same name: 1.5 %, which
// covers one zone instead of many (nearline-230) and a capacity of 3.86 TB (nearline-4tb).
TEST_CASE("built-in drives: those that fleets know too have the same mean service") {
  std::size_t compared = 0;
  for (const models::DriveModel& model : models::drive_presets()) {
    const auto spec = find_mechanical_preset(model.name);
    INFO(model.name);
    REQUIRE(spec.has_value());
    const models::MechanicalDrive drive(*spec);
    CHECK(drive.revolution_s() == Approx(model.rotation_s));
    // Seeks between places spread evenly over the drive's bytes.
    constexpr std::uint64_t kPlaces = 300;
    double seek = 0;
    for (std::uint64_t i = 0; i < kPlaces; ++i) {
      const models::Target from = drive.locate(spec->sectors / kPlaces * i);
      for (std::uint64_t j = 0; j < kPlaces; ++j) {
        const models::Target to = drive.locate(spec->sectors / kPlaces * j);
        if (i != j) seek += drive.seek_turns({from.cylinder, from.head}, to, false);
      }
    }
    seek *= drive.revolution_s() / static_cast<double>(kPlaces * (kPlaces - 1));
    CHECK(seek == Approx(model.read_seek.mean_s).epsilon(0.015));
    ++compared;
  }
  CHECK(compared >= 4);
}

TEST_CASE("built-in drives: those of DiskSim hold its published parameters") {
  const auto data = spindle::test::public_data();
  if (!data) {
    WARN("skipped: no public data (SPINDLE_DATA_DIR)");
    return;
  }
  const auto published =
      nlohmann::json::parse(spindle::test::read_file(*data / "drives" / "drives.json"));
  for (const auto& [name, key] :
       {std::pair{"cheetah-9lp", "cheetah9LP"}, std::pair{"barracuda", "barracuda"},
        std::pair{"nearline-4tb", "wd_4tb_7200"}}) {
    INFO(name);
    const auto spec = find_mechanical_preset(name).value();
    const auto& from = published[key];
    CHECK(spec.rpm == from["rpm"].get<double>());
    CHECK(spec.surfaces == from["surfaces"].get<std::uint32_t>());
    CHECK(spec.head_switch_s == Approx(from["head_switch_ms"].get<double>() / 1e3));
    REQUIRE(spec.zones.size() == from["zones"].size());
    for (std::size_t z = 0; z < spec.zones.size(); ++z) {
      const auto& zone = from["zones"][z];
      CHECK(spec.zones[z].first_cylinder == zone["cyl0"].get<std::uint32_t>());
      CHECK(spec.zones[z].sectors_per_track == zone["spt"].get<std::uint32_t>());
      const double skew = zone.contains("cyl_skew_sectors")
                              ? zone["cyl_skew_sectors"].get<double>() / zone["spt"].get<double>()
                              : from["track_skew_rev"].get<double>();
      CHECK(spec.zones[z].cylinder_skew == Approx(skew).epsilon(1e-8));
    }
    // The table, made not to fall.
    double longest = 0;
    for (const auto& pair : from["seek"]) {
      const models::SeekPoint at = point(pair[0].get<double>(), pair[1].get<double>());
      longest = std::max(longest, at.seconds);
      CHECK(spec.seek.seconds(at.cylinders) == Approx(longest).epsilon(1e-9));
    }
  }
}

TEST_CASE("drive file: the schema in the repository is the reader's own") {
  CHECK(spindle::test::read_file(std::string(SPINDLE_SOURCE_DIR) +
                                 "/scenarios/drives/schema.json") == drive_file_schema());
}

TEST_CASE("drive file: the page on drives has every field, and its example is read") {
  const std::string page =
      spindle::test::read_file(std::string(SPINDLE_SOURCE_DIR) + "/docs/user/drive.md");
  spindle::test::check_rows(drive_file_table(), page, "drive.md");
  const std::string fence = "```json\n";
  const std::size_t begin = page.find(fence) + fence.size();
  const std::string example = page.substr(begin, page.find("```", begin) - begin);
  for (const Problem& problem : read_drive_text(example, "example").problems) {
    FAIL_CHECK(to_string(problem));
  }
}
