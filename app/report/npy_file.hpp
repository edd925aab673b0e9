#pragma once
// Arrays in the format of numpy.load (NPY, version 1.0).

#include <span>

#include "app/report/atomic_file.hpp"

namespace spindle::app {

// One dimension of 32-bit floats, little-endian. Throws OutputError.
void write_npy(AtomicFile& file, std::span<const float> values);

}  // namespace spindle::app
