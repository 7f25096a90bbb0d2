#pragma once
// Asks a language model a question several times, and how sure it is, so that its uncertainty can be scored.
//
//   auto sampled = co_await sample(model, "q1", "What is the capital of France?", {.samples = 10});
//   if (sampled) write(to_json(sampled->output));                    // scored again later without the model
//
// What the model writes is untrusted: when it is shown again, it stands in a frame and is never followed.

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.h"
#include "base/result.h"
#include "limits/hallucination/uncertainty/recorded_output.h"
#include "limits/hallucination/uncertainty/stopping.h"
#include "model/language_model.h"

namespace genkai::limits::hallucination {

struct SamplingOptions {
  std::size_t samples = 10;                     // at most, 1 to 100
  std::optional<AdaptiveOptions> adaptive{};    // stop early; its budget is `samples`
  bool stated_confidence = true;                // ask for it, of the first two samples
  bool p_true = true;                           // ask for it, of the first sample; needs token logprobs
  double temperature = 0.7;                     // equal samples would agree about anything
  std::size_t max_tokens = 256;                 // of each sample
  std::chrono::milliseconds deadline{120'000};  // of each request
};

struct Sampled {
  RecordedOutput output;
  model::Usage usage;
  std::size_t asked = 0;  // samples drawn
  std::vector<std::string>
      problems{};  // what was asked besides the samples and failed: its measure is absent
};

/// Errors: the model's, when no sample could be had. Logprobs are asked for where the model gives them.
base::Task<base::Result<Sampled>> sample(model::LanguageModel& model, std::string id, std::string question,
                                         SamplingOptions options);

/// The first number of a reply as a share: "85%", "85", "0.85", "About 85 %."; nothing where there is none.
std::optional<double> read_confidence(std::string_view reply);
/// P(True) / (P(True) + P(False)) of the first token among its alternatives (Kadavath et al. 2022); nothing
/// where neither is among them.
std::optional<double> read_p_true(const model::Sample& reply);
/// "I don't know", 分かりません.
bool says_unknown(std::string_view text);

}  // namespace genkai::limits::hallucination
