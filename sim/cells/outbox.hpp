#pragma once
// What one worker sends in an exchange: messages to each other worker, and to all of them a header
// and what its cells ask the coordinator for.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

#include "sim/aligned_array.hpp"
#include "sim/cells/message.hpp"
#include "sim/cells/transport.hpp"

namespace spindle::sim {

class Outbox {
 public:
  explicit Outbox(unsigned workers) : outgoing_(workers) {
    for (Buffers& buffers : buffers_) buffers.by_worker.resize(workers);
  }

  // Cost: a store. The line of the next but one is fetched: it is in the receiver's cache, which
  // has read what was sent there the time before last.
  void send(unsigned worker, const Event& event) {
    HugeVector<Message>& messages = now().by_worker[worker];
    messages.emplace_back(event);
    if (messages.size() + 2 < messages.capacity()) {
      prefetch_line(messages.data() + messages.size() + 2);
    }
    earliest_sent_ = std::min(earliest_sent_, event.time);
  }
  void request(const Event& event) {
    now().requests.emplace_back(event);
    earliest_request_ = std::min(earliest_request_, event.time);
  }
  // Of what goes with the next exchange.
  [[nodiscard]] Instant earliest_sent() const { return earliest_sent_; }
  [[nodiscard]] Instant earliest_request() const { return earliest_request_; }

  // Sends the messages, and to all the header and the requests (which follow it at once).
  // Collective; lifetimes and errors are Transport::exchange's.
  std::span<const Parcel> exchange(Transport& transport, Bytes header) {
    Buffers& buffers = now();
    const Bytes requests = std::as_bytes(std::span(buffers.requests));
    buffers.common.resize(header.size() + requests.size());
    std::copy(header.begin(), header.end(), buffers.common.begin());
    std::copy(requests.begin(), requests.end(),
              buffers.common.end() - static_cast<std::ptrdiff_t>(requests.size()));
    for (std::size_t w = 0; w < outgoing_.size(); ++w) {
      outgoing_[w] = std::as_bytes(std::span(buffers.by_worker[w]));
    }
    const std::span<const Parcel> parcels = transport.exchange(buffers.common, outgoing_);
    // The other buffers were sent in the exchange before this one, so nobody reads them any more.
    parity_ ^= 1U;
    for (HugeVector<Message>& messages : now().by_worker) messages.clear();
    now().requests.clear();
    earliest_sent_ = Instant::never();
    earliest_request_ = Instant::never();
    return parcels;
  }

  // All memory held, in bytes. Cost: some ns a worker.
  [[nodiscard]] std::size_t memory_bytes() const {
    std::size_t bytes = 0;
    for (const Buffers& buffers : buffers_) {
      bytes += buffers.common.capacity() + buffers.requests.capacity() * sizeof(Message);
      for (const auto& messages : buffers.by_worker) bytes += messages.capacity() * sizeof(Message);
    }
    return bytes;
  }

 private:
  // What one exchange sends. Two, as sent bytes must outlive the next exchange.
  struct Buffers {
    std::vector<std::byte> common;
    std::vector<HugeVector<Message>> by_worker;
    std::vector<Message> requests;
  };
  [[nodiscard]] Buffers& now() { return buffers_[parity_]; }

  std::array<Buffers, 2> buffers_;
  unsigned parity_ = 0;
  std::vector<Bytes> outgoing_;
  Instant earliest_sent_ = Instant::never();
  Instant earliest_request_ = Instant::never();
};

}  // namespace spindle::sim
