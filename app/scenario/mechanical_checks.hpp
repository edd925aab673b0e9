#pragma once
// What mechanical fidelity cannot do is refused, with its place, and never left out in silence.

#include <filesystem>
#include <string>
#include <string_view>

#include "app/scenario/json_document.hpp"
#include "app/scenario/problems.hpp"
#include "app/scenario/resolved_view.hpp"

namespace spindle::app {

// Where `run.fidelity` is mechanical, or the run has a `zoom`. `resolved` is what resolve() made of
// `root`; a check whose inputs are missing there is left out.
void check_mechanical(const Value& root, const Json& resolved, ProblemList& problems);

// Drives that rows of `fleet.models` cannot be made of: files that are absent or broken, with the
// place in them, and drives that no fleet can use. Whatever the fidelity, where mechanics are
// named. Files are relative to `folder`.
void check_drives(const Value& root, const Json& resolved, const std::filesystem::path& folder,
                  ProblemList& problems);

// Whose mechanics a row of `fleet.models` has: a preset's name or a drive file's.
std::string mechanics_of(const ResolvedView& row);
bool names_drive_file(std::string_view mechanics);

}  // namespace spindle::app
