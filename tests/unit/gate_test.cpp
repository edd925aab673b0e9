// A baseline's file, and the verdicts of gates on rows worked out by hand.
#include "app/gate/gate.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "app/gate/baseline.hpp"
#include "app/gate/ci_report.hpp"
#include "app/gate/gate_report.hpp"
#include "app/scenario/margin_text.hpp"
#include "tests/support/read_scenario.hpp"

using namespace spindle;
using namespace spindle::app;

namespace {

using test::says;

constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();
constexpr const char* kDigest = "00112233445566aa";

Replication row(std::uint64_t seed, double skew, const std::string& digest = kDigest) {
  Replication out;
  out.seed = seed;
  out.digest = digest;
  out.metrics.set("capacity.skew.over", skew);
  return out;
}

// Rows whose values go up and down about the mean by `spread`.
std::vector<Replication> rows(std::uint64_t first_seed, std::size_t count, double mean,
                              double spread, const std::string& digest) {
  std::vector<Replication> out;
  for (std::size_t i = 0; i < count; ++i) {
    out.push_back(row(first_seed + i, mean + (i % 2 == 0 ? spread : -spread), digest));
  }
  return out;
}

Baseline baseline_of(std::vector<Replication> given) {
  return {"s", kDigest, {{"first", "1.0"}}, std::move(given)};
}

Gate gate(const char* margin) {
  Gate out = *parse_margin("capacity.skew.over", margin).value;
  out.file = "s.json";
  out.line = 4;
  out.column = 7;
  return out;
}

GateReport judged(const Baseline& baseline, const std::vector<Replication>& now,
                  const char* margin = "1 %") {
  return judge_gates({gate(margin)}, baseline, now, kDigest);
}

std::string problems(const std::string& text) {
  const ReadBaseline read = read_baseline_text(text, "b.json");
  CHECK_FALSE(read.baseline);
  std::string out;
  for (const Problem& problem : read.problems) out += to_string(problem) + "\n";
  return out;
}

}  // namespace

TEST_CASE("baseline: what is written is read back, to the bit") {
  Baseline baseline = baseline_of({row(1, 0.1 + 0.2), row((1ULL << 53U) - 1, kNoValue)});
  baseline.blessed.push_back({"a \"quoted\" reason", "1.2.0+abc"});
  const std::string text = baseline_text(baseline);
  const ReadBaseline read = read_baseline_text(text, "b.json");
  REQUIRE(read.baseline);
  CHECK(baseline_text(*read.baseline) == text);
  CHECK(read.baseline->blessed.size() == 2);
  CHECK(read.baseline->rows[0].metrics.get("capacity.skew.over") == 0.1 + 0.2);
  CHECK(read.baseline->rows[1].seed == (1ULL << 53U) - 1);
  CHECK(read.baseline->rows[1].metrics.has("capacity.skew.over"));
}

TEST_CASE("baseline: every mistake in a file is reported at its place") {
  const std::string said = problems(R"({
  "schema_version": 2,
  "scenario": 7,
  "scenario_digest": "xyz",
  "blessed": [{ "reason": "r" }],
  "rows": [
    { "seed": 1, "digest": "00112233445566aa", "metrics": { "capacity.skew.ovr": 1 } },
    { "seed": 1, "digest": "00112233445566aa", "metrics": { "heat.cov": "1" }, "more": 1 },
    { "seed": 1.5, "metrics": [] },
    4
  ]
})");
  for (const char* part :
       {"b.json:2:21: schema_version: version 2 of baselines is not known (known: 1)",
        "b.json:3:15: scenario: must be a text, got the number 7",
        "b.json:4:22: scenario_digest: \"xyz\" is no digest", "blessed.0.version: missing",
        "b.json:7:61: rows.0.metrics.capacity.skew.ovr: unknown metric — did you mean "
        "\"capacity.skew.over\"?",
        "rows.1.seed: 1 is the seed of an earlier row too",
        "rows.1.metrics.heat.cov: must be a number or null, got the text \"1\"",
        "rows.1.more: no key of a baseline", "rows.2.seed: must be a count, got the number 1.5",
        "rows.2.digest: missing", "rows.2.metrics: must be an object, got an array",
        "rows.3: must be an object, got the number 4"}) {
    INFO(said);
    CHECK(says(said, part));
  }
  CHECK(says(problems("{}"), "b.json: not a baseline (it has no \"rows\")"));
  CHECK(says(problems("{ \"rows\": "), "b.json:1:"));
  CHECK(says(problems("[]"), "a baseline is one JSON object"));
}

