#pragma once
// A syntax tree to instructions. Reads of Python's builtins outside the subset are `unsupported` here, unless
// the program itself gives the name a meaning.

#include "base/result.h"
#include "logic/program/ast.h"
#include "logic/program/code.h"

namespace genkai::logic {

base::Result<Code> compile(const Tree& tree);

}  // namespace genkai::logic
