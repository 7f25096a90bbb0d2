#pragma once
// Inputs on which functions are tried: small ones first, then seeded larger ones.

#include <cstddef>
#include <string>
#include <vector>

#include "base/rng.h"

namespace genkai::logic {

enum class Domain { integers, lists, strings };

/// The arguments of round 0, 1, 2 ... as Python literals. Integers: each from -3 to 12 (one parameter) or
/// pairs from -1 to 6 first, then drawn from ranges that widen to 4 * 10^9; lists of up to 8 small integers;
/// strings of up to 8 letters. The same rounds in the same order give the same arguments.
std::vector<std::string> sample_arguments(Domain domain, std::size_t round, std::size_t parameters,
                                          base::Rng& rng);

}  // namespace genkai::logic
