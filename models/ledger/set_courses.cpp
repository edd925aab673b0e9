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
    courses_.set(sample, shares.class_of_tenant(), model);
    sim::HugeVector<float>& rows = rows_[model];
    rows.resize((std::size_t{shares.sets()} + 1) * line);
    float* mean = rows.data();
    for (const std::uint32_t c : sample.varying()) {
      mean = std::copy(courses_.mean(c).begin(), courses_.mean(c).end(), mean);
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

// A class is as its tenants there are; as the mean of all where there are none.
void SetCourses::set_row(const MixSample& sample, const SetShares& shares, std::uint32_t set,
                         float* row) const {
  for (const std::uint32_t c : sample.varying()) {
    const LedgerCourse& mean = courses_.mean(c);
    float known = shares.others(set)[c];
    LedgerCourse sum = {};
    for (std::size_t e = 0; e < kLedgerEpochs; ++e) sum[e] = known * mean[e];
    for (const SetShares::Share& of : shares.of(set)) {
      if (!(of.part > 0) || shares.class_of(of.tenant) != c) continue;
      known += of.part;
      const LedgerCourse& course = courses_.of(of.tenant);
      for (std::size_t e = 0; e < kLedgerEpochs; ++e) sum[e] += of.part * course[e];
    }
    for (std::size_t e = 0; e < kLedgerEpochs; ++e) {
      *row++ = known > 0 ? sum[e] / known : mean[e];
    }
  }
}

}  // namespace spindle::models
