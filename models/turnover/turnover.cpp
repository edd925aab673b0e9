#include "models/turnover/turnover.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "models/purposes.hpp"

namespace spindle::models {
namespace {

constexpr sim::CellId kCell{0};
// After all drives, shards and landings of the same moment.
constexpr std::uint64_t kEntity = std::uint64_t{1} << 41;
constexpr std::size_t kAhead = 8;     // births whose memory is fetched
constexpr std::uint32_t kTries = 64;  // old extents drawn for one birth
constexpr std::uint64_t kWordsPerDraw = 2 * kTries;
constexpr std::uint64_t kWordsPerPlacement = std::uint64_t{1} << 16;

}  // namespace

Turnover::Turnover(TurnoverInputs inputs, const ExtentTable& extents, sim::Engine& engine,
                   FleetState& state, NewDataPlacer& placer, DirectedLoad* directed)
    : inputs_(std::move(inputs)),
      extents_(extents),
      engine_(engine),
      state_(state),
      placer_(placer),
      directed_(directed),
      written_(inputs_.tenants.size(), 0.0),
      births_(inputs_.tenants.size(), 0) {
  if (inputs_.extent_bytes == 0 || !inputs_.place_new) {
    throw std::invalid_argument(
        "turnover: extents of 0 bytes, or no columns for them — state both");
  }
  const std::size_t models = state.topology().models().size();
  if (directed != nullptr && inputs_.write_seconds.size() != models * extents.tenants()) {
    throw std::invalid_argument(
        fmt::format("turnover: {} write times for {} tenants on {} drive models (one each) — build "
                    "them from the request costs",
                    inputs_.write_seconds.size(), extents.tenants(), models));
  }
  for (const std::uint32_t tenant : inputs_.tenants) {
    if (tenant < extents.tenants()) continue;
    throw std::invalid_argument(fmt::format("turnover: tenant {} of {} — name one of the table",
                                            tenant, extents.tenants()));
  }
  // Tenants are in the midst of an extent when the run begins, not all at the start of one: equal
  // tenants would otherwise fill theirs at the same moments.
  for (std::size_t i = 0; i < written_.size(); ++i) {
    sim::RandomStream random(inputs_.seed, inputs_.replication, purpose::kWritePhase,
                             inputs_.tenants[i]);
    written_[i] = random.uniform() * static_cast<double>(inputs_.extent_bytes);
  }
  epoch_event_ =
      engine_.on([this](sim::Engine&, const sim::Event&, sim::NoPayload) { begin_epoch(); });
  birth_event_ =
      engine_.on([this](sim::Engine&, const sim::Event&, sim::NoPayload) { bear_next(); });
}

void Turnover::write(sim::Instant start, sim::Duration length,
                     std::span<const double> bytes_per_s) {
  if (!ahead_.empty() && start < ahead_.back().start + ahead_.back().length) {
    throw std::logic_error("turnover: an epoch that begins before the last one ends");
  }
  Epoch epoch{start, length, {}};
  epoch.bytes_per_s.reserve(inputs_.tenants.size());
  for (const std::uint32_t tenant : inputs_.tenants) {
    epoch.bytes_per_s.push_back(bytes_per_s[tenant]);
  }
  ahead_.push_back(std::move(epoch));
  engine_.schedule_at(start, epoch_event_, kCell, sim::EntityId(kEntity));
}

void Turnover::begin_epoch() {
  epoch_ = std::move(ahead_.front());
  ahead_.pop_front();
  placer_.begin_epoch();
  collect_births();
  for (std::size_t i = 0; i < std::min(2 * kAhead, due_.size()); ++i) look_ahead(i);
  schedule_next_birth();
}

void Turnover::schedule_next_birth() {
  if (next_ == due_.size()) return;
  engine_.schedule_at(due_[next_].at, birth_event_, kCell, sim::EntityId(kEntity));
}

void Turnover::bear_next() {
  look_ahead(next_ + 2 * kAhead);
  if (next_ + kAhead < due_.size()) state_.prefetch_shards(due_[next_ + kAhead].first_drawn);
  bear(due_[next_++]);
  schedule_next_birth();
}

sim::RandomStream Turnover::old_extents(const Birth& birth) const {
  sim::RandomStream random(inputs_.seed, inputs_.replication, purpose::kReplacedExtent,
                           inputs_.tenants[birth.tenant]);
  random.skip_to(kWordsPerDraw * birth.number);
  return random;
}

// Old extents lie anywhere: what a birth will read of them is fetched before its turn.
void Turnover::look_ahead(std::size_t i) {
  if (i >= due_.size()) return;
  Birth& birth = due_[i];
  const std::uint32_t tenant = inputs_.tenants[birth.tenant];
  const std::uint32_t first = extents_.first_extent[tenant];
  const std::uint32_t count = extents_.first_extent[tenant + 1] - first;
  if (count == 0) return;
  birth.first_drawn = first + old_extents(birth).below(count);
  state_.prefetch_demand(birth.first_drawn);
}

void Turnover::collect_births() {
  due_.clear();
  next_ = 0;
  const auto extent = static_cast<double>(inputs_.extent_bytes);
  const sim::Instant last = epoch_.start + (epoch_.length - sim::Duration::nanoseconds(1));
  for (std::size_t i = 0; i < inputs_.tenants.size(); ++i) {
    const double rate = epoch_.bytes_per_s[i];
    const double before = written_[i];
    const double bytes = before + rate * epoch_.length.to_seconds();
    const double whole = std::floor(bytes / extent);
    if (births_[i] + whole > static_cast<double>(kMostBirths)) {
      throw std::runtime_error(
          fmt::format("turnover: tenant {} writes more than {} extents in a run (each needs draws "
                      "of its own) — larger extents, or a shorter run",
                      inputs_.tenants[i], kMostBirths));
    }
    written_[i] = std::max(0.0, bytes - whole * extent);
    const auto count = static_cast<std::uint32_t>(whole);
    for (std::uint32_t j = 1; j <= count; ++j) {
      const double after_s = std::max(0.0, (j * extent - before) / rate);
      const sim::Instant at = epoch_.start + sim::Duration::seconds(after_s);
      due_.push_back({std::min(at, last), static_cast<std::uint32_t>(i), births_[i]++});
    }
  }
  std::sort(due_.begin(), due_.end(), [](const Birth& a, const Birth& b) {
    return std::tie(a.at, a.tenant, a.number) < std::tie(b.at, b.tenant, b.number);
  });
}

// An extent of the tenant with no shard lost; false where none was found.
bool Turnover::draw_old(const Birth& birth, std::uint32_t& extent) {
  const std::uint32_t tenant = inputs_.tenants[birth.tenant];
  const std::uint32_t first = extents_.first_extent[tenant];
  const std::uint32_t count = extents_.first_extent[tenant + 1] - first;
  if (count == 0) return false;
  sim::RandomStream random = old_extents(birth);
  for (std::uint32_t i = 0; i < kTries; ++i) {
    extent = first + random.below(count);
    const auto entries = state_.map().of(extent);
    if (std::none_of(entries.begin(), entries.end(), ShardMap::is_lost)) return true;
    ++counts_.redraws;
  }
  return false;
}

void Turnover::bear(const Birth& birth) {
  const std::uint32_t tenant = inputs_.tenants[birth.tenant];
  sim::RandomStream random(inputs_.seed, inputs_.replication, purpose::kNewPlacement, tenant);
  random.skip_to(kWordsPerPlacement * birth.number);
  std::uint32_t extent = 0;
  std::array<std::uint32_t, kMaxShards> chosen;
  const std::span drives(chosen.data(), state_.shards());
  if (!draw_old(birth, extent) || !placer_.place(tenant, extent, random, drives)) {
    ++counts_.unplaced;
    return;
  }
  if (inputs_.before_renewal) inputs_.before_renewal(birth.at, extent);
  const DemandColumns::Place demand = inputs_.place_new(tenant, birth.at);
  state_.renew(birth.at, extent, drives, demand.column, demand.weight);
  ++counts_.born;
  tell_writes(tenant, drives);
}

void Turnover::tell_writes(std::uint32_t tenant, std::span<const std::uint32_t> drives) {
  if (directed_ == nullptr) return;
  const Topology& topology = state_.topology();
  for (const std::uint32_t drive : drives) {
    const std::size_t model = topology.model_of_rack(topology.rack_of(drive));
    const double seconds = inputs_.write_seconds[model * extents_.tenants() + tenant];
    directed_->add(drive, epoch_.start, epoch_.start + epoch_.length,
                   static_cast<float>(seconds / epoch_.length.to_seconds()));
  }
}

}  // namespace spindle::models
