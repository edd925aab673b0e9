#include "app/sweep/study_files.hpp"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "app/report/atomic_file.hpp"
#include "app/report/metric_table.hpp"
#include "app/report/text_table.hpp"
#include "app/sweep/row_store.hpp"
#include "app/sweep/rows.hpp"
#include "app/sweep/sqlite_table.hpp"
#include "sim/digest.hpp"

namespace spindle::app {
namespace {

namespace fs = std::filesystem;

// Hands lines on in pieces: a file may be larger than memory.
class LineWriter {
 public:
  explicit LineWriter(AtomicFile& file) : file_(file) {}
  void add(std::string_view line) {
    constexpr std::size_t kPiece = std::size_t{1} << 20U;
    text_ += line;
    text_ += '\n';
    if (text_.size() < kPiece) return;
    file_.write(text_);
    text_.clear();
  }
  void finish() {
    file_.write(text_);
    file_.finish();
  }

 private:
  AtomicFile& file_;
  std::string text_;
};

std::string csv_text(const std::string& text) {
  return text.find_first_of(",\"\r\n") == std::string::npos ? text : csv_quoted(text);
}

// Absent and undefined values are empty.
std::string csv_cell(const Json* value) {
  if (value == nullptr || value->is_null()) return {};
  if (value->is_string()) return csv_text(value->get<std::string>());
  return csv_text(value->dump());
}

const Json* find(const Json& row, const std::string& name) {
  const auto it = row.find(name);
  return it == row.end() ? nullptr : &*it;
}

std::string csv_line(const Json& row, const std::vector<std::string>& columns) {
  std::string line;
  // Rows have their members in the order of the columns: a search starts behind the last find.
  auto next = row.begin();
  for (const std::string& column : columns) {
    if (&column != &columns.front()) line += ',';
    if (next != row.end() && next.key() == column) {
      line += csv_cell(&*next);
      ++next;
      continue;
    }
    line += csv_cell(find(row, column));
  }
  return line;
}

std::string csv_head(const std::vector<std::string>& columns) {
  std::string line;
  for (const std::string& column : columns) {
    if (&column != &columns.front()) line += ',';
    line += csv_text(column);
  }
  return line;
}

std::vector<std::string> head_columns(const StudyFacts& facts) {
  std::vector<std::string> columns = {"point", "replication", "run_id"};
  columns.insert(columns.end(), facts.columns.begin(), facts.columns.end());
  columns.insert(columns.end(), {"seed", "version"});
  return columns;
}

// Those that some row has, in the order of the table of metrics, as metrics.json has them.
std::vector<std::string> metric_columns(const RowSource& rows) {
  std::set<std::string> present;
  rows([&](const Json& row) {
    for_each_metric(row, [&](const std::string& name, const Json&) { present.insert(name); });
  });
  std::vector<std::string> columns;
  for (const MetricRow& metric : metric_table()) {
    if (!present.contains(metric.name)) continue;
    columns.emplace_back(metric.name);
    if (columns.back() == "durability.nines" && present.contains("durability.estimator")) {
      columns.emplace_back("durability.estimator");
    }
  }
  return columns;
}

std::vector<std::string> all_columns(const StudyFacts& facts, const RowSource& rows) {
  std::vector<std::string> columns = head_columns(facts);
  columns.emplace_back("digest");
  for (std::string& metric : metric_columns(rows)) columns.push_back(std::move(metric));
  return columns;
}

WrittenStudy write_rows(FileBatch& batch, const std::vector<std::string>& columns,
                        const RowSource& rows) {
  LineWriter lines(batch.add(kRowsFile));
  LineWriter csv(batch.add("sweep.csv"));
  csv.add(csv_head(columns));
  WrittenStudy written;
  sim::Digest digest;
  rows([&](const Json& row) {
    lines.add(row.dump());
    csv.add(csv_line(row, columns));
    digest.add(std::string_view(row.at("digest").get_ref<const std::string&>()));
    const Json* unplaced = find(row, "capacity.unplaced_extents");
    if (unplaced != nullptr && unplaced->is_number() && unplaced->get<double>() > 0) {
      ++written.unplaced;
    }
    ++written.finished;
  });
  lines.finish();
  csv.finish();
  written.digest = digest.hex();
  return written;
}

// Types are what the rows have; metrics are real numbers, whether or not they have a point, or
// text.
void write_table(FileBatch& batch, const std::vector<std::string>& columns, const RowSource& rows) {
  std::vector<TableColumn> table;
  std::set<std::string> known;
  bool is_metric = false;
  for (const std::string& name : columns) {
    if (known.insert(name).second) {
      table.push_back({name, is_metric ? ColumnKind::kReal : ColumnKind::kEmpty});
    }
    is_metric = is_metric || name == "digest";
  }
  rows([&](const Json& row) {
    for (TableColumn& column : table) {
      if (const Json* value = find(row, column.name)) column.kind = widened(column.kind, *value);
    }
  });
  AtomicFile& file = batch.add(kTableFile);
  SqliteTable out(file.temporary(), std::move(table));
  rows([&](const Json& row) { out.add(row); });
  out.finish();
}

void write_failures(FileBatch& batch, const StudyFacts& facts, const std::vector<Json>& failures) {
  if (failures.empty()) {
    batch.remove(kFailuresFile);
    batch.remove("failures.csv");
    return;
  }
  std::vector<std::string> columns = head_columns(facts);
  columns.emplace_back("error");
  LineWriter lines(batch.add(kFailuresFile));
  LineWriter csv(batch.add("failures.csv"));
  csv.add(csv_head(columns));
  for (const Json& row : failures) {
    lines.add(row.dump());
    csv.add(csv_line(row, columns));
  }
  lines.finish();
  csv.finish();
}

std::string study_json(const StudyFacts& facts, const WrittenStudy& written, std::size_t failures) {
  Json json;
  json["scenario"] = facts.name;
  json["study"] = facts.study;
  json["version"] = facts.version;
  json["points"] = facts.points;
  json["replications"] = facts.repeat;
  json["runs"] = facts.runs();
  if (facts.shard.count > 1) {
    json["shard"] = {{"index", facts.shard.index}, {"count", facts.shard.count}};
  }
  json["columns"] = facts.columns;
  json["finished"] = written.finished;
  json["failed"] = failures;
  json["digest"] = written.digest;
  return json.dump(2) + "\n";
}

}  // namespace

WrittenStudy write_study(const fs::path& folder, const StudyFacts& facts, const RowSource& rows,
                         const std::vector<Json>& failures, bool sqlite) {
  make_folder(folder);
  FileBatch batch(folder);
  const std::vector<std::string> columns = all_columns(facts, rows);
  const WrittenStudy written = write_rows(batch, columns, rows);
  if (sqlite) {
    write_table(batch, columns, rows);
  } else {
    batch.remove(kTableFile);
  }
  write_failures(batch, facts, failures);
  batch.add("scenario.json", facts.scenario_json);
  batch.add(kStudyFile, study_json(facts, written, failures.size()));
  batch.commit();
  return written;
}

}  // namespace spindle::app
