#pragma once
// What a probe says to the model, in the language of the question.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "limits/hallucination/probe/facts.h"
#include "model/language_model.h"

namespace genkai::limits::hallucination::probe {

constexpr std::size_t kWordings = 8;

/// The instruction that asks for a short answer or "I don't know", with a confidence, and the question in
/// one of the fixed wordings (0: as it stands). REQUIRES: wording < kWordings.
std::vector<model::ChatMessage> question_messages(std::string_view question, text::Language language,
                                                  std::size_t wording);
/// The same without the question: only what kind of thing its answer is.
std::vector<model::ChatMessage> blind_messages(text::AnswerType type, text::Language language);
/// A conversation in which the assistant has already answered, and is asked to explain.
std::vector<model::ChatMessage> explain_messages(std::string_view question, std::string_view answer,
                                                 text::Language language);
/// What is said after the explanation: whether it stands by its answer.
std::string stand_question(text::Language language);

/// {"answer", "confidence"}, and with `stance` {"stands_by", "answer"}.
base::Json reply_schema(bool stance);

}  // namespace genkai::limits::hallucination::probe
