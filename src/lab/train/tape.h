#pragma once
// A reverse-mode tape over matrices: each operation computes its value at once and remembers how to turn the
// gradient of its value into gradients of what it was made of; `backward` runs these in reverse. An
// architecture is a few lines:
//
//   Tape tape(parameters, gradients);                        // gradients: as many floats as
//   parameters.values() Value x = tape.embed(tape.parameter(table), batch.tokens); Value h =
//   tape.activate(Activation::relu, tape.linear(x, tape.parameter(w1))); Value loss = tape.next_token_loss(h,
//   tape.parameter(table), batch.targets, batch.weights); tape.backward(loss); // adds to `gradients`
//   tape.reset();                                            // values die, memory is kept
//
// A matrix is row-major floats; rows are the tokens of a batch: samples laid end to end, `Segments` saying
// where each begins, so that nothing is padded and nothing attends across samples. Shapes that do not fit are
// broken invariants (assert). Values live until `reset`. Not thread-safe: one tape a thread; tapes may share
// Parameters that nobody changes.

#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <vector>

#include "lab/train/arena.h"
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
  /// With empty `gradients` nothing is remembered: for evaluation. Else as many floats as
  /// `parameters.values()`, which `backward` adds to.
  explicit Tape(const Parameters& parameters, std::span<float> gradients = {});
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  void reset();
  bool recording() const { return !gradients_.empty(); }
  /// Gradient of the 1 x 1 value `of` with respect to everything below it.
  void backward(Value of);

  std::size_t rows(Value v) const { return nodes_[v.node].rows; }
  std::size_t cols(Value v) const { return nodes_[v.node].cols; }
  std::span<const float> value(Value v) const;
  /// The gradient after `backward`; empty when nothing reached it.
  std::span<const float> gradient(Value v) const;

  Value parameter(ParameterId id);
  /// A copy of numbers that no gradient flows into.
  Value constant(std::span<const float> values, std::size_t rows, std::size_t cols);
  /// Row i of the result is row tokens[i] of `table`. REQUIRES: 0 <= tokens[i] < rows(table).
  Value embed(Value table, std::span<const TokenId> tokens);
  /// x w^T: [n][in] by [out][in] gives [n][out], the layout of weights in GGUF.
  Value linear(Value x, Value w);
  /// a b: [n][k] by [k][m] gives [n][m].
  Value matmul(Value a, Value b);
  Value add(Value a, Value b);
  Value multiply(Value a, Value b);
  Value scale(Value x, float factor);
  /// Adds the vector `bias` to each row.
  Value add_bias(Value x, Value bias);
  Value activate(Activation kind, Value x);
  Value swiglu(Value gate, Value up);
  Value rms_norm(Value x, Value weight, float epsilon = 1e-5F);
  Value layer_norm(Value x, Value weight, Value bias, float epsilon = 1e-5F);
  /// Rotary positions on interleaved pairs (2i, 2i + 1) of each head: angle position * theta^(-2i / head
  /// size) (Su et al., "RoFormer", 2021, eq. 34). cols(x) is a multiple of head_size, which is even.
  Value rope(Value x, std::size_t head_size, std::span<const std::int32_t> positions, float theta = 10000.0F);
  /// Causal attention inside each segment; q is [n][heads * size], k and v are [n][kv_heads * size].
  Value attention(Value q, Value k, Value v, const Segments& segments, const AttentionOptions& options);
  /// The same of new tokens over keys and values kept from before: for evaluation, no gradient.
  Value attention_over(Value q, std::span<const KeptKeys> kept, const AttentionOptions& options);
  /// For a convolution as a product: row i of the result is rows i - width + 1 ... i of its segment side by
  /// side, zeros before its beginning. conv1d(x) = linear(unfold(x, segments, width), kernel), kernel
  /// [out][width * in].
  Value unfold(Value x, const Segments& segments, std::size_t width);
  Value sum(Value x);
  /// sum_i weights[i] * -ln softmax(output hidden_i)[targets[i]], 1 x 1; output is [vocabulary][width].
  /// Logits are made only where the weight is not 0, and never all at once. Gradients are computed here and
  /// now, so the value must reach `backward` with the factor 1 (alone or in a sum).
  Value next_token_loss(Value hidden, Value output, std::span<const TokenId> targets,
                        std::span<const float> weights);

 private:
  struct Node {
    float* value;
    float* gradient;  // null until something is added
    std::size_t rows, cols;
    std::function<void()> back;  // empty for leaves
    std::size_t size() const { return rows * cols; }
  };
  Value make(std::size_t rows, std::size_t cols);
  /// The gradient of `v` to add to; zeroed when it is new.
  float* to_add(Value v);
  /// The same for matrix products: *beta is 0 when it is new and may hold anything.
  float* to_add(Value v, float* beta);
  const float* at(Value v) const { return nodes_[v.node].value; }
  template <class Back>
  Value remember(Value out, Back back) {
    if (recording()) nodes_[out.node].back = std::move(back);
    return out;
  }

  // Cosine and signed sine of the angle of each pair at each position; kept over resets, replaced by longer
  // ones.
  struct Rotation {
    std::size_t head_size, positions;
    float theta;
    Floats cosine, sine;  // [positions][head_size]
  };
  const Rotation& rotation(std::size_t head_size, std::size_t positions, float theta);

  const Parameters& parameters_;
  std::span<float> gradients_;
  Arena arena_;
  std::deque<Rotation> rotations_;  // addresses stay
  std::vector<Node> nodes_;
};

}  // namespace genkai::lab::train
