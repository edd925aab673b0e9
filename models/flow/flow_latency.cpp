#include "models/flow/flow_latency.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "sim/math.hpp"
#include "sim/parallel.hpp"
#include "sim/whole_power.hpp"

namespace spindle::models {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

// Laws are pooled at 2^-16 ... 2^17 s (15 us to 36 h), sixteen to the octave: what is read off in a
// straight line between two errs by (4.4 %)^2 / 8 of a law's curvature.
constexpr int kFirstOctave = -16;
constexpr std::size_t kOctaves = 33;
constexpr std::size_t kStepsPerOctave = 16;
constexpr std::size_t kTimes = kOctaves * kStepsPerOctave + 1;
// Periods whose laws are held at a time.
constexpr std::size_t kPeriodsAtOnce = 64;
// Of more sizes, those of one octave count as one.
constexpr std::size_t kMostKinds = 24;

std::vector<double> times_s() {
  std::vector<double> out;
  for (std::size_t i = 0; i < kTimes; ++i) {
    const double octave = static_cast<double>(i) / double{kStepsPerOctave};
    out.push_back(sim::pow(2.0, kFirstOctave + octave));
  }
  return out;
}

// Requests of one class, side and size.
struct Row {
  bool is_write = false;
  std::size_t tenant_class = 0;
  SizeLaw::Stratum stratum;
  double part_bytes = 0;
  std::size_t kind = 0;
  double requests_per_s = 0;   // over epochs, summed
  std::vector<double> within;  // the same of those answered within each time
};

// Rows taken together.
struct Pool {
  double requests_per_s = 0;
  std::vector<double> within = std::vector<double>(kTimes, 0.0);

  void add(const Row& row) {
    requests_per_s += row.requests_per_s;
    for (std::size_t t = 0; t < kTimes; ++t) within[t] += row.within[t];
  }
};

// A drive model at one of its nodes, where it can keep up.
struct Node {
  double mean_wait_s = 0;
  double busy_s = 0;                    // of the arm, a part
  std::vector<double> waits;            // P(wait <= time)
  std::vector<std::vector<double>> of;  // [kind]: P(response <= time)
};

class Pooling {
 public:
  explicit Pooling(const FlowLatencyInputs& inputs)
      : in_(inputs), times_(times_s()), waits_(kTimes, 0.0) {
    find_rows();
    find_kinds();
    for (std::size_t m = 0; m < in_.loads.models(); ++m) {
      const LatencyModel& model = in_.models[at_best(m)];
      part_s_.push_back(mean_part_s(model, Burden::kLeftOut) * times_of(m));
      asked_s_.push_back(mean_part_s(model, Burden::kCounted) * times_of(m));
      nodes_.emplace_back(kMostNodes);
    }
    if (!kinds_.empty()) tabulate();
  }

  FlowLatency run() {
    for (std::size_t first = 0; first < in_.loads.periods() && !kinds_.empty();
         first += kPeriodsAtOnce) {
      pool_block(first, std::min(kPeriodsAtOnce, in_.loads.periods() - first));
    }
    return summary();
  }

 private:
  // The record's second half of models are those of the first half, slow.
  [[nodiscard]] std::size_t at_best(std::size_t model) const { return model % in_.models.size(); }
  [[nodiscard]] double times_of(std::size_t model) const {
    return model < in_.models.size() ? 1.0 : in_.slowdown;
  }
  [[nodiscard]] std::uint32_t fan_out(bool is_write) const {
    return is_write ? in_.scheme.write_fan_out() : in_.scheme.read_fan_out();
  }
  [[nodiscard]] double requests(std::size_t epoch, const Row& row) const {
    return row.stratum.share * (row.is_write ? in_.loads.writes(epoch, row.tenant_class)
                                             : in_.loads.reads(epoch, row.tenant_class));
  }

