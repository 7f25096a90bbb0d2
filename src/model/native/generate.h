#pragma once
// Samples that go on from one prompt: its keys and values are computed once and shared, and all samples take
// their next token in one batch.
//
//   GENKAI_ASSIGN_OR_RETURN(Generation generation, Generation::begin(engine, model.tokenizer, prompt,
//   {.samples = 4})); while (generation.running()) GENKAI_RETURN_IF_ERROR(generation.step());
//   generation.samples()[0].text;

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/rng.h"
#include "model/native/engine.h"
#include "model/native/guards/context_aware.h"
#include "model/native/guards/token_mask.h"
#include "model/native/tokenizer.h"

namespace genkai::model::native {

struct GenerateOptions {
  std::size_t samples = 1;
  std::size_t max_tokens = 64;      // of each; cut to what the context has left
  double temperature = 1;           // 0: always the most probable token
  double top_p = 1;                 // only the most probable tokens that together reach this probability
  std::uint64_t seed = 1;           // sample i draws from a stream of its own
  std::vector<std::string> stop{};  // texts that end a sample and are not part of it
  std::size_t alternatives = 0;     // logged beside each token
  MaskMaker mask{};                 // which tokens may come; empty: all
  double adaptive_theta = 0;        // of adaptive_temperature(), whose highest is `temperature`; 0: constant
  /// Context-aware decoding: what the prompt adds to this one, which lacks the context. Empty: off.
  std::vector<TokenId> without_context{};
  ContextAwareOptions context_aware{};
};

/// A token with its natural log probability at temperature 1 by the model itself, whatever the sampling and
/// the guards made of it.
struct LoggedToken {
  TokenId id = 0;
  double logprob = 0;
  std::vector<std::pair<TokenId, double>> alternatives{};  // most probable first
};

struct Generated {
  std::string text;  // whole characters only
  std::vector<LoggedToken> tokens;
  bool ended = false;  // by the end of the text or a stop; else by a limit
  bool running = true;
};

/// Not thread-safe; the engine and the tokenizer outlive it.
class Generation {
 public:
  /// Errors: invalid_argument for a prompt that leaves no room in the context, or a mask that allows nothing;
  /// corrupt as Engine::forward.
  static base::Result<Generation> begin(Engine& engine, const Tokenizer& tokenizer,
                                        std::span<const TokenId> prompt, const GenerateOptions& options);
  bool running() const;
  /// One more token for each sample that runs.
  base::Status step();
  const std::vector<Generated>& samples() const { return samples_; }

 private:
  Generation(Engine& engine, const Tokenizer& tokenizer, GenerateOptions options)
      : engine_(&engine), tokenizer_(&tokenizer), options_(std::move(options)) {}
  /// Takes the next token of a sample; `without` holds the logits without context, or nothing.
  base::Status take(std::size_t sample, std::span<const float> logits, std::span<const float> without);

  Engine* engine_;
  const Tokenizer* tokenizer_;
  GenerateOptions options_;
  std::vector<KvCache> caches_, without_;  // of each sample; the latter only with context-aware decoding
  std::vector<std::unique_ptr<TokenMask>> masks_;
  std::vector<base::Rng> draws_;
  std::vector<Decoding> decodings_;
  std::vector<Generated> samples_;
};

/// softmax(logits), in double precision.
std::vector<double> probabilities(std::span<const float> logits);

}  // namespace genkai::model::native
