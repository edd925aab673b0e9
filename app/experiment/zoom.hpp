#pragma once
// The zoom of a run at flow fidelity: after it, some of its drives are served mechanically under
// the load that it gave them.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/scenario/scenario.hpp"
#include "app/world/world.hpp"
#include "models/flow/flow_result.hpp"
#include "models/zoom/drive_loads.hpp"
#include "models/zoom/zoom_run.hpp"

namespace spindle::app {

// What follows from the run alone.
struct ZoomPlan {
  models::ZoomWindow window;
  std::vector<std::uint8_t> rack_is_there;  // per rack: in any epoch of the window
};

struct ZoomSweep {
  models::ZoomWindow window;
  std::vector<models::DriveLoad> loads;  // of the drives chosen, by number
  models::ZoomResult result;
  bool complete = false;  // not interrupted
};

// Calls its argument with the run's inputs as they are at time 0, as often as it is asked.
using FlowReplay = std::function<void(const std::function<void(const models::FlowInputs&)>&)>;

class Zoom {
 public:
  // The scenario has a zoom, and each of the world's rows a drive; both must outlive it.
  Zoom(const Scenario& scenario, const World& world, unsigned threads);

  // `flow` is the whole run's.
  [[nodiscard]] ZoomPlan plan(const models::FlowResult& flow) const;
  // `progress` gets the share done; returning false ends it: nothing is left where that was before
  // the first request was served. Adds to `violations` the drives whose
  // parts do not make up their heat.
  [[nodiscard]] std::optional<ZoomSweep> run(const ZoomPlan& plan, const FlowReplay& replay,
                                             const std::function<bool(double)>& progress,
                                             std::vector<std::string>& violations) const;

 private:
  [[nodiscard]] std::vector<std::uint32_t> choose(
      const ZoomPlan& plan, const FlowReplay& replay,
      const std::function<bool(double)>& progress) const;
  void check_heat(const ZoomSweep& zoom, bool lives, std::vector<std::string>& violations) const;

  const Scenario& scenario_;
  const World& world_;
  unsigned threads_;
};

}  // namespace spindle::app