  void find_rows() {
    for (std::size_t c = 0; c < in_.classes.size(); ++c) {
      for (const bool is_write : {false, true}) {
        const RequestSize size = request_size(in_.classes[c], is_write);
        for (const SizeLaw::Stratum& stratum : size.law.strata()) {
          Row row{is_write, c, stratum, part_bytes(size.mean_bytes * stratum.size), 0, 0, {}};
          for (std::size_t e = 0; e < in_.loads.periods(); ++e)
            row.requests_per_s += requests(e, row);
          if (row.requests_per_s > 0) rows_.push_back(std::move(row));
        }
      }
    }
  }

  [[nodiscard]] double part_bytes(double object_bytes) const {
    return std::max(1.0, std::ceil(in_.scheme.shard_bytes(object_bytes)));
  }

  // Kinds of parts, by side and size.
  void find_kinds() {
    std::map<std::pair<bool, std::uint64_t>, std::vector<std::size_t>> groups;
    for (std::size_t r = 0; r < rows_.size(); ++r) {
      groups[{rows_[r].is_write, static_cast<std::uint64_t>(rows_[r].part_bytes)}].push_back(r);
    }
    if (groups.size() > kMostKinds) {
      decltype(groups) octaves;
      for (const auto& [key, members] : groups) {
        auto& octave = octaves[{key.first, std::bit_width(key.second)}];
        octave.insert(octave.end(), members.begin(), members.end());
      }
      groups = std::move(octaves);
    }
    for (const auto& [key, members] : groups) {
      double weight = 0;
      double bytes = 0;
      for (const std::size_t r : members) {
        weight += rows_[r].requests_per_s;
        bytes += rows_[r].requests_per_s * rows_[r].part_bytes;
        rows_[r].kind = kinds_.size();
      }
      kinds_.push_back(
          {weight * fan_out(key.first), static_cast<std::uint64_t>(bytes / weight), key.first});
    }
  }

  // What a part asks of the drive model on average; with the burden: demand over parts a second.
  enum class Burden { kLeftOut, kCounted };
  [[nodiscard]] double mean_part_s(const LatencyModel& model, Burden burden) const {
    const bool is_counted = burden == Burden::kCounted && !model.write_burden_s.empty();
    double parts = 0;
    double seconds = 0;
    for (const Row& row : rows_) {
      const double of_row = row.requests_per_s * fan_out(row.is_write);
      parts += of_row;
      seconds += of_row * (row.is_write ? model.write_s : model.read_s)[row.tenant_class];
      if (is_counted && row.is_write) seconds += of_row * model.write_burden_s[row.tenant_class];
    }
    return parts > 0 ? seconds / parts : kUndefined;
  }

  void tabulate() {
    std::vector<std::pair<std::size_t, std::size_t>> used;
    const std::size_t models = in_.loads.models();
    std::vector<std::vector<bool>> is_used(models, std::vector<bool>(kMostNodes + 1));
    for (std::size_t e = 0; e < in_.loads.periods(); ++e) {
      for (const LoadShare& share : in_.loads.shares(e)) is_used[share.model][share.node] = true;
    }
    std::vector<std::optional<DriveLatency>> drives(in_.models.size());
    sim::for_each_index(in_.threads, in_.models.size(), [&](std::size_t m) {
      drives[m].emplace(*in_.models[m].drive, kinds_, in_.models[m].options);
    });
    for (std::size_t m = 0; m < models; ++m) {
      capacity_.push_back(drives[at_best(m)]->capacity().per_second / times_of(m));
      for (std::size_t node = 0; node < in_.loads.nodes(static_cast<std::uint32_t>(m)); ++node) {
        if (is_used[m][node]) used.emplace_back(m, node);
      }
    }
    sim::for_each_index(in_.threads, used.size(), [&](std::size_t i) {
      const auto [m, node] = used[i];
      nodes_[m][node] = tabulated(
          *drives[at_best(m)], static_cast<double>(node) / kNodesPerHeat / part_s_[m], times_of(m));
    });
  }

