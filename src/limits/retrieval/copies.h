#pragma once
#include <cstddef>
#include <vector>
#include "core/evidence.h"
namespace genkai::limits::retrieval {
/// Places of the near copies of each passage.
std::vector<std::vector<std::size_t>> near_copies(const std::vector<core::Evidence>& evidence);
}  // namespace genkai::limits::retrieval
