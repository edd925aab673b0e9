#pragma once
// Reads scenario files: JSON with comments, untrusted. All problems are found before anything is
// run, and reported together, each with file, line, column, JSON path, reason and suggestion.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/scenario/scenario.hpp"

namespace spindle::app {

struct Problem {
  std::string file;        // as the user named it, or "--set"
  std::size_t line = 0;    // from 1; 0 where there is no position
  std::size_t column = 0;  // from 1
  std::string path;        // dotted, e.g. "tenants.0.reads"; empty for the whole file
  std::string message;     // problem (why) — suggestion
};
// "FILE:LINE:COL: PATH: message", without the parts that are absent.
std::string to_string(const Problem& problem);

struct ReadResult {
  std::optional<Scenario> scenario;  // empty where there are problems
  std::vector<Problem> problems;     // in file order
  std::vector<Scenario> variants;    // by read_comparison() only
};

// A command that runs the base alone does not ask whether its variants could run too: a --set may
// fit the one and not the others.
enum class VariantCheck { kAllVariants, kBaseAlone };

// `sets` are "path=value" strings, applied in order before checking; value is JSON, or a bare word
// or quantity taken as a string. Setting the tag of a union (`placement.policy`) drops the keys
// beside it that the new choice does not have.
// The base scenario is checked always, and with kAllVariants every variant of `compare`, whose
// problems have the path compare.variants.N.set.…. With `variant` (its index) the result is that
// variant: its overrides are applied, and `variants`, as `compare` in resolved_json, is left out.
// read_comparison() gives the base scenario and every variant of it, from one reading of the file.
// Reading resolved_json again gives an equal scenario. Whether trace files exist is not checked.
// Never throws but std::bad_alloc; bounded memory (files over 64 MiB, nesting over 64 levels and
// more than 200,000 keys and values are problems); at most about 1,000 problems are listed.
ReadResult read_scenario(const std::filesystem::path& file, const std::vector<std::string>& sets,
                         VariantCheck check = VariantCheck::kAllVariants);
ReadResult read_comparison(const std::filesystem::path& file, const std::vector<std::string>& sets);
ReadResult read_scenario_text(std::string_view text, const std::string& file_name,
                              const std::vector<std::string>& sets,
                              std::optional<std::size_t> variant = std::nullopt,
                              VariantCheck check = VariantCheck::kAllVariants);

// The JSON schema (draft-07) of scenario files, generated from the reader's own table.
std::string scenario_schema();

}  // namespace spindle::app
