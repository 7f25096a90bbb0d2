#pragma once
// Texts as an answer might stand somewhere, one for each reading of the question that the model sees, written
// to search with. They are inventions: they find passages, and nothing else ever sees them.
//
//   const Hypotheses supposed = co_await suppose(model, question, {.count = 2}, trace);
//   gather(view, meaning, options, trace, supposed.texts);

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "base/async.h"
#include "core/question.h"
#include "core/trace.h"
#include "model/language_model.h"

namespace genkai::answer {

struct HypothesisOptions {
  std::size_t count = 1;     // samples, 1 to 4; of each at most three readings
  double temperature = 0.7;  // equal ones would find the same
  std::size_t max_tokens = 200;
  std::chrono::milliseconds deadline{120'000};
};

struct Hypotheses {
  std::vector<std::string> texts;  // at most 800 code points each; none when the replies are empty
  model::Usage usage;
};

/// One request for all of them. A model that fails leaves none: the question's own words still search; the
/// trace says why.
base::Task<Hypotheses> suppose(model::LanguageModel& model, const core::Question& question,
                               const HypothesisOptions& options, core::Trace& trace);

}  // namespace genkai::answer
