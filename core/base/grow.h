// Room in a vector ahead of need.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>

namespace dks {

// As reserve(size), but grows by half at least: many small reserves together cost no more than a
// few.
template <class Vector>
void grow(Vector& vector, size_t size) {
  if (size > vector.capacity()) {
    vector.reserve(std::max(size, vector.capacity() + vector.capacity() / 2));
  }
}

// Gives the memory of an empty vector back when it is far more than the `used` elements it last
// held.
template <class Vector>
void shrink(Vector& vector, size_t used, size_t worth) {
  if (vector.capacity() > worth && vector.capacity() / 8 > used) {
    Vector(vector.get_allocator()).swap(vector);
  }
}

}  // namespace dks
