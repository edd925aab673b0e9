#pragma once
// Transport between threads of one process: nothing is copied, receivers read what senders wrote.
// Cost of an exchange: one barrier.

#include <array>
#include <memory>
#include <vector>

#include "sim/cells/spin_barrier.hpp"
#include "sim/cells/transport.hpp"

namespace spindle::sim {

class ThreadTransport {
 public:
  explicit ThreadTransport(unsigned workers);  // at least 1: std::invalid_argument

  // Lives as long as this object. Each end must be driven by a thread of its own.
  [[nodiscard]] Transport& end(unsigned worker) const;

 private:
  class End;
  struct Sent {
    Bytes common;
    std::vector<Bytes> own;
  };
  struct Exchange {
    explicit Exchange(unsigned workers);
    SpinBarrier barrier;
    // By parity of the exchange, then by worker: who writes for the next exchange does not disturb
    // who still reads this one, and the one after waits at the barrier for all of them.
    std::array<std::vector<Sent>, 2> sent;
  };

  std::unique_ptr<Exchange> exchange_;
  std::vector<std::unique_ptr<Transport>> ends_;
};

}  // namespace spindle::sim
