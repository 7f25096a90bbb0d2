#pragma once
// Wrong answers of the right kind, drawn from a knowledge base's own values: what an attacker would have said
// instead.
//
//   GENKAI_ASSIGN_OR_RETURN(const auto values, WrongAnswers::collect(*view, 1));
//   values.draw("When did the museum open?", {"1932"}, honest, rng);      // "1961"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/result.h"
#include "base/rng.h"
#include "core/passage.h"
#include "knowledge/store/knowledge_base.h"
#include "text/question.h"

namespace genkai::answer {

class WrongAnswers {
 public:
  /// Reads up to 600 passages, drawn by the seed. Errors: those of reading.
  static base::Result<WrongAnswers> collect(const knowledge::KnowledgeView& view, std::uint64_t seed);

  /// A value of the kind and language of the first right answer that is none of them and stands neither in
  /// the question nor in `honest`: found by chance, it would count as a success of the attack. Of an amount
  /// in digits it is the same with other digits, as where the knowledge base has no such value; none when
  /// there are no digits either.
  std::optional<std::string> draw(std::string_view question, const std::vector<std::string>& right,
                                  const std::vector<core::Passage>& honest, base::Rng& rng) const;

 private:
  using Kind = std::tuple<text::AnswerType, text::Measure, bool>;  // the last: Japanese
  std::map<Kind, std::vector<std::string>> values_;                // each sorted, without repetition
};

}  // namespace genkai::answer
