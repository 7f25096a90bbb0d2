#include "limits/retrieval/conflict.h"

#include <array>
#include <cmath>

#include "text/utf8.h"

namespace genkai::limits::retrieval {
namespace {

constexpr std::array<std::string_view, 6> kNames{"agreement",   "contradiction", "context_only",
                                                 "memory_only", "neither",       "not_comparable"};
constexpr std::size_t kShown = 80;  // code points of an answer in a message

KnowledgeCase tell_apart(bool memory, bool context, Match match) {
  if (!context) return memory ? KnowledgeCase::memory_only : KnowledgeCase::neither;
  if (!memory) return KnowledgeCase::context_only;
  return match == Match::same        ? KnowledgeCase::agreement
         : match == Match::different ? KnowledgeCase::contradiction
                                     : KnowledgeCase::not_comparable;
}

// As agreement is estimated everywhere: the posterior mean under Jeffreys' prior.
double estimate(const Belief& belief) {
  return (static_cast<double>(belief.agreeing) + 0.5) / (static_cast<double>(belief.drafts) + 1);
}

}  // namespace

std::string_view to_string(KnowledgeCase which) {
  return kNames[static_cast<std::size_t>(which)];
}

bool is_held(const Belief& belief) {
  return !belief.answer.empty() && 2 * belief.agreeing > belief.drafts;
}

bool Compared::firmly_supported() const {
  return context.agreeing == context.drafts && support.supported == context.agreeing &&
         support.quote_agrees && support.quote_probability > 0.5;
}

Compared compare(Belief memory, Belief context, Match match, const Support& support) {
  Compared found;
  found.which = tell_apart(is_held(memory), !context.answer.empty(), match);
  found.memory = std::move(memory);
  found.context = std::move(context);
  found.support = support;
  return found;
}

std::vector<double> scores_of(const Compared& found) {
  const double nothing = std::nan("");
  return {found.which == KnowledgeCase::agreement ? estimate(found.memory) : nothing,
          found.which == KnowledgeCase::contradiction ? estimate(found.memory) : nothing};
}

std::string memory_message(const Compared& found, bool withheld, text::Language language) {
  const bool contradicts = found.which == KnowledgeCase::contradiction;
  if (!contradicts && found.which != KnowledgeCase::memory_only) return {};
  const bool japanese = language == text::Language::japanese;
  const std::string said(text::prefix(found.memory.answer, kShown));
  if (!contradicts)
    return japanese
               ? "言語モデルは文書を見ずに「" + said + "」と答えますが、裏付ける文書はありません。"
               : "From memory alone the language model says \"" + said + "\", for which no document speaks.";
  if (withheld)
    return japanese ? "言語モデルは文書を見ないと「" + said +
                          "」と答え、文書の裏付けもそれを退けるほど強くありません。"
                    : "From memory the language model says \"" + said +
                          "\", and the documents' support for another answer is too weak to overrule it.";
  return japanese ? "言語モデルは文書を見ないと「" + said + "」と答えます。文書の記述を優先しました。"
                  : "From memory the language model says \"" + said + "\"; the documents say otherwise.";
}

}  // namespace genkai::limits::retrieval