TEST_CASE("gate: equal digests of equal seeds pass at once, even of one run") {
  const Baseline baseline = baseline_of(rows(1, 5, 0.1, 0.05, kDigest));
  const GateReport report = judged(baseline, {baseline.rows[2]});
  CHECK(report.is_identical);
  CHECK(report.verdict == GateVerdict::kPass);
  // Another scenario that happens to give the same is not identical.
  CHECK_FALSE(judge_gates({gate("1 %")}, baseline, {baseline.rows[2]}, "ff").is_identical);
}

TEST_CASE("gate: three answers of paired replications") {
  const Baseline baseline = baseline_of(rows(1, 12, 0.1, 0.05, kDigest));
  // Every pair moves by about as much: the spread between seeds is no matter.
  const auto moved = [&](double by, double jitter) {
    std::vector<Replication> now;
    for (std::size_t i = 0; i < baseline.rows.size(); ++i) {
      const double noise = (i % 3 == 0 ? 2 : -1) * jitter;
      now.push_back(row(baseline.rows[i].seed,
                        baseline.rows[i].metrics.get("capacity.skew.over") + by + noise,
                        "ffffffffffffffff"));
    }
    return judged(baseline, now);
  };
  CHECK(moved(0, 1e-4).verdict == GateVerdict::kPass);
  CHECK(moved(0, 1e-4).is_paired);
  CHECK(moved(0.02, 1e-4).verdict == GateVerdict::kRegression);
  CHECK(moved(-0.02, 1e-4).verdict == GateVerdict::kRegression);
  const GateReport unclear = moved(0.005, 0.01);
  CHECK(unclear.verdict == GateVerdict::kInconclusive);
  REQUIRE(unclear.gates[0].needed);
  CHECK(*unclear.gates[0].needed > 12);
  const std::string said = to_string(gate_problem(unclear.gates[0], unclear));
  INFO(said);
  CHECK(says(said, "s.json:4:7: gates.capacity.skew.over: inconclusive (from 10 % to 10.5 %: "));
  CHECK(says(said, "beside a margin of 1 % after 12 replications: about "));
  CHECK(says(said, "and a baseline of as many (it holds 12"));
}

TEST_CASE("gate: other seeds are compared unpaired, by the spread of either") {
  const Baseline baseline = baseline_of(rows(1, 30, 0.1, 0.002, kDigest));
  const GateReport same = judged(baseline, rows(100, 30, 0.1, 0.002, "ffffffffffffffff"));
  CHECK_FALSE(same.is_paired);
  CHECK(same.verdict == GateVerdict::kPass);
  CHECK(judged(baseline, rows(100, 30, 0.12, 0.002, "ffffffffffffffff")).verdict ==
        GateVerdict::kRegression);
  CHECK(judged(baseline, rows(100, 2, 0.12, 0.002, "ffffffffffffffff")).verdict ==
        GateVerdict::kInconclusive);
}

TEST_CASE("gate: a value on one side alone decides nothing, none at all is equal") {
  const Baseline baseline = baseline_of({row(1, kNoValue), row(2, kNoValue), row(3, kNoValue)});
  const std::string other = "ffffffffffffffff";
  CHECK(judged(baseline, {row(1, kNoValue, other), row(2, kNoValue, other)}).verdict ==
        GateVerdict::kPass);
  const GateReport one = judged(baseline, {row(1, 0.1, other), row(2, kNoValue, other)});
  CHECK(one.verdict == GateVerdict::kInconclusive);
  CHECK(says(to_string(gate_problem(one.gates[0], one)), "one side has no value in 1 replication"));
}

