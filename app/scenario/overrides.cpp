#include "app/scenario/overrides.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "app/report/metric_table.hpp"
#include "app/scenario/fields.hpp"
#include "app/scenario/threshold_text.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t dot = path.find('.');
    parts.emplace_back(path.substr(0, dot));
    if (dot == std::string_view::npos) return parts;
    path.remove_prefix(dot + 1);
  }
}

std::string joined(const std::vector<std::string>& parts, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) out.push_back('.');
    out += parts[i];
  }
  return out;
}

std::string joined(const std::vector<std::string>& parts) {
  return joined(parts, parts.size());
}

// What a path with an unknown key at `parts[at]` may have meant.
std::string unknown_path(const std::vector<std::string>& parts, std::size_t at,
                         const ObjectSpec& spec) {
  std::vector<std::string> known;
  for (const Field& field : spec.fields) known.push_back(field.name);
  for (const VariantSpec& variant : spec.variants) {
    for (const Field& field : variant.fields) known.push_back(field.name);
  }
  const std::string near = nearest(parts[at], known);
  if (!near.empty()) {
    std::vector<std::string> mended = parts;
    mended[at] = near;
    return fmt::format("unknown path — did you mean \"{}\"?", shortened(joined(mended)));
  }
  const std::vector<std::string> elsewhere =
      parts.back().size() <= 48 ? paths_to(parts.back()) : std::vector<std::string>{};
  if (!elsewhere.empty()) {
    return fmt::format("unknown path — did you mean {}?", listed(elsewhere, 3));
  }
  const std::string where = at == 0 ? "at the top level" : "in " + shortened(joined(parts, at));
  return fmt::format("unknown path — known {}: {}", where, listed(known, 24));
}

// The union has a new choice: drop what only other choices have.
void drop_foreign_keys(Value& object, const ObjectSpec& spec, const std::string& word) {
  if (spec.find_variant(word) == nullptr) return;
  std::erase_if(object.members, [&](const Member& member) {
    const std::vector<std::string> owners = spec.variants_with(member.key);
    return !owners.empty() && std::find(owners.begin(), owners.end(), word) == owners.end();
  });
}

void assign(Value& object, const std::string& key, Value value) {
  if (Value* given = object.find(key)) {
    *given = std::move(value);
    return;
  }
  const Origin origin = value.origin;
  object.members.push_back({key, origin, std::move(value)});
}

// An element's number in a path; nothing where it is none of the array's.
std::optional<std::size_t> index_in(const Value& array, std::string_view part) {
  std::size_t index = 0;
  const auto result = std::from_chars(part.data(), part.data() + part.size(), index);
  if (part.empty() || result.ec != std::errc() || result.ptr != part.data() + part.size() ||
      index >= array.items.size()) {
    return std::nullopt;
  }
  return index;
}

std::string bad_index(const std::vector<std::string>& parts, std::size_t at, const Value& array) {
  const std::string path = shortened(joined(parts, at));
  if (array.items.empty()) {
    return fmt::format("unknown path ({} is empty) — set {} as a whole", path, path);
  }
  return fmt::format(
      "unknown path — {} has {}, numbered {}", path, counted(array.items.size(), "element"),
      array.items.size() == 1 ? "0" : fmt::format("0 to {}", array.items.size() - 1));
}

// Follows a path through table and value side by side.
class Walk {
 public:
  Walk(Value& root, std::vector<std::string> parts) : parts_(std::move(parts)), node_(&root) {}

  std::optional<std::string> set(Value value) {
    for (std::size_t at = 0;; ++at) {
      const bool last = at + 1 == parts_.size();
      const Field* field = spec_->find_anywhere(parts_[at]);
      if (field == nullptr) return unknown_path(parts_, at, *spec_);
      if (node_->type != Value::Type::kObject) return not_inside(at);
      if (last) {
        const bool is_tag = spec_->tag == parts_[at] && value.type == Value::Type::kText;
        if (is_tag) drop_foreign_keys(*node_, *spec_, value.text);
        assign(*node_, parts_[at], std::move(value));
        return std::nullopt;
      }
      if (field->kind == Kind::kThresholds || field->kind == Kind::kGates) {
        return set_by_metric(at, std::move(value));
      }
      if (field->object == nullptr) {
        if (field->kind == Kind::kOverrides) {
          return fmt::format("cannot be addressed inside — set {} as a whole",
                             shortened(joined(parts_, at + 1)));
        }
        return fmt::format("unknown path — {} is a single value and has nothing inside",
                           shortened(joined(parts_, at + 1)));
      }
      spec_ = field->object;
      if (field->kind == Kind::kObject) {
        enter_object(parts_[at], value.origin);
        continue;
      }
      ++at;
      Value* array = node_->find(parts_[at - 1]);
      if (array == nullptr || array->type != Value::Type::kArray) {
        return fmt::format("cannot be set (the scenario has no array {}) — set {} as a whole",
                           shortened(joined(parts_, at)), shortened(joined(parts_, at)));
      }
      const auto index = index_in(*array, parts_[at]);
      if (!index) return bad_index(parts_, at, *array);
      node_ = &array->items[*index];
      if (at + 1 == parts_.size()) {
        *node_ = std::move(value);
        return std::nullopt;
      }
    }
  }

