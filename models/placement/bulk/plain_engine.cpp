// Bulk placement of equal shards with exact loads: narrow counts, and the fast loops over them.

#include <array>
#include <limits>
#include <stdexcept>
#include <variant>

#include "models/placement/bulk/bulk_engine.hpp"
#include "models/placement/bulk/narrow_loads.hpp"
#include "models/placement/bulk/unit_kernels.hpp"

namespace spindle::models {
namespace {

using Kernel = std::variant<FlatKernel<1>, FlatKernel<2>, FlatKernel<0>, SpreadKernel<1>,
                            SpreadKernel<2>, SpreadKernel<0>>;

Kernel make_kernel(const BulkOptions& options, const BulkFleet& fleet) {
  const std::uint32_t choices = options.candidates_per_shard();
  if (options.shards == 1 && options.zones == 1) {
    const std::uint32_t open = fleet.zones()[0].open;
    if (choices == 1) return FlatKernel<1>(options.seed, open, choices);
    if (choices == 2) return FlatKernel<2>(options.seed, open, choices);
    return FlatKernel<0>(options.seed, open, choices);
  }
  if (choices == 1) return SpreadKernel<1>(options, fleet);
  if (choices == 2) return SpreadKernel<2>(options, fleet);
  return SpreadKernel<0>(options, fleet);
}

class PlainEngine final : public BulkEngine {
 public:
  PlainEngine(const BulkOptions& options, const BulkFleet& fleet)
      : options_(options),
        fleet_(fleet),
        loads_(fleet.drives()),
        kernel_(make_kernel(options, fleet)) {
    if (options.until_full) capacity_ = static_cast<std::uint64_t>(options.classes[0].capacity);
  }

  std::uint64_t place(std::uint64_t first, std::uint64_t last) override {
    while (first < last && !is_full_) {
      const KernelStop stop = std::visit(
          [&](auto& kernel) {
            return loads_.visit([&](auto entries) {
              using Entry = typename decltype(entries)::value_type;
              const std::uint64_t most = std::numeric_limits<Entry>::max();
              const auto limit = static_cast<Entry>(std::min(most, capacity_ - loads_.base()));
              return kernel.place(entries, limit, first, last);
            });
          },
          kernel_);
      placed_ += stop.next_object - first;
      first = stop.next_object;
      if (stop.is_raised) make_room();
    }
    return first;
  }

  void replace(std::uint64_t /*first*/, std::uint64_t /*last*/) override {
    throw std::logic_error("bulk placement: turnovers need to know where objects are");
  }
  void take_openings() override { kernel_ = make_kernel(options_, fleet_); }
  [[nodiscard]] bool is_full() const override { return is_full_; }

  void each_load(const std::function<void(std::span<const std::uint32_t>)>& f) const override {
    loads_.visit([&](auto entries) {
      std::array<std::uint32_t, 4096> run;
      while (!entries.empty()) {
        const auto part = entries.first(std::min(entries.size(), run.size()));
        std::copy(part.begin(), part.end(), run.begin());
        f(std::span(run).first(part.size()));
        entries = entries.subspan(part.size());
      }
    });
  }
  [[nodiscard]] std::uint64_t entry(std::uint32_t drive) const override {
    return loads_.entry(drive);
  }
  [[nodiscard]] std::uint64_t base() const override { return loads_.base(); }
  [[nodiscard]] double load_unit() const override { return 1; }
  [[nodiscard]] Sizes sizes() const override {
    const auto placed = static_cast<double>(placed_);
    return {placed, placed};
  }

 private:
  // An entry has reached its limit: the drive's capacity, or the type's.
  void make_room() {
    const std::uint64_t most = loads_.visit([](auto entries) {
      return std::uint64_t{*std::max_element(entries.begin(), entries.end())};
    });
    is_full_ = loads_.base() + most == capacity_;
    if (!is_full_) loads_.make_room();
  }

  const BulkOptions& options_;
  const BulkFleet& fleet_;
  NarrowLoads loads_;
  Kernel kernel_;
  std::uint64_t capacity_ = std::numeric_limits<std::uint64_t>::max();  // of a drive
  std::uint64_t placed_ = 0;                                            // objects
  bool is_full_ = false;
};

}  // namespace

std::unique_ptr<BulkEngine> make_plain_engine(const BulkOptions& options, const BulkFleet& fleet) {
  return std::make_unique<PlainEngine>(options, fleet);
}

}  // namespace spindle::models
