#pragma once
// A log of segments, block by block: overwrites leave holes, and cleaning copies what still lives
// out of a segment to make it free again. What closed forms of write amplification are held to, and
// where those that have none come from (write_amplification.hpp).
//
// What clients write and what cleaning copies go to two open segments, each to its own. A segment
// is cleaned whenever fewer than kReserve are free as the clients' is filled. So not all segments
// hold data: one is free, and the open ones are full in part. What a closed form calls fullness is
// live blocks over the blocks of the others (effective_fullness).
//
// Cost: 25 to 60 ns a block written; kCostBenefit also looks at every segment for each one that it
// cleans. Memory: 8 B a block, 26 B a segment.

#include <cstdint>
#include <span>
#include <vector>

#include "models/store/store_options.hpp"
#include "sim/random_stream.hpp"
#include "sim/statistics.hpp"

namespace spindle::models {

struct SegmentLogOptions {
  std::uint32_t segments = 1024;
  std::uint32_t blocks = 64;  // of a segment; a power of two
  double fullness = 0.8;      // live blocks / blocks of all segments
  CleaningOrder cleaning = CleaningOrder::kOldestFirst;
  // This share of the blocks gets that share of the overwrites; 0 of both: all alike.
  double hot_blocks = 0;
  double hot_writes = 0;
  sim::Seed seed = {};
};

// What a log did since it was made.
struct SegmentLogCounts {
  std::uint64_t user = 0;     // blocks that clients wrote
  std::uint64_t copied = 0;   // blocks that cleaning wrote
  std::uint64_t cleaned = 0;  // segments
};

class SegmentLog {
 public:
  // Free segments that cleaning keeps at least: one for clients, one for what it copies.
  static constexpr std::uint32_t kReserve = 2;
  // Segments' worth of slots that hold nothing, on average: 1.5 to 1.85 by the closed forms, in
  // logs of 128 to 2,048 segments that are 70 to 95 % full.
  static constexpr double kIdle = 1.65;

  // Throws std::invalid_argument: fewer than 8 segments or more than 2^31 blocks, blocks no power
  // of two from 2 to 2^14, shares outside [0, 1) or one of them alone, a log that holds no block or
  // that cleaning could not keep up with (less than a segment beside the reserve to gain).
  explicit SegmentLog(const SegmentLogOptions& options);

  // Overwrites so many blocks, each drawn anew.
  void write(std::uint64_t blocks);

  [[nodiscard]] const SegmentLogCounts& counts() const { return counts_; }
  [[nodiscard]] std::uint32_t live_blocks() const {
    return static_cast<std::uint32_t>(place_.size());
  }
  [[nodiscard]] double effective_fullness() const;

  // For checkers. By block of clients: the slot that holds it, segment * blocks + number in it.
  [[nodiscard]] std::span<const std::uint32_t> places() const { return place_; }
  // By slot: the block that was written there last.
  [[nodiscard]] std::span<const std::uint32_t> owners() const { return owner_; }
  [[nodiscard]] std::uint32_t segments() const { return options_.segments; }
  [[nodiscard]] std::uint32_t blocks() const { return options_.blocks; }
  // Blocks of a segment that the log takes for live.
  [[nodiscard]] std::uint32_t live_of(std::uint32_t segment) const {
    return live_[segment] & ~std::uint32_t{kNotClosed};
  }
  [[nodiscard]] std::uint32_t free_segments() const {
    return static_cast<std::uint32_t>(free_.size());
  }

 private:
  // Set in live_ of segments that are free or open: no order takes them.
  static constexpr std::uint16_t kNotClosed = 0x8000;
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  // A segment that is being written.
  struct Head {
    std::uint32_t next = 0;  // slot
    std::uint32_t end = 0;
  };

  [[nodiscard]] std::uint32_t segment_of(std::uint32_t slot) const { return slot >> shift_; }
  void lay_out();
  [[nodiscard]] std::uint32_t draw();
  void append(Head& head, std::uint32_t block);
  void open(Head& head);
  void close(std::uint32_t segment);
  void clean();
  std::uint32_t choose();
  void lose(std::uint32_t segment);
  void link(std::uint32_t segment);
  void unlink(std::uint32_t segment);
  std::uint32_t least_live();
  [[nodiscard]] std::uint32_t greatest_benefit() const;

  SegmentLogOptions options_;
  std::uint32_t shift_ = 0;  // slot >> shift_ is its segment
  std::uint32_t hot_ = 0;    // the first so many blocks are hot
  sim::RandomStream random_;
  std::vector<std::uint32_t> place_;
  std::vector<std::uint32_t> owner_;
  std::vector<std::uint16_t> live_;
  // When the youngest block of a segment was written by a client, in blocks of clients: what is
  // copied stays as old as it is.
  std::vector<std::uint64_t> youngest_;
  std::vector<double> free_per_pass_;  // by live blocks: (1 - u) / (1 + u)
  // Of kGreedy: closed segments in lists by live blocks; the ends of each, neighbours by segment,
  // and no list before `least_` has any.
  std::vector<std::uint32_t> first_of_;
  std::vector<std::uint32_t> last_of_;
  std::vector<std::uint32_t> before_;
  std::vector<std::uint32_t> after_;
  std::uint32_t least_ = 0;
  std::vector<std::uint32_t> closed_;  // a ring, in the order of closing: of kOldestFirst
  std::uint32_t oldest_ = 0;
  std::uint32_t closed_count_ = 0;
  std::vector<std::uint32_t> free_;
  Head user_;
  Head copies_;
  SegmentLogCounts counts_;
};

struct AmplificationRun {
  double warm_up = 20;  // times the log's blocks, written before anything counts
  double measured = 20;
  std::uint32_t batches = 32;
};

struct AmplificationEstimate {
  sim::Interval write_amplification;  // 95 %, by batch means
  double cleaned_utilisation = 0;     // mean live share of the segments that were cleaned
  double effective_fullness = 0;
};

// Throws as SegmentLog does.
AmplificationEstimate measure_amplification(const SegmentLogOptions& options,
                                            const AmplificationRun& run = {});

}  // namespace spindle::models
