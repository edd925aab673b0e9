#pragma once
// How workers exchange bytes. One operation, a personalised all-to-all: MPI's Allgatherv with
// Alltoallv. Models never see it: threads, processes over pipes and ranks give the same results.

#include <cstddef>
#include <span>

namespace spindle::sim {

using Bytes = std::span<const std::byte>;

// What one worker sent to another: what it sent to all, and what to this one alone.
struct Parcel {
  Bytes common;
  Bytes own;
};

// One worker's end. Used by one thread at a time; virtual calls once a window only.
class Transport {
 public:
  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;

  [[nodiscard]] virtual unsigned index() const = 0;    // of this worker, from 0
  [[nodiscard]] virtual unsigned workers() const = 0;  // in all

  // Collective: returns when every worker has called it as many times as this one. Gives all
  // workers `common` and worker w `own[w]` (own.size() == workers()); returns what each worker gave
  // this one, by worker, itself included.
  // Lifetimes: what is sent must stay unchanged until this end's next exchange has returned; what
  // is received lasts until that next exchange begins.
  // Errors: std::runtime_error where another worker has gone, or where this one has. Then no
  // exchange of any end returns normally again.
  virtual std::span<const Parcel> exchange(Bytes common, std::span<const Bytes> own) = 0;

  // This worker takes no further part: the others' exchanges end in an error, and nobody waits for
  // it. An end whose exchange has thrown has left already.
  virtual void leave() noexcept = 0;
};

}  // namespace spindle::sim
