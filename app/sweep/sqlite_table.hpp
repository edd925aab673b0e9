#pragma once
// Rows of a sweep as a table of an SQLite database, for studies that are asked for a part of their
// rows or columns.

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "app/scenario/json_document.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace spindle::app {

// What all values of a column are: the narrowest of these.
enum class ColumnKind { kEmpty, kInteger, kReal, kText };
// Of a column of `kind` that also has this value.
ColumnKind widened(ColumnKind kind, const Json& value);

struct TableColumn {
  std::string name;
  ColumnKind kind = ColumnKind::kEmpty;
};

// Table `runs` of the database in a file: a column of type INTEGER, REAL or TEXT for each, NULL
// where a row lacks it; (point, replication) is the key. Equal rows, equal bytes, for one version
// of SQLite. All functions throw OutputError.
class SqliteTable {
 public:
  // The file is empty, and nobody else's.
  SqliteTable(const std::filesystem::path& file, std::vector<TableColumn> columns);
  ~SqliteTable();
  SqliteTable(const SqliteTable&) = delete;
  SqliteTable& operator=(const SqliteTable&) = delete;

  void add(const Json& row);
  // No row is added after this.
  void finish();

 private:
  void run(const std::string& statement);
  void check(int code);
  void bind(int place, ColumnKind kind, const Json& value);

  std::filesystem::path file_;
  std::vector<TableColumn> columns_;
  sqlite3* database_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
};

}  // namespace spindle::app
