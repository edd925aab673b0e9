#include "models/zoom/zoom_run.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "models/zoom/part_processes.hpp"
#include "sim/digest.hpp"
#include "sim/parallel.hpp"

namespace spindle::models {
namespace {

// Fixed, whatever the threads: drives that are served together.
constexpr std::uint32_t kBlockDrives = 32;
// Parts of all drives that are drawn at a time.
constexpr double kPartsPerStep = 1 << 18;

ZoomWorld world_of(const ZoomInputs& in) {
  if (in.models.size() != in.topology.models().size()) {
    throw std::invalid_argument("zoom: one mechanical model a drive model is needed");
  }
  return {.topology = in.topology,
          .places = {in.classes, in.scheme, in.models},
          .classes = static_cast<std::uint32_t>(in.classes.size()),
          .epoch = in.grid.epoch,
          .seed = in.seed};
}

double parts_per_s(std::span<const DriveLoad> loads, std::size_t piece) {
  double sum = 0;
  for (const DriveLoad& load : loads) {
    for (const ClassLoad& row : load.classes) sum += row.read_parts[piece] + row.write_parts[piece];
  }
  return sum;
}

// Some of the drives: the cell of parallel work.
class ZoomBlock {
 public:
  ZoomBlock(const ZoomInputs& inputs, const ZoomWorld& world, std::span<const ZoomPiece> pieces,
            std::size_t first, std::size_t count)
      : in_(inputs),
        classes_(world.classes),
        model_of_drive_(models_of(inputs, first, count)),
        processes_(world, pieces, inputs.loads.subspan(first, count)),
        drives_(inputs.models, model_of_drive_),
        open_(1),
        busy_ns_(count, 0),
        latency_(classes_ * (inputs.clusters == ZoomClusters::kDrives ? count : kZoomTimes)) {}
  ZoomBlock(const ZoomBlock&) = delete;
  ZoomBlock& operator=(const ZoomBlock&) = delete;

  void begin_piece(const ZoomPiece& piece) { drives_.begin_epoch(piece.start, piece.length); }

  void run_until(sim::Instant end) {
    arrived_.clear();
    ends_.clear();
    parts_.clear();
    processes_.draw_until(end, arrived_, ends_);
    for (ArrivedPart& arrived : arrived_) {
      arrived.part.request = open_.add({.arrival = arrived.part.arrival,
                                        .tenant_class = row_of(arrived),
                                        .is_write = arrived.part.is_write,
                                        .parts = 1,
                                        .needed = 1});
      parts_.push_back(arrived.part);
    }
    serve(end);
  }

  // The time of the drives' arms in the epoch so far.
  void count_busy() {
    for (std::size_t i = 0; i < busy_ns_.size(); ++i) busy_ns_[i] += drives_.busy_ns()[i];
  }

  // Serves what waits; nothing arrives any more.
  void drain(sim::Instant from) {
    parts_.clear();
    std::fill(ends_.begin(), ends_.end(), 0U);
    drives_.begin_epoch(from, sim::Instant::never() - from);
    serve(sim::Instant::never());
  }

  [[nodiscard]] std::uint64_t waiting() const { return drives_.waiting(); }
  [[nodiscard]] const DriveBlock& drives() const { return drives_; }
  [[nodiscard]] const std::vector<std::int64_t>& busy_ns() const { return busy_ns_; }
  [[nodiscard]] std::vector<ClassLatency>& latency() { return latency_; }

 private:
  static std::vector<std::uint8_t> models_of(const ZoomInputs& in, std::size_t first,
                                             std::size_t count) {
    std::vector<std::uint8_t> models;
    for (const DriveLoad& load : in.loads.subspan(first, count)) {
      models.push_back(
          static_cast<std::uint8_t>(in.topology.model_of_rack(in.topology.rack_of(load.drive))));
    }
    return models;
  }

  [[nodiscard]] std::uint32_t row_of(const ArrivedPart& arrived) const {
    if (in_.clusters == ZoomClusters::kDrives) {
      return arrived.part.drive * classes_ + arrived.tenant_class;
    }
    const double share =
        (arrived.part.arrival - in_.window.start).to_seconds() / in_.window.length().to_seconds();
    const auto time = static_cast<std::uint32_t>(share * kZoomTimes);
    return std::min(time, kZoomTimes - 1) * classes_ + arrived.tenant_class;
  }

  void serve(sim::Instant end) {
    drives_.run_until(end, parts_, ends_);
    for (const ServedPart& part : drives_.served()) {
      open_.serve_part(part.request, part.finish, latency_);
    }
  }

  const ZoomInputs& in_;
  std::uint32_t classes_;
  std::vector<std::uint8_t> model_of_drive_;
  PartProcesses processes_;
  DriveBlock drives_;
  OpenRequests open_;  // each of one part; their "class" is a row of latency_
  std::vector<ArrivedPart> arrived_;
  std::vector<RequestPart> parts_;
  std::vector<std::uint32_t> ends_;
  std::vector<std::int64_t> busy_ns_;
  std::vector<ClassLatency> latency_;
};

class ZoomRun {
 public:
  explicit ZoomRun(const ZoomInputs& inputs)
      : in_(inputs), pieces_(pieces_of(inputs.window, inputs.grid)), world_(world_of(inputs)) {
    for (std::size_t first = 0; first < in_.loads.size(); first += kBlockDrives) {
      const std::size_t count = std::min<std::size_t>(kBlockDrives, in_.loads.size() - first);
      blocks_.push_back(std::make_unique<ZoomBlock>(in_, world_, pieces_, first, count));
    }
  }

  ZoomResult run(const std::function<bool(double)>& progress) {
    sim::Instant at = in_.window.start;
    for (std::size_t i = 0; i < pieces_.size() && go_on_; ++i) at = run_piece(i, progress);
    for_each_block([&](ZoomBlock& block) { block.drain(at); });
    return finish(at);
  }

