#include "app/sweep/design.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "app/scenario/overrides.hpp"
#include "app/scenario/sweep_fields.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

std::string path_of_axis(std::size_t i, std::string_view key = {}) {
  return fmt::format("sweep.axes.{}{}{}", i, key.empty() ? "" : ".", key);
}

// Paths that a sweep has no business with; empty where this is none of them.
std::string why_forbidden(std::string_view path) {
  const std::string_view key = path.substr(0, path.find('.'));
  if (key == "seed") {
    return "cannot be swept (replications have seeds of their own) — state `repeat`, or --seed";
  }
  for (const std::string_view other : {"compare", "sweep", "schema_version", "$schema"}) {
    if (key == other) return "cannot be swept (it is no part of what is run) — remove it";
  }
  return {};
}

void check_path(std::string_view path, const Origin& origin, const std::string& where,
                ProblemList& problems) {
  const std::string why = why_forbidden(path);
  if (!why.empty()) problems.add(origin, where, fmt::format("{} {}", in_quotes(path), why));
}

void read_axis_range(const Value& given, std::size_t i, bool drawn, Axis& axis,
                     ProblemList& problems) {
  const Value* from = given.find("from");
  const Value* to = given.find("to");
  const Value* count = given.find("count");
  const Value* scale = given.find("scale");
  const Field* field = field_at(axis.path);
  std::string problem;
  const std::optional<AxisRange> range =
      AxisRange::read(*from, *to, scale != nullptr && scale->text == "log",
                      field != nullptr && field->kind == Kind::kInteger, problem);
  if (!range) {
    problems.add(from->origin, path_of_axis(i, "from"), problem);
    return;
  }
  if (count != nullptr) {
    axis.values = range->steps(count->whole);
  } else if (drawn) {
    axis.range = range;
  } else {
    problems.add(
        given.origin, path_of_axis(i, "count"),
        "missing (a grid or zip takes a number of values from a range) — add \"count\": 5");
  }
}

Axis read_axis(const Value& given, std::size_t i, bool drawn, ProblemList& problems) {
  Axis axis{given.find("path")->text, given.find("path")->origin, {}, {}};
  check_path(axis.path, axis.origin, path_of_axis(i, "path"), problems);
  const Value* values = given.find("values");
  const bool has_range = given.find("from") != nullptr && given.find("to") != nullptr;
  constexpr std::array<std::string_view, 4> kOfRange = {"from", "to", "count", "scale"};
  if (values != nullptr) {
    for (const std::string_view key : kOfRange) {
      const Value* extra = given.find(key);
      if (extra == nullptr) continue;
      problems.add(extra->origin, path_of_axis(i, key),
                   "does not go with `values` (they are all there is) — remove one of them");
    }
    axis.values = values->items;
  } else if (has_range) {
    read_axis_range(given, i, drawn, axis, problems);
  } else {
    problems.add(given.origin, path_of_axis(i),
                 "has no values — add \"values\": [1, 2, 3], or both \"from\" and \"to\"");
  }
  return axis;
}

// A path that is set before and lies inside this one: its value would be lost.
std::string path_inside(const std::string& path, const std::set<std::string>& before) {
  const auto next = before.lower_bound(path + ".");
  const bool is_inside = next != before.end() && next->starts_with(path + ".");
  return is_inside ? *next : "";
}

void add_hidden(const Origin& origin, const std::string& at, const std::string& path,
                const std::string& inside, ProblemList& problems) {
  problems.add(origin, at,
               fmt::format("{} is set after {}, which lies inside it and would be lost — set {} "
                           "first, or all of it in one",
                           in_quotes(path), in_quotes(inside), in_quotes(path)));
}

// A path may be set once, and what lies inside it after it: two axes, or an axis and the list,
// would hide each other.
void check_repeated_paths(const Design& design, ProblemList& problems) {
  std::set<std::string> seen;
  for (std::size_t p = 0; p < design.list.size(); ++p) {
    std::set<std::string> of_point;
    for (const Member& member : design.list[p].members) {
      const std::string inside = path_inside(member.key, of_point);
      if (!inside.empty()) {
        add_hidden(member.origin, fmt::format("sweep.list.{}", p), member.key, inside, problems);
      }
      of_point.insert(member.key);
      seen.insert(member.key);
    }
  }
  for (std::size_t i = 0; i < design.axes.size(); ++i) {
    const Axis& axis = design.axes[i];
    const std::string inside = path_inside(axis.path, seen);
    if (!inside.empty()) {
      add_hidden(axis.origin, path_of_axis(i, "path"), axis.path, inside, problems);
    }
    if (seen.insert(axis.path).second) continue;
    problems.add(axis.origin, path_of_axis(i, "path"),
                 fmt::format("{} is set twice (by another axis, or by the list) — remove one",
                             in_quotes(axis.path)));
  }
}

// Ranges say in a few characters what takes memory: as many values as a file may have in all.
bool fits(const Value& axes, ProblemList& problems) {
  std::uint64_t steps = 0;
  for (const Value& axis : axes.items) {
    const Value* count = axis.find("count");
    if (count != nullptr) steps += count->whole;
  }
  if (steps <= kMaxTokens) return true;
  problems.add(axes.origin, "sweep.axes",
               fmt::format("ranges have {} together (at most {}) — take fewer",
                           counted(steps, "value"), grouped(kMaxTokens)));
  return false;
}

Combine combine_of(const Value& block) {
  const Value* word = block.find("combine");
  if (word == nullptr || word->text == "grid") return Combine::kGrid;
  if (word->text == "zip") return Combine::kZip;
  return word->text == "sobol" ? Combine::kSobol : Combine::kLatinHypercube;
}

