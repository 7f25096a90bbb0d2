#pragma once
// From what a language model wrote to a draft: its answer, and its quotes as citations in the passages' own
// words. The text is untrusted; anything may stand in it.
//
//   Shown shown(evidence, places);
//   core::Draft draft = read_reply(sample.text, shown, meaning, "llama");

#include <string>
#include <string_view>
#include <vector>

#include "answer/quotes.h"
#include "core/draft.h"
#include "core/evidence.h"
#include "core/question.h"

namespace genkai::answer {

/// The passages that a model saw, numbered from 1. `evidence` outlives this.
class Shown {
 public:
  Shown(const std::vector<core::Evidence>& evidence, std::vector<std::size_t> places);
  std::size_t size() const { return places_.size(); }
  std::size_t place(std::size_t number) const { return places_[number - 1]; }
  /// The sentences of passage `number`.
  std::vector<std::string> sentences(std::size_t number) const;
  /// The quote in passage `number`, else in any of them; false when it stands in none.
  bool cite(std::string_view quote, std::int64_t number, core::Draft& draft) const;

 private:
  const std::vector<core::Evidence>* evidence_;
  std::vector<std::size_t> places_;
  std::vector<QuoteFinder> finders_;
};

/// A JSON object with an "answer" is looked for anywhere in the text (models write around it); without one
/// the draft is unusable. A missing answer, or one that says that the passages hold none, abstains. A quote
/// that stands in no passage becomes a claim that cannot be checked.
core::Draft read_reply(std::string_view text, const Shown& shown, const core::Interpretation& meaning,
                       const std::string& model);

/// The first line of what a model that only completes wrote, as the answer. Its quotes are the sentences of
/// the passages that hold it and share most with the question, at most three.
core::Draft read_plain_reply(std::string_view text, const Shown& shown, const core::Interpretation& meaning,
                             const std::string& model);

}  // namespace genkai::answer
