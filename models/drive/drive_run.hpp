#pragma once
// One drive serving a stream of requests: closed loop or open arrivals.
//
// A command is decoded while the arm may serve another; only then the scheduler sees it, so a
// command that finds the drive idle waits for its decoding, and one that queued does not. The
// drive holds `depth` requests; more wait outside, in order of arrival. The arm starts at rest on
// the outermost cylinder. Cost: that of the queue and about 60 ns a request.
//
// A drive with a cache or with two arms runs under models/drive/drive_controller.hpp.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/drive/departure.hpp"
#include "models/drive/drive_controller.hpp"

namespace spindle::models {

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

template <Scheduler kScheduler, class Feed, class Sink>
void run(const MechanicalDrive& drive, const DriveRunOptions& options, Feed& feed, Sink& sink) {
  const MechanicalSpec& spec = drive.spec();
  RequestQueue queue(options.depth);
  Arm arm;
  HeadTrail trail;
  sim::Instant now;
  for (;;) {
    const DriveRequest* next = feed.front();
    while (next != nullptr && !queue.full() && decoded(spec, *next) <= now) {
      DriveRequest request = *next;
      request.taken_in = now;
      queue.push(request, drive);
      feed.pop();
      next = feed.front();
    }
    if (queue.size() == 0) {
      if (next == nullptr) return;
      now = decoded(spec, *next);
      continue;
    }
    const Departure leave = departure(drive, trail, now);
    const RequestQueue::Entry entry =
        queue.template take<kScheduler>(drive, arm, now, options.patience, leave.angle_at);
    const DriveRequest& request = entry.request;
    now = leave.start;
    const MechanicalService service =
        drive.serve(arm, entry.target, request.sectors, request.is_write, drive.phase(now));
    const ServedRequest served = served_by_platter(spec, request, service, now);
    arm = service.after;
    trail = trail_of(request, service, now);
    now = served.finish;
    feed.completed(now);
    sink(served);
  }
}

// From event to event: answers, arrivals, and what the arms do next.
template <class Feed, class Sink>
void run_controlled(const MechanicalDrive& drive, const DriveRunOptions& options, Feed& feed,
                    Sink& sink) {
  DriveController controller(drive, options);
  ServedRequest served;
  sim::Instant now;
  while (now < sim::Instant::never()) {
    while (controller.pop_answered(now, served)) {
      feed.completed(served.finish);
      sink(served);
    }
    const DriveRequest* next = feed.front();
    while (next != nullptr && controller.has_room() && decoded(drive.spec(), *next) <= now) {
      controller.admit(*next, now);
      feed.pop();
      next = feed.front();
    }
    controller.start(now);
    sim::Instant then = controller.next(now);
    if (next != nullptr && controller.has_room()) {
      then = std::min(then, decoded(drive.spec(), *next));
    }
    now = std::max(now, then);  // a start may have made room for what came before
  }
}

template <class Feed, class Sink>
void run_scheduler(const MechanicalDrive& drive, const DriveRunOptions& options, Feed& feed,
                   Sink& sink) {
  if (drive.spec().cache || drive.spec().actuators > 1) {
    return run_controlled(drive, options, feed, sink);
  }
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

// Until the source has no more, all are served, and what a cache took in is on the platter. `sink`
// is called as void(const ServedRequest&) in order of completion.
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
