#pragma once
// The models of the experiments: small decoders over symbols instead of words, trained in the run.
//
//   train::Decoder model = make_model({.vocabulary = 40, .context = 64}, key.seed);
//   GENKAI_RETURN_IF_ERROR(teach(model, [&](base::Rng& rng) { return draw(rng); }, {.steps = 500}, key.seed,
//   stop)); const auto answers = next_probabilities(model, prompts);        // [prompts][vocabulary]
//
// A symbol is a token: what is studied needs no words, and a model of 10^5 parameters learns it in minutes.

#include <functional>
#include <span>
#include <vector>

#include "base/cancellation.h"
#include "base/rng.h"
#include "lab/train/decoder.h"
#include "lab/train/trainer.h"

namespace genkai::lab::experiment {

using train::TokenId;
using Tokens = std::vector<TokenId>;

constexpr TokenId kUnknown = 0, kBegin = 1, kEnd = 2;
constexpr TokenId kFirstSymbol = 3;

struct SmallModel {
  std::size_t vocabulary = 0, width = 64, layers = 2, heads = 4;
  std::size_t context = 64;  // of learned positions only; others run at any length
  train::Positions positions = train::Positions::rope;
  double log_n_base = 0;       // scaling of attention, of evaluation and training alike
  std::size_t neighbours = 1;  // DecoderOptions
  double rope_base = 10'000;
};
/// SwiGLU of about 8/3 of the width, root mean square norms, untied. REQUIRES: heads divide the width evenly.
train::Decoder make_model(const SmallModel& shape, std::uint64_t seed);

struct Lesson {
  std::uint64_t steps = 1000;
  std::size_t samples = 64;  // a step
  double rate = 1e-3;
  /// Called after every `look_every` steps with the number done; stops the lesson by returning true.
  std::function<bool(std::uint64_t)> look{};
  std::uint64_t look_every = 100;
};
/// AdamW with a warm-up of 50 steps and a rate that falls to a tenth (cosine), in two threads, so that the
/// same seed gives the same model. Errors: `cancelled` when stopped, and those of the trainer.
base::Status teach(train::Decoder& model, const std::function<train::Sample(base::Rng&)>& draw,
                   const Lesson& lesson, std::uint64_t seed, const base::Cancellation& stop);

/// Probabilities of the token after each prompt. REQUIRES: no prompt is empty.
class NextProbabilities {
 public:
  NextProbabilities(std::vector<float> values, std::size_t vocabulary)
      : values_(std::move(values)), vocabulary_(vocabulary) {}
  std::span<const float> of(std::size_t prompt) const {
    return std::span<const float>(values_).subspan(prompt * vocabulary_, vocabulary_);
  }
  TokenId likeliest(std::size_t prompt) const;
  std::size_t size() const { return values_.size() / vocabulary_; }

 private:
  std::vector<float> values_;
  std::size_t vocabulary_;
};
NextProbabilities next_probabilities(const train::Decoder& model, std::span<const Tokens> prompts);

/// A token drawn by its probability.
TokenId draw_token(std::span<const float> probabilities, base::Rng& rng);

/// A sample with the loss on its tokens from `asked` on.
train::Sample sample_of(Tokens tokens, std::size_t asked);

}  // namespace genkai::lab::experiment
