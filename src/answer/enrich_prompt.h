#pragma once
// What a model is asked when it writes a note by which a passage, section or document is found. The text is
// untrusted: it stands between lines that hold a key which its author cannot know.
//
//   model.complete({.messages = note_messages(Kind::header, document, heading, before, text),
//                   .response_schema = note_schema()});
//   const std::optional<std::string> note = read_note(reply);

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "knowledge/store/additions.h"
#include "model/language_model.h"

namespace genkai::answer {

/// Asks for {"note"} in the language of the text. `before` is what stands before a passage; may be empty.
std::vector<model::ChatMessage> note_messages(knowledge::AdditionPlace::Kind kind,
                                              const core::DocumentInfo& document, std::string_view heading,
                                              std::string_view before, std::string_view text);
base::Json note_schema();

/// On one line, at most 600 code points; nothing when the reply holds no note.
std::optional<std::string> read_note(std::string_view reply);

}  // namespace genkai::answer
