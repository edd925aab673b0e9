#pragma once
// The figures of `spindle nines` as tables and sentences.

#include <string>

#include "app/nines/nines_report.hpp"

namespace spindle::app {

// kTable or kMarkdown. Precondition: one case at least.
std::string nines_tables(const NinesReport& report, Format format);

// Nines for people: "10.1"; "at least 13.2" (rounded down) of a bound; "never lost" where nothing
// fails.
std::string nines_text(const AnnualLoss& loss);

}  // namespace spindle::app
