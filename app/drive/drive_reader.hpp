#pragma once
// Reads drive files, untrusted, and the built-in drives, which are such files too. All problems are
// reported together, each with file, line, column, path, reason and mend.

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/scenario/reader.hpp"
#include "models/drive/mechanics.hpp"

namespace spindle::app {

struct DriveReadResult {
  std::optional<models::MechanicalSpec> drive;  // valid; empty where there are problems
  std::vector<Problem> problems;                // in file order
};

// Bounds and exceptions as of read_scenario.
DriveReadResult read_drive(const std::filesystem::path& file);
DriveReadResult read_drive_text(std::string_view text, const std::string& file_name);

// scenarios/drives/*.json, as they were when the program was built, by name.
struct DrivePresetText {
  std::string_view name;
  std::string_view text;
};
std::span<const DrivePresetText> drive_preset_texts();
// Empty where no preset has that name.
std::optional<models::MechanicalSpec> find_mechanical_preset(std::string_view name);
std::vector<std::string> mechanical_preset_names();

}  // namespace spindle::app
