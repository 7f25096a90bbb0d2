#pragma once
// Holds a decided answer against what the passages say when each is read alone: a certificate against planted
// passages, an abstention where independent passages contradict it, or further answers where the question's
// name belongs to several things.
//
//   core::Answer answer = hallucination::decide(...);
//   confirm(answer, {...}, options, language, trace);  // reads passages alone only where it may change
//   something

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "answer/readings.h"
#include "answer/testimony.h"
#include "core/answer.h"
#include "limits/retrieval/witness.h"
#include "text/text.h"

namespace genkai::answer {

struct ConfirmOptions {
  /// Whether passages are isolated at all. A certificate holds only where they always are: else an adversary
  /// could decide about it.
  bool isolate = true;
  /// Probability at which a passage is heard: at 0.5 four right answers in a hundred have a passage against
  /// them that is wrong, and 76 have one that bears them out; at 0.4 it is 7 and 80 (witness_weights.h).
  double least = 0.5;
  limits::retrieval::Rule rule{.lead = 1, .dissent = 0};
  /// Where the question's name belongs to several things, each is answered; without, who says otherwise
  /// contradicts.
  std::optional<ReadingOptions> readings = ReadingOptions{};
  /// Where passages contradict each other, the answer that most documents of its subject hold is given
  /// instead of none. It has no certificate: planted documents can be many.
  bool by_support = false;
  /// Whether an abstention for conflicting_evidence may become answers; without, it may become the question
  /// which one is meant.
  bool reopen = true;
};

/// What the answer was decided from. All outlive the call.
struct ConfirmMaterial {
  const core::Interpretation& meaning;
  const std::vector<core::Evidence>& evidence;  // everything that was vetted, best first
  const core::Draft& draft;                     // that the answer, or what it abstained from, was made of
  const knowledge::Embedder& embedder;
  std::function<float(std::string_view)> idf;  // of an index term
  std::size_t capacity = 0;                    // passages that gathering would have kept
  double threshold = 0;                        // a further answer needs this probability, as a witness
  bool by_model = false;                       // the answer is a language model's
  std::set<std::size_t> silent{};              // places that say nothing after all (model_drafts.h)
};

/// Changes `answer` where the passages demand it. An answer becomes an abstention for conflicting_evidence
/// when the rule does not elect it among passages about its own subject, and for suspected_poisoning when it
/// rests on nothing but a burst of documents; an abstention for conflicting_evidence becomes answers when the
/// sides are of subjects that the documents tell apart; an abstention for low_confidence asks which one is
/// meant when they tell the name's bearers apart. An answer has a certificate of kind "poisoning", whose
/// numbers are zero where votes cannot carry it.
///
/// Returns the places of those for whose sake it was withheld, surest first; none when it was not.
std::vector<std::size_t> confirm(core::Answer& answer, const ConfirmMaterial& material,
                                 const ConfirmOptions& options, text::Language language, core::Trace& trace);

}  // namespace genkai::answer
