#include "models/tenant/trace_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace spindle::models {
namespace {

constexpr double kNone = TraceSummary::kNone;
// The finest scale of a trace of requests: 1/1024 s, so that a second is one of the scales.
constexpr std::int64_t kFinestPerSecond = 1024;
constexpr double kTopShare = 0.01;

double seconds(std::int64_t ns) {
  return static_cast<double>(ns) / 1e9;
}

double ratio(double part, double whole) {
  return whole > 0 ? part / whole : kNone;
}

// Which share of the whole the largest 1 % (rounded up) hold.
double top_sum_share(std::vector<double> values) {
  std::sort(values.begin(), values.end(), std::greater<>());
  const auto top =
      static_cast<std::size_t>(std::ceil(kTopShare * static_cast<double>(values.size()) - 1e-9));
  double all = 0, first = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    all += values[i];
    if (i < top) first += values[i];
  }
  return ratio(first, all);
}

}  // namespace

TraceStatistics::TraceStatistics(const TraceShape& shape, std::size_t most_objects,
                                 const std::vector<std::int64_t>& bins_ns)
    : shape_(shape),
      dyadic_requests_(kFinestPerSecond, shape.sample_ns, shape.sample_ns == 0),
      dyadic_bytes_(kFinestPerSecond, shape.sample_ns, false),
      objects_(most_objects) {
  std::vector<std::int64_t> widths;
  if (shape.sample_ns > 0) widths.push_back(shape.sample_ns);
  // A series says nothing of scales below its samples.
  for (const std::int64_t width : bins_ns) {
    if (width > shape.sample_ns) widths.push_back(width);
  }
  for (const std::int64_t width : widths) {
    loads_.push_back({BinnedLoad(width), BinnedLoad(width), seconds(width)});
  }
}

void TraceStatistics::add(const TraceRecord& record) {
  const auto bytes = static_cast<double>(record.bytes);
  if (rows_ > 0) {
    const std::int64_t gap = record.time_ns - last_ns_;
    if (shape_.sample_ns == 0) gaps_.add(seconds(gap));
    if (2 * gap <= shape_.sample_ns && shape_.sample_ns > 0) ++crowded_rows_;
  }
  ++rows_;
  last_ns_ = record.time_ns;
  requests_.add(record.requests);
  for (Load& load : loads_) load.requests.add(record.time_ns, record.requests);
  dyadic_requests_.add(record.time_ns, record.requests);
  if (shape_.has_tenant) add_tenant(record);
  if (record.op == TraceOp::kOther) return;
  ++(record.op == TraceOp::kRead ? reads_ : writes_);
  if (shape_.has_bytes) {
    bytes_.add(bytes);
    sizes_.add(bytes);
    for (Load& load : loads_) load.bytes.add(record.time_ns, bytes);
    dyadic_bytes_.add(record.time_ns, bytes);
  }
  if (shape_.has_object) add_object(record);
}

void TraceStatistics::add_object(const TraceRecord& record) {
  const AccessTable::Access access = objects_.touch(record.object, record.time_ns);
  if (access.weight == 0 || access.is_first) return;
  reuse_.add(seconds(access.since_last_ns), access.weight);
  const auto age = std::upper_bound(kAges.begin(), kAges.end(), seconds(access.since_first_ns));
  ages_[static_cast<std::size_t>(age - kAges.begin())] += access.weight;
}

void TraceStatistics::add_tenant(const TraceRecord& record) {
  if (tenants_.size() > kMostTenants) return;
  Tenant& tenant = tenants_[record.tenant];
  tenant.requests += record.requests;
  tenant.bytes += static_cast<double>(record.bytes);
}

