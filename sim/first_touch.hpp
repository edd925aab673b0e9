#pragma once
// Large arrays whose pages the system makes on several threads.
//
// It clears every page when that is first touched, some GB/s on one thread: of an array of
// gigabytes that is swept a few times, a good part of its cost.

#include <cstddef>

#include "sim/aligned_array.hpp"

namespace spindle::sim {

// Touches every page of memory that holds no objects yet.
void touch_pages(void* memory, std::size_t bytes, unsigned threads);

// As resize(), of an empty array. Throws std::bad_alloc.
template <class T>
void make_array(HugeVector<T>& array, std::size_t size, unsigned threads) {
  array.reserve(size);
  touch_pages(array.data(), size * sizeof(T), threads);
  array.resize(size);
}

}  // namespace spindle::sim
