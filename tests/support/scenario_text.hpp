#pragma once
// A valid scenario as text, one thing a line, for tests that break it in one place.

#include <stdexcept>
#include <string>
#include <string_view>

namespace spindle::test {

inline std::string base_scenario() {
  return R"({
  "schema_version": 1,
  "name": "base",
  "question": "Which placement wastes least?",
  "seed": 1,
  "run": { "duration": "30 d", "epoch": "1 h" },
  "fleet": {
    "zones": 3, "racks_per_zone": 34,
    "drives": 100000,
    "models": [
      { "model": "nearline-20tb", "share": 1, "capacity": "20 TB", "afr": "1.5 %/yr" }
    ]
  },
  "data": { "logical": "500 PB", "extent": "90 GB" },
  "redundancy": { "scheme": "replication", "copies": 3 },
  "spread": { "max_per_zone": 3, "max_per_rack": 1 },
  "placement": { "policy": "random" },
  "tenants": [
    { "name": "batch", "count": 1000, "share": 1,
      "size": { "distribution": "lognormal", "sigma": 1.5 },
      "reads": "1 PB/d", "writes": "0 B/d", "object": "1 MB",
      "cooling": { "model": "power_law", "exponent": 1, "scale": "1 d", "oldest": "365 d" },
      "load": { "model": "daily_window", "window": "4 h", "start": "random" } }
  ],
  "repair": { "mttr": "24 h" },
  "targets": { "fill": 0.8, "heat": "80 %" },
  "compare": { "variants": [
    { "name": "a", "set": { "placement.policy": "random" } },
    { "name": "b", "set": { "placement.policy": "d_choices", "placement.d": 3,
        "redundancy": { "scheme": "erasure", "data": 5, "parity": 4 } } }
  ] }
}
)";
}

// The text with the first `from` replaced; a `from` that is not there is a mistake in the test.
inline std::string replaced(const std::string& text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) throw std::logic_error("not in the text: " + std::string(from));
  // Not by replace(), in whose moves within the string g++ 12 sees overflows that are none.
  std::string out = text.substr(0, at);
  out += to;
  return out += text.substr(at + from.size());
}

}  // namespace spindle::test
