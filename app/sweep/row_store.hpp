#pragma once
// The finished runs of a sweep on disk, by their ids: those of an earlier sweep.jsonl of the
// folder, and those of its journal, to which every run that ends is added at once.
//
// A line of the journal is the digest of a row, and the row. What a killed program or a full disk
// leaves at its end is no such line, and is cut off.

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/scenario/json_document.hpp"

namespace spindle::app {

inline constexpr const char* kRowsFile = "sweep.jsonl";
inline constexpr const char* kJournalFile = "sweep.journal";

class RowStore {
 public:
  // Rows with other ids are not kept. Opens the journal, which no other process may hold meanwhile.
  // Throws OutputError.
  RowStore(const std::filesystem::path& folder, std::span<const std::uint64_t> ids);
  ~RowStore();
  RowStore(const RowStore&) = delete;
  RowStore& operator=(const RowStore&) = delete;

  // Looks for rows of this version that an earlier sweep left in the folder; the number of them.
  std::uint64_t load(std::string_view version);
  [[nodiscard]] bool has(std::uint64_t id) const;
  [[nodiscard]] std::uint64_t size() const { return found_; }
  // Thread-safe. Throws OutputError; the rows before stay what they are.
  void append(std::uint64_t id, const Json& row);
  // Precondition: has(id).
  [[nodiscard]] Json read(std::uint64_t id) const;
  // The rows have found their places.
  void remove_journal();

 private:
  struct Place {
    std::uint64_t offset = 0;
    std::uint32_t bytes = 0;  // 0: not found
    bool in_journal = false;
  };
  Place* place_of(std::uint64_t id);
  void load_rows(std::string_view version);
  void load_journal(std::string_view version);
  void keep(std::string_view row, std::string_view version, std::uint64_t offset, bool in_journal);

  std::filesystem::path folder_;
  std::vector<std::uint64_t> ids_;  // sorted, each once
  std::vector<Place> places_;
  std::uint64_t found_ = 0;
  std::mutex mutex_;
  int rows_ = -1;
  int journal_ = -1;
  std::uint64_t journal_end_ = 0;
};

}  // namespace spindle::app
