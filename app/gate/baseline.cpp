#include "app/gate/baseline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "app/report/json_number.hpp"
#include "app/scenario/document_file.hpp"
#include "app/scenario/json_document.hpp"
#include "app/scenario/problems.hpp"
#include "app/scenario/threshold_text.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

constexpr std::size_t kDigestDigits = 16;
constexpr const char* kMend = "restore the file, or move it away and write it anew with --update";

bool is_digest(std::string_view text) {
  return text.size() == kDigestDigits &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

class BaselineReader {
 public:
  explicit BaselineReader(ProblemList& problems) : problems_(problems) {}

  Baseline read(const Value& root) {
    Baseline baseline;
    only(root, "", {"schema_version", "scenario", "scenario_digest", "blessed", "rows"});
    const Value* version = member(root, "", "schema_version", Value::Type::kNumber, "a number");
    if (version != nullptr && !(version->is_whole && version->whole == 1)) {
      add(*version, "schema_version",
          fmt::format(
              "version {} of baselines is not known (known: 1) — move it away and bless a new "
              "one (--update), or use the version of Spindle that wrote it",
              shortened(version->text)));
    }
    baseline.scenario = text(root, "", "scenario");
    baseline.scenario_digest = digest(root, "", "scenario_digest");
    const Value* blessed = member(root, "", "blessed", Value::Type::kArray, "an array");
    if (blessed != nullptr) read_blessings(*blessed, baseline);
    const Value* rows = member(root, "", "rows", Value::Type::kArray, "an array");
    if (rows != nullptr) read_rows(*rows, baseline);
    return baseline;
  }

 private:
  void add(const Value& at, const std::string& path, std::string message) {
    problems_.add(at.origin, path, std::move(message));
  }

  static std::string under(const std::string& path, std::string_view key) {
    return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
  }

  void only(const Value& object, const std::string& path,
            const std::vector<std::string_view>& known) {
    std::set<std::string_view> seen;
    for (const Member& each : object.members) {
      const std::string here = under(path, shortened(each.key));
      if (std::find(known.begin(), known.end(), each.key) == known.end()) {
        problems_.add(each.origin, here, fmt::format("no key of a baseline — {}", kMend));
      } else if (!seen.insert(each.key).second) {
        problems_.add(each.origin, here, fmt::format("given twice — {}", kMend));
      }
    }
  }

  const Value* member(const Value& object, const std::string& path, std::string_view key,
                      Value::Type type, const char* what) {
    const Value* value = object.find(key);
    if (value == nullptr) {
      add(object, under(path, key), fmt::format("missing — {}", kMend));
      return nullptr;
    }
    if (value->type == type) return value;
    add(*value, under(path, key),
        fmt::format("must be {}, got {} — {}", what, describe(*value), kMend));
    return nullptr;
  }

  std::string text(const Value& object, const std::string& path, std::string_view key) {
    const Value* value = member(object, path, key, Value::Type::kText, "a text");
    return value == nullptr ? std::string() : value->text;
  }

  std::string digest(const Value& object, const std::string& path, std::string_view key) {
    const Value* value = member(object, path, key, Value::Type::kText, "a text");
    if (value == nullptr) return {};
    if (!is_digest(value->text)) {
      add(*value, under(path, key),
          fmt::format("{} is no digest (16 digits, 0 to f) — {}", in_quotes(value->text), kMend));
    }
    return value->text;
  }

  bool is_object(const Value& value, const std::string& path) {
    if (value.type == Value::Type::kObject) return true;
    add(value, path, fmt::format("must be an object, got {} — {}", describe(value), kMend));
    return false;
  }

  void read_blessings(const Value& blessed, Baseline& baseline) {
    for (std::size_t i = 0; i < blessed.items.size(); ++i) {
      const std::string path = fmt::format("blessed.{}", i);
      if (!is_object(blessed.items[i], path)) continue;
      only(blessed.items[i], path, {"reason", "version"});
      baseline.blessed.push_back(
          {text(blessed.items[i], path, "reason"), text(blessed.items[i], path, "version")});
    }
  }

  void read_rows(const Value& rows, Baseline& baseline) {
    if (rows.items.empty() || rows.items.size() > kMostGateReplications) {
      add(rows, "rows",
          fmt::format("holds {} (1 to {} make a baseline) — {}",
                      counted(rows.items.size(), "replication"), grouped(kMostGateReplications),
                      kMend));
    }
    std::set<std::uint64_t> seeds;
    for (std::size_t i = 0; i < rows.items.size(); ++i) {
      const std::string path = fmt::format("rows.{}", i);
      const Value& value = rows.items[i];
      if (!is_object(value, path)) continue;
      only(value, path, {"seed", "digest", "metrics"});
      Replication row;
      const Value* seed = member(value, path, "seed", Value::Type::kNumber, "a count");
      if (seed != nullptr) {
        row.seed = seed->whole;
        if (!seed->is_whole) {
          add(*seed, path + ".seed",
              fmt::format("must be a count, got {} — {}", describe(*seed), kMend));
        } else if (!seeds.insert(row.seed).second) {
          add(*seed, path + ".seed",
              fmt::format("{} is the seed of an earlier row too — {}", row.seed, kMend));
        }
      }
      row.digest = digest(value, path, "digest");
      const Value* metrics = member(value, path, "metrics", Value::Type::kObject, "an object");
      if (metrics != nullptr) read_metrics(*metrics, path + ".metrics", row.metrics);
      baseline.rows.push_back(std::move(row));
    }
  }

  void read_metrics(const Value& metrics, const std::string& path, Metrics& out) {
    for (const Member& each : metrics.members) {
      const std::string here = under(path, shortened(each.key));
      if (find_metric(each.key) == nullptr) {
        problems_.add(each.origin, here, unknown_metric(each.key));
      } else if (out.has(each.key)) {
        problems_.add(each.origin, here, fmt::format("given twice — {}", kMend));
      } else if (each.value.type == Value::Type::kNumber) {
        out.set(each.key, each.value.number);
      } else if (each.value.type == Value::Type::kNull) {
        out.set(each.key, std::numeric_limits<double>::quiet_NaN());
      } else {
        add(each.value, here,
            fmt::format("must be a number or null, got {} — {}", describe(each.value), kMend));
      }
    }
  }

  ProblemList& problems_;
};

ReadBaseline read_opened(const OpenedDocument& opened, const std::string& file) {
  ReadBaseline result;
  if (!opened.value) {
    result.problems.push_back(opened.problem);
    return result;
  }
  if (opened.value->find("rows") == nullptr && opened.value->find("blessed") == nullptr) {
    result.problems.push_back({file, 0, 0, "",
                               "not a baseline (it has no \"rows\") — name the file that `spindle "
                               "check SCENARIO --baseline FILE --update --reason …` wrote"});
    return result;
  }
  ProblemList problems;
  Baseline baseline = BaselineReader(problems).read(*opened.value);
  result.problems = problems.sorted(file);
  if (problems.empty()) result.baseline = std::move(baseline);
  return result;
}

}  // namespace

