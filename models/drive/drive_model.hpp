#pragma once
// One drive model: what its data sheet says, and the service-time moments that follow.
//
// Service of one request = overhead + seek + rotation + transfer. Rotation is uniform over one
// revolution. Transfer of `size` bytes takes size / rate, with the rate falling linearly with the
// radius from the outer to the inner track and data uniform over the bytes of the disk. Equations,
// sources and range of validity: docs/theory/drive.md.

#include <string>
#include <vector>

#include "models/units.hpp"

namespace spindle::models {

// Seek time as a random variable, in seconds: mean and variance of the seeks of independent random
// requests. A fixed seek has variance 0.
struct SeekTime {
  double mean_s = 0;
  double variance_s2 = 0;
};

// Moments of one request's service time.
struct ServiceTime {
  double mean_s = 0;
  double variance_s2 = 0;
};

// What requests of one size take, by a drive's mechanics (models/drive/service_table.hpp).
struct SizedService {
  double size_bytes = 0;
  ServiceTime read;
  ServiceTime write;
};

struct DriveModel {
  std::string name;
  std::string source;  // where the figures come from, and which of them are derived
  Bytes capacity;
  double rotation_s = 0;           // one revolution, seconds
  bool rotation_is_fixed = false;  // true: always half a revolution (an idealised drive)
  SeekTime read_seek;
  SeekTime write_seek;
  double outer_bytes_per_s = 0;    // media rate at the outermost track
  double inner_bytes_per_s = 0;    // equal to outer: one rate for the whole disk
  double overhead_s = 0;           // command and bus, per request
  double annual_failure_rate = 0;  // failures per drive-year of 8,760 h, e.g. 0.0035
  // The figures above are what the drive is, and not a fit: mechanics of its name have no more to
  // tell of the mean.
  bool is_ideal = false;
  // By ascending size; where it is not empty, services come from it and not from the figures above.
  std::vector<SizedService> measured;
};

// Precondition: size > 0. Never throws. Between measured sizes, and beyond them, along the straight
// line through the nearest two: the mean is the seek and a half turn plus what grows with the size.
ServiceTime read_service(const DriveModel& drive, double size_bytes);
ServiceTime write_service(const DriveModel& drive, double size_bytes);

// The built-in drives, in a fixed order: an explicit table.
const std::vector<DriveModel>& drive_presets();
// nullptr where no preset has that name.
const DriveModel* find_drive_preset(const std::string& name);

}  // namespace spindle::models
