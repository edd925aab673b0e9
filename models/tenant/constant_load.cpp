#include "models/tenant/interval_load.hpp"

namespace spindle::models::detail {
namespace {

class ConstantRows final : public LoadRows {
 public:
  ConstantRows(std::size_t rows, sim::Duration epoch) : LoadRows(rows), epoch_(epoch.ns()) {}

 private:
  void fill_block(const RowWindow& window, LoadBlock& out) override {
    std::fill_n(out.value[0], window.rows * LoadBlock::kEpochs, 1.0);
  }

  void append_pieces(std::size_t /*row*/, std::uint64_t first, std::size_t epochs,
                     std::vector<RatePiece>& out) override {
    const auto begin = static_cast<std::int64_t>(first) * epoch_;
    if (epochs > 0) out.push_back({begin, begin + static_cast<std::int64_t>(epochs) * epoch_, 1});
  }

  std::int64_t epoch_;
};

}  // namespace

std::unique_ptr<LoadRows> make_constant_loads(const LoadOptions& /*options*/, const EpochGrid& grid,
                                              sim::Seed /*seed*/, std::uint32_t /*first_tenant*/,
                                              std::uint32_t count) {
  return std::make_unique<ConstantRows>(count, grid.epoch);
}

}  // namespace spindle::models::detail
