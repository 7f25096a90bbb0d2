#pragma once
// What a language model is asked when it writes a program.
//
//   messages = {{"system", instructions(language, key, false)}, {"user", passages_and_question}};

#include <string>
#include <string_view>

#include "base/json.h"
#include "text/text.h"

namespace genkai::limits::reasoning::programs {

/// `key` stands in the lines around each passage. With `python`, a Python program may be written where the
/// expression language cannot say it.
std::string instructions(text::Language language, std::string_view key, bool python);
/// What is said to a reply that did not work; `why` in the language.
std::string correction(text::Language language, std::string_view why);
/// Of the reply.
base::Json reply_schema(bool python);

}  // namespace genkai::limits::reasoning::programs
