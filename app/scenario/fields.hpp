#pragma once
// The one table of scenario fields: the reader validates by it, defaults come from it, and
// schema.json is generated from it. A new field is one row here and one line in build.cpp.

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace spindle::app {

// 200 years: the longest time a scenario may name, so that sums of times never overflow.
inline constexpr double kHorizonSeconds = 200 * 8760.0 * 3600.0;
// Shares are relative; a bound keeps their sum finite.
inline constexpr double kLargestShare = 1e9;
// Of a text, in characters: as long as a path may be.
inline constexpr std::size_t kLongestText = 4096;

enum class Kind {
  kObject,
  kArray,    // of objects
  kText,     // free text, at least one character, no control characters
  kName,     // [a-z0-9-]+
  kWord,     // one of `words`
  kInteger,  // a count
  kNumber,   // a bare number
  kRatio,    // a bare number or "12 %"
  kBytes,
  kManyBytes,  // beyond what 64 bits count: of whole fleets
  kDuration,   // or one of `words`, where there are any
  kByteRate,
  kFailureRate,
  kColumn,         // a column of a file: its name, or its number from 1
  kPairs,          // an array of [number, number], none negative
  kTexts,          // an array of texts
  kShareLists,     // an array of arrays of numbers from 0 to 1
  kOverrides,      // an object of dotted paths and new values
  kOverrideLists,  // an array of such objects
  kValues,         // an array of values of any kind but null
  kEnd,            // of a range: a number, or a quantity in text
  kThresholds,  // an object of metric names and what must hold of each; a name is one key in paths
  kGates,       // likewise, of metric names and margins
};

// Bounds in base units (bytes, seconds, bytes/s, 1/yr); `above_min` excludes the lower one.
struct Range {
  double min = 0;
  double max = std::numeric_limits<double>::infinity();
  bool above_min = false;
  const char* max_text = "";  // the upper bound as a message says it, e.g. "200 yr"
  const char* min_text = "";  // the lower one
};

struct ObjectSpec;

// A text that the field does not take, why, and what to do.
struct Slip {
  std::string text;
  std::string why;
  std::string mend;
};

struct Field {
  std::string name = {};
  Kind kind = Kind::kText;
  bool required = false;
  std::string fallback = {};  // JSON text of the default; empty: none, the value may be absent
  std::string example = {};   // JSON text
  Range range = {};           // of arrays: the number of elements
  std::vector<std::string> words = {};
  std::vector<Slip> slips = {};        // of quantities
  const ObjectSpec* object = nullptr;  // of kObject, and of kArray's elements
  std::string doc = {};
};

// Keys that one choice of a tagged union has beside the common ones.
struct VariantSpec {
  std::string word;
  std::string doc;
  std::vector<Field> fields = {};
};

// Keys that may not be given where the nested choice `object`.`tag` is one of `words`.
struct Exclusion {
  std::string object;
  std::string tag;
  std::vector<std::string> words;
  std::vector<std::string> keys;
  std::string why;
};

struct ObjectSpec {
  std::vector<Field> fields;  // includes the tag of a union
  std::string tag = {};       // empty: not a union
  std::vector<VariantSpec> variants = {};
  std::vector<Exclusion> exclusions = {};

  [[nodiscard]] const VariantSpec* find_variant(std::string_view word) const;
  // Common fields first, then those of any variant; nullptr where no field has that name.
  [[nodiscard]] const Field* find_anywhere(std::string_view name) const;
  // The variants that have a field of that name: "series or jobs"; empty: a common field or none.
  [[nodiscard]] std::vector<std::string> variants_with(std::string_view name) const;
};

const ObjectSpec& scenario_table();
// The JSON schema (draft-07) of files by a table, as `command` prints it.
std::string schema_of(const ObjectSpec& table, const std::string& title,
                      const std::string& command);

// Dotted paths in a table that end in that key ("mttr" -> "repair.mttr"), arrays by "0".
std::vector<std::string> paths_to(std::string_view key, const ObjectSpec& table = scenario_table());

}  // namespace spindle::app
