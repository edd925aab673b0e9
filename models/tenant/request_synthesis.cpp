#include "models/tenant/request_synthesis.hpp"

#include <algorithm>
#include <cmath>

#include "models/purposes.hpp"
#include "models/tenant/arrival_stream.hpp"
#include "sim/discrete_distributions.hpp"

namespace spindle::models {
namespace {

// Which object is asked for: 0 is the most popular.
class ObjectDraw {
 public:
  ObjectDraw(const Tenant& tenant, const TenantClass& of)
      : popularity_(of.popularity), objects_(objects_of(tenant, of)) {
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

// Which requests of a tenant come in one stream.
enum class Sides { kBoth, kReads, kWrites };

}  // namespace

// The requests of a tenant that share one course: both sides, or one of two that go apart.
class RequestSynthesis::Source {
 public:
  // `demand` must outlive it; of the tenant's, it is this source's alone.
  Source(const TenantPopulation& population, DemandStream& demand, std::uint32_t tenant,
         Sides sides)
      : of_(population.tenants()[tenant]),
        class_(population.classes()[of_.tenant_class]),
        tenant_(tenant),
        sides_of_(sides),
        grid_(population.grid()),
        demand_(demand),
        when_(sim::RandomBatch(population.seed(), 0, purpose::kSyntheticArrival), entity(),
              grid_.epoch, class_.arrivals),
        what_(population.seed(), 0, purpose::kSyntheticRequest, entity()),
        which_(population.seed(), 0, purpose::kSyntheticObject, entity()),
        objects_(of_, class_) {
    const double reads = sides == Sides::kWrites ? 0 : of_.reads_per_s();
    const double writes = sides == Sides::kReads ? 0 : of_.writes_per_s();
    if (reads + writes > 0) read_share_ = reads / (reads + writes);
    if (class_.arrivals != ArrivalLaw::kEven) return;
    const double run_s = grid_.epoch.to_seconds() * static_cast<double>(grid_.count);
    constexpr double kMostRequests = 1e12;
    const auto n =
        static_cast<std::uint64_t>(std::clamp(run_s * (reads + writes) + 0.5, 1.0, kMostRequests));
    const auto draws = [&](sim::Purpose purpose) {
      return EvenDraws({population.seed(), 0, purpose, entity()}, n);
    };
    even_sides_.emplace(draws(purpose::kSyntheticSide));
    even_sizes_.emplace(draws(purpose::kSyntheticSize));
  }

  // Goes to the next arrival; false where there is none in the run.
  bool advance() {
    if (at_ + 1 < arrivals_.size()) {
      ++at_;
      return true;
    }
    arrivals_.clear();
    at_ = 0;
    while (arrivals_.empty()) {
      if (drawn_until_ == epoch_end_ && !next_epoch()) return false;
      drawn_until_ = epoch_end_ - drawn_until_ > step_ ? drawn_until_ + step_ : epoch_end_;
      when_.append_until(drawn_until_, arrivals_);
    }
    return true;
  }

  [[nodiscard]] std::int64_t time_ns() const { return arrivals_[at_].ns(); }

  // What arrives now.
  SyntheticRequest draw() {
    SyntheticRequest request{.time_ns = time_ns(), .tenant = tenant_};
    const bool is_mixed = read_share_ > 0 && read_share_ < 1;
    const double side = is_mixed ? (even_sides_ ? even_sides_->next() : what_.uniform()) : 0;
    request.is_read = side < read_share_;
    const RequestSize size = request_size(class_, !request.is_read);
    const double at = size.law.is_constant() ? 0
                      : even_sizes_          ? even_sizes_->next()
                                             : what_.uniform();
    const double bytes = size.mean_bytes * size.law.at(at);
    request.bytes = static_cast<std::uint64_t>(std::max(1.0, bytes + 0.5));
    request.object = objects_.draw(which_);
    return request;
  }

 private:
  [[nodiscard]] std::uint64_t entity() const {
    return std::uint64_t{2} * tenant_ + (sides_of_ == Sides::kWrites ? 1 : 0);
  }

