// Any sequence of queue operations must agree with a sorted set.

#include <cstdlib>

#include "tests/support/queue_model.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (!spindle::test::QueueModel<spindle::sim::EventQueue>::agrees({data, size})) std::abort();
  return 0;
}
