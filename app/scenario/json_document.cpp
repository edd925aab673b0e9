#include "app/scenario/json_document.hpp"

#include <fmt/format.h>

#include <cmath>

#include "app/scenario/json_faults.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

constexpr double kTwoTo53 = 9007199254740992.0;

// Builds the tree from nlohmann's events; the k-th key or value event is the k-th position.
class TreeBuilder : public nlohmann::json_sax<nlohmann::json> {
 public:
  TreeBuilder(std::string_view text, std::vector<Position> positions)
      : text_(text), positions_(std::move(positions)) {}

  Value root;
  TextFault fault;

  bool null() override { return add({}); }
  bool boolean(bool b) override {
    Value value;
    value.type = Value::Type::kBool;
    value.boolean = b;
    return add(std::move(value));
  }
  bool number_integer(number_integer_t n) override {
    Value value;
    value.type = Value::Type::kNumber;
    value.is_whole = n >= 0;
    value.whole = n >= 0 ? static_cast<std::uint64_t>(n) : 0;
    value.number = static_cast<double>(n);
    value.text = std::to_string(n);
    return add(std::move(value));
  }
  bool number_unsigned(number_unsigned_t n) override {
    Value value;
    value.type = Value::Type::kNumber;
    value.is_whole = true;
    value.whole = n;
    value.number = static_cast<double>(n);
    value.text = std::to_string(n);
    return add(std::move(value));
  }
  bool number_float(number_float_t x, const string_t& digits) override {
    Value value;
    value.type = Value::Type::kNumber;
    value.is_whole = x >= 0 && x <= kTwoTo53 && std::floor(x) == x;
    value.whole = value.is_whole ? static_cast<std::uint64_t>(x) : 0;
    value.number = x;
    value.text = digits;
    return add(std::move(value));
  }
  bool string(string_t& text) override { return add(text_value(text)); }
  bool binary(binary_t& /*unused*/) override { return false; }  // JSON text has none
  bool start_object(std::size_t /*unused*/) override { return open(Value::Type::kObject); }
  bool start_array(std::size_t /*unused*/) override { return open(Value::Type::kArray); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    open_.back()->members.push_back({name, next_origin(), {}});
    return true;
  }
  bool parse_error(std::size_t position, const std::string& last_token,
                   const nlohmann::detail::exception& error) override {
    constexpr int kNumberOverflow = 406;
    fault = explain_syntax_error(text_,
                                 {position, last_token, error.what(), error.id == kNumberOverflow});
    return false;
  }

 private:
  Origin next_origin() {
    Origin origin;
    if (next_ < positions_.size()) origin.position = positions_[next_++];
    return origin;
  }
  Value& place() {
    if (open_.empty()) return root;
    Value& parent = *open_.back();
    if (parent.type == Value::Type::kObject) return parent.members.back().value;
    return parent.items.emplace_back();
  }
  bool add(Value value) {
    value.origin = next_origin();
    place() = std::move(value);
    return true;
  }
  bool open(Value::Type type) {
    Value& value = place();
    value.type = type;
    value.origin = next_origin();
    open_.push_back(&value);  // stays valid: its parent grows no more until it is closed
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  std::string_view text_;
  std::vector<Position> positions_;
  std::size_t next_ = 0;
  std::vector<Value*> open_;
};

template <class Apply>
void for_each_value(Value& value, const Apply& apply) {
  apply(value.origin);
  for (Value& item : value.items) for_each_value(item, apply);
  for (Member& member : value.members) {
    apply(member.origin);
    for_each_value(member.value, apply);
  }
}

}  // namespace

Value* Value::find(std::string_view key) {
  for (auto it = members.rbegin(); it != members.rend(); ++it) {
    if (it->key == key) return &it->value;
  }
  return nullptr;
}

const Value* Value::find(std::string_view key) const {
  return const_cast<Value*>(this)->find(key);  // NOLINT: the other overload does not modify
}

ParsedDocument parse_document(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  ParsedDocument result;
  if (text.size() > kMaxScenarioBytes) {
    result.fault.message = "larger than 64 MiB — a scenario is a few kilobytes; is this a trace?";
    return result;
  }
  if (auto fault = find_text_fault(text)) {
    result.fault = *fault;
    return result;
  }
  TreeBuilder builder(text, token_positions(text));
  if (nlohmann::json::sax_parse(text.begin(), text.end(), &builder,
                                nlohmann::json::input_format_t::json, true, true)) {
    result.value = std::move(builder.root);
  } else {
    result.fault = builder.fault;
  }
  return result;
}

void set_origin(Value& value, const Origin& origin) {
  for_each_value(value, [&](Origin& o) { o = origin; });
}

void set_source(Value& value, Origin::Source source) {
  for_each_value(value, [&](Origin& o) { o.source = source; });
}

Value text_value(std::string text) {
  Value value;
  value.type = Value::Type::kText;
  value.text = std::move(text);
  return value;
}

std::string describe(const Value& value) {
  switch (value.type) {
    case Value::Type::kNull:
      return "null";
    case Value::Type::kBool:
      return value.boolean ? "true" : "false";
    case Value::Type::kNumber:
      return "the number " + shortened(value.text);
    case Value::Type::kText:
      return "the text " + in_quotes(value.text);
    case Value::Type::kArray:
      return "an array";
    case Value::Type::kObject:
      return "an object";
  }
  return {};
}

Json to_json(const Value& value) {
  switch (value.type) {
    case Value::Type::kNull:
      return nullptr;
    case Value::Type::kBool:
      return value.boolean;
    case Value::Type::kNumber:
      if (value.is_whole) return value.whole;
      return value.number;
    case Value::Type::kText:
      return value.text;
    case Value::Type::kArray: {
      Json array = Json::array();
      for (const Value& item : value.items) array.push_back(to_json(item));
      return array;
    }
    case Value::Type::kObject: {
      // Straight into the underlying list: operator[] would search it for every key. Duplicates
      // are reported elsewhere, and then this is not used.
      Json object = Json::object();
      auto& list = object.get_ref<Json::object_t&>();
      for (const Member& member : value.members) {
        static_cast<Json::object_t::Container&>(list).emplace_back(member.key,
                                                                   to_json(member.value));
      }
      return object;
    }
  }
  return nullptr;
}

}  // namespace spindle::app
