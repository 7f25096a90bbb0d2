#pragma once
// What planning and asking share.

#include <string>

#include "limits/hallucination/probe/ask.h"

namespace genkai::limits::hallucination::probe {

/// Questions whose answers are of one kind and language share their blind baseline.
std::string blind_id(const Fact& fact);
}  // namespace genkai::limits::hallucination::probe
