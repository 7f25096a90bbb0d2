#pragma once
// From evidence to a selection problem: what passages are worth for a question.
//
//   const Problem problem = worth_of(evidence, places, meaning, {.coverage = 0.3}, budget_tokens);
//   for (const std::size_t chosen : select(problem).chosen) show(evidence[places[chosen]]);

#include <cstddef>
#include <span>
#include <vector>

#include "core/evidence.h"
#include "core/question.h"
#include "limits/context/select.h"

namespace genkai::limits::context {

struct WorthOptions {
  double coverage = 0;       // weight of the question's terms held, 0 to 1; the rest is relevance
  bool whole_sense = false;  // a passage that leans on its neighbour needs it, where that was found too
  std::size_t overhead = 0;  // tokens around each passage
};

/// Items are the evidence at `places`, best first, in that order. Relevance is the softmax of the ranking
/// score, which was learnt listwise: the probability that this passage is the one, were there exactly one.
/// It is spread over the passage's sentences, so that a sentence found twice pays once. Aspects are the
/// question's terms by idf x weight; a passage covers a term that its text holds, and half of one that only
/// its title or heading holds. The value of a set is between 0 and 1.
Problem worth_of(const std::vector<core::Evidence>& evidence, std::span<const std::size_t> places,
                 const core::Interpretation& meaning, const WorthOptions& options, std::size_t tokens);

}  // namespace genkai::limits::context
