#pragma once
// The llama-architecture decoder over the tape, with what the experiments vary.
//
//   DecoderOptions options{.shape = {.vocabulary = 2048, .width = 128, .layers = 4, .heads = 4, .kv_heads =
//   4,
//                                    .hidden = 344, .context = 256, .tied = true}};
//   Decoder decoder(options, seed);           // REQUIRES: model::native::check(options.shape)
//   Value loss = decoder.loss(tape, batch);
//   auto answers = greedy(decoder, prompts, {.most = 16, .stop = 2});
//
// Weights are named as in GGUF; their initial values are normal with deviation 1 / sqrt(inputs), the
// embedding's 1 / sqrt(width), gains 1, biases 0. With the defaults the model is what model/native's engine
// and llama.cpp run.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "lab/train/host_tape.h"
#include "lab/train/sample.h"
#include "model/native/architecture.h"

namespace genkai::lab::train {

enum class Positions {
  rope,        // rotary, on interleaved pairs
  alibi,       // slopes on the distance
  sinusoidal,  // added to the embedding (Vaswani et al., 2017, section 3.5), interleaved, scaled as the
               // embedding is
  learned,     // an embedding of `context` positions; longer samples repeat the last
  none
};
enum class Norm { rms, layer };
enum class FeedForward { swiglu, gelu, relu };

struct DecoderOptions {
  model::native::Architecture shape;
  Positions positions = Positions::rope;
  Norm norm = Norm::rms;
  FeedForward feed_forward = FeedForward::swiglu;
  double log_n_base = 0;       // AttentionOptions
  std::size_t neighbours = 1;  // tokens up to a token that its embedding takes in: more than 1 is a short
                               // convolution, which binds what stands side by side without a layer for it
  /// Whether a GGUF file of the llama architecture can hold it.
  bool is_llama() const {
    return positions == Positions::rope && norm == Norm::rms && feed_forward == FeedForward::swiglu &&
           log_n_base == 0 && neighbours == 1;
  }
};

/// Keys and values of one sequence, so that new tokens cost what they add. Grows as needed; copies are forks.
struct KeyCache {
  std::vector<std::vector<float>> keys, values;  // [layer][position * kv_width ...]
  std::size_t length = 0;
};

class Decoder : public Model {
 public:
  Decoder(const DecoderOptions& options, std::uint64_t seed);

  /// The same function with `layers` layers, at least as many: those that come in between add nothing until
  /// they are trained; their other matrices are drawn from the seed.
  Decoder deeper(std::size_t layers, std::uint64_t seed) const;

  const DecoderOptions& options() const { return options_; }
  Parameters& parameters() override { return parameters_; }
  const Parameters& parameters() const override { return parameters_; }
  std::size_t vocabulary() const override { return options_.shape.vocabulary; }
  Value loss(Tape& tape, const Batch& batch) const override;

  /// The normalised residual stream of each row, [rows][width]: what the output matrix is applied to.
  Value hidden(Tape& tape, const Batch& batch) const;
  /// The same for new tokens of several sequences: `batch` has one segment for each cache, whose positions go
  /// on from the cache's length; the caches take them in. REQUIRES: a tape that does not record, and no
  /// neighbours in the embedding.
  Value hidden_after(HostTape& tape, const Batch& batch, std::span<KeyCache* const> caches) const;
  /// [rows][vocabulary] of a hidden state.
  Value logits(Tape& tape, Value hidden) const { return tape.linear(hidden, tape.parameter(output_)); }
  ParameterId output() const { return output_; }

 private:
  struct NormWeights {
    ParameterId gain, bias;  // the bias only for Norm::layer
  };
  struct Layer {
    NormWeights attention_norm, feed_forward_norm;
    ParameterId q, k, v, attention_output, gate, up, down;  // the gate only for FeedForward::swiglu
  };
  NormWeights add_norm(const std::string& name);
  Value normalise(Tape& tape, Value x, const NormWeights& weights) const;
  Value embed(Tape& tape, const Batch& batch) const;
  Value feed_forward(Tape& tape, Value x, const Layer& layer) const;
  AttentionOptions attention() const;
  /// What attention makes of queries, keys and values of a layer.
  using Mix = std::function<Value(std::size_t layer, Value q, Value k, Value v)>;
  Value run(Tape& tape, const Batch& batch, const Mix& mix) const;

  DecoderOptions options_;
  Parameters parameters_;
  ParameterId embedding_, positions_ = 0, neighbours_ = 0, output_;
  std::vector<Layer> layers_;
  NormWeights output_norm_;
};

struct Greedy {
  std::size_t most = 32;     // new tokens
  TokenId stop = 2;          // ends an answer, not part of it
  std::size_t at_once = 32;  // sequences in one pass
};
/// The most probable continuation of each prompt. Prompts of no tokens give nothing.
std::vector<std::vector<TokenId>> greedy(const Decoder& decoder,
                                         std::span<const std::vector<TokenId>> prompts,
                                         const Greedy& options = {});

/// How well the decoder predicts the weighted tokens of samples, each after the true ones before it. A sample
/// counts as exact when every weighted token is the most probable one: greedy decoding would then say the
/// same.
struct Score {
  double loss = 0;    // sum of weight * -ln p
  double weight = 0;  // sum of weights
  std::uint64_t tokens = 0, right = 0;
  std::uint64_t samples = 0, exact = 0;
};
Score score(const Decoder& decoder, std::span<const Sample> samples);

}  // namespace genkai::lab::train
