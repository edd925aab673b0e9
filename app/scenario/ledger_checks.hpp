#pragma once
// What a fleet of ledgers (`run.form`) cannot do is refused, with its place, and never left out in
// silence; and what it alone can do is refused elsewhere.

#include "app/scenario/json_document.hpp"
#include "app/scenario/problems.hpp"
#include "app/scenario/resolved_view.hpp"

namespace spindle::app {

inline bool is_of_ledgers(const ResolvedView& view) {
  return view.text("run.form") == "ledger";
}

// `resolved` is what resolve() made of `root`.
void check_ledger(const Value& root, const Json& resolved, ProblemList& problems);

}  // namespace spindle::app
