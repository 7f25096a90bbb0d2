#pragma once
// What a short reply says, and whether it holds an accepted answer.
//
//   const ShortReply reply = read_short_reply("{\"answer\": \"Paris\"}");
//   const bool right = AnswerKey({"Paris"}).matches(reply.answer);

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "model/language_model.h"

namespace genkai::model::asking {

struct ShortReply {
  std::string answer;                  // at most 300 code points; empty for a null answer
  bool usable = false;                 // there is any text
  std::optional<base::Json> object{};  // with an "answer"; none: the text itself was taken
};
/// A JSON object with an "answer" anywhere in the text, else the text itself. What was thought aloud
/// (</think>) is no answer.
ShortReply read_short_reply(std::string_view text);

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

/// Whether two answers say the same: each one's key matches the other, or both match `key`.
bool say_the_same(const std::string& a, const std::string& b, const AnswerKey& key);

/// Probability that the model gave to the tokens of its answer (within the JSON, without its frame); nothing
/// without logprobs.
std::optional<double> answer_probability(const Sample& sample);

}  // namespace genkai::model::asking
