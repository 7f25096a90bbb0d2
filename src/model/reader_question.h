#pragma once
// A question as the extractive reader matches it: its terms with their weights, and any text as a row of
// tokens that know which of those terms they are and at which bytes they stand.

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/question.h"
#include "text/analyzer.h"
#include "text/text.h"

namespace genkai::model {

constexpr std::size_t kMaxQuestionTerms = 192;  // of a longer question the rest is not matched
using TermSet = std::bitset<kMaxQuestionTerms>;

/// A word (English), or two neighbouring characters (Japanese).
struct Token {
  text::Span span;
  std::int16_t term = -1;  // index into QuestionTerms::terms, -1 for a token that the question does not hold
};

struct QuestionTerm {
  std::string text;
  double weight = 0;     // idf, raised a little so that small knowledge bases keep an order; 0 for stop words
  bool unknown = false;  // nothing in the knowledge base holds it
  bool number = false;
  bool name = false;  // written with a capital inside the question, or in katakana
};

class QuestionTerms {
 public:
  QuestionTerms(const core::Interpretation& question, text::Analyzer& analyzer);

  const std::vector<QuestionTerm>& terms() const { return terms_; }
  double total_weight() const { return total_weight_; }
  /// Pairs of terms that are neighbours in the question (stop words between them do not count).
  const std::vector<std::pair<std::int16_t, std::int16_t>>& pairs() const { return pairs_; }
  /// Tokens of a text in order, at most `limit`.
  std::vector<Token> tokenise(std::string_view utf8, text::Analyzer& analyzer,
                              std::size_t limit = 4096) const;
  /// Share of the question's weight in the set; 0 when the question has none.
  double share(const TermSet& set) const;
  const TermSet& rare() const { return rare_; }
  const TermSet& numbers() const { return numbers_; }
  const TermSet& names() const { return names_; }
  const TermSet& unknown() const { return unknown_; }
  double weight(const TermSet& set) const;

 private:
  std::vector<QuestionTerm> terms_;
  std::unordered_map<std::string, std::int16_t> index_;
  std::vector<std::pair<std::int16_t, std::int16_t>> pairs_;
  TermSet rare_, numbers_, names_, unknown_;
  double total_weight_ = 0;
};

/// The terms that tokens hold.
TermSet terms_of(const std::vector<Token>& tokens);

/// True for words of English that carry no content ("the", "did"), lower case.
bool is_stop_word(std::string_view word);

}  // namespace genkai::model
