#pragma once
// Writes the bytes of a vector segment (docs/formats/vector-segment.md).

#include <span>

#include "knowledge/vector/rows.h"

namespace genkai::knowledge {

/// Rows in increasing order of id. Durable and atomic. Below `flat_below` rows without inverted lists.
base::Status write_segment(std::span<const Row> rows, std::size_t dimension, const base::Path& path,
                           std::size_t threads, std::size_t flat_below);

}  // namespace genkai::knowledge
