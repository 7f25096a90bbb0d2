#pragma once
// Tokens to a syntax tree. What Python has and the subset lacks is `unsupported`, by its name and line.

#include <string_view>

#include "base/result.h"
#include "logic/program/ast.h"

namespace genkai::logic {

base::Result<Tree> parse_program(std::string_view source);

}  // namespace genkai::logic
