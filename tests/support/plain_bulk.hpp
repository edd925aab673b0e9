#pragma once
// Bulk placement as one would write it down: a loop over objects, one random word after the other,
// no blocks, no fetching ahead, no narrow loads. Its choices are what models/placement/bulk must
// make.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "models/placement/bulk/bulk_draws.hpp"
#include "models/placement/bulk/bulk_options.hpp"
#include "models/placement/bulk/unit_sizes.hpp"
#include "models/purposes.hpp"
#include "sim/math.hpp"

namespace spindle::test {

class PlainBulk {
 public:
  explicit PlainBulk(const models::BulkOptions& options)
      : o_(options),
        sizes_(options.sizes,
               static_cast<double>(options.objects()) * options.shards / options.drives),
        loads_(options.drives, 0),
        seen_(options.drives, 0) {
    for (const auto& c : o_.classes) share_ += c.share;
  }

  // Everything that the options ask for; what each drive holds.
  std::vector<std::uint64_t> run() {
    const std::uint64_t objects = o_.objects();
    std::uint64_t object = 0;
    open_share_ = o_.empty_share;
    for (; object < objects && !is_full_; ++object) place(object, size_of(object));
    const auto replaced =
        static_cast<std::uint64_t>(std::llround(o_.turnovers * static_cast<double>(objects)));
    for (std::uint64_t i = 0; i < replaced; ++i, ++object) {
      const std::uint64_t victim = sim::scaled(word(Stream::kVictims, object), objects);
      for (const std::uint32_t drive : stored_[victim]) loads_[drive] -= size_of(victim);
      stored_[victim] = place(object, size_of(victim));
      stored_.pop_back();
    }
    if (o_.empty_share > 0) {
      open_share_ = 0;
      const std::uint64_t end = object + std::max<std::uint64_t>(1, objects / 100);
      for (; object < end; ++object) place(object, size_of(object));
    }
    return loads_;
  }

 private:
  using Stream = models::BulkStream;
  struct Zone {
    std::uint32_t first, drives, open;
  };

  [[nodiscard]] std::uint64_t word(Stream stream, std::uint64_t number) const {
    sim::RandomStream random(o_.seed, 0, models::purpose::kBulkPlacement,
                             static_cast<std::uint64_t>(stream));
    random.skip_to(2 * number);
    return random.next_u64();
  }
  [[nodiscard]] std::uint32_t size_of(std::uint64_t object) const {
    return sizes_.is_constant() ? 1 : sizes_.of(word(Stream::kSizes, object));
  }
  [[nodiscard]] Zone zone(std::uint32_t z) const {
    const auto first = static_cast<std::uint32_t>(std::uint64_t{z} * o_.drives / o_.zones);
    const auto last = static_cast<std::uint32_t>(std::uint64_t{z + 1} * o_.drives / o_.zones);
    return {first, last - first,
            last - first - static_cast<std::uint32_t>(open_share_ * (last - first))};
  }
  [[nodiscard]] std::uint64_t rack(std::uint32_t drive) const {
    std::uint32_t z = 0;
    while (drive >= zone(z).first + zone(z).drives) ++z;
    return std::uint64_t{z} << 32U |
           std::uint64_t{drive - zone(z).first} * o_.racks_per_zone / zone(z).drives;
  }

  // First place of class c in a zone, and one past its last for c + 1.
  [[nodiscard]] std::uint32_t class_begin(std::size_t c, const Zone& z) const {
    if (c == o_.classes.size()) return z.drives;
    double sum = 0;
    for (std::size_t i = 0; i < c; ++i) sum += o_.classes[i].share;
    return static_cast<std::uint32_t>(z.drives * (sum / share_));
  }
  [[nodiscard]] double capacity(std::uint32_t drive) const {
    std::uint32_t z = 0;
    while (drive >= zone(z).first + zone(z).drives) ++z;
    std::size_t c = o_.classes.size() - 1;
    while (drive - zone(z).first < class_begin(c, zone(z))) --c;
    return o_.classes[c].capacity;
  }
  // One candidate by capacity: its class from one word, its place from another.
  [[nodiscard]] std::uint32_t by_capacity(const Zone& z, std::uint64_t a, std::uint64_t b) const {
    double all = 0;
    for (std::size_t c = 0; c < o_.classes.size(); ++c) {
      all += o_.classes[c].capacity * (class_begin(c + 1, z) - class_begin(c, z));
    }
    double sum = 0;
    for (std::size_t c = 0; c < o_.classes.size(); ++c) {
      const std::uint32_t drives = class_begin(c + 1, z) - class_begin(c, z);
      sum += o_.classes[c].capacity * drives;
      const double bound = sum / all * 0x1p64;
      if (bound >= 0x1p64 || a < static_cast<std::uint64_t>(bound)) {
        return z.first + class_begin(c, z) + static_cast<std::uint32_t>(sim::scaled(b, drives));
      }
    }
    return z.first;
  }

