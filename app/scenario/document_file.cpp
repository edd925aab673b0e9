#include "app/scenario/document_file.hpp"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <system_error>

namespace spindle::app {
namespace {

OpenedDocument not_opened(const std::string& file, std::string message, Position position = {}) {
  return {std::nullopt, {file, position.line, position.column, "", std::move(message)}};
}

// The file's bytes, at most one more than the limit; nothing where reading fails.
std::optional<std::string> read_bytes(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::nullopt;
  std::string text;
  std::array<char, 1U << 16U> block{};
  while (text.size() <= kMaxScenarioBytes) {
    in.read(block.data(), block.size());
    text.append(block.data(), static_cast<std::size_t>(in.gcount()));
    if (in.bad()) return std::nullopt;
    if (!in) break;
  }
  return text;
}

}  // namespace

OpenedDocument open_document_text(std::string_view text, const std::string& file_name,
                                  std::string_view kind) {
  ParsedDocument document = parse_document(text);
  if (!document.value) {
    return not_opened(file_name, document.fault.message, document.fault.position);
  }
  if (document.value->type != Value::Type::kObject) {
    return not_opened(file_name,
                      fmt::format("a {} is one JSON object, got {} — begin with {{", kind,
                                  describe(*document.value)),
                      document.value->origin.position);
  }
  return {std::move(document.value), {}};
}

OpenedDocument open_document(const std::filesystem::path& file, std::string_view kind) {
  const std::string name = file.string();
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(file, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    return not_opened(name, "no such file — check the path");
  }
  if (std::filesystem::is_directory(status)) {
    return not_opened(name, fmt::format("is a directory — name the {} file in it", kind));
  }
  if (error) return not_opened(name, fmt::format("cannot be read ({})", error.message()));
  const std::optional<std::string> text = read_bytes(file);
  if (!text) return not_opened(name, "cannot be read (is it readable to you?)");
  return open_document_text(*text, name, kind);
}

}  // namespace spindle::app
