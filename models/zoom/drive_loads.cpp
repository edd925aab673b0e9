#include "models/zoom/drive_loads.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "models/flow/flow_windows.hpp"
#include "models/zoom/tenant_courses.hpp"
#include "models/zoom/varying_load.hpp"
#include "sim/parallel.hpp"

namespace spindle::models {
namespace {

// The pieces of the window that lie in the windows of a flow run, one after another.
class Replay {
 public:
  Replay(const FlowInputs& inputs, const ZoomWindow& window)
      : in_(inputs),
        pieces_(pieces_of(window, inputs.grid)),
        windows_(inputs),
        rates_(static_cast<std::uint32_t>(inputs.topology.models().size()),
               windows_.most_epochs()) {}

  // Calls sum() for each window that has pieces, with rates and shares set. False where `progress`
  // asked for an end.
  template <class Sum>
  bool run(const std::function<bool(double)>& progress, Sum&& sum) {
    const std::uint64_t end = pieces_.back().epoch + 1;
    for (std::uint64_t done = 0; done < end;) {
      windows_.begin_next();
      done = windows_.first_epoch() + windows_.epochs();
      if (done > pieces_.front().epoch) {
        take_pieces(done);
        windows_.demand().set_rates(rates_);
        sum();
      }
      windows_.end();
      const double share = static_cast<double>(done) / static_cast<double>(end);
      if (progress && !progress(std::min(share, 1.0))) return false;
    }
    return true;
  }

  [[nodiscard]] const std::vector<ZoomPiece>& pieces() const { return pieces_; }
  // Those in the window in hand: first_piece() ... last_piece() - 1.
  [[nodiscard]] std::size_t first_piece() const { return first_piece_; }
  [[nodiscard]] std::size_t last_piece() const { return last_piece_; }
  // Of each epoch of the window in hand, of the whole zoom.
  [[nodiscard]] std::span<const double> shares() const { return shares_; }
  [[nodiscard]] std::size_t epoch_in_window(std::size_t piece) const {
    return static_cast<std::size_t>(pieces_[piece].epoch - windows_.first_epoch());
  }
  [[nodiscard]] const FlowWindows& windows() const { return windows_; }

  void add_heat(std::uint32_t rack, std::span<double> out) const {
    add_rack_heat(in_.matrix.rack(rack), in_.topology.model_of_rack(rack), rates_,
                  windows_.life_of(rack), shares_, out);
  }

 private:
  void take_pieces(std::uint64_t end_epoch) {
    first_piece_ = last_piece_;
    shares_.assign(windows_.epochs(), 0.0);
    while (last_piece_ < pieces_.size() && pieces_[last_piece_].epoch < end_epoch) {
      shares_[epoch_in_window(last_piece_)] = pieces_[last_piece_].share;
      ++last_piece_;
    }
  }

  const FlowInputs& in_;
  std::vector<ZoomPiece> pieces_;
  FlowWindows windows_;
  RateWindow rates_;
  std::size_t first_piece_ = 0;
  std::size_t last_piece_ = 0;
  std::vector<double> shares_;
};

// One rack's chosen drives, in the window in hand.
class RackLoads {
 public:
  RackLoads(const FlowInputs& inputs, const FanOuts& fan_outs, const TenantCourses& courses,
            const Replay& replay, std::uint32_t rack, std::span<DriveLoad* const> drives)
      : in_(inputs),
        fan_outs_(fan_outs),
        courses_(courses),
        replay_(replay),
        rack_(rack),
        life_(replay.windows().life_of(rack)),
        range_(inputs.topology.drives_of_rack(rack)),
        load_of_(range_.size(), nullptr),
        reads_(replay.windows().epochs()),
        writes_(replay.windows().epochs()) {
    for (DriveLoad* load : drives) load_of_[load->drive - range_.first] = load;
  }

  void add() {
    add_heat();
    add_requests();
    for (auto& [drive_and_class, sides] : varying_) {
      const auto [drive, tenant_class] = drive_and_class;
      ClassLoad& load = class_of(*load_of_[drive], tenant_class);
      sides.first.append_rates(replay_.pieces(), load.read_parts,
                               in_.population.read_course(tenant_class), load.reads_within);
      sides.second.append_rates(replay_.pieces(), load.write_parts,
                                in_.population.write_course(tenant_class), load.writes_within);
    }
  }

 private:
  void add_requests() {
    if (life_ != nullptr && life_->presence->is_absent()) return;
    const RackHeat& heat = in_.matrix.rack(rack_);
    const RateLine up = steady_shares();
    for (const ColumnSlice& slice : heat.slices) {
      for (std::uint32_t i = slice.first; i < slice.last; ++i) {
        const HeatEntry& entry = heat.entries[i];
        if (load_of_[entry.drive_in_rack] == nullptr) continue;
        add_weight(entry.drive_in_rack, slice.column, double{entry.weight}, up);
      }
    }
    if (life_ == nullptr) return;
    for (const DemandShift& shift : life_->pending) {
      if (load_of_[shift.drive_in_rack] == nullptr) continue;
      add_weight(shift.drive_in_rack, shift.column, double{shift.weight}, up);
    }
    for (const DemandShift& shift : life_->shifts) {
      if (load_of_[shift.drive_in_rack] == nullptr) continue;
      add_weight(shift.drive_in_rack, shift.column, double{shift.weight},
                 life_->presence->shares_from(double{shift.from}));
    }
  }

