#include "app/scenario/unit_names.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

constexpr std::uint64_t kKilo = 1000;
constexpr std::uint64_t kKibi = 1024;
constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kHour = 3600 * kSecond;

constexpr std::array<UnitName, 13> kByteUnits = {{
    {"B", 1},
    {"kB", kKilo},
    {"MB", kKilo* kKilo},
    {"GB", kKilo* kKilo* kKilo},
    {"TB", kKilo* kKilo* kKilo* kKilo},
    {"PB", kKilo* kKilo* kKilo* kKilo* kKilo},
    {"EB", kKilo* kKilo* kKilo* kKilo* kKilo* kKilo},
    {"KiB", kKibi},
    {"MiB", kKibi* kKibi},
    {"GiB", kKibi* kKibi* kKibi},
    {"TiB", kKibi* kKibi* kKibi* kKibi},
    {"PiB", kKibi* kKibi* kKibi* kKibi* kKibi},
    {"EiB", kKibi* kKibi* kKibi* kKibi* kKibi* kKibi},
}};

constexpr std::array<UnitName, 9> kTimeUnits = {{
    {"ns", 1},
    {"us", 1000},
    {"ms", 1'000'000},
    {"s", kSecond},
    {"min", 60 * kSecond},
    {"h", kHour},
    {"d", 24 * kHour},
    {"wk", 7 * 24 * kHour},
    {"yr", 8760 * kHour},  // sim::kHoursPerYear
}};

const UnitName* find(std::span<const UnitName> units, std::string_view name) {
  const auto it = std::find_if(units.begin(), units.end(),
                               [&](const UnitName& unit) { return unit.name == name; });
  return it == units.end() ? nullptr : &*it;
}

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

struct Alias {
  std::string_view alias;  // in lower case, singular
  std::string_view unit;
  std::string_view why;
};

constexpr std::array<Alias, 27> kByteAliases = {{
    {"byte", "B", ""},
    {"b", "B", "B is bytes, b would be bits"},
    {"kb", "kB", "kB is 1,000 bytes, KiB is 1,024"},
    {"k", "kB", "kB is 1,000 bytes, KiB is 1,024"},
    {"m", "MB", "MB is 10^6 bytes, MiB is 2^20"},
    {"g", "GB", "GB is 10^9 bytes, GiB is 2^30"},
    {"t", "TB", "TB is 10^12 bytes, TiB is 2^40"},
    {"p", "PB", "PB is 10^15 bytes, PiB is 2^50"},
    {"ki", "KiB", "KiB is 1,024 bytes, kB is 1,000"},
    {"mi", "MiB", "MiB is 2^20 bytes, MB is 10^6"},
    {"gi", "GiB", "GiB is 2^30 bytes, GB is 10^9"},
    {"ti", "TiB", "TiB is 2^40 bytes, TB is 10^12"},
    {"pi", "PiB", "PiB is 2^50 bytes, PB is 10^15"},
    {"kib", "KiB", "KiB is 1,024 bytes, kB is 1,000"},
    {"mib", "MiB", "MiB is 2^20 bytes, MB is 10^6"},
    {"gib", "GiB", "GiB is 2^30 bytes, GB is 10^9"},
    {"tib", "TiB", "TiB is 2^40 bytes, TB is 10^12"},
    {"pib", "PiB", "PiB is 2^50 bytes, PB is 10^15"},
    {"eib", "EiB", "EiB is 2^60 bytes, EB is 10^18"},
    {"kilobyte", "kB", ""},
    {"megabyte", "MB", ""},
    {"gigabyte", "GB", ""},
    {"terabyte", "TB", ""},
    {"petabyte", "PB", ""},
    {"exabyte", "EB", ""},
    {"tebibyte", "TiB", ""},
    {"pebibyte", "PiB", ""},
}};

constexpr std::array<Alias, 25> kTimeAliases = {{
    {"sec", "s", ""},
    {"second", "s", ""},
    {"minute", "min", ""},
    {"m", "min", "m could be minutes, metres or months"},
    {"hr", "h", ""},
    {"hour", "h", ""},
    {"day", "d", ""},
    {"week", "wk", ""},
    {"w", "wk", ""},
    {"year", "yr", "a year is 8,760 h"},
    {"y", "yr", "a year is 8,760 h"},
    {"a", "yr", "a year is 8,760 h"},
    {"annum", "yr", "a year is 8,760 h"},
    {"msec", "ms", ""},
    {"millisecond", "ms", ""},
    {"usec", "us", ""},
    {"microsecond", "us", ""},
    {"\xC2\xB5s", "us", ""},  // micro sign
    {"\xCE\xBCs", "us", ""},  // Greek mu
    {"nsec", "ns", ""},
    {"nanosecond", "ns", ""},
    {"month", "", "a month has no fixed length"},
    {"mo", "", "a month has no fixed length"},
    {"p.a.", "yr", "a year is 8,760 h"},
    {"pa", "yr", "a year is 8,760 h"},
}};

