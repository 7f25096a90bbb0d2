#pragma once
// What is asked in a conversation, and what the conversation itself says about it.

#include <string>
#include <vector>

#include "base/json.h"
#include "model/language_model.h"

namespace genkai::answer {

struct Conversation {
  std::string question;  // of the last user message; without the material before or after it
  base::Json documents;  // long contents of all messages, as OwnDocuments reads them
};

/// `question` is what the caller takes for the question; empty: the last user message, of a long one its last
/// line, or its first paragraph when that is a short question and the last line is none.
Conversation read_conversation(const std::vector<model::ChatMessage>& messages, std::string question);

}  // namespace genkai::answer
