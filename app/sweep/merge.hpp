#pragma once
// Joins the folders of a sweep's shards: the files are those of the sweep done in one piece.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/sweep/study_files.hpp"

namespace spindle::app {

// The folders themselves, or, of one that holds no study, its folders shard-*-of-*, by number.
std::vector<std::filesystem::path> shard_folders(const std::vector<std::filesystem::path>& given);

struct Merged {
  std::vector<std::string> problems;  // nothing was written
  WrittenStudy written;
  std::uint64_t failed = 0;
  std::uint64_t runs = 0;
};
// Refused: shards of different studies or versions, runs that two have, runs that none has.
// `sqlite`: also the table. Throws OutputError.
Merged merge_studies(const std::vector<std::filesystem::path>& folders,
                     const std::filesystem::path& out, bool sqlite);

}  // namespace spindle::app
