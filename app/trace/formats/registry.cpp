#include <array>

#include "app/trace/formats/line_parser.hpp"
#include "app/trace/formats/scan.hpp"

namespace spindle::app {

std::span<const TraceFormat> trace_formats() {
  static const std::array kFormats = {ibm_format(),         msr_format(),     spc_format(),
                                      disksim_format(),     swim_format(),    series_format(),
                                      libcachesim_format(), spindle_format(), csv_format()};
  return kFormats;
}

const TraceFormat* find_trace_format(std::string_view name) {
  for (const TraceFormat& format : trace_formats()) {
    if (format.name == name) return &format;
  }
  return nullptr;
}

const TraceFormat* guess_trace_format(std::span<const std::string> head) {
  for (const TraceFormat& format : trace_formats()) {
    if (format.fits(head)) return &format;
  }
  return nullptr;
}

std::optional<std::size_t> LineParser::open(std::span<const std::string> head, std::string&) {
  return is_header(head.front()) ? 1 : 0;
}

}  // namespace spindle::app