Value empty_value(Value::Type type) {
  Value value;
  value.type = type;
  value.origin = {Origin::Source::kCommandLine, {}};
  return value;
}

void put(Value& object, std::string_view key, Value value) {
  if (Value* there = object.find(key)) {
    *there = std::move(value);
    return;
  }
  const Origin origin = value.origin;
  object.members.push_back({std::string(key), origin, std::move(value)});
}

// The member of that name, made where it is absent; nullptr where it is something else.
Value* entered(Value& object, std::string_view key, Value::Type type) {
  if (object.find(key) == nullptr) put(object, key, empty_value(type));
  Value* value = object.find(key);
  return value->type == type ? value : nullptr;
}

// Cut at the commas that are not within brackets or quotes.
std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '\\' && i + 1 < text.size()) {
      parts.back() += c;
      parts.back() += text[++i];
      continue;
    }
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == '[' || c == '{')) ++depth;
    if (!quoted && (c == ']' || c == '}')) --depth;
    if (c == ',' && !quoted && depth == 0) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::optional<Value> read_values(std::string_view text, const Field* field, std::string& problem) {
  if (text.starts_with('[')) {
    std::string ignored;  // more than one array, with commas between
    std::optional<Value> all = read_set_value(text, field, ignored);
    if (all) return all;
  }
  Value values = empty_value(Value::Type::kArray);
  for (const std::string& part : split_at_commas(text)) {
    std::optional<Value> value = read_set_value(part, field, problem);
    if (!value) return std::nullopt;
    values.items.push_back(std::move(*value));
  }
  return values;
}

void add_axis(Value& axes, const std::string& path, Value values) {
  Value axis = empty_value(Value::Type::kObject);
  Value name = text_value(path);
  name.origin = axis.origin;
  put(axis, "path", std::move(name));
  put(axis, "values", std::move(values));
  for (Value& there : axes.items) {
    const Value* other = there.find("path");
    if (other == nullptr || other->text != path) continue;
    there = std::move(axis);
    return;
  }
  axes.items.push_back(std::move(axis));
}

}  // namespace

Design read_design(const Value& root, std::uint64_t seed, ProblemList& problems) {
  Design design;
  design.seed = seed;
  const Value* block = root.find("sweep");
  if (block == nullptr) {
    problems.add(root.origin, "sweep",
                 "nothing to sweep (the scenario has no such block) — add one, or --axis "
                 "path=v1,v2");
    return design;
  }
  design.origin = block->origin;
  design.combine = combine_of(*block);
  if (const Value* points = block->find("points")) design.points = points->whole;
  const bool drawn = design.points > 0;
  if (const Value* axes = block->find("axes")) {
    if (!fits(*axes, problems)) return design;
    for (std::size_t i = 0; i < axes->items.size(); ++i) {
      design.axes.push_back(read_axis(axes->items[i], i, drawn, problems));
    }
  }
  if (const Value* list = block->find("list")) design.list = list->items;
  if (const Value* where = block->find("where")) design.where = where->items;
  if (const Value* repeat = block->find("repeat")) {
    design.repeat = static_cast<std::uint32_t>(repeat->whole);
  }
  for (std::size_t i = 0; i < design.list.size(); ++i) {
    for (const Member& member : design.list[i].members) {
      check_path(member.key, member.origin, fmt::format("sweep.list.{}", i), problems);
    }
  }
  check_repeated_paths(design, problems);
  if (design.axes.empty() && drawn) {
    problems.add(design.origin, "sweep.axes", "missing (points are drawn along axes) — add some");
  } else if (design.axes.empty() && design.list.empty() && design.repeat == 1) {
    problems.add(design.origin, "sweep",
                 "nothing to sweep (neither axes, nor a list, nor replications) — add some");
  }
  return design;
}

void apply_axes(Value& root, const std::vector<std::string>& axes, ProblemList& problems) {
  const Origin origin{Origin::Source::kCommandLine, {}};
  for (const std::string& text : axes) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      problems.add(origin, shortened(text),
                   "not of the form path=v1,v2 — write, for example, placement.d=1,2,3");
      continue;
    }
    const std::string path = text.substr(0, equals);
    Value* block = entered(root, "sweep", Value::Type::kObject);
    Value* there = block == nullptr ? nullptr : entered(*block, "axes", Value::Type::kArray);
    if (there == nullptr) return;  // the field table says what is wrong
    std::string problem;
    std::optional<Value> values =
        read_values(std::string_view(text).substr(equals + 1), field_at(path), problem);
    if (values) {
      add_axis(*there, path, std::move(*values));
    } else {
      problems.add(origin, shortened(path), problem);
    }
  }
}

void apply_repeat(Value& root, std::uint32_t repeat) {
  Value* block = entered(root, "sweep", Value::Type::kObject);
  if (block == nullptr) return;
  Value value = *parse_document(std::to_string(repeat)).value;
  set_origin(value, {Origin::Source::kCommandLine, {}});
  put(*block, "repeat", std::move(value));
}

std::vector<std::string> paths_of(const Design& design) {
  std::vector<std::string> paths;
  std::set<std::string> seen;
  for (const Value& point : design.list) {
    for (const Member& member : point.members) {
      if (seen.insert(member.key).second) paths.push_back(member.key);
    }
  }
  for (const Axis& axis : design.axes) paths.push_back(axis.path);
  return paths;
}

}  // namespace spindle::app
