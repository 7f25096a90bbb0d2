#pragma once
// What a language model says from memory (closed book) held against what it says from the evidence (open
// book).
//
//   const Compared found = compare({"1931", 4, 4}, {"1932", 5, 5}, Match::different, support);
//   found.which == KnowledgeCase::contradiction
//   scores_of(found);              // what a calibration of model and knowledge base weighs both by
//   if (!calibrated && found.withholds()) abstain();
//
// There is no fixed weight between memory and evidence: which of them is right more often depends on the
// model and on the documents. A calibration learns it (scores_of). Without one the evidence decides, as
// people can look it up; memory, which nobody can, never answers, and stops an answer only where the evidence
// stands weakly.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer.h"
#include "text/text.h"

namespace genkai::limits::retrieval {

enum class KnowledgeCase {
  agreement,      // both say the same
  contradiction,  // both answer, and differ
  context_only,   // memory does not know, or says something else each time
  memory_only,    // the evidence holds no answer
  neither,
  not_comparable,  // both answer, in words of which no rule can tell whether they say the same
};
std::string_view to_string(KnowledgeCase which);

/// How two answers relate, as far as rules can tell.
enum class Match { same, different, unclear };

/// The most agreed answer of one side; empty text: it has none.
using Belief = core::MemoryCheck::Side;
/// More than half of the drafts give it. Of memory: what is said less often is no knowledge but a guess.
bool is_held(const Belief& belief);

/// What stands behind the answer from the evidence.
struct Support {
  std::size_t supported = 0;     // of the agreeing drafts: their quotes and values stand in the passages
  bool quote_agrees = false;     // the best verbatim quote holds the same value
  double quote_probability = 0;  // of that quote
};

struct Compared {
  KnowledgeCase which = KnowledgeCase::neither;
  Belief memory, context;
  Support support;
  /// Every draft gives this answer and stands in the passages, and a quote that is likelier right than not
  /// says the same.
  bool firmly_supported() const;
  /// Without a calibration: memory contradicts evidence that does not stand firmly.
  bool withholds() const { return which == KnowledgeCase::contradiction && !firmly_supported(); }
};

/// `match` is looked at only when both sides answer.
Compared compare(Belief memory, Belief context, Match match, const Support& support);

/// Two scores for a calibration, after those of the open-book answer (hallucination/guard.h): the posterior
/// mean (k + 1/2)/(n + 1) of memory's agreement where it says the same, and where it says otherwise; NaN each
/// where it does not.
std::vector<double> scores_of(const Compared& found);

/// One sentence for people on what memory says, naming its answer; empty for agreement, neither and
/// not_comparable, where it adds nothing. `withheld`: it stopped the answer.
std::string memory_message(const Compared& found, bool withheld, text::Language language);

}  // namespace genkai::limits::retrieval