  // A drive that takes `times` as long is one at its best by a clock that runs so much slower.
  [[nodiscard]] std::optional<Node> tabulated(const DriveLatency& drive, double per_s,
                                              double times) const {
    const auto laws = drive.laws_at({per_s * times});
    if (!laws) return std::nullopt;
    std::vector<double> by_its_clock = times_;
    for (double& time : by_its_clock) time /= times;
    Node node{
        laws->mean_wait_s * times, laws->mean_service_s * times, std::vector<double>(kTimes), {}};
    laws->waits.share_within(by_its_clock, node.waits);
    for (const TimeLaw& law : laws->responses) {
      node.of.emplace_back(kTimes);
      law.share_within(by_its_clock, node.of.back());
    }
    return node;
  }

  [[nodiscard]] const Node* node_of(const LoadShare& share) const {
    if (share.node >= in_.loads.nodes(share.model)) return nullptr;
    const auto& node = nodes_[share.model][share.node];
    return node ? &*node : nullptr;
  }

  void pool_block(std::size_t first, std::size_t count) {
    std::vector<std::vector<double>> parts(count * kinds_.size());
    sim::for_each_index(in_.threads, parts.size(), [&](std::size_t i) {
      parts[i] = law_of_parts(first + i / kinds_.size(), i % kinds_.size());
    });
    sim::for_each_index(in_.threads, rows_.size(), [&](std::size_t r) {
      Row& row = rows_[r];
      row.within.resize(kTimes, 0.0);
      for (std::size_t e = 0; e < count; ++e) {
        const double weight = requests(first + e, row);
        if (weight == 0) continue;
        const std::vector<double>& of_part = parts[e * kinds_.size() + row.kind];
        for (std::size_t t = 0; t < kTimes; ++t) {
          row.within[t] += weight * sim::whole_power(of_part[t], fan_out(row.is_write));
        }
      }
    });
    for (std::size_t e = 0; e < count; ++e) pool_parts(first + e);
  }

  [[nodiscard]] double parts_per_s(std::size_t epoch) const {
    double sum = 0;
    for (const LoadShare& share : in_.loads.shares(epoch))
      sum += share.heat / asked_s_[share.model];
    return sum;
  }

  // Of a part of that kind in an epoch: mixed over the loads that parts meet.
  [[nodiscard]] std::vector<double> law_of_parts(std::size_t epoch, std::size_t kind) const {
    std::vector<double> out(kTimes, 0.0);
    const double all = parts_per_s(epoch);
    for (const LoadShare& share : in_.loads.shares(epoch)) {
      const Node* node = node_of(share);
      if (node == nullptr) continue;
      const double weight = share.heat / asked_s_[share.model] / all;
      for (std::size_t t = 0; t < kTimes; ++t) out[t] += weight * node->of[kind][t];
    }
    return out;
  }

  // Parts at drives, whatever their kind.
  void pool_parts(std::size_t epoch) {
    for (const LoadShare& share : in_.loads.shares(epoch)) {
      const double parts = share.heat / asked_s_[share.model];
      offered_ += parts;
      const Node* node = node_of(share);
      if (node == nullptr) {
        saturated_ += parts;
        // Within the nodes each drive's heat is known, beyond them they are counted.
        if (share.node >= in_.loads.nodes(share.model)) continue;
        add_saturated(share.model, share.heat * kNodesPerHeat / share.node);
        continue;
      }
      served_ += parts;
      served_s_ += parts * node->busy_s;
      busy_ += parts * node->busy_s * (asked_s_[share.model] / part_s_[share.model]);
      wait_sum_ += parts * node->mean_wait_s;
      for (std::size_t t = 0; t < kTimes; ++t) waits_[t] += parts * node->waits[t];
    }
    for (std::uint32_t m = 0; m < in_.loads.models(); ++m) {
      add_saturated(m, static_cast<double>(in_.loads.saturated(epoch, m)));
    }
  }

