#pragma once
// A question to a knowledge base or to documents that come with it: what genkai/<kb> and /v1/answers share.
//
//   Asking asking;
//   asking.question.text = "...", asking.knowledge = "handbook";
//   core::Trace trace;
//   auto answer = co_await answer_question(exchange, std::move(asking), trace);

#include <optional>
#include <string>

#include "answer/answerer.h"
#include "base/async.h"
#include "core/answer.h"
#include "core/trace.h"
#include "serve/exchange.h"
#include "serve/openai_request.h"

namespace genkai::serve {

struct Asking {
  core::Question question;
  answer::AnswererOptions options;
  model::ChatModel* model = nullptr;       // drafts; none: verbatim quotes
  std::string knowledge;                   // name of a knowledge base
  base::Json documents;                    // instead of one; null without
  const ChatCall* conversation = nullptr;  // whose earlier answers it may be held to; outlives the answering
};

/// How an answer is held to the earlier ones of its conversation: as the request says, else as configured.
answer::EarlierAnswers earlier_answers(const Exchange& exchange, const ChatCall& call);

/// Holds `given`, whose text is `text`, to them, and changes it as agreed. Nothing when it is not wanted or
/// no answer was given.
base::Task<std::optional<answer::HeldToEarlier>> hold_to_conversation(Exchange& exchange,
                                                                      const ChatCall& call, std::string text,
                                                                      text::Language language,
                                                                      core::Answer& given);

/// An answer, and what came of holding it to its conversation.
struct Answered {
  core::Answer answer;
  std::optional<answer::HeldToEarlier> held;
};

/// The gateway's own options for a question: its language is `language` ("en", "ja"), else the question's.
Asking asking_of(const Exchange& exchange, std::string question, std::string_view language);
/// The configured model that drafts; nullptr when there is none.
model::ChatModel* default_model(const Exchange& exchange);

/// Reserves from the caller's budget, opens, answers as far as promises still hold, settles and tells
/// telemetry. The exchange has the answer's id then. 404 model_not_found for a
/// knowledge base that is not there.
base::Task<tl::expected<Answered, ApiError>> answer_question(Exchange& exchange, Asking asking,
                                                             core::Trace& trace);

/// Enters an answer that goes out into the watch over promises, and gives the exchange its id.
base::Task<void> enter(Exchange& exchange, const core::Answer& answer, WatchKey key, Standing standing);

}  // namespace genkai::serve
