#include "app/nines/spread_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

// "3/zone" or "1/rack" into its limit; false where it is neither, or says 0.
bool read_limit(std::string_view part, SpreadText& out) {
  const std::size_t slash = part.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view number = trimmed(part.substr(0, slash));
  const std::string_view domain = trimmed(part.substr(slash + 1));
  if (domain != "zone" && domain != "rack") return false;
  std::uint32_t& limit = domain == "zone" ? out.max_per_zone : out.max_per_rack;
  if (limit != 0) return false;  // said twice
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), limit);
  return error == std::errc{} && end == number.data() + number.size() && limit > 0;
}

}  // namespace

Parsed<SpreadText> parse_spread(std::string_view text) {
  if (trimmed(text) == "none") return {SpreadText{}, {}};
  if (trimmed(text) == "even") return {SpreadText{.is_even = true}, {}};
  SpreadText out;
  std::string_view rest = text;
  while (true) {
    const std::size_t comma = rest.find(',');
    if (!read_limit(trimmed(rest.substr(0, comma)), out)) {
      return {{},
              fmt::format("{} is no spread rule (shards of an extent that a zone and a rack may "
                          "hold, each once and at least 1) — write for example \"3/zone,1/rack\", "
                          "or even, or none",
                          in_quotes(text))};
    }
    if (comma == std::string_view::npos) return {out, {}};
    rest.remove_prefix(comma + 1);
  }
}

void apply_spread(const SpreadText& spread, std::uint32_t shards, models::DurabilityFleet& fleet) {
  fleet.max_per_zone = spread.max_per_zone;
  fleet.max_per_rack = spread.max_per_rack;
  if (!spread.is_even) return;
  fleet.max_per_zone = (shards + fleet.zones - 1) / fleet.zones;
  fleet.max_per_rack = (fleet.max_per_zone + fleet.racks_per_zone - 1) / fleet.racks_per_zone;
}

std::vector<double> shares_in_zone(std::uint32_t shards, const models::DurabilityFleet& fleet) {
  std::vector<double> share(shards + 1);
  if (fleet.max_per_zone > 0 || fleet.zones == 1) {
    const std::uint32_t rest = shards % fleet.zones;
    const double with_more = static_cast<double>(rest) / fleet.zones;
    share[shards / fleet.zones] = 1 - with_more;
    if (rest > 0) share[shards / fleet.zones + 1] = with_more;
    return share;
  }
  // Hypergeometric: so many of the shards on the zone's drives, each drive taken once.
  const auto all = static_cast<double>(fleet.drives);
  const double in = std::floor(all / fleet.zones);
  for (std::uint32_t z = 0; z <= shards; ++z) {
    double p = 1;
    for (std::uint32_t i = 0; i < z; ++i) p *= (shards - i) / (i + 1.0) * (in - i) / (all - i);
    for (std::uint32_t i = z; i < shards; ++i) p *= (all - in - (i - z)) / (all - i);
    share[z] = std::max(0.0, p);
  }
  return share;
}

}  // namespace spindle::app
