#pragma once
// What every bound of this limit carries (core/grounds.h).

#include "core/grounds.h"

namespace genkai::limits::hallucination::bound {

using Basis = core::Grounds;
using core::check_inside;
using core::check_probability;
using core::is_probability;
using core::Said;

}  // namespace genkai::limits::hallucination::bound
