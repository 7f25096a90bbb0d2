#pragma once
// After an incident: which documents made a wrong answer. Removal tells: without them the answer changes.
//
//   GENKAI_ASSIGN_OR_RETURN(const Forensics found,
//                           examine({"", "When did the museum open?", today}, "1951", *view, answerer, {}));
//   found.responsible;       // {"notes/new.md"}: without these nothing says 1951 any more

#include <cstddef>
#include <string>
#include <vector>

#include "answer/answerer.h"
#include "base/cancellation.h"

namespace genkai::answer {

/// A document found for the question that holds the wrong answer, or was cited for it.
struct Suspect {
  core::DocumentInfo document;
  std::string quote;          // the sentence of it that holds the wrong answer; may be empty
  bool examined = false;      // the question was asked without it alone
  bool gone_without = false;  // then the wrong answer is gone
  double probability = 0;     // then the wrong answer still has this probability, 0 to 1
};

struct Forensics {
  core::Answer before, after;  // after: without all of `responsible`
  /// The wrong answer is in what is answered, or in the best guess that an abstention shows.
  bool answered = false, shown = false;
  double probability = 0;         // of the wrong answer before
  std::vector<Suspect> suspects;  // those whose removal alone changes most first
  /// Ids of documents without which the wrong answer is neither given nor shown. Found greedily, then
  /// thinned: with any one of them back it returns, when `minimal`. There may be another such set, even a
  /// smaller one.
  std::vector<std::string> responsible;
  bool cleared = false, minimal = false;  // false: the asks were used up
  std::size_t asks = 0;
};

struct ForensicsOptions {
  std::size_t asks = 64;  // at most; of a language model each is as many calls as a question costs
  base::Cancellation cancellation;
};

/// Asks again and again, each time without some documents. Errors: those of asking; cancelled.
base::Result<Forensics> examine(const core::Question& question, const std::string& wrong,
                                const knowledge::KnowledgeView& view, const Answerer& answerer,
                                const ForensicsOptions& options);

}  // namespace genkai::answer
