#include "app/scenario/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "app/report/metric_table.hpp"
#include "app/scenario/margin_text.hpp"
#include "app/scenario/resolved_defaults.hpp"
#include "app/scenario/scalars.hpp"
#include "app/scenario/threshold_text.hpp"
#include "app/scenario/units.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

class Resolver {
 public:
  Resolver(const ObjectSpec& table, ProblemList& problems) : table_(table), problems_(problems) {}

  std::optional<Json> value(const Value& value, const Field& field, const std::string& path) {
    switch (field.kind) {
      case Kind::kObject:
        if (value.type == Value::Type::kObject) return object(value, *field.object, path);
        break;
      case Kind::kArray:
        if (value.type == Value::Type::kArray) return array(value, field, path);
        break;
      case Kind::kOverrides:
        if (value.type == Value::Type::kObject) {
          report_duplicates(value, path);
          return to_json(value);
        }
        break;
      case Kind::kOverrideLists:
        if (value.type == Value::Type::kArray) return override_lists(value, field, path);
        break;
      case Kind::kValues:
        if (value.type == Value::Type::kArray) return values(value, field, path);
        break;
      case Kind::kThresholds:
        if (value.type == Value::Type::kObject) return by_metric(value, path, read_threshold);
        break;
      case Kind::kGates:
        if (value.type == Value::Type::kObject) return by_metric(value, path, read_margin);
        break;
      case Kind::kPairs:
        if (value.type == Value::Type::kArray) return pairs(value, field, path);
        break;
      case Kind::kTexts:
        if (value.type == Value::Type::kArray) return texts(value, field, path);
        break;
      case Kind::kShareLists:
        if (value.type == Value::Type::kArray) return share_lists(value, field, path);
        break;
      default: {
        std::string problem;
        std::optional<Json> scalar = read_scalar(value, field, problem);
        if (!scalar) problems_.add(value.origin, path, problem);
        return scalar;
      }
    }
    problems_.add(
        value.origin, path,
        fmt::format("must be an {}, got {} — write {}", is_array(field.kind) ? "array" : "object",
                    describe(value), example_of(field)));
    return std::nullopt;
  }

  Json object(const Value& value, const ObjectSpec& spec, const std::string& path) {
    report_duplicates(value, path);
    const VariantSpec* variant = nullptr;
    bool variant_known = true;
    Json out = Json::object();
    if (!spec.tag.empty()) {
      const Field& tag = *spec.find_anywhere(spec.tag);
      read_field(value, tag, path, out);
      variant_known = out.contains(spec.tag);
      if (variant_known) variant = spec.find_variant(out[spec.tag].get<std::string>());
    }
    for (const Field& field : spec.fields) {
      if (field.name != spec.tag) read_field(value, field, path, out);
    }
    if (variant != nullptr) {
      for (const Field& field : variant->fields) read_field(value, field, path, out);
    }
    report_unknown(value, spec, variant, variant_known, path);
    for (const Exclusion& rule : spec.exclusions) exclude(value, rule, path, out);
    return out;
  }

 private:
  static bool is_array(Kind kind) {
    return kind == Kind::kArray || kind == Kind::kPairs || kind == Kind::kTexts ||
           kind == Kind::kShareLists || kind == Kind::kOverrideLists || kind == Kind::kValues;
  }

  static std::string join(const std::string& path, std::string_view key) {
    return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
  }

  void read_field(const Value& parent, const Field& field, const std::string& path, Json& out) {
    const std::string here = join(path, field.name);
    const Value* given = parent.find(field.name);
    if (given != nullptr) {
      if (auto read = value(*given, field, here)) out[field.name] = std::move(*read);
    } else if (field.required) {
      problems_.add(
          parent.origin, here,
          fmt::format("missing (it is required) — add \"{}\": {}", field.name, example_of(field)));
    } else if (!field.fallback.empty()) {
      Value fallback = *parse_document(field.fallback).value;
      set_origin(fallback, parent.origin);
      if (auto read = value(fallback, field, here)) out[field.name] = std::move(*read);
    }
  }

