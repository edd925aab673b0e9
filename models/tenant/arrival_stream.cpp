#include "models/tenant/arrival_stream.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace spindle::models {
namespace {

// Gaps drawn at a time, at most: they stay in the first level of the cache.
constexpr std::size_t kBlock = 512;

}  // namespace

ArrivalStream::ArrivalStream(const sim::RandomBatch& batch, std::uint64_t entity,
                             sim::Duration epoch, ArrivalLaw law)
    : batch_(batch), entity_(entity), epoch_(epoch.ns()), law_(law) {
  if (epoch_ <= 0) {
    throw std::invalid_argument("arrivals: an epoch is not longer than 0 — give e.g. 1 h");
  }
  sim::RandomStream stream = batch_.stream(entity_);
  gap_ = law_ == ArrivalLaw::kPoisson ? stream.exponential() : stream.uniform();
  draws_ = 1;
}

void ArrivalStream::begin(std::span<const RatePiece> pieces, double per_s) {
  if (is_in_part_) end_part();
  pieces_ = pieces;
  per_s_ = per_s;
  end_ = 0;
}

void ArrivalStream::append_until(sim::Instant until, std::vector<sim::Instant>& out) {
  while (!pieces_.empty()) {
    if (!is_in_part_) begin_part();
    while (next_s_ < length_s_) {
      if (!append_block(until, out)) return;
    }
    if (end_ > until.ns()) return;
    end_part();
    if (end_ == pieces_.front().end) pieces_ = pieces_.subspan(1);
  }
}

void ArrivalStream::begin_part() {
  const RatePiece& piece = pieces_.front();
  begin_ = std::max(piece.begin, end_);
  end_ = std::min(piece.end, (begin_ / epoch_ + 1) * epoch_);
  length_s_ = sim::Duration::nanoseconds(end_ - begin_).to_seconds();
  rate_ = piece.rate * per_s_;
  since_s_ = 0;
  next_s_ = rate_ > 0 ? gap_ / rate_ : std::numeric_limits<double>::infinity();
  is_in_part_ = true;
}

void ArrivalStream::end_part() {
  gap_ = std::max(0.0, gap_ - rate_ * (length_s_ - since_s_));
  is_in_part_ = false;
}

// As many gaps as are likely to be used: what is drawn beyond is drawn again.
std::size_t ArrivalStream::block_for(sim::Instant until) const {
  const double to_s = sim::Duration::nanoseconds(std::min(until.ns(), end_) - begin_).to_seconds();
  const double expected = (to_s - next_s_) * rate_ + 1;
  return expected < 1 ? 1 : static_cast<std::size_t>(std::min(expected, double{kBlock}));
}

bool ArrivalStream::append_block(sim::Instant until, std::vector<sim::Instant>& out) {
  // Rounding to the nanosecond must not carry a request beyond its part.
  const auto rounded = [this](double s) {
    return std::min(begin_ + sim::Duration::seconds(s).ns(), end_ - 1);
  };
  if (rounded(next_s_) >= until.ns()) return false;
  std::array<double, kBlock> gaps;
  const std::size_t block = block_for(until);
  if (law_ == ArrivalLaw::kPoisson) {
    batch_.exponentials(entity_, draws_, std::span(gaps).first(block));
  } else {
    std::fill_n(gaps.begin(), block, 1.0);
  }
  const std::size_t room = out.size();
  out.resize(room + block);
  std::size_t used = 0;
  bool goes_on = true;
  for (; used < block && next_s_ < length_s_; ++used) {
    const std::int64_t at = rounded(next_s_);
    goes_on = at < until.ns();
    if (!goes_on) break;
    out[room + used] = sim::Instant::from_ns(at);
    since_s_ = next_s_;
    gap_ = gaps[used];
    next_s_ += gap_ / rate_;
  }
  out.resize(room + used);
  draws_ += used;
  return goes_on;
}

}  // namespace spindle::models
