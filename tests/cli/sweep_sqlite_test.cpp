// `--sqlite`: the rows of a sweep as a table, read back and held to sweep.jsonl.
#include <sqlite3.h>

#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/cli/program.hpp"

using namespace spindle::test;
using OrderedJson = nlohmann::ordered_json;

namespace {

class Database {
 public:
  explicit Database(const fs::path& file) {
    REQUIRE(sqlite3_open_v2(file.c_str(), &database_, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK);
  }
  ~Database() { sqlite3_close(database_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // The rows as objects, with values of the types that the table has.
  [[nodiscard]] std::vector<OrderedJson> ask(const std::string& query) const {
    sqlite3_stmt* statement = nullptr;
    REQUIRE(sqlite3_prepare_v2(database_, query.c_str(), -1, &statement, nullptr) == SQLITE_OK);
    std::vector<OrderedJson> rows;
    while (sqlite3_step(statement) == SQLITE_ROW) {
      OrderedJson& row = rows.emplace_back(OrderedJson::object());
      for (int i = 0; i < sqlite3_column_count(statement); ++i) {
        row[sqlite3_column_name(statement, i)] = value(statement, i);
      }
    }
    CHECK(sqlite3_finalize(statement) == SQLITE_OK);
    return rows;
  }

 private:
  static OrderedJson value(sqlite3_stmt* statement, int i) {
    switch (sqlite3_column_type(statement, i)) {
      case SQLITE_INTEGER:
        return sqlite3_column_int64(statement, i);
      case SQLITE_FLOAT:
        return sqlite3_column_double(statement, i);
      case SQLITE_TEXT:
        return reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
      default:
        return nullptr;
    }
  }

  sqlite3* database_ = nullptr;
};

std::vector<OrderedJson> lines_of(const fs::path& file) {
  std::vector<OrderedJson> rows;
  std::istringstream lines(read_file(file));
  for (std::string line; std::getline(lines, line);) rows.push_back(OrderedJson::parse(line));
  return rows;
}

// Numbers are equal by value (a metric is a real number in the table, 0 or 0.0 in the lines), and
// what a line lacks is null.
void check_equal(const std::vector<OrderedJson>& table, const std::vector<OrderedJson>& lines) {
  REQUIRE(table.size() == lines.size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    for (const auto& [name, value] : lines[i].items()) CHECK(table[i].contains(name));
    for (const auto& [name, value] : table[i].items()) {
      INFO(name);
      CHECK(value == (lines[i].contains(name) ? lines[i][name] : OrderedJson()));
    }
  }
}

}  // namespace

TEST_CASE("sweep table: SQLite reads the rows of the sweep, with types") {
  const Scratch scratch;
  write_file(scratch.path() / "s.json", quick_sweep(R"("random", "static")", 2));
  // One path that only some points set, whole numbers, and quantities.
  const std::string sweep =
      "\"$SPINDLE\" sweep s.json -q --axis fleet.drives=90,99 --axis data.extent='100 GB,200 GB' ";
  REQUIRE(shell(scratch.path(), sweep + "--out out --sqlite").exit_code == 0);
  const Database database(scratch.path() / "out/sweep.sqlite");
  check_equal(database.ask("SELECT * FROM runs ORDER BY point, replication"),
              lines_of(scratch.path() / "out/sweep.jsonl"));
  std::map<std::string, std::string> types;
  for (const OrderedJson& column :
       database.ask("SELECT name, type FROM pragma_table_info('runs')")) {
    types[column["name"]] = column["type"];
  }
  for (const char* name : {"point", "replication", "fleet.drives", "seed"}) {
    CHECK(types[name] == "INTEGER");
  }
  for (const char* name : {"run_id", "placement.policy", "data.extent", "digest", "version"}) {
    CHECK(types[name] == "TEXT");
  }
  CHECK(types["capacity.skew.over"] == "REAL");
  CHECK(types["capacity.unplaced_extents"] == "REAL");
  CHECK(database.ask("PRAGMA integrity_check")[0]["integrity_check"] == "ok");
  CHECK(database.ask("SELECT count(*) AS n FROM runs WHERE \"fleet.drives\" = 99")[0]["n"] == 8);

  // Shards that are merged, and what is asked for later, leave the same bytes.
  const std::string bytes = read_file(scratch.path() / "out/sweep.sqlite");
  for (const char* shard : {"0/3", "1/3", "2/3"}) {
    REQUIRE(shell(scratch.path(), sweep + "--out cut --shard " + shard).exit_code == 0);
  }
  REQUIRE(shell(scratch.path(), "\"$SPINDLE\" merge cut -q --sqlite").exit_code == 0);
  CHECK(read_file(scratch.path() / "cut/sweep.sqlite") == bytes);
  REQUIRE(shell(scratch.path(), sweep + "--out out --resume").exit_code == 0);
  CHECK_FALSE(fs::exists(scratch.path() / "out/sweep.sqlite"));
  REQUIRE(shell(scratch.path(), sweep + "--out out --resume --sqlite").exit_code == 0);
  CHECK(read_file(scratch.path() / "out/sweep.sqlite") == bytes);
  CHECK(std::distance(fs::directory_iterator(scratch.path() / "out"), {}) == 5);
}
