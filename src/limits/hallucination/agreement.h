#pragma once
// How far several drafts of a language model agree. Sampled again, what a model knows stays and what it makes
// up changes.
//
//   Agreement agreed = agree(std::move(drafts), trace);
//   agreed.answers.front().probability          // posterior mean of "another draft would say so too"

#include <cstddef>
#include <vector>

#include "core/draft.h"
#include "core/trace.h"

namespace genkai::limits::hallucination {

/// Each distinct answer once, most agreed first.
struct Agreement {
  std::vector<core::Draft> answers;
  std::size_t drafts = 0;     // that count; see agree()
  std::size_t abstained = 0;  // of them: "not in the passages"
  std::size_t unusable = 0;   // of them: not in the form that was asked for
  /// How the answer relates to what the model says without the evidence; empty when that was not asked. A
  /// calibration that knows such scores weighs them (guard.h).
  std::vector<double> memory_scores{};
  bool mostly_abstained() const { return 2 * abstained > drafts; }
};

/// Whether two drafts give one answer: the same typed value when both have one; else the same words, or
/// mostly the same words with the same amounts, dates and no "not" in only one of them.
bool same_answer(const core::Draft& a, const core::Draft& b);

/// Groups drafts by answer; the first supported one of a group stands for it, with the citations of all. Of n
/// drafts, k of which agree and s of those are supported, its probability is the smaller of (k + 1/2)/(n + 1)
/// (posterior mean under Jeffreys' prior) and s/n. A draft that saw one document only and abstains says
/// nothing about the others, so it does not count. Deterministic.
Agreement agree(std::vector<core::Draft> drafts, core::Trace& trace);

/// Posterior mean (k + 1/2)/(n + 1).
double agreement_estimate(std::size_t agreeing, std::size_t drafts);

}  // namespace genkai::limits::hallucination
