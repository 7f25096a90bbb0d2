#pragma once
// What a reply says, and whether it is right.
//
//   const ParsedReply reply = parse_reply("{\"answer\": \"Paris\", \"confidence\": 0.9}");
//   Verdict verdict = judge(reply, AnswerKey(fact.answers));

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/asking/answer_key.h"

namespace genkai::limits::hallucination::probe {

using model::asking::answer_probability;
using model::asking::AnswerKey;
using model::asking::declines;
using model::asking::say_the_same;

struct ParsedReply {
  std::string answer;                  // at most 300 code points; empty for a null answer
  bool usable = false;                 // there is any text
  std::optional<double> confidence{};  // 0 to 1
  std::optional<bool> stands_by{};
};

/// A JSON object with an "answer" anywhere in the text, else the text itself, in which "confidence: 80%"
/// (確信度) is looked for. What was thought aloud (</think>) is no answer.
ParsedReply parse_reply(std::string_view text);

enum class Verdict { right, wrong, refused, unusable };
Verdict judge(const ParsedReply& reply, const AnswerKey& key);

}  // namespace genkai::limits::hallucination::probe
