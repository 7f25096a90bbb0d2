#pragma once
// An answer as people read it, in English or Japanese; colours only on a terminal.

#include <string>

#include "core/answer.h"
#include "core/trace.h"
#include "text/text.h"

namespace genkai::app {

struct PrintStyle {
  text::Language language = text::Language::english;
  bool colour = false;
  bool question = true;  // repeat the question above the answer
};

/// The text on one line without control characters: a document must not drive the terminal.
std::string printable(const std::string& text);

/// English or Japanese from --lang ("en", "ja"), else from the question.
text::Language message_language(const std::string& wanted, const std::string& question);

std::string render(const core::Answer& answer, const PrintStyle& style);
std::string render(const core::Trace& trace, const PrintStyle& style);

}  // namespace genkai::app
