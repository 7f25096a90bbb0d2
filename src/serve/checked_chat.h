#pragma once
// <upstream>+checked: what a model says, held against its own other samples and the conversation's material
// before it is sent on.

#include "base/async.h"
#include "base/json.h"
#include "model/upstream/chat_model.h"
#include "serve/exchange.h"

namespace genkai::serve {

base::Task<void> checked_chat(Exchange& exchange, model::ChatModel& model, const base::Json& body);

}  // namespace genkai::serve
