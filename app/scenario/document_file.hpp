#pragma once
// Opens JSON files of any kind: the object in them, or why there is none.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "app/scenario/json_document.hpp"
#include "app/scenario/reader.hpp"

namespace spindle::app {

struct OpenedDocument {
  std::optional<Value> value;  // an object
  Problem problem;             // where there is no value
};

// `kind` names what the file should be: "scenario". Bounds and exceptions as of read_scenario.
OpenedDocument open_document(const std::filesystem::path& file, std::string_view kind);
OpenedDocument open_document_text(std::string_view text, const std::string& file_name,
                                  std::string_view kind);

}  // namespace spindle::app
