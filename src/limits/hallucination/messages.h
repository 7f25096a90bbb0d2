#pragma once
// What the decision says to people, in their language.

#include <string>

#include "core/answer.h"
#include "text/text.h"

namespace genkai::limits::hallucination {

/// One sentence for an outcome; `detail` is the name that the sentence needs (a word, a document), or empty.
std::string message_for(core::Reason reason, text::Language language, const std::string& detail);

}  // namespace genkai::limits::hallucination
