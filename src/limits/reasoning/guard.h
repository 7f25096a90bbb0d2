#pragma once
// The reasoning limit's door: hold every draft against the evidence and the drafts against each other.
//
//   check(drafts, evidence, meaning, trace);                    // of a language model: each by itself
//   core::Verified verified = verify(std::move(drafts), evidence, meaning, trace);

#include <memory>
#include <string>
#include <vector>

#include "core/answer.h"
#include "core/evidence.h"
#include "core/question.h"
#include "core/trace.h"

namespace genkai::limits::reasoning {

/// Fills claims and `supported` of a language model's drafts. One is supported when a quote of it stands in a
/// passage that is not poisoned, every amount, date and name of its answer stands in a cited passage or in
/// the question, and so does half of its other words, and what it cites speaks of what was asked
/// (question_fit.h). Citations that do not stand are dropped.
void check(std::vector<core::Draft>& drafts, const std::vector<core::Evidence>& evidence,
           const core::Interpretation& meaning, core::Trace& trace);

/// Claims of a draft: its words stand in the cited passage (checked, not assumed); its value agrees with what
/// other documents say in the same words. A value that a document newer by at least half a year states
/// otherwise is superseded; with no such order of time the two are a conflict. Of a language model's drafts
/// (one for each answer, best first) the quotes are compared; those that check() did not support are dropped.
core::Verified verify(std::vector<core::Draft> drafts, const std::vector<core::Evidence>& evidence,
                      const core::Interpretation& meaning, core::Trace& trace,
                      const std::string& stage_name = "verify");

/// What free text says, sentence by sentence, held against what the evidence says in the same words.
struct Comparison {
  std::vector<core::Claim> claims;        // one for each amount and date; one in all when there is none
  std::vector<core::Conflict> conflicts;  // the text's value, then that of the evidence with its place
  std::vector<core::Citation> citations;  // where the evidence says the same
  bool contradicted() const { return !conflicts.empty(); }
};
/// Free texts held against the same evidence, which is read once. Thread-safe.
///
///   const Comparer comparer(evidence, meaning);
///   for (const auto& sample : samples) use(comparer.compare(sample.text, trace));
class Comparer {
 public:
  /// REQUIRES: `evidence` and `meaning` outlive this.
  Comparer(const std::vector<core::Evidence>& evidence, const core::Interpretation& meaning);
  ~Comparer();
  /// A value is contradicted when a sentence of the evidence that holds most of the words around it (or of
  /// the question's, around a short answer) has another value of the same kind that the text's sentence
  /// lacks, and no evidence in such words has the same. Names are not compared: a sentence may name several
  /// people.
  Comparison compare(const std::string& text, core::Trace& trace) const;

 private:
  struct Statements;
  const core::Interpretation& meaning_;
  std::unique_ptr<const Statements> statements_;
};

}  // namespace genkai::limits::reasoning