ReadBaseline read_baseline(const std::filesystem::path& file) {
  return read_opened(open_document(file, "baseline"), file.string());
}

ReadBaseline read_baseline_text(std::string_view text, const std::string& file_name) {
  return read_opened(open_document_text(text, file_name, "baseline"), file_name);
}

std::string baseline_text(const Baseline& baseline) {
  const auto dumped = [](const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
  };
  std::string out = fmt::format(
      "{{\n  \"schema_version\": 1,\n  \"scenario\": {},\n  \"scenario_digest\": {},\n"
      "  \"blessed\": [\n",
      dumped(baseline.scenario), dumped(baseline.scenario_digest));
  for (const Blessing& each : baseline.blessed) {
    const Json json{{"reason", each.reason}, {"version", each.version}};
    out += fmt::format("    {}{}\n", dumped(json), &each == &baseline.blessed.back() ? "" : ",");
  }
  out += "  ],\n  \"rows\": [\n";
  for (const Replication& row : baseline.rows) {
    Json metrics = Json::object();
    for (const auto& [name, value] : row.metrics.values()) metrics[name] = json_number(value);
    const Json json{{"seed", row.seed}, {"digest", row.digest}, {"metrics", std::move(metrics)}};
    out += fmt::format("    {}{}\n", dumped(json), &row == &baseline.rows.back() ? "" : ",");
  }
  return out + "  ]\n}\n";
}

}  // namespace spindle::app