TEST_CASE("gate: JUnit, annotations and Markdown say what failed and where, and are escaped") {
  const Baseline baseline = baseline_of(rows(1, 12, 0.1, 0.05, kDigest));
  std::vector<Replication> now = rows(1, 12, 0.3, 0.05, "ffffffffffffffff");
  const GateReport gates = judged(baseline, now);
  REQUIRE(gates.verdict == GateVerdict::kRegression);
  Threshold threshold{.metric = "heat.cov", .text = "< 1", .bound = 1, .file = "a,b:c.json"};
  threshold.line = 3;
  threshold.column = 2;
  const CheckOutcome outcome{"s", {{threshold, 2, -1, false}}, &gates};
  const std::string junit = junit_text(outcome);
  CHECK(says(junit, "<testsuites tests=\"2\" failures=\"2\" errors=\"0\" skipped=\"0\">"));
  CHECK(says(junit, "<testcase classname=\"s.thresholds\" name=\"heat.cov\">"));
  CHECK(says(junit, "<failure type=\"threshold\" message=\"2 is not &lt; 1\">"));
  CHECK(says(junit, "<failure type=\"regression\" message=\"regression (from 10 % to 30 %"));
  const std::string lines = github_annotations(outcome);
  CHECK(says(lines, "::error file=a%2Cb%3Ac.json,line=3,col=2,title=s::thresholds.heat.cov: 2 "));
  CHECK(says(lines, "from 10 %25 to 30 %25"));
  const std::string page = markdown_summary(outcome);
  CHECK(says(page, "### s: a threshold is broken\n"));
  CHECK(says(page, "| capacity.skew.over |"));

  const GateReport few = judged(baseline, {now[0], now[1]}, "30 %");
  const CheckOutcome unclear{"s", {}, &few};
  CHECK(says(github_annotations(unclear), few.verdict == GateVerdict::kPass ? "" : "::warning "));
}

TEST_CASE("gate: a side of few equal values is not known for exact") {
  // Two alike runs beside ten that vary, with other seeds: they could differ as the ten do.
  const Baseline ten = baseline_of(rows(1, 10, 0.005, 0.001, kDigest));
  const std::vector<Replication> alike = rows(101, 2, 0.005, 0, "00000000000000bb");
  CHECK(judged(ten, alike).verdict == GateVerdict::kInconclusive);
  CHECK(judged(ten, rows(101, 10, 0.005, 0, "00000000000000bb")).verdict == GateVerdict::kPass);
}

TEST_CASE("gate: equal digests with other metrics are not identical") {
  std::vector<Replication> now = rows(1, 3, 0.05, 0.001, kDigest);
  const Baseline baseline = baseline_of(rows(1, 3, 0.005, 0.001, kDigest));
  CHECK_FALSE(judged(baseline, now).is_identical);
  CHECK(judged(baseline, now).verdict == GateVerdict::kRegression);
  CHECK(judged(baseline, baseline.rows).is_identical);
}

// Ten losses in each of three runs, before and after: 30 events are known to a third or so at this
// level, however alike the runs.
TEST_CASE("gate: counts of losses have Poisson's bounds") {
  std::vector<Replication> before, after;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    before.push_back(row(seed, 0));
    before.back().metrics.set("durability.losses", 10);
    after.push_back(row(seed, 0, "00000000000000bb"));
    after.back().metrics.set("durability.losses", 10);
  }
  Gate losses = *parse_margin("durability.losses", "5").value;
  const GateReport report = judge_gates({losses}, baseline_of(before), after, kDigest);
  CHECK(report.gates[0].difference.low < -5);
  CHECK(report.gates[0].difference.high > 5);
  CHECK(report.verdict == GateVerdict::kInconclusive);
  losses = *parse_margin("durability.losses", "20").value;
  CHECK(judge_gates({losses}, baseline_of(before), after, kDigest).verdict == GateVerdict::kPass);
}
