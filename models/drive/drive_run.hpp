#pragma once
// One drive serving a stream of requests: closed loop or open arrivals.
//
// A command is decoded while the arm may serve another; only then the scheduler sees it, so a
// command that finds the drive idle waits for its decoding, and one that queued does not. The
// drive holds `depth` requests; more wait outside, in order of arrival. The arm starts at rest on
// the outermost cylinder. Cost: that of the queue and about 60 ns a request.

#include <cstdint>
#include <vector>

#include "models/drive/request_queue.hpp"

namespace spindle::models {

// Parts of one response time, seconds; they add up to `total_s` within the clock's nanosecond.
struct ServedRequest {
  DriveRequest request;
  sim::Instant finish;
  double queue_s = 0;     // from decoded to the arm's start
  double overhead_s = 0;  // decoding and completion
  double seek_s = 0;
  double rotation_s = 0;
  double transfer_s = 0;  // with what the bus adds
  double total_s = 0;
};

struct DriveRunOptions {
  Scheduler scheduler = Scheduler::kFcfs;
  std::size_t depth = 1;
  sim::Duration patience = sim::Duration::seconds(5);  // of sptf
};

// Keeps `outstanding` requests in the drive: each completion brings the next one. `Source` is
// called as bool(DriveRequest&); false: there are no more. It sets all but the arrival.
template <class Source>
class ClosedFeed {
 public:
  ClosedFeed(Source& source, std::size_t outstanding) : source_(source), waiting_(outstanding) {
    for (std::size_t i = 0; i < outstanding; ++i) completed({});
  }
  [[nodiscard]] const DriveRequest* front() const {
    return count_ == 0 ? nullptr : &waiting_[first_];
  }
  void pop() {
    first_ = first_ + 1 == waiting_.size() ? 0 : first_ + 1;
    --count_;
  }
  void completed(sim::Instant now) {
    DriveRequest request;
    if (!source_(request)) return;
    request.arrival = now;
    const std::size_t at = first_ + count_;
    waiting_[at < waiting_.size() ? at : at - waiting_.size()] = request;
    ++count_;
  }

 private:
  Source& source_;
  std::vector<DriveRequest> waiting_;  // a ring
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

// Requests that come when they come; the source sets their arrivals, which do not go back.
template <class Source>
class OpenFeed {
 public:
  explicit OpenFeed(Source& source) : source_(source) { pop(); }
  [[nodiscard]] const DriveRequest* front() const { return there_ ? &next_ : nullptr; }
  void pop() { there_ = source_(next_); }
  void completed(sim::Instant /*now*/) {}

 private:
  Source& source_;
  DriveRequest next_;
  bool there_ = false;
};

namespace detail {

// When the request's command is decoded. Commands are decoded in order of arrival.
inline sim::Instant decoded(const MechanicalSpec& spec, const DriveRequest& request) {
  return request.arrival +
         sim::Duration::seconds(request.is_write ? spec.write_overhead_s : spec.read_overhead_s);
}

// What the bus adds to a transfer: it works alongside the heads, and can be done with the last
// sector only after they are.
inline double bus_seconds(const MechanicalSpec& spec, const DriveRequest& request,
                          double transfer_s) {
  if (spec.bus_bytes_per_s <= 0) return 0;
  const double sector = static_cast<double>(spec.sector_bytes) / spec.bus_bytes_per_s;
  const double all = sector * static_cast<double>(static_cast<std::int64_t>(request.sectors));
  const double left = all - transfer_s;
  return left > sector ? left : sector;
}

template <Scheduler kScheduler, class Feed, class Sink>
void run(const MechanicalDrive& drive, const DriveRunOptions& options, Feed& feed, Sink& sink) {
  const MechanicalSpec& spec = drive.spec();
  RequestQueue queue(options.depth);
  Arm arm;
  sim::Instant now;
  for (;;) {
    const DriveRequest* next = feed.front();
    while (next != nullptr && !queue.full() && decoded(spec, *next) <= now) {
      queue.push(*next, drive);
      feed.pop();
      next = feed.front();
    }
    if (queue.size() == 0) {
      if (next == nullptr) return;
      now = decoded(spec, *next);
      continue;
    }
    const RequestQueue::Entry entry =
        queue.template take<kScheduler>(drive, arm, now, options.patience);
    const DriveRequest& request = entry.request;
    const MechanicalService service =
        drive.serve(arm, entry.target, request.sectors, request.is_write, drive.phase(now));
    ServedRequest served;
    served.request = request;
    served.seek_s = service.seek_s;
    served.rotation_s = service.rotation_s;
    served.transfer_s = service.transfer_s + bus_seconds(spec, request, service.transfer_s);
    const sim::Instant ready = decoded(spec, request);
    served.finish = now + sim::Duration::seconds(served.seek_s + served.rotation_s +
                                                 served.transfer_s + spec.completion_s);
    served.overhead_s = (ready - request.arrival).to_seconds() + spec.completion_s;
    served.queue_s = (now - ready).to_seconds();
    served.total_s = (served.finish - request.arrival).to_seconds();
    arm = service.after;
    now = served.finish;
    feed.completed(now);
    sink(served);
  }
}

template <class Feed, class Sink>
void run_scheduler(const MechanicalDrive& drive, const DriveRunOptions& options, Feed& feed,
                   Sink& sink) {
  switch (options.scheduler) {
    case Scheduler::kFcfs:
      return run<Scheduler::kFcfs>(drive, options, feed, sink);
    case Scheduler::kSstf:
      return run<Scheduler::kSstf>(drive, options, feed, sink);
    case Scheduler::kCLook:
      return run<Scheduler::kCLook>(drive, options, feed, sink);
    case Scheduler::kSptf:
      return run<Scheduler::kSptf>(drive, options, feed, sink);
  }
}

}  // namespace detail

// Until the source has no more and all are served. `sink` is called as void(const ServedRequest&)
// in order of completion.
template <class Source, class Sink>
void run_closed(const MechanicalDrive& drive, const DriveRunOptions& options, Source& source,
                Sink& sink) {
  ClosedFeed<Source> feed(source, options.depth);
  detail::run_scheduler(drive, options, feed, sink);
}
template <class Source, class Sink>
void run_open(const MechanicalDrive& drive, const DriveRunOptions& options, Source& source,
              Sink& sink) {
  OpenFeed<Source> feed(source);
  detail::run_scheduler(drive, options, feed, sink);
}

}  // namespace spindle::models
