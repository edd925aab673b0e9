#include "models/mechanical/place_table.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace spindle::models {
namespace {

// Where a part of so many bytes can begin on a drive of that model.
RequestPlaces places_of(const MechanicalModel& model, double part_bytes) {
  const MechanicalSpec& spec = model.drive->spec();
  // Parts count their sectors in 32 bits; more bytes than any drive has need not be told apart.
  const double most = static_cast<double>(UINT32_MAX) * spec.sector_bytes;
  const double bytes = std::clamp(std::ceil(part_bytes), 1.0, 0x1p63);
  if (bytes > most) {
    throw std::invalid_argument("mechanical run: a part of a request has 2^32 sectors or more");
  }
  return places_within(std::min(model.data_sectors, spec.sectors), spec.sector_bytes,
                       static_cast<std::uint64_t>(bytes));
}

}  // namespace

PlaceTable::PlaceTable(std::span<const TenantClass> classes, const Scheme& scheme,
                       std::span<const MechanicalModel> models)
    : classes_(classes), models_(models.size()) {
  for (const TenantClass& c : classes) {
    for (const bool is_write : {false, true}) {
      first_.push_back(places_.size() / models_);
      const RequestSize size = request_size(c, is_write);
      for (const SizeLaw::Stratum& stratum : size.law.strata()) {
        const double bytes = scheme.shard_bytes(size.mean_bytes * stratum.size);
        for (const MechanicalModel& model : models) {
          // A class that never asks may leave its object size out.
          places_.push_back(size.mean_bytes == 0 ? RequestPlaces{} : places_of(model, bytes));
        }
      }
    }
  }
}

}  // namespace spindle::models
