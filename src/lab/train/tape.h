#pragma once
// A reverse-mode tape over matrices: each operation computes its value at once and remembers how to turn the
// gradient of its value into gradients of what it was made of; `backward` runs these in reverse. An
// architecture is a few lines, and the same on every kind of tape (host_tape.h, gpu/gpu_tape.h):
//
//   Value x = tape.embed(tape.parameter(table), batch.tokens);
//   Value h = tape.activate(Activation::relu, tape.linear(x, tape.parameter(w1)));
//   Value loss = tape.next_token_loss(h, tape.parameter(table), batch.targets, batch.weights);
//   tape.backward(loss);  // adds to the gradients of the parameters
//   tape.reset();         // values die, memory is kept
//
// A matrix is row-major floats; rows are the tokens of a batch: samples laid end to end, `Segments` saying
// where each begins, so that nothing is padded and nothing attends across samples. Shapes that do not fit are
// broken invariants (assert). Values live until `reset`. Not thread-safe: one tape a thread; tapes may share
// Parameters that nobody changes.

#include <cstdint>
#include <span>

#include "lab/train/attention.h"
#include "lab/train/kernels.h"
#include "lab/train/parameters.h"

namespace genkai::lab::train {

using TokenId = std::int32_t;
using kernels::Activation;

struct Value {
  std::size_t node;
};

class Tape {
 public:
  virtual ~Tape() = default;

  virtual void reset() = 0;
  /// Whether operations are remembered for `backward`.
  virtual bool recording() const = 0;
  /// Gradient of the 1 x 1 value `of` with respect to everything below it.
  virtual void backward(Value of) = 0;

  virtual std::size_t rows(Value v) const = 0;
  virtual std::size_t cols(Value v) const = 0;
  /// The numbers, fetched if they are elsewhere; they live until `reset`.
  virtual std::span<const float> value(Value v) const = 0;
  /// The gradient after `backward`; empty when nothing reached it.
  virtual std::span<const float> gradient(Value v) const = 0;

  virtual Value parameter(ParameterId id) = 0;
  /// A copy of numbers that no gradient flows into.
  virtual Value constant(std::span<const float> values, std::size_t rows, std::size_t cols) = 0;
  /// Row i of the result is row tokens[i] of `table`. REQUIRES: 0 <= tokens[i] < rows(table).
  virtual Value embed(Value table, std::span<const TokenId> tokens) = 0;
  /// x w^T: [n][in] by [out][in] gives [n][out], the layout of weights in GGUF.
  virtual Value linear(Value x, Value w) = 0;
  /// a b: [n][k] by [k][m] gives [n][m].
  virtual Value matmul(Value a, Value b) = 0;
  virtual Value add(Value a, Value b) = 0;
  virtual Value multiply(Value a, Value b) = 0;
  virtual Value scale(Value x, float factor) = 0;
  /// Adds the vector `bias` to each row.
  virtual Value add_bias(Value x, Value bias) = 0;
  virtual Value activate(Activation kind, Value x) = 0;
  virtual Value swiglu(Value gate, Value up) = 0;
  virtual Value rms_norm(Value x, Value weight, float epsilon = 1e-5F) = 0;
  virtual Value layer_norm(Value x, Value weight, Value bias, float epsilon = 1e-5F) = 0;
  /// Rotary positions on interleaved pairs (2i, 2i + 1) of each head: angle position * theta^(-2i / head
  /// size) (Su et al., "RoFormer", 2021, eq. 34). cols(x) is a multiple of head_size, which is even.
  virtual Value rope(Value x, std::size_t head_size, std::span<const std::int32_t> positions,
                     float theta = 10000.0F) = 0;
  /// Causal attention inside each segment; q is [n][heads * size], k and v are [n][kv_heads * size].
  virtual Value attention(Value q, Value k, Value v, const Segments& segments,
                          const AttentionOptions& options) = 0;
  /// For a convolution as a product: row i of the result is rows i - width + 1 ... i of its segment side by
  /// side, zeros before its beginning. conv1d(x) = linear(unfold(x, segments, width), kernel), kernel
  /// [out][width * in].
  virtual Value unfold(Value x, const Segments& segments, std::size_t width) = 0;
  virtual Value sum(Value x) = 0;
  /// sum_i weights[i] * -ln softmax(output hidden_i)[targets[i]], 1 x 1; output is [vocabulary][width].
  /// Logits are made only where the weight is not 0, and never all at once. Gradients are computed here and
  /// now, so the value must reach `backward` with the factor 1 (alone or in a sum).
  virtual Value next_token_loss(Value hidden, Value output, std::span<const TokenId> targets,
                                std::span<const float> weights) = 0;
};

}  // namespace genkai::lab::train
