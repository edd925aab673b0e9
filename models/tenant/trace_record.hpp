#pragma once
// One request of a trace, as plain data: what readers give and statistics take.

#include <cstdint>

namespace spindle::models {

enum class TraceOp : std::uint8_t {
  kRead,
  kWrite,
  kOther
};  // other: deletes, look-ups of metadata

struct TraceRecord {
  std::int64_t time_ns = 0;  // since the trace's first request, or its zero where it has one
  std::uint64_t object = 0;  // a number that stands for the object: equal for equal names
  std::uint64_t tenant = 0;  // the same for a tenant, volume or device
  std::uint64_t bytes = 0;   // read or written; 0 for other operations
  double requests = 1;       // that the record stands for: the value of a row of a series
  TraceOp op = TraceOp::kRead;
};

// Which of a record's fields its trace has at all, and how fine its times are.
struct TraceShape {
  bool has_object = false;
  bool has_tenant = false;
  bool has_bytes = false;
  bool has_op = false;
  std::int64_t sample_ns = 0;  // what a row of a series covers; 0: rows are requests
  // Above 0: the trace says how long it is, and times count from its own zero. 0: it lasts from the
  // first request to the last.
  std::int64_t span_ns = 0;
};

// One to one on 64 bits, and every output bit depends on every input bit: the finalizer of
// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
constexpr std::uint64_t scattered(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

}  // namespace spindle::models
