#pragma once
// Values written as Python literals, for arguments of calls.

#include <string_view>

#include "base/result.h"
#include "logic/program/operations.h"

namespace genkai::logic {

/// None, True, an integer (also negative), a string, a list or tuple of such. invalid_argument for all else,
/// resource_exhausted when the heap is full.
base::Result<Value> read_literal(std::string_view text, Context& context);

}  // namespace genkai::logic
