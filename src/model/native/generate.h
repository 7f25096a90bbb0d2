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
#include <string_view>
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

/// Not thread-safe; the engine and the tokenizer outlive it. begin() and step() are for one that has an
/// engine to itself; whoever feeds several from one engine uses prepare(), feed() and take() (batch.h).
class Generation {
 public:
  /// Errors: invalid_argument for a prompt that leaves no room in the context, or a mask that allows nothing;
  /// corrupt as Engine::forward.
  static base::Result<Generation> begin(Engine& engine, const Tokenizer& tokenizer,
                                        std::span<const TokenId> prompt, const GenerateOptions& options);
  bool running() const;
  /// One more token for each sample that runs. REQUIRES: made by begin().
  base::Status step();
  const std::vector<Generated>& samples() const { return samples_; }

  /// With nothing computed yet; samples() are empty texts. Errors: invalid_argument as begin().
  static base::Result<Generation> prepare(const Architecture& architecture, const Tokenizer& tokenizer,
                                          std::span<const TokenId> prompt, const GenerateOptions& options);
  /// Whether the prompt has not been read to its end: the samples have no token yet.
  bool reading() const { return !readings_.empty(); }
  /// Appends what is to be computed next: while reading, the next tokens of the prompt, at most `most`
  /// together; then the last token of each sample that runs. They point into this. Returns the tokens added.
  std::size_t feed(std::vector<Input>& inputs, std::size_t most);
  /// Goes on with the logits of what feed() gave last; its inputs' rows begin at row `first`. A failed
  /// forward is followed by another feed() instead. Errors: invalid_argument for a mask that allows nothing.
  base::Status take(const Output& output, std::size_t first);
  /// Bytes of keys and values that all samples hold at most, what they share counted once.
  std::uint64_t most_bytes() const { return most_bytes_; }

 private:
  /// A text on its way into the cache from which the samples go on.
  struct Reading {
    KvCache cache;
    std::vector<TokenId> tokens;
    std::size_t read = 0, fed = 0;
    std::vector<float> logits{};  // of its last token
  };
  Generation(const Tokenizer& tokenizer, GenerateOptions options)
      : tokenizer_(&tokenizer), options_(std::move(options)) {}
  /// The first token of each sample, from the text that has been read.
  base::Status start();
  /// Takes the next token of a sample; `without` holds the logits without context, or nothing.
  base::Status choose(std::size_t sample, std::span<const float> logits, std::span<const float> without);

  Engine* engine_ = nullptr;  // of begin()
  const Tokenizer* tokenizer_;
  GenerateOptions options_;
  std::uint64_t most_bytes_ = 0;
  std::vector<Reading> readings_;  // the prompt, and the text without context; none once both are read
  std::vector<KvCache> caches_, without_;  // of each sample; the latter only with context-aware decoding
  std::vector<std::unique_ptr<TokenMask>> masks_;
  std::vector<base::Rng> draws_;
  std::vector<WholeCharacters> characters_;
  std::vector<Generated> samples_;
};

/// softmax(logits), in double precision.
std::vector<double> probabilities(std::span<const float> logits);

/// What the model's own logits say of a token that was chosen, with so many alternatives.
LoggedToken logged_token(TokenId id, std::span<const float> logits, std::size_t alternatives);

/// Goes on with a token: its bytes, of which half a character waits in `characters`, or nothing where it ends
/// the text. Stops and the most tokens of `options` end the sample.
void extend(Generated& sample, LoggedToken token, std::optional<std::string_view> bytes,
            WholeCharacters& characters, const GenerateOptions& options);

}  // namespace genkai::model::native
