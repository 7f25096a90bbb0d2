#pragma once
// Runs the built-in transformer: tokens in, logits out. Prefill, batched decoding and several sequences at
// once are one call.
//
//   Engine engine(weights, {});
//   KvCache sequence(engine.architecture());
//   Output output;
//   GENKAI_RETURN_IF_ERROR(engine.forward(std::vector<Input>{{&sequence, prompt}}, output));
//   output.row(0);  // the logits of the token after the prompt
//
// The same tokens give the same bits however they are divided into calls, batches, forks and threads: every
// number is summed in one fixed order. (Other instruction sets sum in other orders.)

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "model/native/architecture.h"
#include "model/native/kv_cache.h"
#include "model/native/team.h"
#include "model/native/weights.h"

namespace genkai::model::native {

/// One sequence and the tokens that follow in it.
struct Input {
  KvCache* sequence = nullptr;      // each at most once in a call
  std::span<const TokenId> tokens;  // one or more
  bool all_logits = false;          // of every token, not only the last
  bool logits = true;               // of the last; false for a piece of a text that goes on
};

/// What `forward` gives: one row for each token whose logits were wanted, in the order of the inputs.
struct Output {
  std::size_t rows = 0, vocabulary = 0;
  std::vector<float> logits;  // [rows][vocabulary]
  std::span<const float> row(std::size_t i) const { return {logits.data() + i * vocabulary, vocabulary}; }
};

/// Sees inside. `input` and `token` say whose value it is; calls come in order, on the calling thread.
class Observer {
 public:
  virtual ~Observer() = default;
  /// The residual stream after `layer` blocks (0: the embedding; architecture.layers: before the last norm),
  /// [width].
  virtual void hidden(std::size_t layer, std::size_t input, std::size_t token, std::span<const float> state);
  /// Whether attention() is to be called; computing the weights again costs time.
  virtual bool wants_attention() const { return false; }
  /// Weights over all positions up to the token's own (0 where a rolling cache dropped them); they sum to 1.
  virtual void attention(std::size_t layer, std::size_t head, std::size_t input, std::size_t token,
                         std::span<const float> weights);
};

struct EngineOptions {
  /// 0: as many as the machine has cores and the model is large enough to use. The calling thread is one of
  /// them.
  std::size_t threads = 0;
  /// Positions of a sequence without a rolling cache; more is resource_exhausted. 0: architecture.context.
  std::size_t longest = 0;
  /// Beyond the trained length, attention logits are multiplied by log(n) / log(architecture.context), n the
  /// tokens seen (guards/log_n.h).
  bool log_n_scaling = false;
};

/// Not thread-safe: one call at a time. Several engines share one Weights at the cost of their scratch
/// memory.
class Engine {
 public:
  explicit Engine(std::shared_ptr<const Weights> weights, EngineOptions options = {});
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine();

  const Architecture& architecture() const;
  const Weights& weights() const;
  std::size_t threads() const;
  /// Its threads, for other work between two calls.
  Team& team();

  /// Appends each input's tokens to its sequence and computes logits. An id outside the vocabulary, no
  /// tokens, a sequence named twice or of another architecture is invalid_argument, a sequence that would
  /// become too long resource_exhausted; then nothing has changed. Numbers that are not finite (damaged
  /// weights) are `corrupt`; the sequences then keep their length.
  base::Status forward(std::span<const Input> inputs, Output& output, Observer* observer = nullptr);

 private:
  class Pass;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace genkai::model::native
