#include "models/tenant/request_synthesis.hpp"

#include <algorithm>
#include <cmath>

#include "models/purposes.hpp"
#include "sim/discrete_distributions.hpp"

namespace spindle::models {
namespace {

bool plays_trace(const TenantClass& of) {
  return of.load.kind == LoadKind::kSeries || of.load.kind == LoadKind::kJobs;
}

// Which object is asked for: 0 is the most popular.
class ObjectDraw {
 public:
  ObjectDraw(const Tenant& tenant, const TenantClass& of)
      : popularity_(of.popularity), objects_(of.popularity.objects) {
    if (objects_ == 0) {
      objects_ = std::max<std::uint64_t>(
          1, tenant.data.value / std::max<std::uint64_t>(of.object_size.value, 1));
    }
    if (popularity_.kind == PopularityKind::kZipf) {
      zipf_.emplace(objects_, popularity_.exponent);
    }
  }

  std::uint64_t draw(sim::RandomStream& stream) const {
    if (zipf_) return zipf_->draw(stream) - 1;
    const auto all = static_cast<double>(objects_);
    if (popularity_.kind == PopularityKind::kUniform) return at(stream.uniform() * all);
    // Within a step objects are alike; beyond the last point lie the rest of both.
    const double u = stream.uniform();
    PopularityOptions::Point from, to;
    for (const PopularityOptions::Point& point : popularity_.points) {
      to = point;
      if (u < point.requests) break;
      from = point;
      to = {1, 1};
    }
    const double within =
        to.requests > from.requests ? (u - from.requests) / (to.requests - from.requests) : 0;
    return at((from.objects + within * (to.objects - from.objects)) * all);
  }

 private:
  [[nodiscard]] std::uint64_t at(double place) const {
    return std::min(static_cast<std::uint64_t>(place), objects_ - 1);
  }

  const PopularityOptions& popularity_;
  std::uint64_t objects_;
  std::optional<sim::Zipf> zipf_;
};

// Of both sides together, or of one.
struct Sides {
  double requests_per_s = 0;  // at load 1
  double read_share = 1;
};

}  // namespace

// The requests of a tenant that share one load: both sides, or one of a trace with two.
class RequestSynthesis::Source {
 public:
  Source(const TenantPopulation& population, std::uint32_t tenant, std::unique_ptr<LoadModel> load,
         const Sides& sides, std::uint64_t entity)
      : class_(population.classes()[population.tenants()[tenant].tenant_class]),
        tenant_(tenant),
        grid_(population.grid()),
        load_(std::move(load)),
        per_ns_(sides.requests_per_s / 1e9),
        read_share_(sides.read_share),
        when_(population.seed(), 0, purpose::kSyntheticArrival, entity),
        what_(population.seed(), 0, purpose::kSyntheticRequest, entity),
        which_(population.seed(), 0, purpose::kSyntheticObject, entity),
        objects_(population.tenants()[tenant], class_) {
    if (!is_even()) {
      left_ = when_.exponential();
      return;
    }
    left_ = when_.uniform();
    const Tenant& of = population.tenants()[tenant];
    const double expected = plays_trace(class_) ? trace_requests(of) : run_s() * per_ns_ * 1e9;
    constexpr double kMost = 1e12;
    const auto n = static_cast<std::uint64_t>(std::clamp(expected + 0.5, 1.0, kMost));
    const auto draws = [&](sim::Purpose purpose) {
      return EvenDraws({population.seed(), 0, purpose, entity}, n);
    };
    sides_.emplace(draws(purpose::kSyntheticSide));
    sizes_.emplace(draws(purpose::kSyntheticSize));
  }

  // Goes to the next arrival; false where there is none in the run.
  bool advance() {
    for (;;) {
      if (at_ == pieces_.size() && !next_epoch()) return false;
      const RatePiece& piece = pieces_[at_];
      const auto length = static_cast<double>(piece.end - piece.begin);
      const double whole = piece.rate * per_ns_ * length;
      if (done_ + left_ < whole) {
        done_ += left_;
        left_ = is_even() ? 1 : when_.exponential();
        const auto since = static_cast<std::int64_t>(done_ / whole * length);
        time_ns_ = std::min(piece.begin + since, piece.end - 1);
        return true;
      }
      left_ -= whole - done_;
      done_ = 0;
      ++at_;
    }
  }

  [[nodiscard]] std::int64_t time_ns() const { return time_ns_; }