  // Which zone each shard of an object goes to.
  [[nodiscard]] std::vector<std::uint32_t> zones_of(std::uint64_t object) const {
    std::vector<std::uint32_t> out;
    std::uint32_t extra = o_.shards % o_.zones;
    for (std::uint32_t z = 0; z < o_.zones; ++z) {
      std::uint32_t count = o_.shards / o_.zones;
      if (extra > 0 &&
          sim::scaled(word(Stream::kZones, object * o_.zones + z), o_.zones - z) < extra) {
        ++count;
        --extra;
      }
      out.insert(out.end(), count, z);
    }
    return out;
  }

  // Candidates of an object as they are drawn, legal or not.
  [[nodiscard]] std::vector<std::uint32_t> draw(std::uint64_t object, std::uint32_t cell,
                                                const std::vector<std::uint32_t>& zones) const {
    const std::uint32_t slots = o_.candidates_per_object();
    const bool by_weight = o_.sampling == models::BulkSampling::kByCapacity;
    std::vector<std::uint32_t> out;
    std::uint64_t rest = 0;
    for (std::uint32_t slot = 0; slot < slots; ++slot) {
      const Zone z = zone(zones[std::uint64_t{slot} * o_.shards / slots]);
      if (by_weight) {
        const std::uint64_t first = 2 * (object * slots + slot);
        out.push_back(
            by_capacity(z, word(Stream::kCandidates, first), word(Stream::kCandidates, first + 1)));
        continue;
      }
      const std::uint32_t n = o_.cell > 0 ? o_.cell : z.open;
      const std::uint32_t from = o_.cell > 0 ? cell : z.first;
      if (slots == 1 && o_.zones == 1) {  // two objects share a word
        std::uint64_t w = word(Stream::kCandidates, object / 2);
        if (object % 2 == 1) w *= n;
        out.push_back(from + static_cast<std::uint32_t>(sim::scaled(w, n)));
        continue;
      }
      if (slot % 2 == 0) {
        rest = word(Stream::kCandidates, object * ((slots + 1) / 2) + slot / 2);
      }
      out.push_back(from + static_cast<std::uint32_t>(sim::scaled(rest, n)));
      rest *= n;
    }
    return out;
  }

  [[nodiscard]] double key(std::uint32_t drive, std::uint64_t candidate, std::uint32_t size) const {
    const double quanta = sizes_.quanta_of_mean();
    double known = static_cast<double>(o_.refresh > 0 ? seen_[drive] : loads_[drive]);
    if (o_.noise > 0) {
      known += o_.noise * quanta *
               sim::inverse_normal_cdf(models::uniform_of(word(Stream::kNoise, candidate)));
    }
    if (o_.bucket > 1) known = std::floor(known / (o_.bucket * quanta)) * (o_.bucket * quanta);
    if (o_.classes.size() > 1 && o_.compare == models::BulkCompare::kFill) {
      known = (known + size) * (1 / (capacity(drive) * quanta));
    }
    return known;
  }

  // Candidates, made legal one by one against `taken`.
  std::uint32_t legal(std::uint32_t drive, const Zone& z, std::uint32_t cell,
                      const std::vector<std::uint32_t>& taken, sim::RandomStream& random) const {
    const auto allows = [&](std::uint32_t candidate) {
      std::uint32_t in_rack = 0;
      for (const std::uint32_t other : taken) {
        if (other == candidate) return false;
        in_rack += rack(other) == rack(candidate) ? 1 : 0;
      }
      return o_.spread.max_per_rack == 0 || in_rack < o_.spread.max_per_rack;
    };
    while (!allows(drive)) {
      const std::uint64_t w = random.next_u64();
      if (o_.sampling == models::BulkSampling::kByCapacity) {
        drive = by_capacity(z, w, random.next_u64());
      } else {
        drive = o_.cell > 0 ? cell + static_cast<std::uint32_t>(sim::scaled(w, o_.cell))
                            : z.first + static_cast<std::uint32_t>(sim::scaled(w, z.open));
      }
    }
    return drive;
  }