  Json array(const Value& value, const Field& field, const std::string& path) {
    if (static_cast<double>(value.items.size()) < field.range.min) {
      problems_.add(value.origin, path,
                    fmt::format("empty (at least {} is needed) — write {}", field.range.min,
                                example_of(field)));
    }
    if (static_cast<double>(value.items.size()) > field.range.max) {
      problems_.add(value.origin, path,
                    fmt::format("{} (at most {} are read) — write fewer",
                                counted(value.items.size(), "element"),
                                grouped(static_cast<std::uint64_t>(field.range.max))));
      return Json::array();
    }
    return elements(value, {.name = field.name, .kind = Kind::kObject, .object = field.object},
                    path);
  }

  Json elements(const Value& array, const Field& element, const std::string& path) {
    Json out = Json::array();
    for (std::size_t i = 0; i < array.items.size(); ++i) {
      auto read = value(array.items[i], element, join(path, std::to_string(i)));
      out.push_back(read ? std::move(*read) : Json(nullptr));
    }
    return out;
  }

  void check_count(const Value& value, const Field& field, const std::string& path,
                   const char* noun) {
    const auto count = static_cast<double>(value.items.size());
    if (count >= field.range.min && count <= field.range.max) return;
    problems_.add(
        value.origin, path,
        fmt::format("{} (it must be {} to {}) — write {}", counted(value.items.size(), noun),
                    field.range.min, grouped(static_cast<std::uint64_t>(field.range.max)),
                    example_of(field)));
  }

