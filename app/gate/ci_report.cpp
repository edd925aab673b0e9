#include "app/gate/ci_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "app/gate/gate_report.hpp"
#include "app/scenario/reader.hpp"

namespace spindle::app {
namespace {

enum class State { kPassed, kFailed, kInconclusive };

struct Case {
  std::string group;  // "thresholds", "gates"
  std::string metric;
  State state = State::kPassed;
  Problem problem;  // where not passed
};

std::vector<Case> cases_of(const CheckOutcome& outcome) {
  std::vector<Case> cases;
  for (const CheckedThreshold& check : outcome.thresholds) {
    cases.push_back({"thresholds", check.threshold.metric,
                     check.holds ? State::kPassed : State::kFailed,
                     check.holds ? Problem{} : broken_threshold(check)});
  }
  if (outcome.gates == nullptr) return cases;
  for (const JudgedGate& gate : outcome.gates->gates) {
    const bool passed = gate.verdict == GateVerdict::kPass;
    const State failed =
        gate.verdict == GateVerdict::kRegression ? State::kFailed : State::kInconclusive;
    cases.push_back({"gates", gate.gate.metric, passed ? State::kPassed : failed,
                     passed ? Problem{} : gate_problem(gate, *outcome.gates)});
  }
  return cases;
}

std::size_t count_of(const std::vector<Case>& cases, State state) {
  return static_cast<std::size_t>(std::count_if(
      cases.begin(), cases.end(), [&](const Case& each) { return each.state == state; }));
}

// XML 1.0 has no control characters at all; those of a text become spaces.
std::string xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return out;
}

// As workflow commands want it; a property may hold neither colon nor comma.
std::string escaped(std::string_view text, bool is_property) {
  std::string out;
  for (const char c : text) {
    const bool special =
        c == '%' || c == '\r' || c == '\n' || (is_property && (c == ':' || c == ','));
    out += special ? fmt::format("%{:02X}", static_cast<unsigned>(c)) : std::string(1, c);
  }
  return out;
}

const char* verdict_of(const CheckOutcome& outcome) {
  if (!all_hold(outcome.thresholds)) return "a threshold is broken";
  return outcome.gates == nullptr ? "pass" : verdict_word(outcome.gates->verdict);
}

}  // namespace

std::string junit_text(const CheckOutcome& outcome) {
  const std::vector<Case> cases = cases_of(outcome);
  const std::string counts =
      fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"0\"", cases.size(),
                  count_of(cases, State::kFailed), count_of(cases, State::kInconclusive));
  std::string out = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {}>\n  <testsuite name=\"{}\" {}>\n",
      counts, xml(outcome.scenario), counts);
  for (const Case& each : cases) {
    out += fmt::format("    <testcase classname=\"{}.{}\" name=\"{}\"", xml(outcome.scenario),
                       each.group, xml(each.metric));
    if (each.state == State::kPassed) {
      out += "/>\n";
      continue;
    }
    const bool failed = each.state == State::kFailed;
    out += fmt::format(">\n      <{0} type=\"{1}\" message=\"{2}\">{3}</{0}>\n    </testcase>\n",
                       failed ? "failure" : "error",
                       !failed                      ? "inconclusive"
                       : each.group == "thresholds" ? "threshold"
                                                    : "regression",
                       xml(each.problem.message), xml(to_string(each.problem)));
  }
  return out + "  </testsuite>\n</testsuites>\n";
}

std::string github_annotations(const CheckOutcome& outcome) {
  std::string out;
  for (const Case& each : cases_of(outcome)) {
    if (each.state == State::kPassed) continue;
    // What the command line states has no line in any file.
    std::string place;
    if (each.problem.line > 0) {
      place = fmt::format("file={},line={},col={},", escaped(each.problem.file, true),
                          each.problem.line, each.problem.column);
    }
    out += fmt::format("::{} {}title={}::{}\n", each.state == State::kFailed ? "error" : "warning",
                       place, escaped(outcome.scenario, true),
                       escaped(each.problem.path + ": " + each.problem.message, false));
  }
  return out;
}

std::string markdown_summary(const CheckOutcome& outcome) {
  std::string out = fmt::format("### {}: {}\n", outcome.scenario, verdict_of(outcome));
  if (!outcome.thresholds.empty()) out += "\n" + check_table(outcome.thresholds, Format::kMarkdown);
  if (outcome.gates != nullptr) {
    out += fmt::format("\n{}\n\n{}.\n", gate_table(*outcome.gates, Format::kMarkdown),
                       gate_summary(*outcome.gates));
  }
  std::string lines;
  for (const Case& each : cases_of(outcome)) {
    if (each.state != State::kPassed) lines += fmt::format("- {}\n", to_string(each.problem));
  }
  return lines.empty() ? out : out + "\n" + lines;
}

}  // namespace spindle::app
