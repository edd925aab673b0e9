#pragma once
// Where on the platters the parts of requests can begin: by class of tenants, side, size and drive
// model.
//
// Sizes are the strata of the class's law (models/tenant/size_law.hpp). A class of one size draws
// nothing for it. Immutable once built; `classes` must outlive it.

#include <cstdint>
#include <span>
#include <vector>

#include "models/drive/drive_run.hpp"
#include "models/drive/mechanics.hpp"
#include "models/drive/request_mix.hpp"
#include "models/redundancy/scheme.hpp"
#include "models/tenant/population.hpp"
#include "sim/random_stream.hpp"

namespace spindle::models {

// How the drives of one model of the fleet behave.
struct MechanicalModel {
  const MechanicalDrive* drive = nullptr;
  DriveRunOptions options;
  std::uint64_t data_sectors = 0;  // that hold data: the first of the drive
};

class PlaceTable {
 public:
  // Throws std::invalid_argument where a part does not fit on its drive.
  PlaceTable(std::span<const TenantClass> classes, const Scheme& scheme,
             std::span<const MechanicalModel> models);

  // The stratum of the next request of that class and side.
  [[nodiscard]] std::size_t draw_stratum(std::uint32_t tenant_class, bool is_write,
                                         sim::RandomStream& stream) const {
    const SizeLaw& law = request_size(classes_[tenant_class], is_write).law;
    return law.is_constant() ? 0 : law.stratum_at(stream.uniform());
  }
  [[nodiscard]] const RequestPlaces& at(std::uint32_t tenant_class, bool is_write,
                                        std::size_t stratum, std::uint32_t model) const {
    const std::size_t row = first_[2 * tenant_class + (is_write ? 1 : 0)];
    return places_[(row + stratum) * models_ + model];
  }

 private:
  std::span<const TenantClass> classes_;
  std::size_t models_;
  std::vector<std::size_t> first_;  // [class * 2 + side]: its rows of `places_`
  std::vector<RequestPlaces> places_;
};

}  // namespace spindle::models
