// The journal of a sweep: what is finished stays, what is torn or foreign does not count.
#include "app/sweep/row_store.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/report/atomic_file.hpp"
#include "tests/support/files.hpp"

using namespace spindle::app;
using spindle::test::read_file;
using spindle::test::Scratch;
using spindle::test::write_file;

namespace {

const std::vector<std::uint64_t> kIds = {0x10, 0x20, 0x30, 0x20};

Json row(const char* id, const char* version = "v") {
  return Json{
      {"run_id", id}, {"version", version}, {"digest", "d"}, {"durability.estimator", "analytic"}};
}

// The journal of rows 10 and 20.
std::string journal_of_two(const Scratch& scratch) {
  {
    RowStore store(scratch.path(), kIds);
    store.append(0x10, row("0000000000000010"));
    store.append(0x20, row("0000000000000020"));
  }
  return read_file(scratch.path() / kJournalFile);
}

std::uint64_t loaded(const Scratch& scratch) {
  RowStore store(scratch.path(), kIds);
  return store.load("v");
}

}  // namespace

TEST_CASE("row store: rows come back by their ids, from journal and table") {
  const Scratch scratch;
  journal_of_two(scratch);
  write_file(scratch.path() / kRowsFile, row("0000000000000030").dump() + "\n");
  RowStore store(scratch.path(), kIds);
  CHECK(store.load("v") == 3);
  for (const std::uint64_t id : kIds) REQUIRE(store.has(id));
  CHECK_FALSE(store.has(0x40));
  CHECK(store.read(0x20) == row("0000000000000020"));
  CHECK(store.read(0x30) == row("0000000000000030"));
}

TEST_CASE("row store: a torn end is cut off, wherever it was torn, and written over") {
  const Scratch scratch;
  const std::string whole = journal_of_two(scratch);
  const std::size_t first = whole.find('\n') + 1;
  for (std::size_t end = first; end < whole.size(); ++end) {
    write_file(scratch.path() / kJournalFile, whole.substr(0, end));
    RowStore store(scratch.path(), kIds);
    CHECK(store.load("v") == 1);
    store.append(0x20, row("0000000000000020"));
    CHECK(read_file(scratch.path() / kJournalFile) == whole);
  }
}

TEST_CASE("row store: a row that was changed does not count, the ones behind it do") {
  const Scratch scratch;
  std::string text = journal_of_two(scratch);
  text[text.find("run_id") + 12] = '7';
  write_file(scratch.path() / kJournalFile, text);
  CHECK(loaded(scratch) == 1);
  write_file(scratch.path() / kJournalFile, std::string(1000, '\0'));
  CHECK(loaded(scratch) == 0);
  CHECK(spindle::test::fs::file_size(scratch.path() / kJournalFile) == 0);
}

TEST_CASE("row store: rows of other versions, other runs and no rows at all do not count") {
  const Scratch scratch;
  write_file(scratch.path() / kRowsFile,
             row("0000000000000010", "w").dump() + "\n" + row("0000000000000040").dump() +
                 "\n[1]\nno json\n{}\n{\"run_id\": 16}\n" + row("xyz").dump() + "\n");
  CHECK(loaded(scratch) == 0);
}

TEST_CASE("row store: one process has the journal") {
  const Scratch scratch;
  const RowStore store(scratch.path(), kIds);
  CHECK_THROWS_AS(RowStore(scratch.path(), kIds), UnwritableFolder);
}
