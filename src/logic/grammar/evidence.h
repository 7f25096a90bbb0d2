#pragma once
// Grammars in which a quote can only be what the evidence says, and a number or date only one that occurs in
// it.
//
//   GENKAI_ASSIGN_OR_RETURN(Rules rules, evidence_reply({"Opened in 1931. Rebuilt in 2004."}, {}));
//   // {"answer": "1931", "quotes": [{"passage": 1, "quote": "Opened in 1931."}]} and such only
//
// The quotes of a text are the paths of its suffix automaton (Blumer et al. 1985), which has at most two
// nodes and three edges for each character: the grammar grows linearly with the evidence.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "logic/grammar/pattern.h"
#include "logic/grammar/rules.h"

namespace genkai::logic::grammar {

enum class QuoteUnit {
  characters,  // any run of characters
  sentences,   // whole sentences, as text::split_sentences finds them, with what stands between them
};

/// All quotes of the passages, none of them empty or across two passages. Without any text it matches
/// nothing. Bytes that are not UTF-8 are U+FFFD.
ByteAutomaton quotes_of(const std::vector<std::string_view>& passages, QuoteUnit unit, PatternText text);

/// Numbers, dates, or both, of the passages: as they are written there, and by value where that is another
/// way to write it (23000 of 2万3千, 2024-03-05 of March 5, 2024). Sorted, each once.
struct ValueKinds {
  bool numbers = true, dates = true;
};
std::vector<std::string> values_of(const std::vector<std::string_view>& passages, ValueKinds kinds = {});

enum class AnswerForm {
  text,    // anything
  quote,   // a run of characters of the evidence
  number,  // one of its numbers
  date,    // one of its dates
};

struct EvidenceReplyOptions {
  AnswerForm answer = AnswerForm::quote;
  QuoteUnit quotes = QuoteUnit::sentences;
  std::size_t most_quotes = 3;
  bool may_abstain = true;  // "answer": null, without quotes
};

/// The reply that genkai's own prompts ask for, as a grammar: {"answer": ..., "quotes": [{"passage": k,
/// "quote":
/// ...}]}, k from 1, each quote out of the very passage that it names. Errors: invalid_argument when there is
/// nothing to quote, or no value of the kind and no abstention either.
base::Result<Rules> evidence_reply(const std::vector<std::string_view>& passages,
                                   const EvidenceReplyOptions& options);

}  // namespace genkai::logic::grammar
