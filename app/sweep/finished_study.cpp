#include "app/sweep/finished_study.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

#include "app/report/atomic_file.hpp"
#include "app/scenario/sweep_fields.hpp"
#include "app/sweep/line_file.hpp"
#include "app/sweep/row_store.hpp"

namespace spindle::app {
namespace {

namespace fs = std::filesystem;

// Of sweep.json and scenario.json: what a scenario may have.
constexpr std::uintmax_t kLongestText = std::uintmax_t{64} << 20U;

std::optional<std::string> read_text(const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error) || fs::file_size(file, error) > kLongestText) {
    return std::nullopt;
  }
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

std::optional<std::uint64_t> whole(const Json& object, const char* key, std::uint64_t most) {
  const auto it = object.find(key);
  if (it == object.end() || !it->is_number_unsigned()) return std::nullopt;
  const auto value = it->get<std::uint64_t>();
  return value <= most ? std::optional(value) : std::nullopt;
}

std::optional<std::string> text(const Json& object, const char* key) {
  const auto it = object.find(key);
  if (it == object.end() || !it->is_string()) return std::nullopt;
  return it->get<std::string>();
}

bool read_shard_from(const Json& json, Shard& shard) {
  const auto given = json.find("shard");
  if (given == json.end()) return true;
  if (!given->is_object()) return false;
  const auto index = whole(*given, "index", kMostSweepRuns);
  const auto count = whole(*given, "count", kMostSweepRuns);
  if (!index || !count || *index >= *count) return false;
  shard = {static_cast<std::uint32_t>(*index), static_cast<std::uint32_t>(*count)};
  return true;
}

// False where a part is absent or none of its kind.
bool read_facts_from(const Json& json, StudyFacts& facts) {
  if (!json.is_object()) return false;
  const auto name = text(json, "scenario");
  const auto study = text(json, "study");
  const auto version = text(json, "version");
  const auto points = whole(json, "points", kMostSweepRuns);
  const auto repeat = whole(json, "replications", kMostSweepRuns);
  const auto columns = json.find("columns");
  if (!name || !study || !version || !points || !repeat || *repeat == 0) return false;
  if (*points * *repeat > kMostSweepRuns) return false;
  if (columns == json.end() || !columns->is_array()) return false;
  for (const Json& column : *columns) {
    if (!column.is_string()) return false;
    facts.columns.push_back(column.get<std::string>());
  }
  facts.name = *name;
  facts.study = *study;
  facts.version = *version;
  facts.points = *points;
  facts.repeat = static_cast<std::uint32_t>(*repeat);
  return read_shard_from(json, facts.shard);
}

}  // namespace

bool holds_unfinished_sweep(const fs::path& folder) {
  std::error_code error;
  const std::uintmax_t journal = fs::file_size(folder / kJournalFile, error);
  if (!error && journal > 0) return true;
  const auto content = read_text(folder / kStudyFile);
  if (!content) return false;
  const Json json = Json::parse(*content, nullptr, false);
  StudyFacts facts;
  if (!read_facts_from(json, facts)) return false;
  const auto finished = whole(json, "finished", kMostSweepRuns);
  const auto failed = whole(json, "failed", kMostSweepRuns);
  return finished && failed && *finished + *failed < facts.shard.runs_of(facts.runs());
}

std::optional<FinishedStudy> FinishedStudy::read(const fs::path& folder,
                                                 std::vector<std::string>& problems) {
  FinishedStudy study(folder);
  if (!study.read_facts(problems) || !study.read_rows(problems) || !study.read_failures(problems)) {
    return std::nullopt;
  }
  return study;
}

FinishedStudy::~FinishedStudy() {
  if (file_ >= 0) ::close(file_);
}

FinishedStudy::FinishedStudy(FinishedStudy&& other) noexcept
    : folder_(std::move(other.folder_)),
      facts_(std::move(other.facts_)),
      rows_(std::move(other.rows_)),
      failures_(std::move(other.failures_)),
      file_(std::exchange(other.file_, -1)) {}

bool FinishedStudy::read_facts(std::vector<std::string>& problems) {
  const fs::path file = folder_ / kStudyFile;
  const auto content = read_text(file);
  if (!content) {
    problems.push_back(fmt::format(
        "{}: no such file (a sweep leaves one at its end) — name the folder of a finished sweep, "
        "or end it by --resume",
        file.string()));
    return false;
  }
  const auto scenario = read_text(folder_ / "scenario.json");
  if (!scenario || !read_facts_from(Json::parse(*content, nullptr, false), facts_)) {
    problems.push_back(fmt::format(
        "{}: not the file of a sweep (or scenario.json beside it is missing) — run the sweep again",
        file.string()));
    return false;
  }
  facts_.scenario_json = *scenario;
  return true;
}

std::optional<std::uint64_t> FinishedStudy::number_of(const Json& row) const {
  if (!row.is_object() || text(row, "version") != facts_.version) return std::nullopt;
  const auto point = whole(row, "point", kMostSweepRuns);
  const auto replication = whole(row, "replication", kMostSweepRuns);
  if (!point || !replication || *point >= facts_.points || *replication >= facts_.repeat) {
    return std::nullopt;
  }
  return *point * facts_.repeat + *replication;
}

std::uint64_t FinishedStudy::run_of(const Json& row) const {
  return number_of(row).value();
}

bool FinishedStudy::read_rows(std::vector<std::string>& problems) {
  const fs::path file = folder_ / kRowsFile;
  file_ = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  std::uint64_t lines = 0;
  bool good = file_ >= 0;
  good = good &&
         for_each_line(file_,
                       [&](std::string_view line, std::uint64_t offset) {
                         if (!good || ++lines > kMostSweepRuns) {
                           good = false;
                           return;
                         }
                         const Json row = Json::parse(line, nullptr, false);
                         const auto run = number_of(row);
                         good = run && text(row, "digest");
                         if (good)
                           rows_.push_back({*run, offset, static_cast<std::uint32_t>(line.size())});
                       }) &&
         good;
  if (good) return true;
  problems.push_back(
      file_ < 0 ? fmt::format("{}: cannot be read ({})", file.string(), std::strerror(errno))
                : fmt::format("{}:{}: not a row of this sweep — run the sweep again with --resume",
                              file.string(), lines));
  return false;
}

bool FinishedStudy::read_failures(std::vector<std::string>& problems) {
  const fs::path file = folder_ / kFailuresFile;
  std::error_code error;
  if (!fs::exists(file, error)) return true;
  std::ifstream in(file, std::ios::binary);
  for (std::string line; std::getline(in, line);) {
    Json row = Json::parse(line, nullptr, false);
    if (number_of(row) && text(row, "error") && failures_.size() < kMostSweepRuns) {
      failures_.push_back(std::move(row));
      continue;
    }
    problems.push_back(
        fmt::format("{}: holds a line that is no failure of this sweep — run it again with "
                    "--resume",
                    file.string()));
    return false;
  }
  return true;
}

Json FinishedStudy::read_row(const StoredRow& row) const {
  std::string line(row.bytes, '\0');
  const ssize_t got = ::pread(file_, line.data(), line.size(), static_cast<off_t>(row.offset));
  Json json = got == static_cast<ssize_t>(line.size()) ? Json::parse(line, nullptr, false) : Json();
  if (!json.is_object()) {
    throw OutputError(
        fmt::format("{}: changed while it was read — try again", (folder_ / kRowsFile).string()));
  }
  return json;
}

}  // namespace spindle::app