  // What arrives now.
  SyntheticRequest draw() {
    SyntheticRequest request{.time_ns = time_ns_, .tenant = tenant_};
    const bool is_mixed = read_share_ > 0 && read_share_ < 1;
    const double side = is_mixed ? (sides_ ? sides_->next() : what_.uniform()) : 0;
    request.is_read = side < read_share_;
    const RequestSize size = request_size(class_, !request.is_read);
    const double at = size.law.is_constant() ? 0 : sizes_ ? sizes_->next() : what_.uniform();
    const double bytes = size.mean_bytes * size.law.at(at);
    request.bytes = static_cast<std::uint64_t>(std::max(1.0, bytes + 0.5));
    request.object = objects_.draw(which_);
    return request;
  }

 private:
  [[nodiscard]] bool is_even() const { return class_.arrivals == ArrivalLaw::kEven; }
  [[nodiscard]] double run_s() const {
    return grid_.epoch.to_seconds() * static_cast<double>(grid_.count);
  }
  [[nodiscard]] double trace_requests(const Tenant& of) const {
    return run_s() * (read_share_ > 0 ? of.reads_per_s() : of.writes_per_s());
  }

  bool next_epoch() {
    pieces_.clear();
    at_ = 0;
    while (pieces_.empty() && epoch_ < grid_.count) load_->pieces(epoch_++, 1, pieces_);
    return !pieces_.empty();
  }

  const TenantClass& class_;
  std::uint32_t tenant_;
  EpochGrid grid_;
  std::unique_ptr<LoadModel> load_;
  double per_ns_;  // requests at load 1
  double read_share_;
  sim::RandomStream when_, what_, which_;
  ObjectDraw objects_;
  std::optional<EvenDraws> sides_, sizes_;  // where arrivals are even
  std::vector<RatePiece> pieces_;           // of the epoch before epoch_
  std::size_t at_ = 0;                      // the piece at hand
  std::uint64_t epoch_ = 0;
  double done_ = 0;  // integral of the rate over the piece at hand up to the last arrival
  double left_ = 0;  // from there to the next arrival
  std::int64_t time_ns_ = 0;
};

RequestSynthesis::RequestSynthesis(const TenantPopulation& population,
                                   std::optional<std::uint32_t> only_class)
    : population_(population) {
  const std::vector<Tenant>& tenants = population.tenants();
  for (std::uint32_t i = 0; i < tenants.size(); ++i) {
    if (!only_class || tenants[i].tenant_class == *only_class) add_tenant(i);
  }
  for (std::uint32_t i = 0; i < sources_.size(); ++i) {
    if (sources_[i]->advance()) push(i);
  }
}

RequestSynthesis::~RequestSynthesis() = default;

void RequestSynthesis::add_tenant(std::uint32_t index) {
  const Tenant& of = population_.tenants()[index];
  const TenantClass& row = population_.classes()[of.tenant_class];
  const auto add = [&](std::unique_ptr<LoadModel> load, const Sides& sides, bool is_second) {
    if (sides.requests_per_s <= 0) return;
    const std::uint64_t entity = std::uint64_t{2} * index + (is_second ? 1 : 0);
    sources_.push_back(
        std::make_unique<Source>(population_, index, std::move(load), sides, entity));
  };
  if (!plays_trace(row)) {
    const double reads = of.reads_per_s(), writes = of.writes_per_s();
    const double all = reads + writes;
    add(make_load_model(row.load, population_.grid(), population_.seed(), index),
        {all, all > 0 ? reads / all : 1}, false);
    return;
  }
  // Loads of traces are bytes a second.
  const double scale = row.trace_scale / row.count;
  if (row.read_trace) {
    add(make_trace_load(*row.read_trace, scale, population_.grid()), {1 / of.bytes_per_read, 1},
        false);
  }
  if (row.write_trace) {
    add(make_trace_load(*row.write_trace, scale, population_.grid()), {1 / of.bytes_per_write, 0},
        true);
  }
}

bool RequestSynthesis::is_later(const Due& a, const Due& b) {
  return a.time_ns != b.time_ns ? a.time_ns > b.time_ns : a.source > b.source;
}

void RequestSynthesis::push(std::uint32_t source) {
  due_.push_back({sources_[source]->time_ns(), source});
  std::push_heap(due_.begin(), due_.end(), is_later);
}

bool RequestSynthesis::next(SyntheticRequest& request) {
  if (due_.empty()) return false;
  std::pop_heap(due_.begin(), due_.end(), is_later);
  const std::uint32_t source = due_.back().source;
  due_.pop_back();
  request = sources_[source]->draw();
  if (sources_[source]->advance()) push(source);
  return true;
}

}  // namespace spindle::models