  Json pairs(const Value& value, const Field& field, const std::string& path) {
    check_count(value, field, path, "pair");
    Json out = Json::array();
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      const std::vector<Value>& pair = value.items[i].items;
      const bool numbers = std::all_of(pair.begin(), pair.end(), [](const Value& x) {
        return x.type == Value::Type::kNumber && x.number >= 0;
      });
      if (pair.size() == 2 && numbers) {
        out.push_back({pair[0].number, pair[1].number});
        continue;
      }
      problems_.add(value.items[i].origin, join(path, std::to_string(i)),
                    "must be two numbers, none negative — write [100, 2.5]");
      out.push_back(nullptr);
    }
    return out;
  }

  Json texts(const Value& value, const Field& field, const std::string& path) {
    check_count(value, field, path, "text");
    return elements(value,
                    {.name = field.name,
                     .kind = Kind::kText,
                     .example = Json::parse(field.example).front().dump()},
                    path);
  }

  // Whether the shares of a list add up to 1 is for the combinations.
  Json share_lists(const Value& value, const Field& field, const std::string& path) {
    Json out = Json::array();
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      const Value& list = value.items[i];
      const bool shares = list.type == Value::Type::kArray && list.items.size() >= 2 &&
                          std::all_of(list.items.begin(), list.items.end(), [](const Value& x) {
                            return x.type == Value::Type::kNumber && x.number >= 0 && x.number <= 1;
                          });
      Json row = Json::array();
      if (shares) {
        for (const Value& share : list.items) row.push_back(share.number);
      } else {
        problems_.add(list.origin, join(path, std::to_string(i)),
                      fmt::format("must be an array of two or more numbers from 0 to 1 — write {}",
                                  Json::parse(example_of(field))[0].dump()));
      }
      out.push_back(std::move(row));
    }
    return out;
  }

  Json override_lists(const Value& value, const Field& field, const std::string& path) {
    check_count(value, field, path, "point");
    return elements(value, {.name = field.name, .kind = Kind::kOverrides, .example = "{}"}, path);
  }

  // Whether they fit where they go is found out there.
  Json values(const Value& value, const Field& field, const std::string& path) {
    check_count(value, field, path, "value");
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      if (value.items[i].type != Value::Type::kNull) continue;
      problems_.add(value.items[i].origin, join(path, std::to_string(i)),
                    "null is no value — leave it out");
    }
    return to_json(value);
  }

  // Keys are names of metrics; `read` takes the text of each.
  template <class Read>
  Json by_metric(const Value& value, const std::string& path, Read read) {
    report_duplicates(value, path);
    Json out = Json::object();
    for (const Member& member : value.members) {
      const std::string here = join(path, shortened(member.key));
      if (find_metric(member.key) == nullptr) {
        problems_.add(member.origin, here, unknown_metric(member.key));
        continue;
      }
      const auto taken = read(member.key, member.value);
      if (taken.value) {
        out[member.key] = taken.value->text;
      } else {
        problems_.add(member.value.origin, here, taken.problem);
      }
    }
    return out;
  }

  void report_duplicates(const Value& value, const std::string& path) {
    std::map<std::string_view, Position> first;
    for (const Member& member : value.members) {
      const auto [it, is_new] = first.emplace(member.key, member.origin.position);
      if (is_new) continue;
      const std::string where =
          it->second.line == 0
              ? std::string("earlier")
              : fmt::format("at line {}, column {}", it->second.line, it->second.column);
      problems_.add(member.origin, join(path, shortened(member.key)),
                    fmt::format("duplicate key (first given {}; JSON would silently take the last) "
                                "— remove one",
                                where));
    }
  }

  void report_unknown(const Value& value, const ObjectSpec& spec, const VariantSpec* variant,
                      bool variant_known, const std::string& path) {
    std::vector<std::string> known;
    for (const Field& field : spec.fields) known.push_back(field.name);
    if (variant != nullptr) {
      for (const Field& field : variant->fields) known.push_back(field.name);
    }
    for (const Member& member : value.members) {
      // What is near a name takes longer to find than all else in reading a file of wrong ones.
      if (problems_.full()) return;
      if (std::find(known.begin(), known.end(), member.key) != known.end()) continue;
      const std::string here = join(path, shortened(member.key));
      const std::vector<std::string> owners = spec.variants_with(member.key);
      if (owners.empty()) {
        problems_.add(member.origin, here, unknown_key(member.key, path, known));
      } else if (variant_known) {
        problems_.add(member.origin, here,
                      fmt::format("`{}` belongs to {}, and `{}` is {} — remove it, or set `{}` to "
                                  "{}",
                                  member.key, listed(owners), spec.tag, variant->word, spec.tag,
                                  listed(owners)));
      }
    }
  }

  [[nodiscard]] std::string unknown_key(const std::string& key, const std::string& path,
                                        const std::vector<std::string>& known) const {
    const std::string near = nearest(key, known);
    if (!near.empty()) return fmt::format("unknown key — did you mean \"{}\"?", near);
    const std::vector<std::string> elsewhere =
        key.size() <= 48 ? paths_to(key, table_) : std::vector<std::string>{};
    if (!elsewhere.empty()) {
      return fmt::format("unknown key {} — did you mean {}?",
                         path.empty() ? "at the top level" : "in `" + path + "`",
                         listed(elsewhere, 3));
    }
    return fmt::format("unknown key — known here: {}", listed(known, 16));
  }

  void exclude(const Value& value, const Exclusion& rule, const std::string& path, Json& out) {
    if (!out.contains(rule.object) || !out[rule.object].contains(rule.tag)) return;
    const std::string word = out[rule.object][rule.tag].get<std::string>();
    if (std::find(rule.words.begin(), rule.words.end(), word) == rule.words.end()) return;
    for (const std::string& key : rule.keys) {
      out.erase(key);
      for (const Member& member : value.members) {
        if (member.key != key) continue;
        problems_.add(member.origin, join(path, key),
                      fmt::format("does not go with `{}.{}` {} ({}) — remove it", rule.object,
                                  rule.tag, word, rule.why));
        break;
      }
    }
  }

  const ObjectSpec& table_;
  ProblemList& problems_;
};

Json example_object(const ObjectSpec& spec) {
  Json out = Json::object();
  const auto add = [&](const Field& field) {
    if (field.required) out[field.name] = Json::parse(example_of(field));
  };
  for (const Field& field : spec.fields) {
    if (field.name == spec.tag) {
      out[field.name] = spec.variants.front().word;
    } else {
      add(field);
    }
  }
  if (!spec.variants.empty()) {
    for (const Field& field : spec.variants.front().fields) add(field);
  }
  return out;
}

}  // namespace

std::string example_of(const Field& field) {
  if (!field.example.empty()) return field.example;
  if (field.object == nullptr) return "\"…\"";
  const Json object = example_object(*field.object);
  return field.kind == Kind::kArray ? Json::array({object}).dump() : object.dump();
}

Json resolve_by(const ObjectSpec& table, const Value& root, ProblemList& problems) {
  return Resolver(table, problems).object(root, table, "");
}

Json resolve(const Value& root, ProblemList& problems) {
  Json scenario = resolve_by(scenario_table(), root, problems);
  write_out_presets(root, scenario);
  write_out_failure(root, scenario, problems);
  return scenario;
}

}  // namespace spindle::app
