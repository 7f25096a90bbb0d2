#pragma once
// Which words of a prompt are the chat template's own and which a message's, so that only the former may hold
// control tokens.
//
//   GENKAI_ASSIGN_OR_RETURN(const auto marked, marked_messages(messages));  // marks in place of their texts
//   GENKAI_ASSIGN_OR_RETURN(const auto parts, chat_parts(apply(chat_template, marked), messages));
//   // {"<|im_start|>user\n", own}, {"Who?"}, {"<|im_end|>\n<|im_start|>assistant\n", own}

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/upstream/inprocess_request.h"

namespace genkai::model {

struct ChatPart {
  std::string text;
  bool own = false;  // of the template
};

/// The messages with a mark for each text. Errors: invalid_argument for a role other than system, developer
/// (which becomes system), user and assistant: templates write roles out as they stand.
base::Result<std::vector<ChatText>> marked_messages(std::span<const ChatText> messages);

/// Cuts what the template made of the marked messages at the marks. Errors: invalid_argument where a message
/// is missing.
base::Result<std::vector<ChatPart>> chat_parts(const std::string& text, std::span<const ChatText> messages);

}  // namespace genkai::model
