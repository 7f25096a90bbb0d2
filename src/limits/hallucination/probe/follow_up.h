#pragma once
// What planning and asking share.

#include <string>

#include "limits/hallucination/probe/ask.h"

namespace genkai::limits::hallucination::probe {

/// Questions whose answers are of one kind and language share their blind baseline.
std::string blind_id(const Fact& fact);
/// Of what is asked, so that a reply to another question is not taken for one to this.
std::string fingerprint(const Ask& ask);
/// The second step of a conversation. REQUIRES: first.then.
Ask follow_up(const Ask& first, const std::string& explanation);

}  // namespace genkai::limits::hallucination::probe
