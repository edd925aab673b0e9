// The JSON schema (draft-07) of scenario files, from the field table.

#include <cmath>

#include "app/report/metric_table.hpp"
#include "app/scenario/fields.hpp"
#include "app/scenario/json_document.hpp"
#include "app/scenario/margin_text.hpp"
#include "app/scenario/reader.hpp"
#include "app/scenario/threshold_text.hpp"
#include "app/scenario/units.hpp"

namespace spindle::app {
namespace {

Json object_schema(const ObjectSpec& spec);

Json number_value(double x) {
  if (std::floor(x) == x && std::abs(x) < 1e17) return static_cast<std::int64_t>(x);
  return x;
}

void add_bounds(Json& schema, const Range& range) {
  schema[range.above_min ? "exclusiveMinimum" : "minimum"] = number_value(range.min);
  if (std::isfinite(range.max)) schema["maximum"] = number_value(range.max);
}

Json quantity(Dimension dimension, const Range& range) {
  return {{"type", "string"}, {"pattern", quantity_pattern(dimension, range.above_min)}};
}

Json either(Json a, Json b) {
  return {{"anyOf", Json::array({std::move(a), std::move(b)})}};
}

Json bounded(const char* type, const Range& range) {
  Json schema{{"type", type}};
  add_bounds(schema, range);
  return schema;
}

Json array_of(Json items, const Range& range) {
  return {{"type", "array"},
          {"items", std::move(items)},
          {"minItems", number_value(range.min)},
          {"maxItems", number_value(range.max)}};
}

Json matching(const std::string& pattern) {
  return {{"type", "string"}, {"pattern", pattern}};
}

// A value of its own kind for each metric.
Json by_metric_schema(Json (*value)(const MetricRow&), std::string (*example)(const MetricRow&)) {
  Json properties = Json::object();
  for (const MetricRow& row : metric_table()) {
    Json property{{"description", row.meaning}};
    property.update(value(row));
    property["examples"] = Json::array({example(row)});
    properties[row.name] = std::move(property);
  }
  return {
      {"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
}

Json threshold_schema(const MetricRow& row) {
  return matching(threshold_pattern(row));
}

Json margin_schema(const MetricRow& row) {
  if (std::string_view(row.unit) != "1") return matching(margin_pattern(row));
  return either({{"type", "number"}, {"exclusiveMinimum", 0}}, matching(margin_pattern(row)));
}

// Upper bounds of quantities with units, and combinations of values, are the reader's alone.
Json free_text() {
  return {{"type", "string"},
          {"minLength", 1},
          {"maxLength", kLongestText},
          {"not", {{"pattern", "[\\u0000-\\u001f\\u007f-\\u009f]"}}}};
}

Json value_schema(const Field& field) {
  switch (field.kind) {
    case Kind::kObject:
      return object_schema(*field.object);
    case Kind::kArray:
      return {{"type", "array"},
              {"items", object_schema(*field.object)},
              {"minItems", number_value(field.range.min)},
              {"maxItems", number_value(field.range.max)}};
    case Kind::kText:
      return free_text();
    case Kind::kName:
      return {{"type", "string"}, {"pattern", "^[a-z0-9-]+$"}, {"maxLength", 100}};
    case Kind::kWord:
      return {{"type", "string"}, {"enum", field.words}};
    case Kind::kInteger:
      return bounded("integer", field.range);
    case Kind::kNumber:
      return bounded("number", field.range);
    case Kind::kRatio:
      return either(bounded("number", field.range), quantity(Dimension::kRatio, field.range));
    case Kind::kBytes:
    case Kind::kManyBytes:
      return quantity(Dimension::kBytes, field.range);
    case Kind::kDuration:
      if (!field.words.empty()) {
        return either({{"type", "string"}, {"enum", field.words}},
                      quantity(Dimension::kDuration, field.range));
      }
      return quantity(Dimension::kDuration, field.range);
    case Kind::kByteRate:
      return quantity(Dimension::kByteRate, field.range);
    case Kind::kFailureRate:
      return quantity(Dimension::kFailureRate, field.range);
    case Kind::kColumn:
      return either(free_text(), bounded("integer", {.min = 1, .max = 1e6}));
    case Kind::kPairs:
      return {{"type", "array"},
              {"items",
               {{"type", "array"},
                {"items", {{"type", "number"}, {"minimum", 0}}},
                {"minItems", 2},
                {"maxItems", 2}}},
              {"minItems", number_value(field.range.min)},
              {"maxItems", number_value(field.range.max)}};
    case Kind::kTexts:
      return {{"type", "array"},
              {"items", free_text()},
              {"minItems", number_value(field.range.min)},
              {"maxItems", number_value(field.range.max)}};
    case Kind::kShareLists:
      return {{"type", "array"},
              {"items",
               {{"type", "array"},
                {"items", {{"type", "number"}, {"minimum", 0}, {"maximum", 1}}},
                {"minItems", 2}}},
              {"minItems", 1}};
    case Kind::kOverrides:
      return {{"type", "object"}};
    case Kind::kOverrideLists:
      return array_of({{"type", "object"}}, field.range);
    case Kind::kValues:
      return array_of({{"not", {{"type", "null"}}}}, field.range);
    case Kind::kEnd:
      return {{"type", Json::array({"number", "string"})}};
    case Kind::kThresholds:
      return by_metric_schema(threshold_schema, threshold_example);
    case Kind::kGates:
      return by_metric_schema(margin_schema, margin_example);
  }
  return {};
}

Json field_schema(const Field& field) {
  Json schema{{"description", field.doc}};
  schema.update(value_schema(field));
  if (!field.fallback.empty()) schema["default"] = Json::parse(field.fallback);
  if (!field.example.empty()) schema["examples"] = Json::array({Json::parse(field.example)});
  return schema;
}

Json closed_object(const std::vector<const Field*>& fields) {
  Json schema{{"type", "object"}};
  Json properties = Json::object();
  Json required = Json::array();
  for (const Field* field : fields) {
    properties[field->name] = field_schema(*field);
    if (field->required) required.push_back(field->name);
  }
  schema["properties"] = std::move(properties);
  if (!required.empty()) schema["required"] = std::move(required);
  schema["additionalProperties"] = false;
  return schema;
}

// One closed object a choice. Where the tag may be left out, only the default choice allows it.
Json union_schema(const ObjectSpec& spec) {
  Json choices = Json::array();
  for (const VariantSpec& variant : spec.variants) {
    Field tag = *spec.find_anywhere(spec.tag);
    tag.required = tag.fallback != "\"" + variant.word + "\"";
    tag.words = {variant.word};
    tag.fallback.clear();
    tag.example.clear();
    std::vector<const Field*> fields{&tag};
    for (const Field& field : spec.fields) {
      if (field.name != spec.tag) fields.push_back(&field);
    }
    for (const Field& field : variant.fields) fields.push_back(&field);
    Json choice{{"title", variant.word}, {"description", variant.doc}};
    choice.update(closed_object(fields));
    choices.push_back(std::move(choice));
  }
  return {{"oneOf", std::move(choices)}};
}

// if the nested tag is one of the words, then none of the keys may be present.
Json exclusion_schema(const Exclusion& rule) {
  Json condition{{"required", Json::array({rule.object})}};
  condition["properties"][rule.object] = {{"required", Json::array({rule.tag})},
                                          {"properties", {{rule.tag, {{"enum", rule.words}}}}}};
  Json absent = Json::array();
  for (const std::string& key : rule.keys) {
    absent.push_back({{"not", {{"required", Json::array({key})}}}});
  }
  return {{"if", std::move(condition)}, {"then", {{"allOf", std::move(absent)}}}};
}

Json object_schema(const ObjectSpec& spec) {
  if (!spec.tag.empty()) return union_schema(spec);
  std::vector<const Field*> fields;
  for (const Field& field : spec.fields) fields.push_back(&field);
  Json schema = closed_object(fields);
  for (const Exclusion& rule : spec.exclusions) schema["allOf"].push_back(exclusion_schema(rule));
  return schema;
}

}  // namespace

std::string schema_of(const ObjectSpec& table, const std::string& title,
                      const std::string& command) {
  Json schema{{"$schema", "http://json-schema.org/draft-07/schema#"},
              {"title", title},
              {"description", "Generated by `" + command +
                                  "`. The reader checks more: upper bounds of quantities, and "
                                  "combinations of values."}};
  schema.update(object_schema(table));
  return schema.dump(2) + "\n";
}

std::string scenario_schema() {
  return schema_of(scenario_table(), "Spindle scenario", "spindle schema");
}

}  // namespace spindle::app
