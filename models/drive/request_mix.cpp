#include "models/drive/request_mix.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "models/purposes.hpp"

namespace spindle::models {

RequestPlaces places_within(std::uint64_t sectors, std::uint32_t sector_bytes,
                            std::uint64_t size_bytes) {
  constexpr std::uint32_t kAlignment = 4096;
  RequestPlaces found;
  found.sectors = size_bytes / sector_bytes + (size_bytes % sector_bytes == 0 ? 0 : 1);
  if (found.sectors == 0) throw std::invalid_argument("a request must hold at least one byte");
  if (found.sectors > sectors) {
    throw std::invalid_argument("a request is larger than what the drive, or its arm, has for it");
  }
  found.step = kAlignment % sector_bytes == 0 ? kAlignment / sector_bytes : 1;
  found.places = (sectors - found.sectors) / found.step + 1;
  return found;
}

RequestMix::RequestMix(const MechanicalDrive& drive, std::span<const RequestKind> kinds,
                       std::uint64_t sectors) {
  double sum = 0;
  for (const RequestKind& kind : kinds) {
    if (!(kind.weight > 0) || !std::isfinite(kind.weight)) {
      throw std::invalid_argument("weights of a request mix must be above 0 and finite");
    }
    sum += kind.weight;
  }
  if (kinds.empty()) throw std::invalid_argument("a request mix needs at least one kind");
  double up_to = 0;
  for (const RequestKind& kind : kinds) {
    const double share = kind.weight / sum;
    up_to += share;
    kinds_.push_back({places_within(std::min(sectors, drive.spec().sectors),
                                    drive.spec().sector_bytes, kind.size_bytes),
                      share, up_to, kind.is_write});
  }
}

std::size_t RequestMix::kind_of(const DriveRequest& request) const {
  std::size_t kind = 0;
  while (kinds_[kind].places.sectors != request.sectors ||
         kinds_[kind].is_write != request.is_write) {
    ++kind;
  }
  return kind;
}

std::size_t RequestMix::kind_at(double uniform) const {
  std::size_t kind = 0;
  while (kind + 1 < kinds_.size() && uniform >= kinds_[kind].up_to) ++kind;
  return kind;
}

DriveRequest RequestMix::request(std::size_t kind, std::uint64_t uniform) const {
  const RequestPlaces& places = kinds_[kind].places;
  DriveRequest request;
  request.sector = sim::scaled(uniform, places.places) * places.step;
  request.sectors = places.sectors;
  request.is_write = kinds_[kind].is_write;
  return request;
}

MixedRequests::MixedRequests(const RequestMix& mix, std::uint64_t requests, Rate arrivals,
                             sim::Seed seed, std::uint64_t entity)
    : mix_(mix),
      left_(requests),
      arrivals_(arrivals),
      where_(seed, 0, purpose::kDriveRequest, entity),
      when_(seed, 0, purpose::kDriveArrival, entity) {
  if (!(arrivals.per_second >= 0 && arrivals.per_second <= 1e6)) {
    throw std::invalid_argument("the rate of arrivals must be 0 to 1,000,000 per second");
  }
}

bool MixedRequests::operator()(DriveRequest& request) {
  if (left_ == 0) return false;
  --left_;
  const std::size_t kind = mix_.size() == 1 ? 0 : mix_.kind_at(where_.uniform());
  request = mix_.request(kind, where_.next_u64());
  if (arrivals_.per_second > 0) {
    clock_s_ += when_.exponential() / arrivals_.per_second;
    request.arrival = sim::Instant{} + sim::Duration::seconds(clock_s_);
  }
  return true;
}

}  // namespace spindle::models
