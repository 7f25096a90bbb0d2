#pragma once
// An answer held to what was answered earlier in the same conversation.
//
//   auto held = hold_to_earlier(messages, question, "The bridge was opened in 1935.", language);
//   for (const auto& one : held.contradictions) one.says, one.earlier, one.why;
//   act_on(held, EarlierAnswers::repair, policy.language, answer);
//
// Only the assistant's own messages count, as the request has them: a client can write these itself, so they
// never support an answer, and can only take one back.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "core/answer.h"
#include "model/language_model.h"
#include "text/text.h"

namespace genkai::answer {

enum class EarlierAnswers {
  off,
  report,  // contradictions stand beside the answer
  repair,  // an answer that a quote carries corrects what was said before; another is withheld
};
std::optional<EarlierAnswers> earlier_answers_named(std::string_view name);

struct HeldToEarlier {
  struct Contradiction {
    std::string says;                  // the sentence of the answer that does not fit
    std::vector<std::string> earlier;  // what was said before, or in the same answer
    std::string why;
    bool in_dispute = false;  // the conversation contradicted itself about that before
  };
  std::size_t answers = 0, claims = 0;  // earlier ones that were read
  std::vector<Contradiction> contradictions;
  std::string correction{};  // repair: to be said after the answer
  bool withheld = false;
};

/// Reads the newest 64 messages of the assistant, 8,000 bytes of each, sentence by sentence; a yes or no, or
/// a bare amount or date, is read together with the question it answers. What cannot be read is not compared,
/// names and paraphrases among it. CPU work, a second at most.
HeldToEarlier hold_to_earlier(const std::vector<model::ChatMessage>& messages, std::string_view question,
                              std::string_view answer, text::Language language);

/// Repairs as above; contradictions in dispute and the other settings change nothing. A withheld answer is an
/// abstention for low_confidence without certificates, and stands in `rejected`.
void act_on(HeldToEarlier& held, EarlierAnswers how, text::Language language, core::Answer& answer);

/// {"answers","claims","contradictions":[{"says","earlier","why","in_dispute"}],"action","correction"?}
base::Json to_json(const HeldToEarlier& held);

}  // namespace genkai::answer
