#pragma once
// The least of n entries that change: each change is O(log n), the least is known.

#include <cstdint>
#include <limits>
#include <vector>

namespace spindle::models {

class Tournament {
 public:
  // Ordered by load, then by tie: a random number where ties shall fall to any.
  struct Key {
    double load = kOut;
    std::uint32_t tie = 0;
    friend bool operator==(const Key&, const Key&) = default;
  };
  // Of entries that may not win.
  static constexpr double kOut = std::numeric_limits<double>::infinity();

  // All entries are out. Precondition: n > 0.
  explicit Tournament(std::uint32_t n) : keys_(n), winner_(n) { play_all(); }
  explicit Tournament(std::vector<Key> keys) : keys_(std::move(keys)), winner_(keys_.size()) {
    play_all();
  }

  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(keys_.size()); }
  [[nodiscard]] const Key& key(std::uint32_t i) const { return keys_[i]; }
  // The least; any entry where all are out.
  [[nodiscard]] std::uint32_t winner() const { return size() == 1 ? 0 : winner_[1]; }
  [[nodiscard]] const Key& least() const { return keys_[winner()]; }
  [[nodiscard]] bool is_empty() const { return least().load == kOut; }

  void set(std::uint32_t i, Key key) {
    keys_[i] = key;
    for (std::uint32_t node = (size() + i) / 2; node > 0; node /= 2) play(node);
  }

 private:
  // Nodes 1..n-1 are matches, node n + i is entry i.
  [[nodiscard]] std::uint32_t of(std::uint32_t node) const {
    return node >= size() ? node - size() : winner_[node];
  }
  [[nodiscard]] bool beats(std::uint32_t a, std::uint32_t b) const {
    return keys_[a].load != keys_[b].load ? keys_[a].load < keys_[b].load
                                          : keys_[a].tie < keys_[b].tie;
  }
  void play(std::uint32_t node) {
    const std::uint32_t left = of(2 * node);
    const std::uint32_t right = of(2 * node + 1);
    winner_[node] = beats(right, left) ? right : left;
  }
  void play_all() {
    for (std::uint32_t node = size(); node-- > 1;) play(node);
  }

  std::vector<Key> keys_;
  std::vector<std::uint32_t> winner_;  // of a match
};

}  // namespace spindle::models
