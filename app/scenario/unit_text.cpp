// Quantities written back as text, and the patterns that they match.

#include <fmt/format.h>

#include <span>

#include "app/scenario/unit_names.hpp"
#include "app/scenario/units.hpp"

namespace spindle::app {
namespace {

std::string names(std::span<const UnitName> units) {
  std::string out;
  for (const UnitName& unit : units) {
    if (!out.empty()) out += "|";
    out += unit.name;
  }
  return "(" + out + ")";
}

// The largest unit of the list that divides the value, powers of 1000 only.
std::string exact(std::uint64_t value, std::span<const UnitName> units) {
  const UnitName* best = &units.front();
  for (const UnitName& unit : units) {
    if (value % unit.factor == 0 && value >= unit.factor && unit.factor > best->factor) {
      best = &unit;
    }
  }
  return fmt::format("{} {}", value / best->factor, best->name);
}

constexpr std::size_t kDecimalByteUnits = 7;

}  // namespace

std::string quantity_pattern(Dimension dimension, bool positive) {
  // A digit other than 0 before any exponent makes the quantity positive.
  const std::string sign = positive ? "(?=[0-9.]*[1-9])" : "";
  const std::string start = "^ *" + sign + "[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)? *";
  const std::string per = " */ *" + names(time_units());
  switch (dimension) {
    case Dimension::kBytes:
      return start + names(byte_units()) + " *$";
    case Dimension::kDuration:
      return start + names(time_units()) + " *$";
    case Dimension::kByteRate:
      return start + names(byte_units()) + per + " *$";
    case Dimension::kFailureRate:
      return start + "(%|1)?" + per + " *$";
    case Dimension::kRatio:
      return start + "%? *$";
  }
  return {};
}

std::string format_bytes(models::Bytes bytes) {
  if (bytes.value == 0) return "0 B";
  return exact(bytes.value, byte_units().first(kDecimalByteUnits));
}

std::string format_duration(sim::Duration duration) {
  if (duration.ns() == 0) return "0 s";
  return exact(static_cast<std::uint64_t>(duration.ns()), time_units());
}

}  // namespace spindle::app