 private:
  // Names of metrics have dots of their own: what is left of the path is one key.
  std::optional<std::string> set_by_metric(std::size_t at, Value value) {
    const std::string metric =
        joined({parts_.begin() + static_cast<std::ptrdiff_t>(at) + 1, parts_.end()});
    if (find_metric(metric) == nullptr) return unknown_metric(metric);
    enter_object(parts_[at], value.origin);
    if (node_->type != Value::Type::kObject) return not_inside(at + 1);
    assign(*node_, metric, std::move(value));
    return std::nullopt;
  }

  void enter_object(const std::string& key, const Origin& origin) {
    if (node_->find(key) == nullptr) {
      Value object;
      object.type = Value::Type::kObject;
      object.origin = origin;
      assign(*node_, key, std::move(object));
    }
    node_ = node_->find(key);
  }

  [[nodiscard]] std::string not_inside(std::size_t at) const {
    return fmt::format("cannot be set ({} is {}, not an object) — mend that first",
                       at == 0 ? "the scenario" : shortened(joined(parts_, at)), describe(*node_));
  }

  std::vector<std::string> parts_;
  Value* node_;
  const ObjectSpec* spec_ = &scenario_table();
};

}  // namespace

const Field* field_at(std::string_view path) {
  const std::vector<std::string> parts = split(path);
  const ObjectSpec* spec = &scenario_table();
  const Field* field = nullptr;
  for (std::size_t at = 0; at < parts.size(); ++at) {
    if (spec == nullptr) return nullptr;
    field = spec->find_anywhere(parts[at]);
    if (field == nullptr) return nullptr;
    spec = field->object;
    if (field->kind == Kind::kArray) ++at;
  }
  return field;
}

namespace {

bool looks_like_json(std::string_view text) {
  return text.front() == '{' || text.front() == '[' || text.front() == '"';
}

}  // namespace

std::optional<Value> read_set_value(std::string_view text, const Field* field,
                                    std::string& problem) {
  if (text.empty()) {
    problem = "no value after \"=\" — write path=value";
    return std::nullopt;
  }
  if (auto fault = find_byte_fault(text)) {
    problem = fault->message;
    return std::nullopt;
  }
  ParsedDocument document = parse_document(text);
  const bool wants_text =
      field != nullptr && (field->kind == Kind::kText || field->kind == Kind::kName);
  Value value = text_value(std::string(text));
  if (looks_like_json(text)) {
    if (!document.value) {
      problem = fmt::format("the value is not JSON: {}", document.fault.message);
      return std::nullopt;
    }
    value = std::move(*document.value);
  } else if (document.value && !wants_text) {
    value = std::move(*document.value);
  }
  set_origin(value, {Origin::Source::kCommandLine, {}});
  return value;
}

std::optional<std::string> apply_override(Value& root, std::string_view path, Value value) {
  return Walk(root, split(path)).set(std::move(value));
}

void apply_sets(Value& root, const std::vector<std::string>& sets, ProblemList& problems) {
  const Origin origin{Origin::Source::kCommandLine, {}};
  for (const std::string& set : sets) {
    const std::size_t equals = set.find('=');
    if (equals == std::string::npos || equals == 0) {
      problems.add(origin, shortened(set),
                   "not of the form path=value — write, for example, fleet.drives=1000");
      continue;
    }
    const std::string path = set.substr(0, equals);
    std::string problem;
    std::optional<Value> value =
        read_set_value(std::string_view(set).substr(equals + 1), field_at(path), problem);
    if (value) problem = apply_override(root, path, std::move(*value)).value_or("");
    if (!problem.empty()) problems.add(origin, shortened(path), problem);
  }
}

void apply_variant(Value& root, const Value& set, ProblemList& problems) {
  for (const Member& member : set.members) {
    Origin origin = member.origin;
    origin.source = Origin::Source::kVariant;
    const std::string key = member.key.substr(0, member.key.find('.'));
    if (key == "compare" || key == "sweep") {
      problems.add(origin, shortened(member.key),
                   fmt::format("a variant cannot override `{}` — remove it", key));
      continue;
    }
    Value value = member.value;
    // What the command line put into a variant keeps its own origin.
    if (member.origin.source == Origin::Source::kFile) {
      set_source(value, Origin::Source::kVariant);
    } else {
      origin = member.origin;
    }
    if (const auto problem = apply_override(root, member.key, std::move(value))) {
      problems.add(origin, shortened(member.key), *problem);
    }
  }
}

}  // namespace spindle::app
