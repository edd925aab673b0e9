#include "sim/cells/pipe_transport.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <ctime>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace spindle::sim {
namespace {

[[noreturn]] void throw_errno(const char* what) {
  throw std::system_error(errno, std::generic_category(), std::string("transport: ") + what);
}
[[noreturn]] void throw_gone(unsigned worker) {
  throw std::runtime_error("transport: worker " + std::to_string(worker) +
                           " has gone (its end of the pipe is closed) — see what it said last");
}

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() { close(); }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_ = -1;
};

// Keeps the SIGPIPE of a closed pipe from ending the program: blocked for this thread while in
// scope, and taken away if it came meanwhile.
class NoPipeSignal {
 public:
  NoPipeSignal() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoPipeSignal() {
    const timespec at_once = {};
    while (!was_pending_ && sigtimedwait(&pipe_, nullptr, &at_once) < 0 && errno == EINTR) {
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoPipeSignal(const NoPipeSignal&) = delete;
  NoPipeSignal& operator=(const NoPipeSignal&) = delete;

 private:
  sigset_t pipe_{};
  sigset_t before_{};
  bool was_pending_ = false;
};

using Lengths = std::array<std::uint64_t, 2>;  // of what goes to all, of what goes to one

// The pipes to and from one other worker, and how far the frames of this exchange have got.
struct Link {
  Descriptor in;
  Descriptor out;

  Lengths out_lengths{};
  std::array<Bytes, 3> to_send;  // what is left of lengths, common and own
  Lengths in_lengths{};
  std::vector<std::byte> body;
  std::size_t received = 0;  // lengths included

  void start(Bytes common, Bytes own) {
    out_lengths = {common.size(), own.size()};
    to_send = {std::as_bytes(std::span(out_lengths)), common, own};
    received = 0;
  }
  [[nodiscard]] bool has_sent() const {
    return to_send[0].empty() && to_send[1].empty() && to_send[2].empty();
  }
  [[nodiscard]] bool has_received() const {
    return received >= sizeof(Lengths) && received - sizeof(Lengths) == body.size();
  }
  [[nodiscard]] Parcel parcel() const {
    const Bytes bytes(body);
    return {bytes.first(in_lengths[0]), bytes.subspan(in_lengths[0])};
  }

  void close() {
    in.close();
    out.close();
  }

  // Both move what goes without waiting.
  void send(unsigned worker) {
    for (Bytes& part : to_send) {
      while (!part.empty()) {
        const ssize_t count = ::write(out.fd(), part.data(), part.size());
        if (count >= 0) {
          part = part.subspan(static_cast<std::size_t>(count));
        } else if (errno == EAGAIN) {
          return;
        } else if (errno == EPIPE) {
          throw_gone(worker);
        } else if (errno != EINTR) {
          throw_errno("write");
        }
      }
    }
  }
  void receive(unsigned worker) {
    while (!has_received()) {
      const std::span<std::byte> room = next_room();
      const ssize_t count = ::read(in.fd(), room.data(), room.size());
      if (count > 0) {
        received += static_cast<std::size_t>(count);
        if (received == sizeof(Lengths)) body.resize(in_lengths[0] + in_lengths[1]);
      } else if (count == 0) {
        throw_gone(worker);
      } else if (errno == EAGAIN) {
        return;
      } else if (errno != EINTR) {
        throw_errno("read");
      }
    }
  }

 private:
  // Never beyond this frame: the next one may already be in the pipe.
  std::span<std::byte> next_room() {
    if (received < sizeof(Lengths)) {
      return std::as_writable_bytes(std::span(in_lengths)).subspan(received);
    }
    return std::span(body).subspan(received - sizeof(Lengths));
  }
};

class PipeEnd final : public Transport {
 public:
  PipeEnd(unsigned index, unsigned workers) : index_(index), links_(workers), received_(workers) {}

  [[nodiscard]] unsigned index() const override { return index_; }
  [[nodiscard]] unsigned workers() const override { return static_cast<unsigned>(links_.size()); }
  Link& link(unsigned worker) { return links_[worker]; }

  std::span<const Parcel> exchange(Bytes common, std::span<const Bytes> own) override {
    if (has_left_) {
      throw std::runtime_error(
          "transport: worker " + std::to_string(index_) +
          " has left the others (an exchange has failed) — connect a new group");
    }
    const NoPipeSignal no_signal;
    for (unsigned w = 0; w < workers(); ++w) links_[w].start(common, own[w]);
    try {
      while (move_bytes()) wait_for_any();
    } catch (...) {
      leave();
      throw;
    }
    for (unsigned w = 0; w < workers(); ++w) {
      received_[w] = w == index_ ? Parcel{common, own[w]} : links_[w].parcel();
    }
    return received_;
  }
  // Closed pipes are what the others notice, also those of this process: an end that waits for this
  // one's frame would not look at the process that has gone.
  void leave() noexcept override {
    has_left_ = true;
    for (Link& link : links_) link.close();
  }

 private:
  // False when all frames have gone and come.
  bool move_bytes() {
    bool is_left = false;
    for (unsigned w = 0; w < workers(); ++w) {
      if (w == index_) continue;
      Link& link = links_[w];
      link.send(w);
      link.receive(w);
      is_left = is_left || !link.has_sent() || !link.has_received();
    }
    return is_left;
  }

  void wait_for_any() {
    waits_.clear();
    for (unsigned w = 0; w < workers(); ++w) {
      if (w == index_) continue;
      const Link& link = links_[w];
      if (!link.has_sent()) waits_.push_back({link.out.fd(), POLLOUT, 0});
      if (!link.has_received()) waits_.push_back({link.in.fd(), POLLIN, 0});
    }
    if (::poll(waits_.data(), static_cast<nfds_t>(waits_.size()), -1) < 0 && errno != EINTR) {
      throw_errno("poll");
    }
  }

  unsigned index_;
  std::vector<Link> links_;  // by worker; that to itself is not connected
  std::vector<Parcel> received_;
  std::vector<pollfd> waits_;
  bool has_left_ = false;
};

}  // namespace

std::vector<std::unique_ptr<Transport>> connect_by_pipes(unsigned workers) {
  if (workers == 0) {
    throw std::invalid_argument("transport: no workers (nobody would run) — give at least one");
  }
  std::vector<std::unique_ptr<PipeEnd>> ends;
  for (unsigned w = 0; w < workers; ++w) ends.push_back(std::make_unique<PipeEnd>(w, workers));
  for (unsigned from = 0; from < workers; ++from) {
    for (unsigned to = 0; to < workers; ++to) {
      if (from == to) continue;
      std::array<int, 2> fds{};
      if (::pipe2(fds.data(), O_NONBLOCK | O_CLOEXEC) != 0) throw_errno("pipe2");
      ends[to]->link(from).in = Descriptor(fds[0]);
      ends[from]->link(to).out = Descriptor(fds[1]);
    }
  }
  return {std::make_move_iterator(ends.begin()), std::make_move_iterator(ends.end())};
}

}  // namespace spindle::sim
