#include "models/ledger/set_courses.hpp"

#include <algorithm>
#include <numeric>

#include "sim/parallel.hpp"

namespace spindle::models {
namespace {

constexpr std::uint32_t kRowsAtOnce = 4096;

}  // namespace

void SetShares::add(std::uint32_t set, std::uint32_t tenant, float part) {
  auto& all = of_[set];
  for (Share& share : all) share.part *= 1 - part;
  const auto mine =
      std::find_if(all.begin(), all.end(), [&](const Share& of) { return of.tenant == tenant; });
  if (mine != all.end()) {
    mine->part += part;
    return;
  }
  const auto least = std::min_element(
      all.begin(), all.end(), [](const Share& a, const Share& b) { return a.part < b.part; });
  if (least->part < part) *least = {tenant, part};
}

void SetCourses::set(const Inputs& inputs, const SetShares& shares, std::uint32_t models,
                     unsigned threads) {
  rows_.resize(models);
  const std::size_t line = inputs.sample.varying().size() * kLedgerEpochs;
  if (line == 0) return;
  const double all = std::accumulate(inputs.newcomers.begin(), inputs.newcomers.end(), 0.0);
  part_.assign(inputs.newcomers.begin(), inputs.newcomers.end());
  for (double& part : part_) part = all > 0 ? part / all : 0;
  for (std::uint32_t model = 0; model < models; ++model) {
    set_tenants(inputs, model);
    sim::HugeVector<float>& rows = rows_[model];
    rows.resize((std::size_t{shares.sets()} + 1) * line);
    set_row(inputs, {}, rows.data());
    const std::size_t blocks = (shares.sets() + kRowsAtOnce - 1) / kRowsAtOnce;
    sim::for_each_index(threads, blocks, [&](std::size_t block) {
      const auto first = static_cast<std::uint32_t>(block * kRowsAtOnce);
      const std::uint32_t last = std::min(first + kRowsAtOnce, shares.sets());
      for (std::uint32_t set = first; set < last; ++set) {
        set_row(inputs, shares.of(set), rows.data() + (set + std::size_t{1}) * line);
      }
    });
  }
}

// Tenants' own courses, and those of their classes: demand of all tenants / its mean.
void SetCourses::set_tenants(const Inputs& inputs, std::uint32_t model) {
  const auto tenants = static_cast<std::uint32_t>(inputs.class_of_tenant.size());
  tenants_.clear();
  std::vector<std::array<double, kLedgerEpochs>> sums(inputs.newcomers.size());
  std::vector<double> all(inputs.newcomers.size());
  for (std::uint32_t t = 0; t < tenants; ++t) {
    tenants_.push_back(inputs.sample.course_of(model, t));
    const double demand = inputs.sample.mean_demand_of(t);
    all[inputs.class_of_tenant[t]] += demand;
    for (std::size_t e = 0; e < kLedgerEpochs; ++e) {
      sums[inputs.class_of_tenant[t]][e] += demand * static_cast<double>(tenants_[t][e]);
    }
  }
  means_.assign(inputs.newcomers.size(), {});
  for (std::size_t c = 0; c < means_.size(); ++c) {
    for (std::size_t e = 0; e < kLedgerEpochs && all[c] > 0; ++e) {
      means_[c][e] = static_cast<float>(sums[c][e] / all[c]);
    }
  }
}

// A class is as its tenants there are, and as the mean of all as far as nobody is known to be.
void SetCourses::set_row(const Inputs& inputs, std::span<const SetShares::Share> shares,
                         float* row) const {
  float rest = 1;
  for (const SetShares::Share& of : shares) rest -= of.part;
  for (const std::uint32_t c : inputs.sample.varying()) {
    float known = 0;
    LedgerCourse sum = {};
    const auto add = [&](const LedgerCourse& course, float part) {
      known += part;
      for (std::size_t e = 0; e < kLedgerEpochs; ++e) sum[e] += part * course[e];
    };
    add(means_[c], std::max(0.0F, rest) * static_cast<float>(part_[c]));
    for (const SetShares::Share& of : shares) {
      if (of.part > 0 && inputs.class_of_tenant[of.tenant] == c) add(tenants_[of.tenant], of.part);
    }
    const bool has_any = known > 0;
    for (std::size_t e = 0; e < kLedgerEpochs; ++e) {
      *row++ = has_any ? sum[e] / known : means_[c][e];
    }
  }
}

}  // namespace spindle::models