// One name against one table: an alias first, then letter case alone.
UnitGuess guess_name(std::string_view text, std::span<const UnitName> units,
                     std::span<const Alias> aliases, bool bytes) {
  if (find(units, text) != nullptr) return {std::string(text), ""};
  std::string name = lowered(text);
  const auto lookup = [&]() -> UnitGuess {
    for (const Alias& alias : aliases) {
      if (alias.alias == name) return {std::string(alias.unit), std::string(alias.why)};
    }
    for (const UnitName& unit : units) {
      if (lowered(unit.name) != name) continue;
      const bool small_b = bytes && text.ends_with('b');
      return {std::string(unit.name), small_b ? "units are case-sensitive; a small b would be bits"
                                              : "units are case-sensitive"};
    }
    return {};
  };
  UnitGuess guess = lookup();
  if (guess.unit.empty() && name.size() > 2 && name.back() == 's') {
    name.pop_back();
    guess = lookup();
  }
  return guess;
}

UnitGuess guess_bytes(std::string_view text) {
  return guess_name(text, kByteUnits, kByteAliases, true);
}
UnitGuess guess_time(std::string_view text) {
  return guess_name(text, kTimeUnits, kTimeAliases, false);
}

std::string join_why(std::string a, const std::string& b) {
  if (!a.empty() && !b.empty()) a += "; ";
  return a + b;
}

// "Gbit/s", "Gbps": links are quoted in bits, and a factor of 8 is no slip to guess about.
bool is_bits(std::string_view text) {
  const std::string name = lowered(text);
  return name.find("bit") != std::string::npos || name.ends_with("bps");
}

}  // namespace

std::span<const UnitName> byte_units() {
  return kByteUnits;
}
std::span<const UnitName> time_units() {
  return kTimeUnits;
}

std::optional<Unit> read_unit(std::string_view text) {
  text = trimmed(text);
  if (text.empty()) return Unit{};
  if (text == "%") return Unit{.kind = Unit::Kind::kPercent};
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    if (const UnitName* unit = find(kByteUnits, text)) {
      return Unit{.kind = Unit::Kind::kBytes, .byte_factor = unit->factor};
    }
    if (const UnitName* unit = find(kTimeUnits, text)) {
      return Unit{.kind = Unit::Kind::kTime, .time_factor = unit->factor};
    }
    return std::nullopt;
  }
  const std::string_view amount = trimmed(text.substr(0, slash));
  const UnitName* per = find(kTimeUnits, trimmed(text.substr(slash + 1)));
  if (per == nullptr) return std::nullopt;
  if (const UnitName* unit = find(kByteUnits, amount)) {
    return Unit{
        .kind = Unit::Kind::kByteRate, .byte_factor = unit->factor, .time_factor = per->factor};
  }
  if (amount.empty() || amount == "1" || amount == "%") {
    return Unit{
        .kind = Unit::Kind::kFailureRate, .percent = amount == "%", .time_factor = per->factor};
  }
  return std::nullopt;
}

UnitGuess guess_unit(std::string_view text, Dimension wanted) {
  text = trimmed(text);
  if (text.size() > 24) return {};
  if (is_bits(text)) return {"", "that counts bits, and a byte is 8 bits"};
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    if (wanted == Dimension::kDuration) {
      UnitGuess guess = guess_time(text);
      return guess.unit.empty() && guess.why.empty() ? guess_bytes(text) : guess;
    }
    UnitGuess guess = guess_bytes(text);
    return guess.unit.empty() ? guess_time(text) : guess;
  }
  const std::string_view amount = trimmed(text.substr(0, slash));
  const UnitGuess per = guess_time(trimmed(text.substr(slash + 1)));
  if (per.unit.empty()) return {};
  if (amount.empty() || amount == "1" || amount == "%") {
    return {std::string(amount) + "/" + per.unit, per.why};
  }
  const UnitGuess bytes = guess_bytes(amount);
  if (bytes.unit.empty()) return {};
  return {bytes.unit + "/" + per.unit, join_why(bytes.why, per.why)};
}

}  // namespace spindle::app
