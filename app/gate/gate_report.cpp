#include "app/gate/gate_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/report/json_number.hpp"
#include "app/report/metric_text.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

// Of fewer, the spread is hardly known.
constexpr std::uint64_t kReplicationsThatTell = 10;

std::string value_text(const JudgedGate& gate, double value) {
  if (!std::isfinite(value)) return "-";
  return metric_as_written(*find_metric(gate.gate.metric), gate.gate.text, value);
}

std::string change_text(const JudgedGate& gate, double value) {
  // Means of the same values in another order differ by rounding.
  if (std::abs(value) <= 1e-12 * std::abs(gate.baseline)) value = 0;
  return (value > 0 && std::isfinite(value) ? "+" : "") + value_text(gate, value);
}

bool is_bounded(const JudgedGate& gate) {
  return std::isfinite(gate.difference.low) && std::isfinite(gate.difference.high);
}

Json gate_object(const JudgedGate& gate) {
  return {{"metric", gate.gate.metric},
          {"unit", find_metric(gate.gate.metric)->unit},
          {"baseline", json_number(gate.baseline)},
          {"now", json_number(gate.now)},
          {"difference", json_number(gate.difference.estimate)},
          {"low", json_number(gate.difference.low)},
          {"high", json_number(gate.difference.high)},
          {"confidence", 1 - gate.level},
          {"margin", json_number(gate.gate.margin)},
          {"replications", gate.replications},
          {"verdict", verdict_word(gate.verdict)},
          {"replications_needed", gate.needed ? Json(*gate.needed) : Json(nullptr)}};
}

std::string gate_csv(const GateReport& report) {
  std::string out =
      "metric,unit,baseline,now,difference,low,high,confidence,margin,replications,verdict,"
      "replications_needed\n";
  for (const JudgedGate& gate : report.gates) {
    std::string line;
    const Json object = gate_object(gate);
    for (const auto& [key, value] : object.items()) {
      const std::string cell = value.is_null()     ? ""
                               : value.is_string() ? value.get<std::string>()
                                                   : value.dump();
      line += (line.empty() ? "" : ",") + cell;
    }
    out += line + "\n";
  }
  return out;
}

// What more replications would do, and where they must come from.
std::string mend(const JudgedGate& gate, const GateReport& report) {
  if (gate.undefined > 0) {
    return fmt::format("one side has no value in {} — gate a metric that always has one",
                       counted(gate.undefined, "replication"));
  }
  if (!gate.needed || *gate.needed > kMostGateReplications) {
    return fmt::format(
        "{} replications would be needed, as far as these tell, more than the {} that a baseline "
        "may hold — {}give a wider margin, or look at what changed and bless it (--update)",
        gate.needed ? "about " + grouped(*gate.needed) : "more than a million",
        grouped(kMostGateReplications),
        gate.replications < kReplicationsThatTell ? "run more, " : "");
  }
  std::string out =
      fmt::format("about {} would decide — --replications {}", *gate.needed, *gate.needed);
  if (report.baseline_runs < *gate.needed) {
    out += fmt::format(
        ", and a baseline of as many (it holds {}: write it with --update where it "
        "was good)",
        report.baseline_runs);
  }
  return out;
}

}  // namespace

std::string gate_table(const GateReport& report, Format format) {
  if (format == Format::kCsv) return gate_csv(report);
  TextTable table({{"metric", false},
                   {"baseline"},
                   {"now"},
                   {"difference"},
                   {"from"},
                   {"to"},
                   {"margin"},
                   {"verdict", false}});
  for (const JudgedGate& gate : report.gates) {
    table.add_row({gate.gate.metric, value_text(gate, gate.baseline), value_text(gate, gate.now),
                   change_text(gate, gate.difference.estimate),
                   change_text(gate, gate.difference.low), change_text(gate, gate.difference.high),
                   value_text(gate, gate.gate.margin), verdict_word(gate.verdict)});
  }
  return table.render(format);
}

void add_gates(Json& check, const GateReport& report) {
  check["passed"] = check["passed"].get<bool>() && report.verdict == GateVerdict::kPass;
  check["verdict"] = verdict_word(report.verdict);
  check["identical"] = report.is_identical;
  check["same_scenario"] = report.is_same_scenario;
  check["paired"] = report.is_paired;
  check["replications"] = report.runs;
  check["baseline_replications"] = report.baseline_runs;
  check["gates"] = Json::array();
  for (const JudgedGate& gate : report.gates) check["gates"].push_back(gate_object(gate));
}

Problem gate_problem(const JudgedGate& gate, const GateReport& report) {
  const Gate& stated = gate.gate;
  std::string found = verdict_word(gate.verdict);
  if (is_bounded(gate)) {
    found += fmt::format(" (from {} to {}: {}, between {} and {})", value_text(gate, gate.baseline),
                         value_text(gate, gate.now), change_text(gate, gate.difference.estimate),
                         change_text(gate, gate.difference.low),
                         change_text(gate, gate.difference.high));
  }
  found += fmt::format(" beside a margin of {}", stated.text);
  if (gate.verdict == GateVerdict::kInconclusive) {
    found +=
        fmt::format(" after {}: {}", counted(gate.replications, "replication"), mend(gate, report));
  } else {
    found += " — mend what moved it, or bless it: --update --reason \"…\"";
  }
  return {stated.file, stated.line, stated.column, "gates." + stated.metric, found};
}

std::string gate_summary(const GateReport& report) {
  const auto passed = std::count_if(report.gates.begin(), report.gates.end(), [](const auto& gate) {
    return gate.verdict == GateVerdict::kPass;
  });
  const std::string how = report.is_identical ? "identical to the baseline's"
                          : report.is_paired  ? "paired with the baseline's"
                                              : "not paired with the baseline's";
  return fmt::format("{} of {} pass; {}, {}{}", passed, counted(report.gates.size(), "gate"),
                     counted(report.runs, "replication"), how,
                     report.is_same_scenario ? "" : ", of a scenario that differs from its");
}

}  // namespace spindle::app
