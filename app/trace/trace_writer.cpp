#include "app/trace/trace_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "app/trace/formats/line_parser.hpp"
#include "sim/time.hpp"

namespace spindle::app {
namespace {

// Seconds, exact to the nanosecond, without zeros at the end.
void append_seconds(std::int64_t ns, std::string& out) {
  fmt::format_to(std::back_inserter(out), "{}", ns / sim::kSecond);
  if (ns % sim::kSecond == 0) return;
  fmt::format_to(std::back_inserter(out), ".{:09}", ns % sim::kSecond);
  out.erase(out.find_last_not_of('0') + 1);
}

// Readers take no quotes within quotes.
std::string plain(std::string name) {
  std::replace(name.begin(), name.end(), '"', '\'');
  return name;
}

}  // namespace

TraceWriter::TraceWriter(TraceLayout layout, const models::TenantPopulation& population)
    : layout_(layout), population_(population) {
  std::uint32_t first = 0;
  for (const models::TenantClass& of : population.classes()) {
    class_names_.push_back(plain(of.name));
    first_of_class_.push_back(first);
    first += of.count;
  }
}

std::string TraceWriter::header() const {
  if (layout_ == TraceLayout::kLibCacheSim) return "time,obj_id,obj_size,op\n";
  const models::EpochGrid& grid = population_.grid();
  return spindle_trace_header(grid.epoch.to_seconds() * static_cast<double>(grid.count)) + "\n";
}

void TraceWriter::append(const models::SyntheticRequest& request, std::string& out) const {
  const char* op = request.is_read ? "read" : "write";
  append_seconds(request.time_ns, out);
  const auto to = std::back_inserter(out);
  if (layout_ == TraceLayout::kLibCacheSim) {
    constexpr unsigned kObjectBits = 40;
    fmt::format_to(to, ",{},{},{}\n",
                   (std::uint64_t{request.tenant} << kObjectBits) + request.object, request.bytes,
                   op);
    return;
  }
  fmt::format_to(to, ",{},{},{},", op, request.object, request.bytes);
  const std::uint32_t row = population_.tenants()[request.tenant].tenant_class;
  const bool has_comma = class_names_[row].find(',') != std::string::npos;
  if (has_comma) out += '"';
  out += class_names_[row];
  if (population_.classes()[row].count > 1) {
    fmt::format_to(to, "/{}", request.tenant - first_of_class_[row]);
  }
  if (has_comma) out += '"';
  out += '\n';
}

}  // namespace spindle::app
