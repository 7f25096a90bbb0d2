#pragma once
// The JSON object in what a language model wrote around it.
//
//   find_reply_object("Sure!\n{\"answer\": \"1961\"} Hope that helps.", "answer")   // {"answer": "1961"}

#include <optional>
#include <string_view>

#include "base/json.h"

namespace genkai::model {

/// The last object that has `member`, after the end of what was thought aloud (</think>). Looks at 64 KiB and
/// tries 32 opening braces.
std::optional<base::Json> find_reply_object(std::string_view text, std::string_view member);

}  // namespace genkai::model
