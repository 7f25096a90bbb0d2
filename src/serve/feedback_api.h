#pragma once
// /v1/feedback: what people say of answers, and what administrators see of the promises under watch
// (docs/formats/gateway.md).
//
//   {"POST", "/v1/feedback", ..., post_feedback}   // {"answer_id": "...", "correct": false}

#include "base/async.h"
#include "base/json.h"
#include "serve/exchange.h"

namespace genkai::serve {

/// {"answer_id","correct","note"?} -> {"answer_id","counted","why"?}; 404 answer_not_found, 503 when it
/// cannot be written down.
base::Task<void> give_feedback(Exchange& exchange, const base::Json& body);
/// The list of everything under watch.
base::Task<void> show_feedback(Exchange& exchange);

/// Of one knowledge base, over its models: {"standing","observed","wrong","refuted","drifted"}.
base::Json feedback_summary(const std::vector<WatchReport>& reports, std::string_view knowledge,
                            double wanted);

}  // namespace genkai::serve
