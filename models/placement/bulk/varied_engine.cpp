#include "models/placement/bulk/varied_engine.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "models/purposes.hpp"
#include "sim/math.hpp"
#include "sim/prefetch.hpp"

namespace spindle::models {
namespace {

constexpr std::uint32_t kMostLoad = std::numeric_limits<std::uint32_t>::max();

double mean_load(const BulkOptions& options) {
  return static_cast<double>(options.objects()) * options.shards / options.drives;
}

}  // namespace

VariedEngine::VariedEngine(const BulkOptions& options, const BulkFleet& fleet)
    : options_(options),
      fleet_(fleet),
      sizes_of_(options.sizes, mean_load(options)),
      spread_(options, fleet),
      compares_fill_(options.classes.size() > 1 && options.compare == BulkCompare::kFill),
      draws_by_capacity_(options.sampling == BulkSampling::kByCapacity),
      slots_(options.candidates_per_object()),
      refresh_objects_((options.refresh + options.shards - 1) / options.shards),
      candidate_words_(options.seed, BulkStream::kCandidates),
      size_words_(options.seed, BulkStream::kSizes),
      coin_words_(options.seed, BulkStream::kCoins),
      noise_words_(options.seed, BulkStream::kNoise),
      victim_words_(options.seed, BulkStream::kVictims),
      cell_words_(options.seed, BulkStream::kCells),
      chosen_(options.shards),
      loads_(fleet.drives()) {
  const std::size_t objects = std::max(1U, kBlock / slots_);
  candidates_.resize(objects * slots_);
  zones_.resize(objects * options.shards);
  cells_.resize(objects);
  if (options.refresh > 0) seen_.resize(fleet.drives());
  if (options.turnovers > 0) {
    places_.resize(static_cast<std::size_t>(options.objects()) * options.shards);
  }
  make_kinds();
}

void VariedEngine::make_kinds() {
  std::vector<BulkClass> classes = options_.classes;
  if (classes.empty()) classes.push_back({static_cast<double>(kMostLoad), 1});
  std::vector<double> shares;
  for (const BulkClass& c : classes) shares.push_back(c.share);
  for (const BulkZone& zone : fleet_.zones()) {
    const std::vector<std::uint32_t> ends = class_ends(shares, zone.drives);
    double all = 0;
    for (std::size_t c = 0; c < ends.size(); ++c) {
      all += classes[c].capacity * (ends[c] - (c == 0 ? 0 : ends[c - 1]));
    }
    std::vector<Kind>& kinds = kinds_.emplace_back();
    double sum = 0;
    for (std::size_t c = 0; c < ends.size(); ++c) {
      const std::uint32_t first = c == 0 ? 0 : ends[c - 1];
      const double quanta = classes[c].capacity * sizes_of_.quanta_of_mean();
      sum += classes[c].capacity * (ends[c] - first);
      const double bound = sum / all * 0x1p64;
      kinds.push_back({first, ends[c],
                       bound < 0x1p64 ? static_cast<std::uint64_t>(bound) : UINT64_MAX, 1 / quanta,
                       static_cast<std::uint32_t>(std::min<double>(quanta, kMostLoad))});
    }
  }
}

std::uint64_t VariedEngine::words_per_object() const {
  return draws_by_capacity_ ? 2 * std::uint64_t{slots_} : (slots_ + 1) / 2;
}

VariedEngine::Candidate VariedEngine::candidate_at(std::uint32_t zone, std::uint32_t place) const {
  std::uint32_t kind = 0;
  while (place >= kinds_[zone][kind].end) ++kind;
  return {spread_.place_at(zone, place), kind};
}

VariedEngine::Candidate VariedEngine::by_capacity(std::uint32_t zone, std::uint64_t kind_word,
                                                  std::uint64_t place_word) const {
  const std::vector<Kind>& kinds = kinds_[zone];
  const auto is_empty = [&](std::uint32_t k) { return kinds[k].first == kinds[k].end; };
  std::uint32_t kind = 0;
  while (kind + 1 < kinds.size() && (is_empty(kind) || kind_word >= kinds[kind].bound)) ++kind;
  while (is_empty(kind)) --kind;
  const std::uint32_t first = kinds[kind].first;
  const auto place = static_cast<std::uint32_t>(sim::scaled(place_word, kinds[kind].end - first));
  return {spread_.place_at(zone, first + place), kind};
}

void VariedEngine::draw_candidates(std::uint64_t first, std::size_t objects) {
  const bool shares_words = slots_ == 1 && options_.zones == 1 && !draws_by_capacity_;
  const std::uint64_t words = words_per_object();
  if (shares_words) {
    candidate_words_.fetch(first / 2, objects / 2 + 1);
  } else {
    candidate_words_.fetch(first * words, objects * words);
  }
  PairedIndices indices(candidate_words_);
  const std::uint32_t all = fleet_.zones()[0].open;
  if (shares_words && first % 2 == 1) indices.next(options_.cell > 0 ? options_.cell : all);
  const std::uint32_t shards = options_.shards;
  for (std::size_t i = 0; i < objects; ++i) {
    Candidate* const own = &candidates_[i * slots_];
    for (std::uint32_t slot = 0; slot < slots_; ++slot) {
      // The shard that candidate `slot` is for, or with k_of_d those it is compared for.
      const std::uint64_t shard = std::uint64_t{slot} * shards / slots_;
      const std::uint32_t zone = zones_[i * shards + shard];
      if (draws_by_capacity_) {
        const std::size_t word = 2 * (i * slots_ + slot);
        own[slot] = by_capacity(zone, candidate_words_[word], candidate_words_[word + 1]);
      } else if (options_.cell > 0) {
        own[slot].place = {cells_[i] + indices.next(options_.cell), 0};
      } else {
        own[slot] = candidate_at(zone, indices.next(fleet_.zones()[zone].open));
      }
      sim::prefetch_line_nearby(&loads_[own[slot].place.drive]);
      if (!seen_.empty()) sim::prefetch_line_nearby(&seen_[own[slot].place.drive]);
    }
    if (!shares_words) indices.skip_rest();
  }
}

void VariedEngine::draw(std::uint64_t first, std::uint64_t last) {
  const auto objects = static_cast<std::size_t>(last - first);
  spread_.draw_zones(first, objects, zones_);
  if (options_.cell > 0) {
    cell_words_.fetch(first, objects);
    const std::uint32_t cells = options_.drives / options_.cell;
    for (std::size_t i = 0; i < objects; ++i) {
      cells_[i] = options_.cell * static_cast<std::uint32_t>(sim::scaled(cell_words_[i], cells));
    }
  }
  draw_candidates(first, objects);
  if (!sizes_of_.is_constant()) size_words_.fetch(first, objects);
  if (options_.policy == BulkPolicy::kOnePlusBeta) {
    coin_words_.fetch(first * options_.shards, objects * options_.shards);
  }
  if (options_.noise > 0) noise_words_.fetch(first * slots_, objects * slots_);
}

VariedEngine::Candidate VariedEngine::legal(Candidate candidate, std::uint32_t zone) {
  while (!spread_.allows(candidate.place)) {
    sim::RandomStream& random = spread_.redraws();
    if (draws_by_capacity_) {
      const std::uint64_t kind_word = random.next_u64();
      candidate = by_capacity(zone, kind_word, random.next_u64());
    } else if (options_.cell > 0) {
      const std::uint64_t place = sim::scaled(random.next_u64(), options_.cell);
      candidate.place.drive = cell_ + static_cast<std::uint32_t>(place);
    } else {
      const std::uint64_t place = sim::scaled(random.next_u64(), fleet_.zones()[zone].open);
      candidate = candidate_at(zone, static_cast<std::uint32_t>(place));
    }
  }
  return candidate;
}

// What is compared: the load as it is known, in quanta, or the fill fraction once placed.
double VariedEngine::key(const Candidate& candidate, std::size_t noise_word,
                         std::uint32_t size) const {
  const std::uint32_t drive = candidate.place.drive;
  const double quanta = sizes_of_.quanta_of_mean();
  double known = seen_.empty() ? loads_[drive] : seen_[drive];
  if (options_.noise > 0) {
    const double normal = sim::inverse_normal_cdf(uniform_of(noise_words_[noise_word]));
    known += options_.noise * quanta * normal;
  }
  if (options_.bucket > 1) {
    const double bucket = options_.bucket * quanta;
    known = std::floor(known / bucket) * bucket;
  }
  // All zones have the same classes.
  return compares_fill_ ? (known + size) * kinds_[0][candidate.kind].per_capacity : known;
}

void VariedEngine::choose_each(std::size_t i, std::uint32_t size) {
  const std::uint32_t d = options_.candidates_per_shard();
  for (std::uint32_t shard = 0; shard < options_.shards; ++shard) {
    const std::uint32_t zone = zones_[i * options_.shards + shard];
    spread_.enter(zone);
    const bool is_alone = options_.policy == BulkPolicy::kOnePlusBeta &&
                          uniform_of(coin_words_[i * options_.shards + shard]) >= options_.beta;
    const std::size_t slot = i * slots_ + std::size_t{shard} * d;
    Candidate best = legal(candidates_[slot], zone);
    double least = d == 1 || is_alone ? 0 : key(best, slot, size);
    for (std::uint32_t j = 1; j < d && !is_alone; ++j) {
      const Candidate other = legal(candidates_[slot + j], zone);
      const double load = key(other, slot + j, size);
      if (load < least) {
        best = other;
        least = load;
      }
    }
    spread_.take(best.place);
    chosen_[shard] = best;
  }
}

// Candidates obey the rule among themselves, so any of them may be taken together.
void VariedEngine::choose_least(std::size_t i, std::uint32_t size) {
  std::array<Candidate, kMostBulkCandidates> candidates;
  std::array<double, kMostBulkCandidates> loads;
  const std::uint32_t shards = options_.shards;
  const std::uint32_t* zones = &zones_[i * shards];
  std::uint32_t shard = 0;
  std::uint32_t slot = 0;
  while (shard < shards) {
    const std::uint32_t zone = zones[shard];
    const auto zone_end =
        static_cast<std::uint32_t>(std::upper_bound(zones + shard, zones + shards, zone) - zones);
    spread_.enter(zone);
    std::uint32_t count = 0;
    for (; slot < slots_ && std::uint64_t{slot} * shards / slots_ < zone_end; ++slot, ++count) {
      candidates[count] = legal(candidates_[i * slots_ + slot], zone);
      spread_.take(candidates[count].place);
      loads[count] = key(candidates[count], i * slots_ + slot, size);
    }
    for (; shard < zone_end; ++shard) {
      const auto least = std::min_element(loads.begin(), loads.begin() + count) - loads.begin();
      chosen_[shard] = candidates[static_cast<std::size_t>(least)];
      loads[static_cast<std::size_t>(least)] = std::numeric_limits<double>::infinity();
    }
  }
}

void VariedEngine::choose(std::uint64_t object, std::size_t i, std::uint32_t size) {
  spread_.begin(object);
  cell_ = cells_[i];
  if (options_.policy == BulkPolicy::kKOfD) {
    choose_least(i, size);
  } else {
    choose_each(i, size);
  }
}

bool VariedEngine::fits(std::uint32_t size) const {
  return std::all_of(chosen_.begin(), chosen_.end(), [&](const Candidate& c) {
    const std::uint32_t capacity = kinds_[0][c.kind].capacity;
    return size <= capacity && loads_[c.place.drive] <= capacity - size;
  });
}

void VariedEngine::add(std::uint32_t size) {
  for (const Candidate& c : chosen_) {
    std::uint32_t& load = loads_[c.place.drive];
    if (load > kMostLoad - size) {
      throw std::overflow_error(
          "bulk placement: a drive holds more than 32 bits count (sizes vary too much for so many "
          "on a drive) — place fewer shards a drive");
    }
    load += size;
  }
}

void VariedEngine::refresh_if_due(std::uint64_t object) {
  if (!seen_.empty() && object % refresh_objects_ == 0) seen_ = loads_;
}

std::uint64_t VariedEngine::block_end(std::uint64_t first, std::uint64_t last) const {
  std::uint64_t end = std::min<std::uint64_t>(last, first + cells_.size());
  if (!seen_.empty()) end = std::min(end, (first / refresh_objects_ + 1) * refresh_objects_);
  return end;
}

std::uint64_t VariedEngine::place(std::uint64_t first, std::uint64_t last) {
  while (first < last && !is_full_) {
    refresh_if_due(first);
    const std::uint64_t end = block_end(first, last);
    draw(first, end);
    for (std::uint64_t object = first; object < end; ++object) {
      const auto i = static_cast<std::size_t>(object - first);
      const std::uint32_t size = sizes_of_.is_constant() ? 1 : sizes_of_.of(size_words_[i]);
      choose(object, i, size);
      if (options_.until_full && !fits(size)) {
        is_full_ = true;
        return object;
      }
      add(size);
      const double in_means = size * load_unit();
      sum_.add(in_means);
      squares_.add(in_means * in_means);
      if (!places_.empty() && (object + 1) * options_.shards <= places_.size()) {
        for (std::uint32_t shard = 0; shard < options_.shards; ++shard) {
          places_[object * options_.shards + shard] = chosen_[shard].place.drive;
        }
      }
      // Equal shards: a drive is full as soon as the next would not fit.
      if (options_.until_full && sizes_of_.is_constant() && !fits(size)) {
        is_full_ = true;
        return object + 1;
      }
    }
    first = end;
  }
  return first;
}

void VariedEngine::replace(std::uint64_t first, std::uint64_t last) {
  const std::uint64_t objects = places_.size() / options_.shards;
  sim::RandomStream own_size(options_.seed, 0, purpose::kBulkPlacement,
                             static_cast<std::uint64_t>(BulkStream::kSizes));
  while (first < last) {
    refresh_if_due(first);
    const std::uint64_t end = block_end(first, last);
    draw(first, end);
    victim_words_.fetch(first, static_cast<std::size_t>(end - first));
    const auto victim_of = [&](std::uint64_t object) {
      return sim::scaled(victim_words_[static_cast<std::size_t>(object - first)], objects);
    };
    for (std::uint64_t object = first; object < end; ++object) {
      sim::prefetch_line_nearby(&places_[victim_of(object) * options_.shards]);
    }
    for (std::uint64_t object = first; object < end; ++object) {
      std::uint32_t* const places = &places_[victim_of(object) * options_.shards];
      // The new object is as large as the one whose place it takes.
      own_size.skip_to(2 * victim_of(object));
      const std::uint32_t size = sizes_of_.is_constant() ? 1 : sizes_of_.of(own_size.next_u64());
      for (std::uint32_t shard = 0; shard < options_.shards; ++shard) loads_[places[shard]] -= size;
      choose(object, static_cast<std::size_t>(object - first), size);
      add(size);
      for (std::uint32_t shard = 0; shard < options_.shards; ++shard) {
        places[shard] = chosen_[shard].place.drive;
      }
    }
    first = end;
  }
}

std::unique_ptr<BulkEngine> make_varied_engine(const BulkOptions& options, const BulkFleet& fleet) {
  return std::make_unique<VariedEngine>(options, fleet);
}

}  // namespace spindle::models
