#pragma once
// The main path: read answerer.cc from top to bottom.
//
//   Question -> interpret -> gather -> vet -> pack -> draft -> verify -> decide -> confirm -> Answer
//
// and with a language model (decide_drafts.cc; in brackets what only some questions or settings want)
//
//   Question -> [suppose] -> interpret -> gather -> vet -> pack -> read (quotes)
//            -> ask -> [compute] -> check -> [overrule] -> agree -> [memory] -> verify -> decide -> [weigh]
//            -> confirm -> [checks] -> Answer
//
// suppose writes texts to search with; compute has programs written and run, and overrule puts their value in
// the place of the drafts'; memory is what the model says without passages; checks is what the router picks.
//
// A question that no program can answer in general (does this one halt?) is settled before: its program is
// run in bounds. One for an open future is read for like any other, and abstained from as undecidable.
//
//   Answerer answerer({.policy = {.risk = 0.1}}, {.model = &model, .pool = &pool});
//   core::Trace trace;
//   Result<core::Answer> answer = co_await answerer.answer(question, *view, trace);

#include "answer/confirm.h"
#include "base/async.h"
#include "base/result.h"
#include "core/answer.h"
#include "core/question.h"
#include "core/trace.h"
#include "knowledge/store/knowledge_base.h"
#include "limits/context/guard.h"
#include "limits/hallucination/guard.h"
#include "limits/hallucination/profile.h"
#include "limits/reasoning/programs/program.h"
#include "limits/retrieval/guard.h"
#include "model/language_model.h"

namespace genkai::answer {

struct AnswererOptions {
  limits::retrieval::GatherOptions gather{
      .keep = 48, .neighbours = 3, .hops = 2, .supplements = 6};  // more than is read: collections repeat
                                                                  // themselves
  std::size_t hypotheses = 0;  // texts that a model writes to search with before anything is found, 4 at most
  limits::context::Budget budget;
  limits::hallucination::Policy policy;
  std::size_t drafts = 8;    // how many places the reader proposes
  std::size_t samples = 4;   // with a language model: drafts from all the evidence together, at most. Four
                             // that agree are an estimate of 0.9, which carries the usual risk of 0.1; more
                             // are drawn four at a time, while they can still change the decision
  double temperature = 0.7;  // of these drafts
  limits::hallucination::Wording wording = limits::hallucination::Wording::plain;
  ConfirmOptions confirm;          // what was decided, against what each passage says alone
  std::size_t isolated = 3;        // and drafts that see one document each
  std::size_t closed_book = 0;     // and drafts without any passage: what it says from memory
  std::size_t programs = 4;        // and programs, where a value has to be computed; 0: none
  std::size_t draft_tokens = 512;  // at most, of each of these drafts
  std::chrono::milliseconds draft_deadline{120'000};  // of all of them
  bool python = false;  // programs may be Python, which runs in a sandbox or not at all (sandboxed_python.h)
  std::size_t verification_questions = 0;  // about its answer, at most; they may withhold it (review.h)
  bool solver = false;  // and a yes or no to what follows is held against programs in logic (review.h)
  bool vetting = true;  // false only to measure what vetting is worth: every passage is then believed
};

/// Sets risk, sampling and wording as a profile wants them.
void apply(limits::hallucination::Profile profile, AnswererOptions& options);

/// What the main path works with; both may be left out, and both outlive the Answerer.
struct AnswererParts {
  model::LanguageModel* model = nullptr;  // none: the extractive reader, verbatim quotes
  base::ThreadPool* pool = nullptr;       // none: CPU work stays on the awaiting thread; same answers
  limits::reasoning::programs::RunPython python{};  // in place of the sandbox that the options ask for
};

/// Thread-safe: one serves any number of questions at once, each with its own trace.
class Answerer {
 public:
  explicit Answerer(AnswererOptions options = {}, AnswererParts parts = {})
      : options_(options), parts_(parts) {}

  /// An answer with its evidence and certificate, or an abstention with its reason (model_unavailable and
  /// budget_exhausted among them). An error only when the knowledge base cannot be read. `knowledge` and
  /// `trace` outlive the Task.
  base::Task<base::Result<core::Answer>> answer(core::Question question,
                                                const knowledge::KnowledgeView& knowledge,
                                                core::Trace& trace) const;

 private:
  AnswererOptions options_;
  AnswererParts parts_;
};

}  // namespace genkai::answer
