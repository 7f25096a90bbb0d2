#pragma once
// The messages of a chat request.

#include <string>
#include <vector>

#include "base/json.h"
#include "model/language_model.h"
#include "serve/request_fields.h"

namespace genkai::serve {

/// Reads `messages`; what is wrong goes to `fields`. Images are refused unless `images`.
std::vector<model::ChatMessage> read_messages(RequestFields& fields, bool images);

}  // namespace genkai::serve
