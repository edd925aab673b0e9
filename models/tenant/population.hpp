#pragma once
// A class of tenants: sizes, demand, object sizes, and how heat falls with the age of data.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/tenant/demand_course.hpp"
#include "models/tenant/load_model.hpp"
#include "models/tenant/popularity.hpp"
#include "models/tenant/size_law.hpp"
#include "models/units.hpp"
#include "sim/random_stream.hpp"

namespace spindle::models {

enum class SizeKind { kEqual, kZipf, kLognormal, kPareto };

// Relative sizes of the tenants of one class; scaled so that they add up to the class's bytes.
struct SizeOptions {
  SizeKind kind = SizeKind::kEqual;
  double exponent = 1;  // zipf: size of the i-th is i^-exponent; pareto: tail index alpha
  double sigma = 1;     // lognormal: standard deviation of the logarithm
};

enum class CoolingKind { kNone, kExponential, kPowerLaw };

// Ages of the first data: uniform over [0, oldest], or exponential with a mean, as they are where
// new data has long replaced old that was drawn at random.
enum class AgeLaw { kUniform, kSteady };

// Demand on an extent against its age t: exponential e^{-t/tau}, or power law
// (1 + t/scale)^-exponent.
struct CoolingOptions {
  CoolingKind kind = CoolingKind::kNone;
  sim::Duration tau = sim::Duration::days(30);   // exponential
  double exponent = 1;                           // power_law
  sim::Duration scale = sim::Duration::days(1);  // power_law
  AgeLaw ages = AgeLaw::kUniform;
  sim::Duration oldest = sim::Duration::days(365);  // uniform
  double mean_age_s = 0;  // steady: bytes of the class / bytes written a second
};

// What written bytes are: updates of data that is there, wherever it lies, or new data that takes
// the place of as much old data, drawn at random, of the same tenant.
enum class WriteKind { kUpdates, kNewData };

struct TenantClass {
  std::string name;
  std::uint32_t count = 1;
  Bytes data;  // logical bytes of the whole class
  SizeOptions size;
  // Long-run mean demand of the whole class, shared among its tenants in proportion to their
  // bytes. For trace-driven loads the file says, and these are 0. Reads are those asked of the
  // cache, where there is one; events and flushes are not counted in.
  double read_bytes_per_s = 0;
  double write_bytes_per_s = 0;
  Bytes object_size;     // mean bytes of an object, and of a write; 0: the class never asks
  SizeLaw object_sizes;  // relative to it
  // Mean bytes that a read asks for, where it does not take the whole object; 0: it does.
  Bytes range_size;
  SizeLaw range_sizes;  // relative to it
  LoadOptions load;
  ArrivalLaw arrivals = ArrivalLaw::kPoisson;
  // Trace-driven loads: points, what they count, and on which side they fall.
  std::optional<DemandTrace> read_trace;   // amounts in bytes
  std::optional<DemandTrace> write_trace;  // amounts in bytes
  double trace_scale = 1;
  // The run begins so long after the trace's zero; random: uniform over the loop, for each tenant.
  sim::Duration trace_shift;
  bool trace_shift_is_random = false;
  CoolingOptions cooling;
  WriteKind writes_are = WriteKind::kUpdates;
  // Of objects of data that does not cool and stays where it is.
  PopularityOptions popularity;
  CacheOptions cache;
  std::vector<DemandEvent> events;  // on both sides
};

inline bool plays_trace(const TenantClass& of) {
  return of.load.kind == LoadKind::kSeries || of.load.kind == LoadKind::kJobs;
}

// Sizes of the requests of one side of a class.
struct RequestSize {
  double mean_bytes;  // 0: the class never asks
  const SizeLaw& law;
};
inline RequestSize request_size(const TenantClass& of, bool is_write) {
  if (is_write || of.range_size.value == 0) return {of.object_size.to_double(), of.object_sizes};
  return {of.range_size.to_double(), of.range_sizes};
}

// Relative sizes of `count` tenants, summing to 1; stream keyed by (seed, kTenantSize, first + i).
std::vector<double> draw_sizes(const SizeOptions& options, std::uint32_t count, sim::Seed seed,
                               std::uint32_t first_tenant);

// Whole extents per tenant by largest remainder: sums to `extents`, at least 1 each where
// extents >= shares.size(). Ties go to the lower index.
std::vector<std::uint32_t> apportion(const std::vector<double>& shares, std::uint64_t extents);

// Throws std::invalid_argument where time scales, exponent or ages are out of range.
void check_cooling(const CoolingOptions& options);

// Age at time 0 of each of `count` extents of a class that cools, in seconds, by its law of ages;
// the stream is keyed by (seed, kExtentAge, first_extent + i).
std::vector<double> draw_ages(const CoolingOptions& options, std::uint32_t count, sim::Seed seed,
                              std::uint32_t first_extent);

// Relative demand on each of `count` extents of a class by age at time 0, those of draw_ages();
// mean 1 over the list. Empty where kind is kNone.
std::vector<float> draw_heat_weights(const CoolingOptions& options, std::uint32_t count,
                                     sim::Seed seed, std::uint32_t first_extent);

}  // namespace spindle::models
