// Any bytes as a trace of requests, in any format: read and summed up, or refused.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tests/fuzz/request_trace_input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (!spindle::test::reads_or_refuses(bytes)) std::abort();
  return 0;
}
