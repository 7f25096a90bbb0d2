#pragma once
// genkai/<kb>: the last message of the user is a question, answered from a knowledge base in OpenAI's
// protocol. And what every answer of genkai's own has in common: made whole, then sent, whole or as a stream.

#include <string>

#include "base/async.h"
#include "base/json.h"
#include "serve/exchange.h"
#include "serve/openai_request.h"
#include "serve/openai_response.h"

namespace genkai::serve {

/// chat/completions, and completions with `as_text`.
base::Task<void> knowledge_chat(Exchange& exchange, std::string knowledge, const base::Json& body,
                                bool as_text);

/// Awaits the reply that `thinking` makes, with comments to a client that streams, and sends it.
base::Task<void> send_reply(Exchange& exchange, const ChatCall& call, bool as_text,
                            base::Task<Read<ChatReply>> thinking);

}  // namespace genkai::serve