  std::vector<std::uint32_t> choose(std::uint64_t object, std::uint32_t size) {
    const std::vector<std::uint32_t> zones = zones_of(object);
    std::uint32_t cell = 0;
    if (o_.cell > 0) {
      cell = o_.cell * static_cast<std::uint32_t>(
                           sim::scaled(word(Stream::kCells, object), o_.drives / o_.cell));
    }
    std::vector<std::uint32_t> drawn = draw(object, cell, zones);
    sim::RandomStream redraws(o_.seed, 0, models::purpose::kBulkRedraw, object);
    std::vector<std::uint32_t> out;
    std::vector<std::uint32_t> taken;  // in the zone
    const auto slots = static_cast<std::uint32_t>(drawn.size());
    if (o_.policy == models::BulkPolicy::kKOfD) {
      for (std::uint32_t z = 0; z < o_.zones; ++z) {
        std::vector<std::pair<double, std::uint32_t>> ranked;
        for (std::uint32_t slot = 0; slot < slots; ++slot) {
          if (zones[std::uint64_t{slot} * o_.shards / slots] != z) continue;
          if (ranked.empty()) taken.clear();
          taken.push_back(legal(drawn[slot], zone(z), cell, taken, redraws));
          ranked.emplace_back(key(taken.back(), object * slots + slot, size), taken.back());
        }
        std::stable_sort(ranked.begin(), ranked.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        const auto shards = std::count(zones.begin(), zones.end(), z);
        for (std::ptrdiff_t i = 0; i < shards; ++i) {
          out.push_back(ranked[static_cast<std::size_t>(i)].second);
        }
      }
      return out;
    }
    const std::uint32_t d = slots / o_.shards;
    for (std::uint32_t shard = 0; shard < o_.shards; ++shard) {
      if (shard > 0 && zones[shard] != zones[shard - 1]) taken.clear();
      const bool is_alone =
          o_.policy == models::BulkPolicy::kOnePlusBeta &&
          models::uniform_of(word(Stream::kCoins, object * o_.shards + shard)) >= o_.beta;
      std::uint32_t best = 0;
      double least = std::numeric_limits<double>::infinity();
      for (std::uint32_t j = 0; j < (is_alone ? 1 : d); ++j) {
        const std::uint32_t slot = shard * d + j;
        const std::uint32_t drive = legal(drawn[slot], zone(zones[shard]), cell, taken, redraws);
        const double load = key(drive, object * slots + slot, size);
        if (load < least) {
          best = drive;
          least = load;
        }
      }
      taken.push_back(best);
      out.push_back(best);
    }
    return out;
  }

  std::vector<std::uint32_t> place(std::uint64_t object, std::uint32_t size) {
    const std::uint64_t refresh = (o_.refresh + o_.shards - 1) / o_.shards;
    if (o_.refresh > 0 && object % refresh == 0) seen_ = loads_;
    const std::vector<std::uint32_t> drives = choose(object, size);
    if (o_.until_full) {
      for (const std::uint32_t drive : drives) is_full_ = is_full_ || !fits(drive, size);
      if (is_full_) return {};
    }
    for (const std::uint32_t drive : drives) loads_[drive] += size;
    if (o_.until_full && sizes_.is_constant()) {
      for (const std::uint32_t drive : drives) is_full_ = is_full_ || !fits(drive, size);
    }
    stored_.push_back(drives);
    return drives;
  }
  [[nodiscard]] bool fits(std::uint32_t drive, std::uint32_t size) const {
    const double held = static_cast<double>(loads_[drive] + size);
    return held <= std::floor(capacity(drive) * sizes_.quanta_of_mean());
  }

  models::BulkOptions o_;
  models::UnitSizes sizes_;
  double open_share_ = 0;
  double share_ = 0;
  bool is_full_ = false;
  std::vector<std::uint64_t> loads_;
  std::vector<std::uint64_t> seen_;
  std::vector<std::vector<std::uint32_t>> stored_;
};

}  // namespace spindle::test
