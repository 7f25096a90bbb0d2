#pragma once
// Each passage answers alone, so that none can speak for another, and the answers are counted.
//
//   const Testimonies alone = read_alone(meaning, evidence, embedder, trace);
//   const Hearing hearing = hear(answer, alone, evidence, 0.3, 48);
//   elect(hearing.ballot, rule), withstands(hearing.strict, rule)            // limits/retrieval/witness.h

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "core/draft.h"
#include "core/evidence.h"
#include "core/question.h"
#include "core/trace.h"
#include "knowledge/meaning/embedder.h"
#include "limits/retrieval/witness.h"

namespace genkai::answer {

/// What each passage says: the extractive reader's best quote of it and nothing else, with the probability
/// that it answers. By place in the evidence; a passage that is poisoned, stale or holds no value of the kind
/// that is asked for has no value and says nothing.
using Testimonies = std::vector<core::Draft>;

/// What that probability is made of: the reader's log odds, the share of the question that the passage and
/// its section hold (and the square of the first), their BM25 against the question's idf, and the cosine.
/// Nothing of it depends on other passages, so nobody can silence a passage by adding one.
constexpr std::size_t kWitnessFeatures = 7;
std::array<double, kWitnessFeatures> witness_features(double log_odds, const core::RetrievalScores& scores);

/// At most retrieval::kMostPassages are read, in their order.
Testimonies read_alone(const core::Interpretation& meaning, const std::vector<core::Evidence>& evidence,
                       const knowledge::Embedder& embedder, core::Trace& trace);

/// Who bears an answer out and who says otherwise. All who say otherwise are counted together, as if they
/// agreed.
struct Hearing {
  limits::retrieval::Ballot ballot;  // 0: the answer, 1: otherwise
  /// The same for certificates: who says less than the answer ("Marsh" for "Elena Marsh") could be said to
  /// bear out another one too, and is counted against it.
  limits::retrieval::Ballot strict;
  std::vector<std::size_t> bearing_out, against;  // places in the evidence, surest first
};

/// Hears testimonies of at least `least` probability about `answer`. Near copies, passages of one document
/// and of one named source depend on each other. What a newer document of the same source (by half a year)
/// says otherwise is no longer said. `capacity`: passages that the list could have held.
Hearing hear(const core::Draft& answer, const Testimonies& testimonies,
             const std::vector<core::Evidence>& evidence, double least, std::size_t capacity);

/// Person, place, other name, date or number: kinds of which two can be told to differ.
bool comparable(text::AnswerType type);

/// Whether a draft gives a value of the kind that is asked for: a name is one whatever it names, an amount
/// only of what the question counts or measures.
bool answers_in_kind(const core::Draft& draft, const core::Interpretation& meaning);

}  // namespace genkai::answer