 private:
  template <class Fn>
  void for_each_block(Fn&& fn) {
    sim::for_each_index(in_.threads, blocks_.size(), [&](std::size_t b) { fn(*blocks_[b]); });
  }

  // Until its end, or until the zoom is to end; says when that was.
  sim::Instant run_piece(std::size_t number, const std::function<bool(double)>& progress) {
    const ZoomPiece& piece = pieces_[number];
    const sim::Instant end = piece.start + piece.length;
    for_each_block([&](ZoomBlock& block) { block.begin_piece(piece); });
    const sim::Duration step = step_of(piece, number);
    for (sim::Instant from = piece.start; from < end;) {
      const sim::Instant to = end - from > step ? from + step : end;
      for_each_block([&](ZoomBlock& block) { block.run_until(to); });
      from = to;
      watch(to, progress);
      if (go_on_ || to == end) continue;
      for_each_block([](ZoomBlock& block) { block.count_busy(); });
      return to;
    }
    for_each_block([](ZoomBlock& block) { block.count_busy(); });
    return end;
  }

  [[nodiscard]] sim::Duration step_of(const ZoomPiece& piece, std::size_t number) const {
    const double seconds = kPartsPerStep / std::max(parts_per_s(in_.loads, number), 1e-9);
    if (seconds >= piece.length.to_seconds()) return piece.length;
    return std::max(sim::Duration::seconds(seconds), sim::Duration::nanoseconds(1));
  }

  void watch(sim::Instant now, const std::function<bool(double)>& progress) {
    std::uint64_t waiting = 0;
    for (const auto& block : blocks_) waiting += block->waiting();
    ended_by_waiting_ = waiting > in_.most_waiting;
    const double share = (now - in_.window.start).to_seconds() / in_.window.length().to_seconds();
    go_on_ = (!progress || progress(share)) && !ended_by_waiting_;
  }

  ZoomResult finish(sim::Instant end) {
    ZoomResult result{.served = end - in_.window.start,
                      .ended_by_waiting = ended_by_waiting_ && end < in_.window.end,
                      .clusters = 0,
                      .classes = world_.classes,
                      .parts = {},
                      .waits = {},
                      .services = {},
                      .busy = {}};
    for (const auto& block : blocks_) {
      result.waits.merge(block->drives().waits());
      result.services.merge(block->drives().services());
      for (const std::int64_t ns : block->busy_ns()) {
        result.busy.push_back(static_cast<double>(ns) / static_cast<double>(result.served.ns()));
      }
      take_latency(block->latency(), result.parts);
    }
    if (world_.classes > 0) {
      result.clusters = static_cast<std::uint32_t>(result.parts.size() / world_.classes);
    }
    return result;
  }

  // Drives are rows of their own; times are the same for all blocks.
  void take_latency(std::vector<ClassLatency>& from, std::vector<ClassLatency>& to) const {
    if (in_.clusters == ZoomClusters::kDrives || to.empty()) {
      to.insert(to.end(), std::make_move_iterator(from.begin()),
                std::make_move_iterator(from.end()));
      return;
    }
    for (std::size_t i = 0; i < to.size(); ++i) {
      to[i].reads.merge(from[i].reads);
      to[i].writes.merge(from[i].writes);
    }
  }

  const ZoomInputs& in_;
  std::vector<ZoomPiece> pieces_;
  ZoomWorld world_;
  std::vector<std::unique_ptr<ZoomBlock>> blocks_;
  bool go_on_ = true;
  bool ended_by_waiting_ = false;
};

}  // namespace

std::string ZoomResult::digest() const {
  sim::Digest digest;
  digest.add(static_cast<std::uint64_t>(served.ns()));
  for (const ClassLatency& of : parts) {
    of.reads.add_to(digest);
    of.writes.add_to(digest);
  }
  waits.add_to(digest);
  services.add_to(digest);
  for (const double share : busy) digest.add(share);
  return digest.hex();
}

double expected_parts(std::span<const DriveLoad> loads, const ZoomWindow& window,
                      const EpochGrid& grid) {
  double sum = 0;
  const std::vector<ZoomPiece> pieces = pieces_of(window, grid);
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    sum += parts_per_s(loads, i) * pieces[i].length.to_seconds();
  }
  return sum;
}

ZoomResult run_zoom(const ZoomInputs& inputs, const std::function<bool(double)>& progress) {
  return ZoomRun(inputs).run(progress);
}

double zoom_memory_bytes(std::uint32_t drives, std::uint32_t drive_models, std::uint32_t classes,
                         ZoomClusters clusters, std::size_t depth, double waiting) {
  // A histogram of some eight octaves; of a queue's entry and its neighbours in order of place.
  constexpr double kHistogram = 8 * 512 + 100;
  constexpr double kPerQueued = 2 * (sizeof(RequestQueue::Entry) + 24.0);
  constexpr double kPerDrive = 200;
  constexpr double kPerProcess = 200;
  constexpr double kPerPart = 2 * 48 + 64 + 24;  // drawn, lined up, served
  constexpr double kPerWaiting = 3 * 48 + 32;
  const double blocks = drives / double{kBlockDrives} + 1;
  const double of_times = blocks * kZoomTimes;
  const double rows = clusters == ZoomClusters::kDrives ? static_cast<double>(drives) : of_times;
  return drives * (kPerDrive + 2.0 * classes * kPerProcess) + rows * 2 * classes * kHistogram +
         blocks * drive_models * static_cast<double>(depth) * kPerQueued +
         kPartsPerStep * kPerPart + waiting * kPerWaiting;
}

}  // namespace spindle::models
