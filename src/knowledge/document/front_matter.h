#pragma once
// The `key: value` lines between two lines of --- at the start of a Markdown or text file.

#include <cstdint>
#include <string_view>

#include "core/passage.h"

namespace genkai::knowledge::reading {

/// Reads title, date (updated, last_updated, modified), source and author into `info`, removes the front
/// matter from `text` and returns how many lines it took (0 without one).
std::uint32_t take_front_matter(std::string_view& text, core::DocumentInfo& info);

}  // namespace genkai::knowledge::reading