void TraceStatistics::sum_loads(TraceSummary& out) {
  const std::int64_t end = rows_ > 0 ? std::max(last_ns_ + shape_.sample_ns, shape_.span_ns) : 0;
  out.span_s = seconds(end);
  out.rate_per_s = ratio(out.requests, out.span_s);
  out.bytes_per_s = ratio(out.bytes, out.span_s);
  for (Load& load : loads_) {
    load.requests.finish(end);
    load.bytes.finish(end);
    TraceSummary::Scale scale;
    scale.width_s = load.width_s;
    scale.bins = load.requests.bins();
    scale.peak_to_mean = load.requests.peak_to_mean();
    if (shape_.sample_ns == 0) scale.dispersion = load.requests.dispersion();
    if (shape_.has_bytes) scale.bytes_peak_to_mean = load.bytes.peak_to_mean();
    out.scales.push_back(scale);
  }
  dyadic_requests_.finish(end);
  const std::size_t first = dyadic_requests_.first_scale();
  out.hurst = dyadic_requests_.hurst(first);
  out.bias = dyadic_requests_.bias(first);
  if (!shape_.has_bytes) return;
  dyadic_bytes_.finish(end);
  out.bytes_hurst = dyadic_bytes_.hurst(first);
  out.bytes_bias = dyadic_bytes_.bias(first);
}

void TraceStatistics::sum_objects(TraceSummary& out) const {
  const std::vector<std::uint32_t> counts = objects_.counts();
  const auto weight = static_cast<double>(objects_.weight());
  const auto once = std::count(counts.begin(), counts.end(), 1U);
  out.objects = static_cast<double>(counts.size()) * weight;
  out.object_sample_rate = 1 / weight;
  out.one_hit_share = ratio(static_cast<double>(once), static_cast<double>(counts.size()));
  out.zipf_alpha = zipf_slope(counts);
  out.top_object_share = top_share(counts, kTopShare);
  if (reuse_.count() == 0) return;
  out.reuse = {reuse_.quantile(0.5), reuse_.quantile(0.9), reuse_.quantile(0.99)};
  const auto all = static_cast<double>(reuse_.count());
  for (std::size_t i = 0; i < ages_.size() && (i == 0 || kAges[i - 1] < out.span_s); ++i) {
    out.ages.push_back({i == 0 ? 0 : kAges[i - 1],
                        i < kAges.size() ? kAges[i] : std::numeric_limits<double>::infinity(),
                        static_cast<double>(ages_[i]) / all});
  }
}

void TraceStatistics::sum_tenants(TraceSummary& out) const {
  if (tenants_.size() > kMostTenants) return;
  std::vector<double> requests, bytes;
  // In the map's order; what is made of them sorts first, so that no result depends on it.
  for (const auto& [number, tenant] : tenants_) {
    requests.push_back(tenant.requests);
    bytes.push_back(tenant.bytes);
  }
  out.tenants = static_cast<double>(tenants_.size());
  out.top_tenant_request_share = top_sum_share(std::move(requests));
  if (shape_.has_bytes) out.top_tenant_byte_share = top_sum_share(std::move(bytes));
}

TraceSummary TraceStatistics::finish() {
  TraceSummary out;
  out.rows = rows_;
  out.crowded_rows = crowded_rows_;
  out.requests = requests_.value();
  if (shape_.has_bytes) out.bytes = bytes_.value();
  sum_loads(out);
  out.gap_scv = gaps_.count() > 1 && gaps_.mean() > 0
                    ? gaps_.variance() / (gaps_.mean() * gaps_.mean())
                    : kNone;
  if (shape_.has_op) {
    out.read_share = ratio(static_cast<double>(reads_), static_cast<double>(reads_ + writes_));
  }
  if (shape_.has_bytes && sizes_.count() > 0) {
    out.size_bytes = {sizes_.quantile(0.1), sizes_.quantile(0.5),
                      sizes_.quantile(0.9), sizes_.quantile(0.99),
                      sizes_.max(),         out.bytes / static_cast<double>(sizes_.count())};
  }
  if (shape_.has_object) sum_objects(out);
  if (shape_.has_tenant) sum_tenants(out);
  return out;
}

}  // namespace spindle::models
