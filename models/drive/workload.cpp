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
    std::pair{WorkloadKind::kMixed, std::string_view("mixed")}};

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
  if (sectors_ > drive.spec().sectors) {
    throw std::invalid_argument("a request is larger than the drive");
  }
  if (!(options.read_share >= 0 && options.read_share <= 1)) {
    throw std::invalid_argument("the share of reads must be 0 to 1");
  }
  if (!(options.arrivals_per_s >= 0 && options.arrivals_per_s <= 1e6)) {
    throw std::invalid_argument("the rate of arrivals must be 0 to 1,000,000 per second");
  }
  constexpr std::uint64_t kAlignment = 4096;
  const bool sequential = options.kind == WorkloadKind::kSequential;
  step_ = sequential ? sectors_ : kAlignment % sector == 0 ? kAlignment / sector : 1;
  places_ = (drive.spec().sectors - sectors_) / step_ + 1;
}

bool Workload::operator()(DriveRequest& request) {
  if (issued_ == options_.requests) return false;
  const bool sequential = options_.kind == WorkloadKind::kSequential;
  request.sectors = sectors_;
  request.sector =
      (sequential ? issued_ % places_ : sim::scaled(where_.next_u64(), places_)) * step_;
  request.is_write =
      options_.kind == WorkloadKind::kRandomWrite ||
      (options_.kind == WorkloadKind::kMixed && !where_.bernoulli(options_.read_share));
  if (options_.arrivals_per_s > 0) {
    clock_s_ += when_.exponential() / options_.arrivals_per_s;
    request.arrival = sim::Instant{} + sim::Duration::seconds(clock_s_);
  }
  ++issued_;
  return true;
}

}  // namespace spindle::models
