#include "models/ledger/directed_heat.hpp"

#include <span>

#include "models/purposes.hpp"
#include "sim/random_batch.hpp"

namespace spindle::models {

void DirectedHeat::set(const LedgerPlan& plan, std::size_t epochs) {
  set_courses(epochs);
  groups_.resize(plan.groups().size());
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    set_group(plan.groups()[g], plan.flow_of_group(g), epochs, groups_[g]);
  }
}

void DirectedHeat::set_courses(std::size_t epochs) {
  courses_.assign(options_.ageing.size() * kLedgerEpochs, 0.0);
  for (std::uint32_t c = 0; c < options_.ageing.size(); ++c) {
    double sum = 0;
    for (std::size_t e = 0; e < epochs; ++e) sum += sample_.asked(c, e).writes;
    if (!(sum > 0)) continue;
    for (std::size_t e = 0; e < epochs; ++e) {
      courses_[c * kLedgerEpochs + e] =
          sample_.asked(c, e).writes / sum * static_cast<double>(epochs);
    }
  }
}

void DirectedHeat::set_group(const RackGroup& group, const GroupFlow& flow, std::size_t epochs,
                             OfGroup& out) {
  out = {};
  if (!group.serves()) return;
  const double epoch_s = grid_.epoch.to_seconds();
  const double read_s = options_.read_seconds[group.model];
  const double write_s = options_.write_seconds[group.model];
  std::array<double, kLedgerEpochs> squares = {};
  for (std::size_t e = 0; e < epochs; ++e) {
    out.even[e] = flow.even(e);
    const double read = flow.shards_read + flow.repair.read[e];
    const double written = flow.shards_written + flow.repair.written[e];
    // A shard of s seconds takes s / epoch of the drive's time in its epoch.
    out.mean[e] = read * read_s + written * write_s;
    squares[e] = (read * read_s * read_s + written * write_s * write_s) / epoch_s;
    for (const GroupFlow::Work& work : flow.recoding) {
      out.mean[e] += work.shards * work.seconds;
      squares[e] += work.shards * work.seconds * work.seconds / epoch_s;
    }
    for (std::size_t c = 0; c < flow.written.size(); ++c) {
      if (!(flow.written[c] > 0)) continue;
      const double mean = flow.written[c] * courses_[c * kLedgerEpochs + e];
      out.mean[e] += mean;
      squares[e] += mean * options_.ageing[c].write_seconds[group.model] / epoch_s;
    }
  }
  out.strokes = shard_strokes(std::span(out.mean).first(epochs), std::span(squares).first(epochs));
}

void DirectedHeat::draw(std::uint64_t rack_slot, std::uint64_t window, std::size_t drives,
                        std::vector<std::uint32_t>& words) const {
  draw_stroke_words(sim::RandomBatch(options_.seed, 0, purpose::kLedgerStroke), rack_slot, window,
                    drives, words);
}

}  // namespace spindle::models
