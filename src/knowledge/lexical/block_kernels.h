#pragma once
// The inner loops over a block of 128 postings, compiled for several instruction sets and chosen at run time.

#include <cstddef>
#include <cstdint>

#include "knowledge/lexical/scoring.h"

namespace genkai::knowledge::lexical {

/// parts[i] = part(weight, frequencies[i], norm(lengths[i])) for 128 postings, bit for bit. Frequencies are
/// at least 1.
void score_block(float weight, const Norm& norm, const std::uint32_t* frequencies,
                 const std::uint32_t* lengths, std::uint32_t* parts);

/// How many of 128 documents are below `document`.
std::size_t count_below(const std::uint32_t* documents, std::uint32_t document);

}  // namespace genkai::knowledge::lexical
