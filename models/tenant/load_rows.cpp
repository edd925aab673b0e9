#include "models/tenant/load_rows.hpp"

#include <algorithm>
#include <span>
#include <stdexcept>
#include <utility>

namespace spindle::models {
namespace {

class SingleLoads final : public LoadRows {
 public:
  explicit SingleLoads(std::vector<std::unique_ptr<LoadModel>> loads)
      : LoadRows(loads.size()), loads_(std::move(loads)) {}

 private:
  void fill_block(const RowWindow& window, LoadBlock& out) override {
    for (std::size_t i = 0; i < window.rows; ++i) {
      loads_[window.first_row + i]->fill(window.first_epoch,
                                         std::span(out.value[i]).first(window.epochs));
    }
  }
  void append_pieces(std::size_t row, std::uint64_t first_epoch, std::size_t epochs,
                     std::vector<RatePiece>& out) override {
    loads_[row]->pieces(first_epoch, epochs, out);
  }

  std::vector<std::unique_ptr<LoadModel>> loads_;
};

class RowLoad final : public LoadModel {
 public:
  explicit RowLoad(std::unique_ptr<LoadRows> row) : row_(std::move(row)) {}

  void fill(std::uint64_t first, std::span<double> out) override {
    LoadBlock block;
    std::size_t done = 0;
    // Once at least: an empty window has its place in the order, too.
    do {
      const std::size_t epochs = std::min(LoadBlock::kEpochs, out.size() - done);
      row_->fill({0, 1, first + done, epochs}, block);
      std::copy_n(block.value[0], epochs, out.data() + done);
      done += epochs;
    } while (done < out.size());
  }
  void pieces(std::uint64_t first, std::size_t epochs, std::vector<RatePiece>& out) override {
    row_->pieces(0, first, epochs, out);
  }

 private:
  std::unique_ptr<LoadRows> row_;
};

}  // namespace

void LoadRows::take(const RowWindow& window) {
  std::uint64_t* const next = next_epoch_.data() + window.first_row;
  std::uint64_t gaps = 0;
  for (std::size_t i = 0; i < window.rows; ++i) gaps |= next[i] ^ window.first_epoch;
  if (gaps != 0) {
    throw std::logic_error("load window out of order (each must start where the last ended)");
  }
  for (std::size_t i = 0; i < window.rows; ++i) next[i] = window.first_epoch + window.epochs;
}

std::unique_ptr<LoadRows> as_rows(std::vector<std::unique_ptr<LoadModel>> loads) {
  return std::make_unique<SingleLoads>(std::move(loads));
}

std::unique_ptr<LoadModel> as_load(std::unique_ptr<LoadRows> row) {
  return std::make_unique<RowLoad>(std::move(row));
}

}  // namespace spindle::models
