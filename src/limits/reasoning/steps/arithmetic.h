#pragma once
// Whether two expressions that a step calls equal are.
//
//   compare(*evaluate(left, {}), *evaluate(right, {})) == Same::differs

#include "limits/reasoning/steps/expression.h"

namespace genkai::limits::reasoning::steps {

enum class Same {
  equal,    // exactly, or with percentages read as plain numbers
  rounded,  // as near as the digits that are written can be
  unclear,  // they differ, in a way that rounding on the way, a unit or a manner of writing may explain
  differs,
};
/// `rounding`: the text says that it rounds.
Same compare(const Evaluation& left, const Evaluation& right, bool rounding = false);

}  // namespace genkai::limits::reasoning::steps
