#pragma once
// Redundancy schemes as a command line names them: "5+4", "3 copies" (or "3x"), "LRC 12+2+2".

#include <string_view>

#include "app/scenario/units.hpp"
#include "models/redundancy/scheme.hpp"

namespace spindle::app {

// Names that models::Scheme::name() gives are understood; letter case and spaces are free. Nothing
// throws; the problem also says what models::Scheme thinks of the numbers.
Parsed<models::Scheme> parse_scheme(std::string_view text);

}  // namespace spindle::app
