#pragma once
// Which evidence decided an answer: leave-one-group-out. The question is asked again without one group of
// evidence at a time, and what becomes of the answer is told.
//
//   Attributor attributor(question, *view, options, {.model = model});
//   GENKAI_ASSIGN_OR_RETURN(const Attribution found, attributor.attribute({.by = GroupBy::document}));
//   found.runs.front().effect;        // what leaving out the most decisive group does

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "answer/answerer.h"
#include "answer/evidence_groups.h"
#include "base/cancellation.h"

namespace genkai::answer {

/// What became of the answer, or of the abstention.
enum class Effect {
  another,   // another answer
  answers,   // an answer, where there was none
  abstains,  // no answer, or none for another reason than before
  same,
};
std::string_view to_string(Effect effect);

/// The question asked without a group.
struct LeftOut {
  EvidenceGroup group;
  bool says = false;  // one of its passages holds the answer
  Effect effect = Effect::same;
  double probability = 0;  // of the answer before (of the best guess, where it abstained); 0: not shown
  core::Answer answer;
};

struct Attribution {
  core::Answer before;
  double probability = 0;        // of its answer, else of its best guess, 0 to 1; 0 without one
  std::vector<LeftOut> runs;     // another answer first, then abstentions, then by what probability is left
  std::size_t groups = 0;        // that there are; more than runs when it was cut short
  std::optional<LeftOut> again;  // with a model: with nothing left out, for what chance does to its samples
  /// Groups (places in `runs`) that together change the answer: one alone where one does, else found
  /// greedily, then thinned. Empty: none found.
  std::vector<std::size_t> together;
  std::optional<LeftOut> without;  // all of `together`; its group is empty
  bool minimal = false;            // with any one of them back the answer is as before
  bool searched = false;           // no such set was found, and the calls did not end the search
  bool cut = false;                // the calls did not suffice for all of it
  std::size_t asks = 0, calls = 0;
  std::string failure;  // of the language model, which ended it early; empty: none
};

struct AttributionOptions {
  GroupBy by = GroupBy::document;
  std::size_t calls = 0;  // at most: samples of the model, without one the askings; 0: default_calls()
  base::Cancellation cancellation;
};

class Attributor {
 public:
  /// What it is given outlives it.
  Attributor(core::Question question, const knowledge::KnowledgeView& view, AnswererOptions options,
             AnswererParts parts)
      : question_(std::move(question)), view_(view), options_(std::move(options)), parts_(parts) {}

  /// The most that one asking costs: the samples of a language model, 1 without one.
  std::size_t calls_per_ask() const;
  /// Enough for ten askings of a model; without one for 48 groups, and a set of them.
  std::size_t default_calls() const;

  /// Never more calls than it may make; before an asking that could, it stops. A model that fails ends it
  /// with what was done. Errors: invalid_argument for fewer calls than one asking costs; those of reading;
  /// cancelled.
  base::Result<Attribution> attribute(const AttributionOptions& options) const;

 private:
  core::Question question_;
  const knowledge::KnowledgeView& view_;
  AnswererOptions options_;
  AnswererParts parts_;
};

}  // namespace genkai::answer
