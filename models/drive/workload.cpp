#include "models/drive/workload.hpp"

#include <array>
#include <stdexcept>
#include <utility>

#include "models/purposes.hpp"

namespace spindle::models {
namespace {

constexpr std::array kWorkloadNames = {
    std::pair{WorkloadKind::kRandomRead, std::string_view("random_read")},
    std::pair{WorkloadKind::kRandomWrite, std::string_view("random_write")},
    std::pair{WorkloadKind::kSequential, std::string_view("sequential")},
    std::pair{WorkloadKind::kMixed, std::string_view("mixed")},
    std::pair{WorkloadKind::kLog, std::string_view("log")}};

}  // namespace

std::optional<WorkloadKind> find_workload(std::string_view name) {
  for (const auto& [kind, known] : kWorkloadNames) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

Workload::Workload(const MechanicalDrive& drive, const WorkloadOptions& options)
    : options_(options),
      where_(options.seed, 0, purpose::kDriveRequest, 0),
      when_(options.seed, 0, purpose::kDriveArrival, 0) {
  arms_ = drive.spec().actuators;
  arm_sectors_ = sectors_per_actuator(drive.spec());
  places_ = places_within(arm_sectors_, drive.spec().sector_bytes, options.size_bytes);
  if (!(options.read_share >= 0 && options.read_share <= 1)) {
    throw std::invalid_argument("the share of reads must be 0 to 1");
  }
  if (!(options.arrivals_per_s >= 0 && options.arrivals_per_s <= 1e6)) {
    throw std::invalid_argument("the rate of arrivals must be 0 to 1,000,000 per second");
  }
}

std::uint64_t Workload::anywhere() {
  const std::uint64_t place = sim::scaled(where_.next_u64(), arms_ * places_.places);
  return place / places_.places * arm_sectors_ + place % places_.places * places_.step;
}

std::uint64_t Workload::next_in_sequence() {
  const std::uint64_t arm = in_sequence_ % arms_;
  const std::uint64_t place = in_sequence_ / arms_ % (arm_sectors_ / places_.sectors);
  ++in_sequence_;
  return arm * arm_sectors_ + place * places_.sectors;
}

bool Workload::operator()(DriveRequest& request) {
  if (issued_ == options_.requests) return false;
  request.sectors = places_.sectors;
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
