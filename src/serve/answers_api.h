#pragma once
// POST /v1/answers: a question in, the answer of docs/formats/answer.md out, or its stages as they end.

#include <optional>
#include <string>

#include "base/async.h"
#include "base/json.h"
#include "serve/exchange.h"
#include "serve/openai_request.h"

namespace genkai::serve {

base::Task<void> answers_api(Exchange& exchange, const base::Json& body);

/// The fields of a request to /v1/answers.
struct AnswersCall {
  std::string id, question, knowledge_base, model, language, today;
  base::Json documents;
  std::optional<limits::hallucination::Profile> profile;  // sets risk and sampling, which overrule it
  std::optional<double> risk;
  std::optional<std::int64_t> answers, samples, isolated;
  bool stream = false, trace = false;
};
Read<AnswersCall> read_answers(const base::Json& body);

}  // namespace genkai::serve
