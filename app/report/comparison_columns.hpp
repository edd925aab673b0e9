#pragma once
// Which metrics `spindle compare` shows, under which headings, and how they are to be read.

#include <span>
#include <string>

namespace spindle::app {

struct ComparisonColumn {
  const char* header;
  const char* metric;
  std::string (*text)(double);
};

// A table of its own, of the variants that have `metric`.
struct ComparisonSection {
  const char* title;
  const char* metric;
  std::span<const ComparisonColumn> columns;  // those of metrics that some variant has
  const char* legend;
  bool has_notes;  // what variants note (ComparedVariant::notes) is told where it is there
};

// Of the first table, one row a variant.
std::span<const ComparisonColumn> comparison_columns();
// Those after it, in their order.
std::span<const ComparisonSection> comparison_sections();

}  // namespace spindle::app
