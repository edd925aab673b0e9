#include "models/ledger/set_courses.hpp"

#include <algorithm>

#include "sim/parallel.hpp"

namespace spindle::models {
namespace {

constexpr std::uint32_t kRowsAtOnce = 4096;

}  // namespace

void SetShares::add(std::uint32_t set, std::uint32_t tenant, float part) {
  auto& all = of_[set];
  for (Share& share : all) share.part *= 1 - part;
  float* others = others_.data() + std::size_t{set} * classes_;
  for (std::uint32_t c = 0; c < classes_; ++c) others[c] *= 1 - part;
  const auto mine =
      std::find_if(all.begin(), all.end(), [&](const Share& of) { return of.tenant == tenant; });
  if (mine != all.end()) {
    mine->part += part;
    return;
  }
  const auto least = std::min_element(
      all.begin(), all.end(), [](const Share& a, const Share& b) { return a.part < b.part; });
  if (least->part >= part) {
    others[class_of(tenant)] += part;
    return;
  }
  if (least->tenant != kNobody) others[class_of(least->tenant)] += least->part;
  *least = {tenant, part};
}

void SetCourses::set(const MixSample& sample, const SetShares& shares, std::uint32_t models,
                     unsigned threads) {
  rows_.resize(models);
  const std::size_t line = sample.varying().size() * kLedgerEpochs;
  if (line == 0) return;
  for (std::uint32_t model = 0; model < models; ++model) {
    set_tenants(sample, shares, model);
    sim::HugeVector<float>& rows = rows_[model];
    rows.resize((std::size_t{shares.sets()} + 1) * line);
    float* mean = rows.data();
    for (const std::uint32_t c : sample.varying()) {
      mean = std::copy(means_[c].begin(), means_[c].end(), mean);
    }
    const std::size_t blocks = (shares.sets() + kRowsAtOnce - 1) / kRowsAtOnce;
    sim::for_each_index(threads, blocks, [&](std::size_t block) {
      const auto first = static_cast<std::uint32_t>(block * kRowsAtOnce);
      const std::uint32_t last = std::min(first + kRowsAtOnce, shares.sets());
      for (std::uint32_t set = first; set < last; ++set) {
        set_row(sample, shares, set, rows.data() + (set + std::size_t{1}) * line);
      }
    });
  }
}

// Tenants' own courses, and those of their classes: demand of all tenants / its mean.
void SetCourses::set_tenants(const MixSample& sample, const SetShares& shares,
                             std::uint32_t model) {
  tenants_.clear();
  std::vector<std::array<double, kLedgerEpochs>> sums(shares.classes());
  std::vector<double> all(shares.classes());
  for (std::uint32_t t = 0; t < shares.tenants(); ++t) {
    tenants_.push_back(sample.course_of(model, t));
    const double demand = sample.mean_demand_of(t);
    const std::uint32_t c = shares.class_of(t);
    all[c] += demand;
    for (std::size_t e = 0; e < kLedgerEpochs; ++e) {
      sums[c][e] += demand * static_cast<double>(tenants_[t][e]);
    }
  }
  means_.assign(shares.classes(), {});
  for (std::size_t c = 0; c < means_.size(); ++c) {
    for (std::size_t e = 0; e < kLedgerEpochs && all[c] > 0; ++e) {
      means_[c][e] = static_cast<float>(sums[c][e] / all[c]);
    }
  }
}

// A class is as its tenants there are; as the mean of all where there are none.
void SetCourses::set_row(const MixSample& sample, const SetShares& shares, std::uint32_t set,
                         float* row) const {
  for (const std::uint32_t c : sample.varying()) {
    float known = shares.others(set)[c];
    LedgerCourse sum = {};
    for (std::size_t e = 0; e < kLedgerEpochs; ++e) sum[e] = known * means_[c][e];
    for (const SetShares::Share& of : shares.of(set)) {
      if (!(of.part > 0) || shares.class_of(of.tenant) != c) continue;
      known += of.part;
      for (std::size_t e = 0; e < kLedgerEpochs; ++e) sum[e] += of.part * tenants_[of.tenant][e];
    }
    for (std::size_t e = 0; e < kLedgerEpochs; ++e) {
      *row++ = known > 0 ? sum[e] / known : means_[c][e];
    }
  }
}

}  // namespace spindle::models
