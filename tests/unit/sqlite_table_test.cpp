// Types of columns, and what a table refuses. What it holds: tests/cli/sweep_sqlite_test.cpp.
#include "app/sweep/sqlite_table.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "app/report/atomic_file.hpp"
#include "tests/support/files.hpp"

using namespace spindle::app;
using spindle::test::Scratch;
using spindle::test::write_file;

namespace {

const std::vector<TableColumn> kKey = {{"point", ColumnKind::kInteger},
                                       {"replication", ColumnKind::kInteger}};

}  // namespace

TEST_CASE("sqlite table: a column has the narrowest type of its values") {
  const auto kind_of = [](const std::vector<Json>& values) {
    ColumnKind kind = ColumnKind::kEmpty;
    for (const Json& value : values) kind = widened(kind, value);
    return kind;
  };
  CHECK(kind_of({nullptr}) == ColumnKind::kEmpty);
  CHECK(kind_of({1, nullptr, -1}) == ColumnKind::kInteger);
  CHECK(kind_of({1, 2.5}) == ColumnKind::kReal);
  CHECK(kind_of({2.5, "a", 1}) == ColumnKind::kText);
  CHECK(kind_of({true}) == ColumnKind::kText);
  CHECK(kind_of({Json::object()}) == ColumnKind::kText);
  CHECK(kind_of({std::uint64_t{INT64_MAX}}) == ColumnKind::kInteger);
  CHECK(kind_of({std::uint64_t{INT64_MAX} + 1}) == ColumnKind::kReal);
}

TEST_CASE("sqlite table: what cannot be written is an error that names the file") {
  const Scratch scratch;
  const std::string absent = (scratch.path() / "absent").string();
  CHECK_THROWS_WITH(SqliteTable(absent, kKey), Catch::StartsWith(absent + ": cannot write ("));
  write_file(scratch.path() / "other", std::string(5000, 'x'));
  CHECK_THROWS_AS(SqliteTable(scratch.path() / "other", kKey), OutputError);
  write_file(scratch.path() / "wide", "");
  std::vector<TableColumn> wide = kKey;
  for (int i = 0; i < 3000; ++i) wide.push_back({"c" + std::to_string(i), ColumnKind::kReal});
  CHECK_THROWS_WITH(SqliteTable(scratch.path() / "wide", wide),
                    Catch::Contains("too many columns"));
  write_file(scratch.path() / "twice", "");
  SqliteTable table(scratch.path() / "twice", kKey);
  const Json row = {{"point", 1}, {"replication", 0}};
  table.add(row);
  CHECK_THROWS_AS(table.add(row), OutputError);
}
