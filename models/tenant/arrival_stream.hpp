#pragma once
// When the requests of one side of a tenant come: a process of unit rate, seen in the integral of
// the tenant's rate (the change of time of docs/theory/tenants.md), over pieces of constant rate.
//
// Gaps are drawn in units of their mean, and what is left of one at a piece's end goes on in the
// next one at its rate. Pieces are cut where epochs end, and within an epoch's part of one the time
// of the next request follows from the last one's: how a run is cut into windows, or a window asked
// for in steps, changes no bit.
//
// Cost: about 6 ns a request where many are drawn at once, 100 ns a call that draws one, and 12 ns
// a call that draws none. Memory: 128 B a stream.

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "models/tenant/load_model.hpp"
#include "sim/random_batch.hpp"
#include "sim/time.hpp"

namespace spindle::models {

class ArrivalStream {
 public:
  // The stream of that entity; `epoch`: longer than 0 (std::invalid_argument otherwise).
  ArrivalStream(const sim::RandomBatch& batch, std::uint64_t entity, sim::Duration epoch,
                ArrivalLaw law = ArrivalLaw::kPoisson);

  // The rate from now on, until the last piece's end: piece.rate * per_s requests a second, at most
  // 1e9; none where there is no piece. Pieces are as those of LoadModel::pieces(), begin where all
  // earlier ones have ended or later, and must outlive their use. What was not drawn of earlier
  // pieces is lost: draw them to their end first.
  void begin(std::span<const RatePiece> pieces, double per_s);
  // Appends the requests that come before `until`, in order of time, and later than all those
  // appended before or at one nanosecond with the last. Throws std::overflow_error after 2^41
  // requests.
  void append_until(sim::Instant until, std::vector<sim::Instant>& out);

 private:
  void begin_part();
  void end_part();
  // Of the part in hand; false where the next request does not come before `until`.
  bool append_block(sim::Instant until, std::vector<sim::Instant>& out);
  [[nodiscard]] std::size_t block_for(sim::Instant until) const;

  sim::RandomBatch batch_;
  std::uint64_t entity_;
  std::uint64_t draws_ = 0;  // of the stream that were used
  std::int64_t epoch_;       // ns
  ArrivalLaw law_;
  bool is_in_part_ = false;
  std::span<const RatePiece> pieces_;  // the one in hand, and those after it
  double per_s_ = 0;
  // The part in hand: of one piece and one epoch.
  std::int64_t begin_ = 0;
  std::int64_t end_ = 0;
  double rate_ = 0;
  double length_s_ = 0;
  double gap_;          // to the next request, in mean gaps, from `since_s_` on
  double since_s_ = 0;  // in the part: the last request, or its start
  double next_s_ = std::numeric_limits<double>::infinity();  // in the part: the next request
};

}  // namespace spindle::models
