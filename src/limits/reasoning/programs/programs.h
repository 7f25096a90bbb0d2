#pragma once
// Program-aided answers: the model writes how the answer is computed from values that it quotes, and the
// program is run. Several programs vote. What cannot be run, or uses a value that nobody stated, supports
// nothing.
//
//   if (asked_for(question) != Wanted::nothing) {
//     auto computed = co_await compute(model, prompt, task, {.programs = 4}, trace);
//     overrule(drafts, *computed, trace);                       // after check()
//   }

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/result.h"
#include "base/thread_pool.h"
#include "core/answer.h"
#include "core/draft.h"
#include "core/trace.h"
#include "limits/reasoning/programs/asked.h"
#include "limits/reasoning/programs/program.h"
#include "model/language_model.h"

namespace genkai::limits::reasoning::programs {

struct Options {
  std::size_t programs = 4;  // that vote, at least 1
  std::size_t repairs = 2;   // rounds in which what does not run is sent back with the message
  std::size_t max_tokens = 512;
  double temperature = 0.7;
  std::chrono::milliseconds deadline{120'000};  // of each round
};

/// The passages and the question as the model reads them, and the key in the lines around the passages.
struct Prompt {
  std::string passages, key;
};

struct Computed {
  Wanted wanted = Wanted::nothing;
  std::vector<Program> programs;  // in the order of their samples, each after its last round
  model::Usage usage;
  std::size_t samples = 0;  // that were drawn, repairs included
  /// Programs that ran, are supported and say the same as most of those.
  std::size_t agreeing = 0;
  std::size_t best = 0;  // place of one of these; of use when `agreeing` is not 0
  /// More than half of all programs agree: what they say may overrule what was said without computing.
  bool decides() const { return 2 * agreeing > programs.size(); }
};

/// Asks for programs, runs them (on `pool` where there is one), sends back what fails. Equal values are
/// written alike, so that they agree. Errors: those of the model for the first round; a repair that fails
/// leaves its program as it was.
base::Task<base::Result<Computed>> compute(model::LanguageModel& model, const Prompt& prompt,
                                           const Assignment& task, Options options, base::ThreadPool* pool,
                                           core::Trace& trace);

/// Adds the programs to the checked drafts. Where they decide, drafts that no passage supports are set aside
/// first, whatever they say: execution overrules what a model computed in its head, and nothing else is
/// overruled; a program that failed or abstained counts against the agreement. Where they do not decide, only
/// supported programs are added, which can lower the agreement. True when they decide.
bool overrule(std::vector<core::Draft>& drafts, const Computed& computed, core::Trace& trace);

/// A quote that states a value from which the answer was computed is no other answer. Drops such quotes from
/// the front, unless a supported draft gives that value as the answer, or documents contradict each other.
void pass_operands(core::Verified& quotes, const std::vector<core::Draft>& drafts, const Computed& computed);

}  // namespace genkai::limits::reasoning::programs
