#pragma once
// Whether a page of docs/user has the rows of a field table.

#include <catch2/catch.hpp>
#include <string>

#include "app/scenario/fields.hpp"

namespace spindle::test {

using app::Field;
using app::Kind;
using app::ObjectSpec;
using app::VariantSpec;

inline std::string kind_word(Kind kind) {
  switch (kind) {
    case Kind::kObject:
      return "object";
    case Kind::kArray:
      return "array of objects";
    case Kind::kText:
      return "text";
    case Kind::kName:
      return "name";
    case Kind::kWord:
      return "word";
    case Kind::kInteger:
      return "count";
    case Kind::kNumber:
      return "number";
    case Kind::kRatio:
      return "ratio";
    case Kind::kBytes:
    case Kind::kManyBytes:
      return "bytes";
    case Kind::kDuration:
      return "time";
    case Kind::kByteRate:
      return "bytes per time";
    case Kind::kFailureRate:
      return "events per time";
    case Kind::kColumn:
      return "column";
    case Kind::kPairs:
      return "array of pairs";
    case Kind::kTexts:
      return "array of texts";
    case Kind::kShareLists:
      return "arrays of shares";
    case Kind::kOverrides:
      return "paths and values";
    case Kind::kOverrideLists:
      return "arrays of paths and values";
    case Kind::kValues:
      return "array of values";
    case Kind::kEnd:
      return "number or quantity";
    case Kind::kThresholds:
      return "metrics and bounds";
    case Kind::kGates:
      return "metrics and margins";
  }
  return {};
}

// | key | kind | default | meaning |
inline std::string row(const Field& field) {
  std::string fallback = field.required ? "required" : "–";
  if (!field.fallback.empty()) fallback = "`" + field.fallback + "`";
  return "| `" + field.name + "` | " + kind_word(field.kind) + " | " + fallback + " | " +
         field.doc + " |\n";
}

inline void check_rows(const ObjectSpec& spec, const std::string& text, const char* page) {
  const auto check = [&](const Field& field) {
    const std::string expected = row(field);
    INFO("docs/user/" << page << " lacks the row\n" << expected);
    const bool found = text.find(expected) != std::string::npos;
    CHECK(found);
    if (field.object != nullptr) check_rows(*field.object, text, page);
  };
  for (const Field& field : spec.fields) check(field);
  for (const VariantSpec& variant : spec.variants) {
    const std::string expected = "`" + variant.word + "`: ";
    INFO("docs/user/" << page << " lacks\n" << expected);
    const bool found = text.find(expected) != std::string::npos;
    CHECK(found);
    for (const Field& field : variant.fields) check(field);
  }
}

}  // namespace spindle::test
