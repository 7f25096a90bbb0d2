#pragma once
// A conversation that a language model answers, held against what can be held against it: its own other
// samples, the material in the conversation, and a knowledge base when there is one. Behind
// <upstream>+checked.
//
//   Checker checker({.samples = 5}, {.model = &model, .pool = &pool});
//   auto checked = co_await checker.check(request, view, trace);
//   send(checked->sample.text, core::to_json(checked->answer));

#include "answer/answerer.h"
#include "answer/structured.h"
#include "base/async.h"
#include "core/answer.h"
#include "core/trace.h"
#include "knowledge/store/knowledge_base.h"
#include "model/language_model.h"

namespace genkai::answer {

struct CheckerOptions {
  std::size_t samples = 5;  // of a question that has a short, checkable answer; else 1
  limits::hallucination::Policy policy;
  limits::retrieval::GatherOptions gather{.keep = 48};
  limits::context::Budget budget;
};

struct CheckedReply {
  core::Answer answer;   // outcome, reason, message, probability, citations, certificates, cost
  model::Sample sample;  // what the model said, of the sample that was chosen; also when it is not released
  model::Usage usage;    // of all samples
  std::string model;     // who answered
};

/// Thread-safe.
class Checker {
 public:
  /// `after`: the models to fall back on where an answer breaks the schema it was asked for (structured.h).
  Checker(CheckerOptions options, AnswererParts parts, ModelsAfter after = {})
      : options_(options), parts_(parts), after_(std::move(after)) {}
  /// A question for a person, date, place, amount, name, or yes or no is asked several times side by side and
  /// the answers compared; any other, or one with tools or a schema, once (structured.h), and its answer has
  /// no probability. A reply that the conversation's own material or `knowledge` contradicts is not released.
  /// The question is `question.text`, or what the last user message asks (conversation.h). An agreement
  /// estimate is no calibrated probability (core::Basis). REQUIRES: parts.model. `knowledge` may be null; it
  /// and `trace` outlive the Task. Errors are the model's.
  base::Task<base::Result<CheckedReply>> check(model::ChatRequest request, core::Question question,
                                               const knowledge::KnowledgeView* knowledge,
                                               core::Trace& trace) const;

 private:
  CheckedReply judge(const core::Question& question, const core::Interpretation& meaning,
                     const std::vector<core::Evidence>& evidence, bool checkable,
                     const std::vector<model::Sample>& samples, const std::string& model,
                     core::Trace& trace) const;
  CheckerOptions options_;
  AnswererParts parts_;
  ModelsAfter after_;
};

}  // namespace genkai::answer
