#pragma once
// Tables for people and for programs, from the same rows.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spindle::app {

enum class Format { kTable, kJson, kCsv, kMarkdown };
std::optional<Format> parse_format(std::string_view word);  // table, json, csv, md

struct Column {
  std::string header;  // line breaks allowed: "fill\nmean\n%"
  bool align_right = true;
};

class TextTable {
 public:
  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}
  // Precondition: one cell a column.
  void add_row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  // kTable, kCsv or kMarkdown.
  [[nodiscard]] std::string render(Format format) const;

 private:
  [[nodiscard]] std::string render_aligned() const;
  [[nodiscard]] std::string render_markdown() const;
  [[nodiscard]] std::string render_csv() const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// Width on a terminal: UTF-8 code points.
std::size_t display_width(std::string_view text);

// The text in double quotes, those in it doubled (RFC 4180).
std::string csv_quoted(std::string_view text);

// Numbers with digits that mean something: "12.3 %", "0.041", "3.2e-11", "5,556". What is undefined
// or infinite is "-", as it is null in JSON and empty in CSV.
std::string percent(double ratio, int decimals = 1);
std::string significant(double value, int digits = 3);
// The same, where it would need an exponent for its size as a whole number instead: "7,128,000".
std::string readable(double value, int digits = 3);
std::string whole(double value);

}  // namespace spindle::app
