#include "app/sweep/merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <system_error>
#include <tuple>
#include <utility>

#include "app/report/atomic_file.hpp"
#include "app/sweep/finished_study.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFailed = std::numeric_limits<std::size_t>::max();

// Where a run of the merged study is.
struct Part {
  std::uint64_t run = 0;
  std::size_t shard = 0;
  std::size_t row = 0;  // of its rows; kFailed: among its failures
};

void check_alike(const std::vector<FinishedStudy>& shards, std::vector<std::string>& problems) {
  const FinishedStudy& first = shards.front();
  for (const FinishedStudy& shard : shards) {
    const auto differ = [&](const char* what, const std::string& mine, const std::string& theirs,
                            const char* mend) {
      problems.push_back(fmt::format("{}: of another {} than {} ({}, not {}) — {}",
                                     shard.folder().string(), what, first.folder().string(), mine,
                                     theirs, mend));
    };
    if (shard.facts().version != first.facts().version) {
      differ("version", shard.facts().version, first.facts().version,
             "run all shards with one program");
    } else if (shard.facts().study != first.facts().study) {
      differ("study", fmt::format("{} {}", shard.facts().name, shard.facts().study),
             fmt::format("{} {}", first.facts().name, first.facts().study),
             "run all shards with the same scenario and options");
    }
  }
}

std::vector<Part> parts_of(const std::vector<FinishedStudy>& shards) {
  std::vector<Part> parts;
  for (std::size_t s = 0; s < shards.size(); ++s) {
    const std::vector<StoredRow>& rows = shards[s].rows();
    for (std::size_t i = 0; i < rows.size(); ++i) parts.push_back({rows[i].run, s, i});
    for (const Json& row : shards[s].failures()) {
      parts.push_back({shards[s].run_of(row), s, kFailed});
    }
  }
  std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) {
    return std::tuple(a.run, a.shard, a.row) < std::tuple(b.run, b.shard, b.row);
  });
  return parts;
}

// "point 3, replication 1".
std::string run_text(const StudyFacts& facts, std::uint64_t run) {
  if (facts.repeat == 1) return fmt::format("point {}", run);
  return fmt::format("point {}, replication {}", run / facts.repeat, run % facts.repeat);
}

void check_complete(const std::vector<FinishedStudy>& shards, const std::vector<Part>& parts,
                    std::vector<std::string>& problems) {
  const StudyFacts& facts = shards.front().facts();
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (parts[i].run != parts[i - 1].run) continue;
    problems.push_back(fmt::format("{} and {}: both have {} (they overlap) — name each shard once",
                                   shards[parts[i - 1].shard].folder().string(),
                                   shards[parts[i].shard].folder().string(),
                                   run_text(facts, parts[i].run)));
    return;
  }
  if (parts.size() == facts.runs()) return;
  std::uint64_t missing = 0;
  while (missing < parts.size() && parts[missing].run == missing) ++missing;
  problems.push_back(fmt::format(
      "{} of {} are missing (the first: {}) — name all shards, and end those that are not "
      "finished by --resume",
      grouped(facts.runs() - parts.size()), counted(facts.runs(), "run"),
      run_text(facts, missing)));
}

// The number in "shard-2-of-7"; nothing where the folder is called otherwise.
std::optional<std::uint64_t> shard_number(const std::string& name) {
  constexpr std::string_view kStart = "shard-";
  if (!name.starts_with(kStart) || name.find("-of-") == std::string::npos) return std::nullopt;
  std::uint64_t number = 0;
  for (std::size_t i = kStart.size(); i < name.size() && name[i] != '-'; ++i) {
    if (name[i] < '0' || name[i] > '9' || number > 1'000'000) return std::nullopt;
    number = 10 * number + static_cast<std::uint64_t>(name[i] - '0');
  }
  return number;
}

}  // namespace

std::vector<fs::path> shard_folders(const std::vector<fs::path>& given) {
  std::vector<fs::path> out;
  for (const fs::path& folder : given) {
    std::vector<std::pair<std::uint64_t, fs::path>> shards;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
      const auto number = shard_number(entry.path().filename().string());
      if (number && entry.is_directory(error)) shards.emplace_back(*number, entry.path());
    }
    std::sort(shards.begin(), shards.end());
    const bool is_study = shards.empty();
    if (is_study) out.push_back(folder);
    for (auto& [number, path] : shards) out.push_back(std::move(path));
  }
  return out;
}

Merged merge_studies(const std::vector<fs::path>& folders, const fs::path& out, bool sqlite) {
  Merged merged;
  std::vector<FinishedStudy> shards;
  for (const fs::path& folder : folders) {
    if (auto shard = FinishedStudy::read(folder, merged.problems)) {
      shards.push_back(std::move(*shard));
    }
  }
  if (!merged.problems.empty() || shards.empty()) return merged;
  check_alike(shards, merged.problems);
  if (!merged.problems.empty()) return merged;
  const std::vector<Part> parts = parts_of(shards);
  check_complete(shards, parts, merged.problems);
  if (!merged.problems.empty()) return merged;

  std::vector<Json> failures;
  for (const FinishedStudy& shard : shards) {
    failures.insert(failures.end(), shard.failures().begin(), shard.failures().end());
  }
  std::sort(failures.begin(), failures.end(), [&](const Json& a, const Json& b) {
    return shards.front().run_of(a) < shards.front().run_of(b);
  });
  StudyFacts facts = shards.front().facts();
  facts.shard = {};
  const RowSource rows = [&](const std::function<void(const Json&)>& visit) {
    for (const Part& part : parts) {
      if (part.row == kFailed) continue;
      visit(shards[part.shard].read_row(shards[part.shard].rows()[part.row]));
    }
  };
  merged.runs = facts.runs();
  merged.failed = failures.size();
  merged.written = write_study(out, facts, rows, failures, sqlite);
  return merged;
}

}  // namespace spindle::app
