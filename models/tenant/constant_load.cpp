#include "models/tenant/interval_load.hpp"

namespace spindle::models::detail {
namespace {

class ConstantLoad final : public LoadModel {
 public:
  explicit ConstantLoad(sim::Duration epoch) : epoch_(epoch.ns()) {}

  void fill(std::uint64_t first, std::span<double> out) override {
    order_.take(first, out.size());
    std::fill(out.begin(), out.end(), 1.0);
  }

  void pieces(std::uint64_t first, std::size_t epochs, std::vector<RatePiece>& out) override {
    order_.take(first, epochs);
    const auto begin = static_cast<std::int64_t>(first) * epoch_;
    if (epochs > 0) out.push_back({begin, begin + static_cast<std::int64_t>(epochs) * epoch_, 1});
  }

 private:
  WindowOrder order_;
  std::int64_t epoch_;
};

}  // namespace

std::unique_ptr<LoadModel> make_constant_load(const LoadOptions& /*options*/, const EpochGrid& grid,
                                              sim::Seed /*seed*/, std::uint32_t /*tenant*/) {
  return std::make_unique<ConstantLoad>(grid.epoch);
}

}  // namespace spindle::models::detail
