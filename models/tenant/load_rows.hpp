#pragma once
// The loads of consecutive tenants, side by side, a row each. A fleet asks for all of its tenants,
// window after window: a block of rows costs one call, lies in one stretch of memory, and what its
// tenants draw in a window is drawn together, vectorised. Each row holds what is its tenant's own;
// what the tenants of a class share is there once.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "models/tenant/load_model.hpp"

namespace spindle::models {

// Part of a window of part of the rows: [row][epoch]. Rows and epochs beyond those asked for hold
// nothing of meaning.
struct LoadBlock {
  static constexpr std::size_t kRows = 64;
  static constexpr std::size_t kEpochs = 8;
  alignas(64) double value[kRows][kEpochs];
};

// Rows first_row, first_row + 1, ... in epochs first_epoch, first_epoch + 1, ...
struct RowWindow {
  std::size_t first_row = 0;
  std::size_t rows = 0;  // at most LoadBlock::kRows
  std::uint64_t first_epoch = 0;
  std::size_t epochs = 0;  // at most LoadBlock::kEpochs
};

class LoadRows {
 public:
  explicit LoadRows(std::size_t rows) : next_epoch_(rows) {}
  LoadRows(const LoadRows&) = delete;
  LoadRows& operator=(const LoadRows&) = delete;
  virtual ~LoadRows() = default;

  [[nodiscard]] std::size_t rows() const { return next_epoch_.size(); }
  // What LoadModel::fill() gives for each of the rows, by its rules for windows; rows may be at
  // different epochs. Threads may fill disjoint rows at the same time.
  void fill(const RowWindow& window, LoadBlock& out) {
    take(window);
    fill_block(window, out);
  }
  // As LoadModel::pieces(), of one row.
  void pieces(std::size_t row, std::uint64_t first_epoch, std::size_t epochs,
              std::vector<RatePiece>& out) {
    take({row, 1, first_epoch, epochs});
    append_pieces(row, first_epoch, epochs, out);
  }

 private:
  virtual void fill_block(const RowWindow& window, LoadBlock& out) = 0;
  virtual void append_pieces(std::size_t row, std::uint64_t first_epoch, std::size_t epochs,
                             std::vector<RatePiece>& out) = 0;
  void take(const RowWindow& window);

  std::vector<std::uint64_t> next_epoch_;  // per row: its next window begins here
};

// Loads that were made one by one.
std::unique_ptr<LoadRows> as_rows(std::vector<std::unique_ptr<LoadModel>> loads);
// Rows of one tenant as a load of their own.
std::unique_ptr<LoadModel> as_load(std::unique_ptr<LoadRows> row);

}  // namespace spindle::models
