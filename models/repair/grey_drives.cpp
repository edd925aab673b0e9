#include "models/repair/grey_drives.hpp"

#include <algorithm>
#include <tuple>

namespace spindle::models {

GreyDrives::GreyDrives(const GreyOptions& options, sim::Seed seed, std::uint32_t replication,
                       sim::Engine& engine, FleetState& state, sim::Duration horizon,
                       std::span<const SlotFailure> history)
    : options_(options),
      seed_(seed),
      replication_(replication),
      engine_(engine),
      state_(state),
      end_(sim::Instant() + horizon),
      history_(history.begin(), history.end()),
      slow_(state.topology().drives(), options.slowdown),
      since_(state.topology().drives(), sim::Instant::never()) {
  check(options);
  std::sort(history_.begin(), history_.end(), [](const SlotFailure& a, const SlotFailure& b) {
    return std::tie(a.slot, a.at_s) < std::tie(b.slot, b.at_s);
  });
  begins_ =
      engine_.on<sim::NoPayload>([this](sim::Engine&, const sim::Event& event, sim::NoPayload) {
        const auto drive = static_cast<std::uint32_t>(event.entity.value());
        if (state_.is_present(drive)) begin(drive);
      });
}

void GreyDrives::begin_life(std::uint32_t slot, std::uint32_t draw, sim::Instant failure) {
  slow_.set(slot, sim::Instant::never(), sim::Instant::never());
  if (failure == sim::Instant::never()) return;
  if (!is_announced(options_, seed_, replication_, state_.topology().slot_of(slot), draw)) return;
  const sim::Instant now = engine_.now();
  const sim::Instant from =
      options_.lasts < failure - now ? now + (failure - now - options_.lasts) : now;
  slow_.set(slot, from, failure);
  if (from < end_) engine_.schedule_at(from, begins_, sim::kOnlyCell, sim::EntityId(slot));
}

// Life number i of a slot ends with its failure number i.
void GreyDrives::begin_life(std::uint32_t slot, std::uint32_t draw) {
  const auto first = std::lower_bound(
      history_.begin(), history_.end(), slot,
      [](const SlotFailure& failure, std::uint32_t of) { return failure.slot < of; });
  const auto left = static_cast<std::uint64_t>(history_.end() - first);
  const bool ends = draw < left && first[draw].slot == slot && !first[draw].is_sudden;
  begin_life(
      slot, draw,
      ends ? sim::Instant() + sim::Duration::seconds(first[draw].at_s) : sim::Instant::never());
}

void GreyDrives::begin(std::uint32_t drive) {
  const sim::Instant now = engine_.now();
  since_[drive] = now;
  if (options_.slowdown != 1) state_.set_pace(now, drive, options_.slowdown);
}

void GreyDrives::end(std::uint32_t drive) {
  if (since_[drive] == sim::Instant::never()) return;
  const sim::Instant now = engine_.now();
  slow_s_ += (now - since_[drive]).to_seconds();
  since_[drive] = sim::Instant::never();
  if (options_.slowdown != 1) state_.set_pace(now, drive, 1);
}

void GreyDrives::put_in(std::uint32_t drive) {
  if (slow_.is_slow(drive, engine_.now())) begin(drive);
}

double GreyDrives::slow_s(sim::Instant now) const {
  double sum = slow_s_;
  for (const sim::Instant since : since_) {
    if (since < now) sum += (now - since).to_seconds();
  }
  return sum;
}

}  // namespace spindle::models
