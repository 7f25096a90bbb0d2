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

#include "model/language_model.h"

namespace genkai::limits::hallucination::probe {

struct ParsedReply {
  std::string answer;                  // at most 300 code points; empty for a null answer
  bool usable = false;                 // there is any text
  std::optional<double> confidence{};  // 0 to 1
  std::optional<bool> stands_by{};
};

/// A JSON object with an "answer" anywhere in the text, else the text itself, in which "confidence: 80%"
/// (確信度) is looked for. What was thought aloud (</think>) is no answer.
ParsedReply parse_reply(std::string_view text);

/// "I don't know" and its like, and that what was asked about does not exist.
bool declines(std::string_view answer);

/// The accepted answers of a fact. A reply matches when one of them stands in it as whole words: letters
/// without accents and endings; of Japanese the same characters, not within a longer word. An answer that is
/// a date or a number matches by its value; a year matches any day in it.
class AnswerKey {
 public:
  explicit AnswerKey(const std::vector<std::string>& answers);
  bool matches(std::string_view reply) const;

 private:
  struct One {
    std::string normalised;
    std::vector<std::string> terms;  // of an answer without Japanese letters
    std::string value;               // of an answer that is one date or number
    bool date = false;
  };
  std::vector<One> answers_;
};

enum class Verdict { right, wrong, refused, unusable };
Verdict judge(const ParsedReply& reply, const AnswerKey& key);

/// Whether two answers say the same: each one's key matches the other, or both match `key`.
bool say_the_same(const std::string& a, const std::string& b, const AnswerKey& key);

/// Probability that the model gave to the tokens of its answer (within the JSON, without its frame); nothing
/// without logprobs.
std::optional<double> answer_probability(const model::Sample& sample);

}  // namespace genkai::limits::hallucination::probe
