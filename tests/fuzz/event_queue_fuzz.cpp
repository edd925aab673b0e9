// Any sequence of queue operations must agree with a sorted set.

#include <cstdlib>

#include "tests/support/queue_model.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using Model = spindle::test::QueueModel<spindle::sim::EventQueue>;
  using spindle::test::QueueTimes;
  for (const QueueTimes times : {QueueTimes::kSixteen, QueueTimes::kClusters}) {
    if (!Model::agrees({data, size}, times)) std::abort();
  }
  return 0;
}
