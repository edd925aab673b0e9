#include "app/sweep/where.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "app/scenario/overrides.hpp"
#include "app/sweep/axis_range.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

constexpr std::string_view kOperatorCharacters = "<>=!";

const Value* value_of(std::span<const Override> point, std::string_view path) {
  for (const Override& change : point) {
    if (change.path == path) return &change.value;
  }
  return nullptr;
}

// Whether the field may have such a value: a text that is no word of it, and no quantity, is a path
// misspelt, or one that the sweep does not set.
bool could_be_of(const Field* field, const Value& value) {
  if (field == nullptr || value.type != Value::Type::kText || measure_of(value)) return true;
  const std::vector<std::string>& words = field->words;
  if (std::find(words.begin(), words.end(), value.text) != words.end()) return true;
  return field->kind == Kind::kText || field->kind == Kind::kName || field->kind == Kind::kColumn;
}

std::string where_path(std::size_t number) {
  return fmt::format("sweep.where.{}", number);
}

}  // namespace

std::optional<WhereFilter::Operator> WhereFilter::find_operator(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, Operator>, 6> kOperators = {{
      {"<", Operator::kLess},
      {"<=", Operator::kLessOrEqual},
      {">", Operator::kGreater},
      {">=", Operator::kGreaterOrEqual},
      {"=", Operator::kEqual},
      {"!=", Operator::kNotEqual},
  }};
  for (const auto& [sign, comparison] : kOperators) {
    if (sign == text) return comparison;
  }
  return std::nullopt;
}

WhereFilter::WhereFilter(std::span<const Value> rows, std::span<const std::string> paths,
                         ProblemList& problems) {
  for (std::size_t i = 0; i < rows.size(); ++i) read_row(rows[i], i, paths, problems);
}

void WhereFilter::read_row(const Value& given, std::size_t number,
                           std::span<const std::string> paths, ProblemList& problems) {
  const std::string_view text = given.text;
  const std::size_t begin = std::min(text.find_first_of(kOperatorCharacters), text.size());
  const std::size_t end = std::min(text.find_first_not_of(kOperatorCharacters, begin), text.size());
  const std::string_view sign = text.substr(begin, end - begin);
  const auto comparison = find_operator(sign);
  Row row{.path = std::string(trimmed(text.substr(0, begin))),
          .other = std::string(trimmed(text.substr(end))),
          .value = {},
          .origin = given.origin,
          .number = number,
          .text = given.text};
  const auto fail = [&](const std::string& problem) {
    problems.add(given.origin, where_path(number), problem);
  };
  if (!comparison || row.path.empty() || row.other.empty()) {
    fail(
        fmt::format("{} is no comparison (it needs a path, one of <, <=, >, >=, =, !=, and a "
                    "value or another path) — write \"placement.d <= 4\"",
                    in_quotes(text)));
    return;
  }
  row.comparison = *comparison;
  if (std::find(paths.begin(), paths.end(), row.path) == paths.end()) {
    const std::vector<std::string> known(paths.begin(), paths.end());
    fail(fmt::format("{} begins with no path that the sweep sets — known: {}", in_quotes(text),
                     listed(known)));
    return;
  }
  if (std::find(paths.begin(), paths.end(), row.other) == paths.end()) {
    std::string problem;
    std::optional<Value> value = read_set_value(row.other, field_at(row.path), problem);
    if (!value) {
      fail(problem);
      return;
    }
    if (!could_be_of(field_at(row.path), *value)) {
      fail(
          fmt::format("{} is neither a value of {} nor a path that the sweep sets — set it by an "
                      "axis, or compare with a value",
                      in_quotes(row.other), row.path));
      return;
    }
    row.value = std::move(*value);
    row.other.clear();
  }
  rows_.push_back(std::move(row));
}

std::optional<bool> WhereFilter::holds(const Row& row, const Value& left, const Value& right,
                                       ProblemList& problems) {
  const std::optional<Measure> a = measure_of(left);
  const std::optional<Measure> b = measure_of(right);
  const bool has_order = a && b && a->dimension == b->dimension;
  const bool equal = has_order ? a->value == b->value : to_json(left) == to_json(right);
  if (row.comparison == Operator::kEqual) return equal;
  if (row.comparison == Operator::kNotEqual) return !equal;
  if (!has_order) {
    problems.add(row.origin, where_path(row.number),
                 fmt::format("{}: {} and {} have no order (only numbers, and quantities of one "
                             "kind, are less or more) — compare by = or !=",
                             in_quotes(row.text), describe(left), describe(right)));
    return std::nullopt;
  }
  switch (row.comparison) {
    case Operator::kLess:
      return a->value < b->value;
    case Operator::kLessOrEqual:
      return a->value <= b->value;
    case Operator::kGreater:
      return a->value > b->value;
    default:
      return a->value >= b->value;
  }
}

std::optional<bool> WhereFilter::keeps(std::span<const Override> point,
                                       ProblemList& problems) const {
  for (const Row& row : rows_) {
    const Value* left = value_of(point, row.path);
    const Value* right = row.other.empty() ? &row.value : value_of(point, row.other);
    if (left == nullptr || right == nullptr) continue;
    const std::optional<bool> kept = holds(row, *left, *right, problems);
    if (!kept || !*kept) return kept;
  }
  return true;
}

}  // namespace spindle::app
