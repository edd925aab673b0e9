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
};

// `sets` are "path=value" strings, applied in order before checking; value is JSON, or a bare word
// or quantity taken as a string. `variant` applies that variant's overrides on top (its index in
// compare.variants); all checks run on the result. Never throws; bounded memory (files over 64 MiB
// and nesting over 64 levels are problems).
ReadResult read_scenario(const std::filesystem::path& file, const std::vector<std::string>& sets,
                         std::optional<std::size_t> variant = std::nullopt);
ReadResult read_scenario_text(std::string_view text, const std::string& file_name,
                              const std::vector<std::string>& sets,
                              std::optional<std::size_t> variant = std::nullopt);

// The JSON schema (draft-07) of scenario files, generated from the reader's own table.
std::string scenario_schema();

}  // namespace spindle::app
