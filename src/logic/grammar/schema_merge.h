#pragma once
// Two schemas as one that admits what both admit, for allOf and for keywords that stand beside anyOf or $ref.

#include <string>

#include "base/json.h"
#include "base/result.h"

namespace genkai::logic::grammar {

/// Errors: unsupported, naming the keyword at which the two cannot be joined.
base::Result<base::Json> merge_schemas(const base::Json& a, const base::Json& b, const std::string& pointer);

/// Equal as JSON Schema compares: 1 and 1.0 are, the order of members does not count.
bool json_equal(const base::Json& a, const base::Json& b);

}  // namespace genkai::logic::grammar
