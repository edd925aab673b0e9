#include "app/sweep/sqlite_table.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <limits>
#include <utility>

#include "app/report/atomic_file.hpp"

namespace spindle::app {
namespace {

std::string quoted(const std::string& name) {
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

const char* type_name(ColumnKind kind) {
  switch (kind) {
    case ColumnKind::kInteger:
      return "INTEGER";
    case ColumnKind::kReal:
      return "REAL";
    case ColumnKind::kEmpty:
    case ColumnKind::kText:
      break;
  }
  return "TEXT";
}

ColumnKind kind_of(const Json& value) {
  if (value.is_null()) return ColumnKind::kEmpty;
  if (value.is_number_float()) return ColumnKind::kReal;
  if (!value.is_number()) return ColumnKind::kText;
  // What SQLite's integers do not hold.
  const bool fits =
      !value.is_number_unsigned() ||
      value.get<std::uint64_t>() <= std::uint64_t{std::numeric_limits<std::int64_t>::max()};
  return fits ? ColumnKind::kInteger : ColumnKind::kReal;
}

}  // namespace

ColumnKind widened(ColumnKind kind, const Json& value) {
  return std::max(kind, kind_of(value));
}

SqliteTable::SqliteTable(const std::filesystem::path& file, std::vector<TableColumn> columns)
    : file_(file), columns_(std::move(columns)) {
  check(sqlite3_open_v2(file_.c_str(), &database_, SQLITE_OPEN_READWRITE, nullptr));
  // A file that takes its place when it is whole needs no journal, and is synced by whoever made
  // it.
  run("PRAGMA journal_mode = OFF");
  run("PRAGMA synchronous = OFF");
  run("PRAGMA locking_mode = EXCLUSIVE");
  std::string names;
  std::string places;
  for (const TableColumn& column : columns_) {
    names += fmt::format("{} {}, ", quoted(column.name), type_name(column.kind));
    places += places.empty() ? "?" : ", ?";
  }
  run("BEGIN");
  run(fmt::format("CREATE TABLE runs ({}PRIMARY KEY (point, replication))", names));
  const std::string insert = fmt::format("INSERT INTO runs VALUES ({})", places);
  check(sqlite3_prepare_v2(database_, insert.c_str(), -1, &insert_, nullptr));
}

SqliteTable::~SqliteTable() {
  sqlite3_finalize(insert_);
  sqlite3_close(database_);
}

void SqliteTable::add(const Json& row) {
  // Rows have their members in the order of the columns: a search starts behind the last find.
  auto next = row.begin();
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const bool is_next = next != row.end() && next.key() == columns_[i].name;
    const auto value = is_next ? next : row.find(columns_[i].name);
    if (value == row.end()) continue;
    bind(static_cast<int>(i) + 1, columns_[i].kind, *value);
    next = std::next(value);
  }
  if (sqlite3_step(insert_) != SQLITE_DONE) check(sqlite3_errcode(database_));
  check(sqlite3_reset(insert_));
  check(sqlite3_clear_bindings(insert_));
}

void SqliteTable::finish() {
  check(sqlite3_finalize(std::exchange(insert_, nullptr)));
  run("COMMIT");
  check(sqlite3_close(std::exchange(database_, nullptr)));
}

void SqliteTable::run(const std::string& statement) {
  check(sqlite3_exec(database_, statement.c_str(), nullptr, nullptr, nullptr));
}

void SqliteTable::check(int code) {
  if (code == SQLITE_OK) return;
  const char* what = database_ != nullptr ? sqlite3_errmsg(database_) : sqlite3_errstr(code);
  throw OutputError(fmt::format("{}: cannot write ({})", file_.string(), what));
}

void SqliteTable::bind(int place, ColumnKind kind, const Json& value) {
  if (value.is_null()) return;
  if (kind == ColumnKind::kInteger) {
    check(sqlite3_bind_int64(insert_, place, value.get<std::int64_t>()));
  } else if (kind == ColumnKind::kReal) {
    check(sqlite3_bind_double(insert_, place, value.get<double>()));
  } else {
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    check(sqlite3_bind_text(insert_, place, text.c_str(), static_cast<int>(text.size()),
                            SQLITE_TRANSIENT));  // NOLINT: a macro of its own
  }
}

}  // namespace spindle::app
