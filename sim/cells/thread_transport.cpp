#include "sim/cells/thread_transport.hpp"

#include <stdexcept>

namespace spindle::sim {

class ThreadTransport::End final : public Transport {
 public:
  End(Exchange& exchange, unsigned index)
      : exchange_(exchange), index_(index), received_(exchange.sent[0].size()) {}

  [[nodiscard]] unsigned index() const override { return index_; }
  [[nodiscard]] unsigned workers() const override {
    return static_cast<unsigned>(received_.size());
  }

  std::span<const Parcel> exchange(Bytes common, std::span<const Bytes> own) override {
    std::vector<Sent>& sent = exchange_.sent[parity_];
    sent[index_].common = common;
    sent[index_].own.assign(own.begin(), own.end());
    if (!exchange_.barrier.arrive_and_wait()) {
      throw std::runtime_error(
          "transport: a worker has gone (its part of the run ended in an error) — see what it said "
          "last");
    }
    for (std::size_t w = 0; w < received_.size(); ++w) {
      received_[w] = {sent[w].common, sent[w].own[index_]};
    }
    parity_ ^= 1U;
    return received_;
  }
  void leave() noexcept override { exchange_.barrier.leave(); }

 private:
  Exchange& exchange_;
  unsigned index_;
  unsigned parity_ = 0;
  std::vector<Parcel> received_;
};

ThreadTransport::Exchange::Exchange(unsigned workers) : barrier(workers) {
  for (std::vector<Sent>& by_worker : sent) {
    by_worker.resize(workers);
    for (Sent& one : by_worker) one.own.resize(workers);
  }
}

ThreadTransport::ThreadTransport(unsigned workers) {
  if (workers == 0) {
    throw std::invalid_argument("transport: no workers (nobody would run) — give at least one");
  }
  exchange_ = std::make_unique<Exchange>(workers);
  for (unsigned w = 0; w < workers; ++w) ends_.push_back(std::make_unique<End>(*exchange_, w));
}

Transport& ThreadTransport::end(unsigned worker) const {
  return *ends_.at(worker);
}

}  // namespace spindle::sim
