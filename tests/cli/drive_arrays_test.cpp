// Files with one value a drive, as numpy.load reads them.

#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/cli/program.hpp"

using namespace spindle::test;
using Json = nlohmann::json;

namespace {

const std::string kArrayFleet = R"({
  "schema_version": 1, "name": "arrays", "question": "What does each drive hold?",
  "run": { "duration": "4 d", "epoch": "1 h", "drive_arrays": "npy" },
  "fleet": { "zones": 3, "racks_per_zone": 10, "drives": 300,
             "models": [{ "model": "nearline-20tb", "afr": "0 %/yr" }] },
  "data": { "logical": "1 PB", "extent": "30 GB" },
  "redundancy": { "scheme": "replication", "copies": 3 },
  "spread": { "max_per_zone": 1, "max_per_rack": 1 },
  "placement": { "policy": "random" },
  "tenants": [{ "name": "web", "count": 20, "reads": "300 TB/d", "object": "4 MB" }],
  "repair": { "mttr": "24 h", "bandwidth": "20 MB/s" }
})";

// NPY 1.0: ten bytes, of which the last two are the length of a header that says type and shape.
std::vector<float> npy(const fs::path& path) {
  const std::string text = read_file(path);
  REQUIRE(text.substr(0, 8) == std::string("\x93NUMPY\x01\x00", 8));
  const std::size_t length =
      static_cast<unsigned char>(text[8]) + 256U * static_cast<unsigned char>(text[9]);
  const std::string header = text.substr(10, length);
  CHECK((10 + length) % 64 == 0);
  CHECK(header.back() == '\n');
  CHECK(header.find("'descr': '<f4', 'fortran_order': False") != std::string::npos);
  std::vector<float> values((text.size() - 10 - length) / sizeof(float));
  std::memcpy(values.data(), text.data() + 10 + length, values.size() * sizeof(float));
  CHECK(header.find("'shape': (" + std::to_string(values.size()) + ",)") != std::string::npos);
  return values;
}

double mean_of(const std::vector<float>& values) {
  double sum = 0;
  double count = 0;
  for (const float value : values) {
    if (std::isnan(value)) continue;
    sum += static_cast<double>(value);
    ++count;
  }
  return sum / count;
}

}  // namespace

TEST_CASE("drive arrays: fill and heat of every drive add up to the metrics") {
  const Scratch scratch;
  write_file(scratch.path() / "s.json", kArrayFleet);
  for (const char* form : {"explicit", "ledger"}) {
    INFO(form);
    const Outcome run = shell(scratch.path(), std::string("\"$SPINDLE\" run s.json --out out -q "
                                                          "--set run.form=") +
                                                  form);
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    const Json metrics = Json::parse(read_file(scratch.path() / "out/metrics.json"));
    const auto fill = npy(scratch.path() / "out/drive_fill.npy");
    const auto mean = npy(scratch.path() / "out/drive_heat_mean.npy");
    const auto max = npy(scratch.path() / "out/drive_heat_max.npy");
    REQUIRE(fill.size() == 300);
    REQUIRE(mean.size() == 300);
    REQUIRE(max.size() == 300);
    CHECK(mean_of(fill) == Approx(metrics["capacity.fill.mean"].get<double>()).epsilon(1e-5));
    CHECK(mean_of(mean) == Approx(metrics["heat.util.mean"].get<double>()).epsilon(1e-3));
    for (std::size_t i = 0; i < max.size(); ++i) CHECK(max[i] >= mean[i] * (1 - 1e-5F));
  }
  const Outcome without =
      shell(scratch.path(), "\"$SPINDLE\" run s.json --out out -q --set run.drive_arrays=none");
  REQUIRE(without.exit_code == 0);
  CHECK(!fs::exists(scratch.path() / "out/drive_fill.npy"));
}

TEST_CASE("drive arrays: a place whose drive was taken away has no fill") {
  const Scratch scratch;
  write_file(scratch.path() / "s.json", kArrayFleet);
  const Outcome run =
      shell(scratch.path(),
            "\"$SPINDLE\" run s.json --out out -q --set run.form=ledger --set "
            "'events=[{\"at\": \"1 h\", \"event\": \"rack_drain\", \"racks_per_zone\": 1, "
            "\"rate\": \"200 MB/s\"}]'");
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  std::size_t gone = 0;
  for (const float fill : npy(scratch.path() / "out/drive_fill.npy"))
    gone += std::isnan(fill) ? 1U : 0U;
  CHECK(gone == 30);
  // The map of racks' heat has empty cells from then on.
  const std::string racks = read_file(scratch.path() / "out/racks.csv");
  CHECK(racks.find(",,") != std::string::npos);
}