  void add_heat() {
    std::vector<double> heat(range_.size(), 0.0);
    replay_.add_heat(rack_, heat);
    for (std::size_t d = 0; d < heat.size(); ++d) {
      if (load_of_[d] == nullptr) continue;
      load_of_[d]->heat += heat[d];
      if (life_ == nullptr) continue;
      const auto directed = life_->directed->of(range_.first + static_cast<std::uint32_t>(d));
      for (std::size_t e = 0; e < replay_.shares().size(); ++e) {
        // As in the sweep: what is planned for a rack that is down is not done.
        if (!life_->presence->is_up(e)) continue;
        load_of_[d]->directed += replay_.shares()[e] * double{directed[e]};
      }
    }
  }

  // How much of each epoch of a window of a living fleet counts for what is there all through it.
  [[nodiscard]] RateLine steady_shares() const {
    RateLine line{};
    if (life_ == nullptr) return line;
    for (std::size_t e = 0; e < kEpochsPerSweep; ++e) line.value[e] = life_->presence->share(e);
    return line;
  }

  void add_weight(std::uint32_t drive_in_rack, std::uint32_t column, double weight,
                  const RateLine& shares) {
    if (column != column_) {
      replay_.windows().demand().requests_by_weight(column, reads_, writes_);
      column_ = column;
    }
    const std::uint32_t tenant = in_.columns == nullptr ? column : in_.columns->tenant_of(column);
    const std::uint32_t tenant_class = in_.population.tenants()[tenant].tenant_class;
    ClassLoad& load = class_of(*load_of_[drive_in_rack], tenant_class);
    for (std::size_t piece = replay_.first_piece(); piece < replay_.last_piece(); ++piece) {
      const std::size_t e = replay_.epoch_in_window(piece);
      const double there = life_ == nullptr ? weight : weight * shares.value[e];
      const double reads = there * reads_[e] * fan_outs_.read;
      const double writes = there * writes_[e] * fan_outs_.write;
      load.read_parts[piece] += reads;
      load.write_parts[piece] += writes;
      const auto read_course = courses_.of(tenant, piece, false);
      const auto write_course = courses_.of(tenant, piece, true);
      if (read_course.is_constant && write_course.is_constant) continue;
      auto& sides = varying_[{drive_in_rack, tenant_class}];
      if (!read_course.is_constant) sides.first.add(piece, reads, read_course.pieces);
      if (!write_course.is_constant) sides.second.add(piece, writes, write_course.pieces);
    }
  }

  ClassLoad& class_of(DriveLoad& load, std::uint32_t tenant_class) {
    const auto at = std::lower_bound(
        load.classes.begin(), load.classes.end(), tenant_class,
        [](const ClassLoad& row, std::uint32_t number) { return row.tenant_class < number; });
    if (at != load.classes.end() && at->tenant_class == tenant_class) return *at;
    const std::vector<double> none(replay_.pieces().size(), 0.0);
    return *load.classes.insert(at, {tenant_class, none, none, {}, {}});
  }

  static constexpr std::uint32_t kNone = 0xffffffffU;

  const FlowInputs& in_;
  const FanOuts& fan_outs_;
  const TenantCourses& courses_;
  const Replay& replay_;
  std::uint32_t rack_;
  const RackLife* life_;
  DriveRange range_;
  std::vector<DriveLoad*> load_of_;  // by drive in rack
  std::uint32_t column_ = kNone;     // whose requests are in hand
  std::vector<double> reads_;
  std::vector<double> writes_;
  // Of the window in hand, by drive in rack and class: reads, and writes.
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::pair<VaryingLoad, VaryingLoad>> varying_;
};

// What a shift in single precision leaves of a load that went away is next to nothing, but must
// not be less.
void drop_residues(std::vector<DriveLoad>& loads) {
  for (DriveLoad& load : loads) {
    for (ClassLoad& row : load.classes) {
      for (double& rate : row.read_parts) rate = std::max(rate, 0.0);
      for (double& rate : row.write_parts) rate = std::max(rate, 0.0);
    }
  }
}

}  // namespace

std::vector<double> replay_heat(const FlowInputs& inputs, const ZoomWindow& window,
                                const std::function<bool(double)>& progress) {
  Replay replay(inputs, window);
  std::vector<double> heat(inputs.topology.drives(), 0.0);
  replay.run(progress, [&] {
    sim::for_each_index(inputs.threads, inputs.topology.racks(), [&](std::size_t r) {
      const auto rack = static_cast<std::uint32_t>(r);
      const DriveRange range = inputs.topology.drives_of_rack(rack);
      replay.add_heat(rack, std::span(heat).subspan(range.first, range.size()));
    });
  });
  return heat;
}

std::vector<DriveLoad> replay_loads(const FlowInputs& inputs, const ZoomWindow& window,
                                    const FanOuts& fan_outs, std::span<const std::uint32_t> drives,
                                    const std::function<bool(double)>& progress) {
  Replay replay(inputs, window);
  const TenantCourses courses(inputs.population, replay.pieces(), inputs.threads);
  std::vector<DriveLoad> loads;
  for (const std::uint32_t drive : drives) loads.push_back({.drive = drive, .classes = {}});
  std::vector<std::vector<DriveLoad*>> of_rack(inputs.topology.racks());
  for (DriveLoad& load : loads) of_rack[inputs.topology.rack_of(load.drive)].push_back(&load);
  replay.run(progress, [&] {
    sim::for_each_index(inputs.threads, of_rack.size(), [&](std::size_t r) {
      if (of_rack[r].empty()) return;
      RackLoads(inputs, fan_outs, courses, replay, static_cast<std::uint32_t>(r), of_rack[r]).add();
    });
  });
  drop_residues(loads);
  return loads;
}

}  // namespace spindle::models
