#include "app/report/npy_file.hpp"

#include <fmt/format.h>

#include <bit>
#include <string>

namespace spindle::app {

void write_npy(AtomicFile& file, std::span<const float> values) {
  static_assert(std::endian::native == std::endian::little);
  // Magic string, version, length of the header as two bytes: ten bytes, and the data aligned
  // to 64.
  std::string header =
      fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({},), }}", values.size());
  while ((10 + header.size() + 1) % 64 != 0) header += ' ';
  header += '\n';
  std::string start = "\x93NUMPY";
  start += '\1';
  start += '\0';
  start += static_cast<char>(header.size() & 0xffU);
  start += static_cast<char>(header.size() >> 8U);
  file.write(start + header);
  file.write({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
}

}  // namespace spindle::app
