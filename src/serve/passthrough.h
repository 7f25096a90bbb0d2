#pragma once
// Requests for <upstream>: passed on as they are, but for the model's name, which is the endpoint's own there
// and the client's here.
//
//   co_await pass_through(exchange, *models.find("local"), "/chat/completions");

#include <string>
#include <string_view>

#include "base/async.h"
#include "base/json.h"
#include "model/upstream/chat_model.h"
#include "serve/exchange.h"

namespace genkai::serve {

/// `path` is below the endpoint's base URL. A stream when the body asks for one and `may_stream`.
base::Task<void> pass_through(Exchange& exchange, model::ChatModel& model, std::string path,
                              const base::Json& body, bool may_stream);

/// The request for the endpoint: its own name of the model; of a stream, usage is always asked for, so that
/// budgets can be settled.
std::string request_for(std::string_view body, std::string_view remote_model, bool stream);

/// One event of an endpoint's stream for the client. Empty when it only tells the usage that nobody asked
/// for. `usage` is set when it tells one.
std::string event_for(std::string_view event, std::string_view model_json, bool include_usage,
                      std::optional<model::Usage>& usage);

/// What a client is told of an answer with a status that is no success: the endpoint's own error where it
/// says one in OpenAI's shape, all four keys there.
HttpResponse refusal_for(int status, std::string_view body, std::string_view retry_after);

}  // namespace genkai::serve
