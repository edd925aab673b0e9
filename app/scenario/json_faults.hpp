#pragma once
// Says in a planner's words what nlohmann/json found wrong with a text. Used by json_document.cpp.

#include <string>
#include <string_view>

#include "app/scenario/json_positions.hpp"

namespace spindle::app {

struct SyntaxError {
  std::size_t bytes_read = 0;  // up to and including the offending token
  std::string last_token;      // as the parser read it
  std::string parser_message;
  bool number_overflow = false;
};
TextFault explain_syntax_error(std::string_view text, const SyntaxError& error);

}  // namespace spindle::app
