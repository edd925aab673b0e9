#pragma once
// A folder that a sweep has left, read back. What stands in it is not trusted.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/sweep/study_files.hpp"

namespace spindle::app {

// A row of the folder's sweep.jsonl.
struct StoredRow {
  std::uint64_t run = 0;  // its number in the whole study
  std::uint64_t offset = 0;
  std::uint32_t bytes = 0;
};

// Whether rows stand in the folder of a sweep that has more of them to come: a journal, or fewer
// rows and failures than its sweep.json asks for.
bool holds_unfinished_sweep(const std::filesystem::path& folder);

class FinishedStudy {
 public:
  // Nothing, and problems ("FILE: problem (why) — mend"), where the folder holds no study.
  static std::optional<FinishedStudy> read(const std::filesystem::path& folder,
                                           std::vector<std::string>& problems);
  ~FinishedStudy();
  FinishedStudy(FinishedStudy&& other) noexcept;
  FinishedStudy& operator=(FinishedStudy&&) = delete;
  FinishedStudy(const FinishedStudy&) = delete;
  FinishedStudy& operator=(const FinishedStudy&) = delete;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] const StudyFacts& facts() const { return facts_; }
  [[nodiscard]] const std::vector<StoredRow>& rows() const { return rows_; }
  [[nodiscard]] const std::vector<Json>& failures() const { return failures_; }
  [[nodiscard]] std::uint64_t run_of(const Json& row) const;  // of a row that was accepted
  // Throws OutputError.
  [[nodiscard]] Json read_row(const StoredRow& row) const;

 private:
  explicit FinishedStudy(std::filesystem::path folder) : folder_(std::move(folder)) {}
  bool read_facts(std::vector<std::string>& problems);
  bool read_rows(std::vector<std::string>& problems);
  bool read_failures(std::vector<std::string>& problems);
  // The row's number; nothing where it is no row of the study.
  [[nodiscard]] std::optional<std::uint64_t> number_of(const Json& row) const;

  std::filesystem::path folder_;
  StudyFacts facts_;
  std::vector<StoredRow> rows_;
  std::vector<Json> failures_;
  int file_ = -1;
};

}  // namespace spindle::app