  void add_saturated(std::size_t model, double drives) {
    const double of_parts = part_s_[model] / asked_s_[model];  // the rest is burden
    served_ += drives * capacity_[model] * of_parts;
    served_s_ += drives * of_parts;
    busy_ += drives;
  }

  [[nodiscard]] double quantile(const std::vector<double>& within, double q) const {
    const auto at = std::lower_bound(within.begin(), within.end(), q);
    if (at == within.end()) return kUndefined;
    const auto i = static_cast<std::size_t>(at - within.begin());
    const double below = i == 0 ? 0 : within[i - 1];
    const double from = i == 0 || below == 0 ? 0 : times_[i - 1];
    return from + (times_[i] - from) * (q - below) / (within[i] - below);
  }

  [[nodiscard]] TimeSummary summary_of(std::vector<double> within, double all) const {
    if (!(all > 0)) return {kUndefined, kUndefined, kUndefined, kUndefined};
    for (double& share : within) share /= all;
    // What is never answered, beyond rounding: the mean is infinite.
    constexpr double kRounding = 1e-9;
    double mean = times_.front() * (1 - within.front() / 2);
    for (std::size_t t = 1; t < kTimes; ++t) {
      mean += (times_[t] - times_[t - 1]) * (1 - (within[t] + within[t - 1]) / 2);
    }
    return {within.back() < 1 - kRounding ? kUndefined : mean, quantile(within, 0.5),
            quantile(within, 0.99), quantile(within, 0.999)};
  }

  [[nodiscard]] RequestLatency latency_of(const Pool& of) const {
    return {of.requests_per_s * in_.epoch_s, summary_of(of.within, of.requests_per_s)};
  }

  [[nodiscard]] FlowLatency summary() const {
    FlowLatency out;
    std::vector<Pool> of_class(2 * in_.classes.size());
    Pool of_side[2];
    for (const Row& row : rows_) {
      of_class[2 * row.tenant_class + (row.is_write ? 1 : 0)].add(row);
      of_side[row.is_write ? 1 : 0].add(row);
    }
    for (std::size_t c = 0; c < in_.classes.size(); ++c) {
      out.reads.push_back(latency_of(of_class[2 * c]));
      out.writes.push_back(latency_of(of_class[2 * c + 1]));
    }
    out.all_reads = latency_of(of_side[0]);
    out.all_writes = latency_of(of_side[1]);
    out.wait = summary_of(waits_, offered_);
    if (saturated_ == 0 && offered_ > 0) out.wait.mean = wait_sum_ / offered_;
    const auto drive_epochs = static_cast<double>(in_.drive_epochs);
    out.service_s = served_ > 0 ? served_s_ / served_ : kUndefined;
    out.utilisation = drive_epochs > 0 ? busy_ / drive_epochs : kUndefined;
    out.parts_per_s = drive_epochs > 0 ? served_ / drive_epochs : kUndefined;
    out.saturated_share = offered_ > 0 ? saturated_ / offered_ : kUndefined;
    return out;
  }

  const FlowLatencyInputs& in_;
  std::vector<double> times_;
  std::vector<Row> rows_;
  std::vector<RequestKind> kinds_;
  std::vector<double> part_s_;                           // by model
  std::vector<double> asked_s_;                          // by model, with burden
  std::vector<double> capacity_;                         // by model: parts/s
  std::vector<std::vector<std::optional<Node>>> nodes_;  // [model][node]
  // Over epochs, summed, a second: parts asked for, served, and for how long, at drives that cannot
  // keep up; busy drives; waits.
  double offered_ = 0;
  double served_ = 0;
  double served_s_ = 0;
  double saturated_ = 0;
  double busy_ = 0;
  double wait_sum_ = 0;
  std::vector<double> waits_;
};

}  // namespace

std::uint32_t load_nodes(Scheduler scheduler) {
  return scheduler == Scheduler::kFcfs ? kNodesPerHeat : kMostNodes;
}

FlowLatency flow_latency(const FlowLatencyInputs& inputs) {
  return Pooling(inputs).run();
}

}  // namespace spindle::models
