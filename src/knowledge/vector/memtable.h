#pragma once
// What a VectorMemtable holds.

#include "knowledge/vector/rows.h"

namespace genkai::knowledge {

struct VectorMemtable::State {
  explicit State(std::size_t dimension) : rows(dimension) {}
  RowStore rows;
  bool refused = false;  // a vector that append() refused; only the writer looks at it
};

}  // namespace genkai::knowledge
