#include "models/drive/workload.hpp"

#include <array>
#include <stdexcept>
#include <utility>

#include "models/purposes.hpp"

namespace spindle::models {
namespace {

constexpr std::array kNames = {
    std::pair{WorkloadKind::kRandomRead, std::string_view("random_read")},
    std::pair{WorkloadKind::kRandomWrite, std::string_view("random_write")},
    std::pair{WorkloadKind::kSequential, std::string_view("sequential")},
    std::pair{WorkloadKind::kMixed, std::string_view("mixed")},
    std::pair{WorkloadKind::kLog, std::string_view("log")}};

// Uniform on {0, ..., n-1}; the bias of multiply-shift is below n / 2^64.
std::uint64_t below(sim::RandomStream& random, std::uint64_t n) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>((static_cast<Wide>(random.next_u64()) * n) >> 64U);
}

}  // namespace

std::optional<WorkloadKind> find_workload(std::string_view name) {
  for (const auto& [kind, known] : kNames) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

Workload::Workload(const MechanicalDrive& drive, const WorkloadOptions& options)
    : options_(options),
      where_(options.seed, 0, purpose::kDriveRequest, 0),
      when_(options.seed, 0, purpose::kDriveArrival, 0) {
  const std::uint64_t sector = drive.spec().sector_bytes;
  sectors_ = options.size_bytes / sector + (options.size_bytes % sector == 0 ? 0 : 1);
  if (sectors_ == 0) throw std::invalid_argument("a request must hold at least one byte");
  arms_ = drive.spec().actuators;
  arm_sectors_ = sectors_per_actuator(drive.spec());
  if (sectors_ > arm_sectors_) {
    throw std::invalid_argument("a request is larger than what an arm of the drive has");
  }
  if (!(options.read_share >= 0 && options.read_share <= 1)) {
    throw std::invalid_argument("the share of reads must be 0 to 1");
  }
  if (!(options.arrivals_per_s >= 0 && options.arrivals_per_s <= 1e6)) {
    throw std::invalid_argument("the rate of arrivals must be 0 to 1,000,000 per second");
  }
  constexpr std::uint64_t kAlignment = 4096;
  step_ = kAlignment % sector == 0 ? kAlignment / sector : 1;
  places_ = (arm_sectors_ - sectors_) / step_ + 1;
}

std::uint64_t Workload::anywhere() {
  const std::uint64_t place = below(where_, arms_ * places_);
  return place / places_ * arm_sectors_ + place % places_ * step_;
}

std::uint64_t Workload::next_in_sequence() {
  const std::uint64_t arm = in_sequence_ % arms_;
  const std::uint64_t place = in_sequence_ / arms_ % (arm_sectors_ / sectors_);
  ++in_sequence_;
  return arm * arm_sectors_ + place * sectors_;
}

bool Workload::operator()(DriveRequest& request) {
  if (issued_ == options_.requests) return false;
  request.sectors = sectors_;
  if (options_.kind == WorkloadKind::kLog) {
    request.is_write = !where_.bernoulli(options_.read_share);
    request.sector = request.is_write ? next_in_sequence() : anywhere();
  } else {
    const bool sequential = options_.kind == WorkloadKind::kSequential;
    request.sector = sequential ? next_in_sequence() : anywhere();
    request.is_write =
        options_.kind == WorkloadKind::kRandomWrite ||
        (options_.kind == WorkloadKind::kMixed && !where_.bernoulli(options_.read_share));
  }
  if (options_.arrivals_per_s > 0) {
    clock_s_ += when_.exponential() / options_.arrivals_per_s;
    request.arrival = sim::Instant{} + sim::Duration::seconds(clock_s_);
  }
  ++issued_;
  return true;
}

}  // namespace spindle::models
