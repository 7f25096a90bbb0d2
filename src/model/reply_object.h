#pragma once
// The JSON object in what a language model wrote around it.
//
//   find_reply_object("Sure!\n{\"answer\": \"1961\"} Hope that helps.", "answer")   // {"answer": "1961"}

#include <optional>
#include <string_view>

#include "base/json.h"

namespace genkai::model {

/// What follows the end of what was thought aloud (</think>); all of it when nothing was.
std::string_view after_thinking(std::string_view text);

/// The last object that has `member`, after_thinking(). Looks at 64 KiB and
/// tries 32 opening braces.
std::optional<base::Json> find_reply_object(std::string_view text, std::string_view member);

}  // namespace genkai::model
