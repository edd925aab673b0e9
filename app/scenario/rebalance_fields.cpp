#include "app/scenario/rebalance_fields.hpp"

namespace spindle::app {

const ObjectSpec& rebalance_table() {
  static const ObjectSpec kTable{
      .fields = {
          {.name = "by",
           .kind = Kind::kWord,
           .fallback = "\"heat\"",
           .example = "\"fill\"",
           .words = {"heat", "fill"},
           .doc = "What is evened out: `heat`, hotter drives swap data with cooler ones, byte for "
                  "byte; `fill`, fuller drives send data to emptier ones."},
          {.name = "rate",
           .kind = Kind::kByteRate,
           .fallback = "\"1 MB/s\"",
           .example = "\"1 MB/s\"",
           .range = {.max = 1e15, .max_text = "1,000 TB/s"},
           .doc = "Bytes that each drive sends at most, and takes in at most; 0: none."},
          {.name = "threshold",
           .kind = Kind::kRatio,
           .fallback = "0",
           .example = "0.1",
           .range = {.max = 1},
           .doc = "Drives within this share of the fleet's mean are left alone, at most 1; 0: "
                  "none is."},
      }};
  return kTable;
}

std::optional<models::RebalanceOptions> build_rebalance(const ResolvedView& view) {
  if (view.at("rebalance") == nullptr) return std::nullopt;
  models::RebalanceOptions out;
  if (view.text("rebalance.by") == "fill") out.by = models::RebalanceBy::kFill;
  out.bytes_per_s = view.byte_rate("rebalance.rate").value();
  out.threshold = view.number("rebalance.threshold").value();
  return out;
}

}  // namespace spindle::app
