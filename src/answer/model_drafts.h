#pragma once
// Drafts of a language model: several samples from all the evidence together, and one from each of the best
// documents alone, all side by side.
//
//   auto replies = co_await ask_model(model, meaning, evidence, {.samples = 4, .isolated = 3}, trace);
//   std::vector<core::Draft> drafts = read_replies(*replies, meaning, evidence);       // CPU work

#include <chrono>
#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/result.h"
#include "core/draft.h"
#include "core/evidence.h"
#include "core/question.h"
#include "core/trace.h"
#include "limits/context/guard.h"
#include "limits/hallucination/profile.h"
#include "model/language_model.h"

namespace genkai::answer {

struct DraftOptions {
  std::size_t samples = 4;   // from all the evidence together, at least 1
  double temperature = 0.7;  // equal samples would agree about anything
  limits::hallucination::Wording wording = limits::hallucination::Wording::plain;
  limits::context::Showing showing{};  // which passages, and in which order
  std::size_t isolated = 3;            // that see one document each
  std::size_t closed_book = 0;         // that see no passage at all (closed_book.h)
  std::size_t max_tokens = 512;        // of each
  std::chrono::milliseconds deadline{120'000};
};

struct ModelReplies {
  struct One {
    std::string text;
    std::vector<std::size_t> shown;  // places in the evidence
    bool isolated = false;
  };
  std::vector<One> replies;
  std::vector<std::string> closed_book;  // what was said without a passage; as it came
  std::size_t together = 0;              // of `replies`, from all the evidence
  std::size_t programs = 0;              // samples that wrote programs (computed_answers.h)
  std::size_t max_tokens = 0;
  bool plain = false;  // the model only completes: its text is the answer
  std::string model;   // who answered
  model::Usage usage;
};

/// When there is nothing to show, only the closed-book samples are asked for, if any. Errors: those of the
/// model for the samples from all the evidence (an isolated or closed-book draft that fails is left out), and
/// invalid_argument ("context") when not even one passage fits. Samples are drawn under a seed made of the
/// question.
base::Task<base::Result<ModelReplies>> ask_model(model::LanguageModel& model,
                                                 const core::Interpretation& meaning,
                                                 const std::vector<core::Evidence>& evidence,
                                                 const DraftOptions& options, core::Trace& trace);

/// `count` more samples from the evidence shown before, appended to `replies`, which had some; a failure
/// leaves them as they were and is returned.
base::Task<base::Status> ask_again(model::LanguageModel& model, const core::Interpretation& meaning,
                                   const std::vector<core::Evidence>& evidence, const DraftOptions& options,
                                   std::size_t count, ModelReplies& replies, core::Trace& trace);

constexpr std::size_t kMostHeardAgain = 12;  // different texts

/// Of `places`, those in which the model finds no answer when it is shown that passage alone, with equal
/// texts asked about once and kMostHeardAgain of them at most. Whoever is not asked about, and whose request
/// fails, is not among them. Usage is added to `replies`.
base::Task<std::set<std::size_t>> silent_alone(model::LanguageModel& model,
                                               const core::Interpretation& meaning,
                                               const std::vector<core::Evidence>& evidence,
                                               const std::vector<std::size_t>& places,
                                               const DraftOptions& options, ModelReplies& replies,
                                               core::Trace& trace);

std::vector<core::Draft> read_replies(const ModelReplies& replies, const core::Interpretation& meaning,
                                      const std::vector<core::Evidence>& evidence);

}  // namespace genkai::answer
