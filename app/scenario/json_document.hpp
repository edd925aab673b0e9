#pragma once
// A JSON value that remembers where it came from: file position, command line or variant.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/scenario/json_positions.hpp"

namespace spindle::app {

using Json = nlohmann::ordered_json;

struct Origin {
  enum class Source : std::uint8_t { kFile, kCommandLine, kVariant };
  Source source = Source::kFile;
  Position position;
};

struct Member;

struct Value {
  enum class Type : std::uint8_t { kNull, kBool, kNumber, kText, kArray, kObject };
  Type type = Type::kNull;
  bool boolean = false;
  bool is_whole = false;  // a number without fraction, in [0, 2^64)
  std::uint64_t whole = 0;
  double number = 0;
  std::string text;             // of a text; of a number, its digits as written or nearly so
  std::vector<Value> items;     // of an array
  std::vector<Member> members;  // of an object, in order, duplicates included
  Origin origin;

  // The last member of that name, as JSON parsers read duplicates; nullptr where there is none.
  [[nodiscard]] const Value* find(std::string_view key) const;
  [[nodiscard]] Value* find(std::string_view key);
};

struct Member {
  std::string key;
  Origin origin;  // of the key
  Value value;
};

struct ParsedDocument {
  std::optional<Value> value;
  TextFault fault;  // where there is no value
};
// JSON with // and /* */ comments; a UTF-8 byte-order mark is skipped. Never throws.
ParsedDocument parse_document(std::string_view text);

// Marks the value and all below it as coming from there.
void set_origin(Value& value, const Origin& origin);
void set_source(Value& value, Origin::Source source);
Value text_value(std::string text);

// "the text "abc"", "the number 20", "an array": for messages.
std::string describe(const Value& value);
Json to_json(const Value& value);

}  // namespace spindle::app
