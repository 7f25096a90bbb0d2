#pragma once
// What every index returns and asks.

#include <functional>

#include "core/passage.h"

namespace genkai::core {

struct Scored {
  PassageId id = 0;
  float score = 0;
  bool operator==(const Scored&) const = default;
};

/// Returns true for ids that must not be found (deleted passages). Thread-safe; may be empty, which deletes
/// nothing.
using Deleted = std::function<bool(PassageId)>;

}  // namespace genkai::core