  bool next_epoch() {
    pieces_.clear();
    while (pieces_.empty()) {
      if (epoch_ == grid_.count) return false;
      writes_.clear();
      demand_.pieces(tenant_, epoch_++, 1, pieces_, writes_);
      if (sides_of_ == Sides::kWrites || (sides_of_ == Sides::kBoth && pieces_.empty())) {
        pieces_.swap(writes_);
        if (sides_of_ == Sides::kWrites) continue;
      } else if (sides_of_ == Sides::kBoth && !writes_.empty()) {
        // One course: both sides change at the same times.
        for (std::size_t i = 0; i < pieces_.size(); ++i) pieces_[i].rate += writes_[i].rate;
      }
    }
    drawn_until_ = sim::Instant() + static_cast<std::int64_t>(epoch_ - 1) * grid_.epoch;
    epoch_end_ = drawn_until_ + grid_.epoch;
    double requests = 0;
    for (const RatePiece& piece : pieces_) {
      // Beyond, several fall on every nanosecond, and no step would hold few.
      constexpr double kMostPerSecond = 1e9;
      if (piece.rate > kMostPerSecond) {
        throw std::invalid_argument("tenant class '" + class_.name +
                                    "': one tenant asks for more than 1e9 requests a second — "
                                    "larger objects, fewer bytes/s or more tenants");
      }
      requests += piece.rate * static_cast<double>(piece.end - piece.begin) / 1e9;
    }
    // So many are held at a time, whatever an epoch holds.
    constexpr double kRequestsPerStep = 4096;
    const double steps = std::max(1.0, requests / kRequestsPerStep);
    step_ = std::max(sim::Duration::nanoseconds(1),
                     sim::Duration::seconds(grid_.epoch.to_seconds() / steps));
    when_.begin(pieces_, 1);
    return true;
  }

  const Tenant& of_;
  const TenantClass& class_;
  std::uint32_t tenant_;
  Sides sides_of_;
  EpochGrid grid_;
  DemandStream& demand_;
  ArrivalStream when_;
  sim::RandomStream what_, which_;
  ObjectDraw objects_;
  double read_share_ = 1;
  std::optional<EvenDraws> even_sides_, even_sizes_;  // where arrivals are even
  std::vector<RatePiece> pieces_;                     // of the epoch before epoch_
  std::vector<RatePiece> writes_;
  std::uint64_t epoch_ = 0;
  sim::Instant epoch_end_;
  sim::Instant drawn_until_;
  sim::Duration step_;
  std::vector<sim::Instant> arrivals_;  // of a step; the one at hand is at_
  std::size_t at_ = 0;
};

RequestSynthesis::RequestSynthesis(const TenantPopulation& population,
                                   std::optional<std::uint32_t> only_class)
    : population_(population) {
  const std::vector<Tenant>& tenants = population.tenants();
  std::uint32_t first = 0;
  auto last = static_cast<std::uint32_t>(tenants.size());
  if (only_class) {
    const auto is_other = [&](const Tenant& of) { return of.tenant_class != *only_class; };
    while (first < last && is_other(tenants[first])) ++first;
    while (first < last && is_other(tenants[last - 1])) --last;
  }
  demand_.emplace(population, first, last);
  const auto is_one = [&](const Tenant& of) {
    return is_one_course(population.classes()[of.tenant_class]);
  };
  if (!std::all_of(tenants.begin() + first, tenants.begin() + last, is_one)) {
    write_demand_.emplace(population, first, last);
  }
  for (std::uint32_t i = first; i < last; ++i) add_tenant(i);
  for (std::uint32_t i = 0; i < sources_.size(); ++i) {
    if (sources_[i]->advance()) push(i);
  }
}

RequestSynthesis::~RequestSynthesis() = default;

void RequestSynthesis::add_tenant(std::uint32_t index) {
  const Tenant& of = population_.tenants()[index];
  const auto add = [&](double per_s, Sides sides) {
    if (per_s == 0) return;
    DemandStream& demand = sides == Sides::kWrites ? *write_demand_ : *demand_;
    sources_.push_back(std::make_unique<Source>(population_, demand, index, sides));
  };
  if (is_one_course(population_.classes()[of.tenant_class])) {
    add(of.reads_per_s() + of.writes_per_s(), Sides::kBoth);
    return;
  }
  add(of.reads_per_s(), Sides::kReads);
  add(of.writes_per_s(), Sides::kWrites);
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
