#pragma once
// The few words of an answer that answer, and their value, by what the question asks for.
//
//   set_value(draft, meaning.focus);     // "It opened on 3 May 1932." -> span "3 May 1932", value
//   "1932-05-03"

#include "core/draft.h"
#include "text/question.h"

namespace genkai::answer {

/// Fills span, span_type and value from the text; leaves them empty when the question asks for no such thing
/// (why, what is) or the text holds none. A yes or no has the value "yes" or "no".
void set_value(core::Draft& draft, const text::QuestionFocus& focus);

}  // namespace genkai::answer
