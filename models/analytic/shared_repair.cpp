#include "models/analytic/shared_repair.hpp"

#include "models/analytic/queueing.hpp"

namespace spindle::models {
namespace {

double drive_rebuild_s(const SharedRepair& of) {
  return of.bytes_per_drive * (of.reads + 1) / (of.drives * of.bytes_per_s);
}

}  // namespace

double shared_repair_load(const SharedRepair& of) {
  return of.drives * of.failures_per_s * drive_rebuild_s(of);
}

double shared_repair_wait_s(const SharedRepair& of) {
  const double one = drive_rebuild_s(of);
  return mg1_mean_wait(Rate{of.drives * of.failures_per_s}, {.mean_s = one, .variance_s2 = 0}) +
         one / 2;
}

}  // namespace spindle::models
