#pragma once
// The part of the field table that says how a tenant's demand varies with time.

#include <string>
#include <string_view>
#include <vector>

#include "app/scenario/fields.hpp"

namespace spindle::app {

// A length of time above 0; required where `fallback` is empty.
Field duration_field(std::string name, std::string fallback, std::string example, std::string doc);

const ObjectSpec& load_table();

// "mon" ... "sun".
std::vector<std::string> weekday_words();
// Of one of these words: 0 Monday ... 6 Sunday.
unsigned index_of_weekday(std::string_view word);

}  // namespace spindle::app
