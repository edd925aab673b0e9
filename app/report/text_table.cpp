#include "app/report/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end - begin));
    if (end == std::string::npos) return lines;
    begin = end + 1;
  }
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

// A bar would end the cell.
std::string markdown_cell(const std::string& cell) {
  std::string out;
  for (const char c : cell) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string padded(const std::string& cell, std::size_t width, bool right) {
  const std::string space(width - std::min(width, display_width(cell)), ' ');
  return right ? space + cell : cell + space;
}

std::string csv_cell(const std::string& cell) {
  return cell.find_first_of(",\"\n") == std::string::npos ? cell : csv_quoted(cell);
}

std::string trimmed_right(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

std::optional<Format> parse_format(std::string_view word) {
  if (word == "table") return Format::kTable;
  if (word == "json") return Format::kJson;
  if (word == "csv") return Format::kCsv;
  if (word == "md") return Format::kMarkdown;
  return std::nullopt;
}

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::string TextTable::render(Format format) const {
  if (format == Format::kMarkdown) return render_markdown();
  if (format == Format::kCsv) return render_csv();
  return render_aligned();
}

std::string TextTable::render_aligned() const {
  std::vector<std::vector<std::string>> headers;
  std::size_t header_lines = 0;
  std::vector<std::size_t> width;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    headers.push_back(split_lines(columns_[c].header));
    header_lines = std::max(header_lines, headers.back().size());
    std::size_t w = 0;
    for (const std::string& line : headers.back()) w = std::max(w, display_width(line));
    for (const auto& row : rows_) w = std::max(w, display_width(row[c]));
    width.push_back(w);
  }
  std::string out;
  for (std::size_t l = 0; l < header_lines; ++l) {
    std::string line;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      const std::string cell = l < headers[c].size() ? headers[c][l] : std::string();
      line += padded(cell, width[c], columns_[c].align_right) + "  ";
    }
    out += trimmed_right(line) + "\n";
  }
  std::size_t total = 0;
  for (const std::size_t w : width) total += w + 2;
  out += std::string(total - 2, '-') + "\n";
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      line += padded(row[c], width[c], columns_[c].align_right) + "  ";
    }
    out += trimmed_right(line) + "\n";
  }
  return out;
}

std::string TextTable::render_markdown() const {
  std::string out = "|";
  std::string rule = "|";
  for (const Column& column : columns_) {
    out += " " + one_line(column.header) + " |";
    rule += column.align_right ? " ---: |" : " --- |";
  }
  out += "\n" + rule + "\n";
  for (const auto& row : rows_) {
    out += "|";
    for (const std::string& cell : row) out += " " + markdown_cell(cell) + " |";
    out += "\n";
  }
  return out;
}

std::string TextTable::render_csv() const {
  std::string out;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    out += (c == 0 ? "" : ",") + csv_cell(one_line(columns_[c].header));
  }
  out += "\n";
  for (const auto& row : rows_) {
    for (std::size_t c = 0; c < row.size(); ++c) out += (c == 0 ? "" : ",") + csv_cell(row[c]);
    out += "\n";
  }
  return out;
}

std::string csv_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string percent(double ratio, int decimals) {
  return std::isfinite(ratio) ? fmt::format("{:.{}f}", 100 * ratio, decimals) : "-";
}

std::string significant(double value, int digits) {
  return std::isfinite(value) ? fmt::format("{:.{}g}", value, digits) : "-";
}

std::string readable(double value, int digits) {
  std::string out = significant(value, digits);
  return out.find("e+") == std::string::npos ? out : whole(value);
}

std::string whole(double value) {
  if (!std::isfinite(value) || value < 0) return "-";
  constexpr double kLongest = 1e15;  // beyond, digits are noise and columns too wide
  return value < kLongest ? grouped(static_cast<std::uint64_t>(std::llround(value)))
                          : significant(value, 4);
}

}  // namespace spindle::app
