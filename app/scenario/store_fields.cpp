#include "app/scenario/store_fields.hpp"

#include "models/store/write_amplification.hpp"

namespace spindle::app {
namespace {

Field share(std::string name, std::string example, std::string doc) {
  return {.name = std::move(name),
          .kind = Kind::kRatio,
          .example = std::move(example),
          .range = {.min = 0.001, .max = 0.999, .max_text = "99.9 %", .min_text = "0.1 %"},
          .doc = std::move(doc)};
}

}  // namespace

const ObjectSpec& store_table() {
  static const ObjectSpec kTable{
      .fields = {
          {.name = "cleaning",
           .kind = Kind::kWord,
           .fallback = "\"oldest_first\"",
           .example = "\"cost_benefit\"",
           .words = {"oldest_first", "greedy", "cost_benefit"},
           .doc = "Which segment is cleaned next: `oldest_first`, the one that was written first; "
                  "`greedy`, the one with the least live data; `cost_benefit`, by what it frees "
                  "and how old it is."},
          {.name = "fullness",
           .kind = Kind::kRatio,
           .example = "0.8",
           .range = {.max = models::kMostFullness, .above_min = true, .max_text = "97 %"},
           .doc = "Live bytes / bytes of a drive's log, more than 0, at most 0.97; absent: bytes "
                  "stored / capacity of the fleet as it starts."},
          share("hot_data", "0.1",
                "Share of a log's live bytes that is hot; with `hot_writes`. Absent: overwrites "
                "fall on all alike."),
          share("hot_writes", "0.9",
                "Share of the overwrites that falls on hot data, more than `hot_data`."),
      }};
  return kTable;
}

std::optional<models::StoreOptions> build_store(const ResolvedView& view) {
  if (view.at("store") == nullptr) return std::nullopt;
  models::StoreOptions out;
  const auto cleaning = view.text("store.cleaning");
  if (cleaning == "greedy") out.cleaning = models::CleaningOrder::kGreedy;
  if (cleaning == "cost_benefit") out.cleaning = models::CleaningOrder::kCostBenefit;
  out.fullness = view.number("store.fullness");
  out.hot_data = view.number("store.hot_data").value_or(0);
  out.hot_writes = view.number("store.hot_writes").value_or(0);
  return out;
}

}  // namespace spindle::app
