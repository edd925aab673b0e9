#include "models/tenant/interval_load.hpp"

namespace spindle::models::detail {
namespace {

class ConstantLoad final : public LoadModel {
 public:
  void fill(std::uint64_t first, std::span<double> out) override {
    order_.take(first, out.size());
    std::fill(out.begin(), out.end(), 1.0);
  }

 private:
  WindowOrder order_;
};

}  // namespace

std::unique_ptr<LoadModel> make_constant_load(const LoadOptions& /*options*/,
                                              const EpochGrid& /*grid*/, sim::Seed /*seed*/,
                                              std::uint32_t /*tenant*/) {
  return std::make_unique<ConstantLoad>();
}

}  // namespace spindle::models::detail
