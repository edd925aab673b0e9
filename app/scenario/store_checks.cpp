#include "app/scenario/store_checks.hpp"

#include <fmt/format.h>

#include "app/scenario/checks.hpp"

namespace spindle::app {
namespace {

// Whatever its value is.
bool is_given(const Value& root, std::string_view key) {
  const Value* store = root.find("store");
  return store != nullptr && store->find(key) != nullptr;
}

}  // namespace

void check_store(const Value& root, const Json& resolved, ProblemList& problems) {
  const ResolvedView view(resolved);
  if (view.at("store") == nullptr) return;
  const auto data = view.number("store.hot_data");
  const auto writes = view.number("store.hot_writes");
  const bool has_data = is_given(root, "hot_data");
  if (has_data != is_given(root, "hot_writes")) {
    blame(root, view, {has_data ? "store.hot_data" : "store.hot_writes"},
          fmt::format("`{}` alone (data is hot by its share of the overwrites) — state both, or "
                      "leave both out",
                      has_data ? "hot_data" : "hot_writes"),
          problems);
  } else if (data && writes && *writes <= *data) {
    blame(root, view, {"store.hot_writes", "store.hot_data"},
          fmt::format("{} of the overwrites on {} of the data (that is not hot) — a larger share "
                      "of the overwrites, or a smaller one of the data",
                      *writes, *data),
          problems);
  }
  if (view.at("zoom") != nullptr) {
    blame(root, view, {"zoom", "store"},
          "a zoom serves what clients ask (cleaning, which their writes bring upon the drives, "
          "would be left out) — leave `zoom` or `store` out",
          problems);
  }
}

}  // namespace spindle::app
