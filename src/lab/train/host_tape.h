#pragma once
// The tape that computes on the calling thread, by OpenBLAS and SIMD.
//
//   HostTape tape(parameters, gradients);  // gradients: as many floats as parameters.values()
//   tape.backward(model.loss(tape, batch));

#include <functional>
#include <span>
#include <vector>

#include "lab/train/arena.h"
#include "lab/train/rotation.h"
#include "lab/train/tape.h"

namespace genkai::lab::train {

class HostTape : public Tape {
 public:
  /// With empty `gradients` nothing is remembered: for evaluation. Else as many floats as
  /// `parameters.values()`, which `backward` adds to.
  explicit HostTape(const Parameters& parameters, std::span<float> gradients = {});
  HostTape(const HostTape&) = delete;
  HostTape& operator=(const HostTape&) = delete;

  void reset() override;
  bool recording() const override { return !gradients_.empty(); }
  void backward(Value of) override;

  std::size_t rows(Value v) const override { return nodes_[v.node].rows; }
  std::size_t cols(Value v) const override { return nodes_[v.node].cols; }
  std::span<const float> value(Value v) const override;
  std::span<const float> gradient(Value v) const override;

  Value parameter(ParameterId id) override;
  Value constant(std::span<const float> values, std::size_t rows, std::size_t cols) override;
  Value embed(Value table, std::span<const TokenId> tokens) override;
  Value linear(Value x, Value w) override;
  Value matmul(Value a, Value b) override;
  Value add(Value a, Value b) override;
  Value multiply(Value a, Value b) override;
  Value scale(Value x, float factor) override;
  Value add_bias(Value x, Value bias) override;
  Value activate(Activation kind, Value x) override;
  Value swiglu(Value gate, Value up) override;
  Value rms_norm(Value x, Value weight, float epsilon) override;
  Value layer_norm(Value x, Value weight, Value bias, float epsilon) override;
  Value rope(Value x, std::size_t head_size, std::span<const std::int32_t> positions, float theta) override;
  Value attention(Value q, Value k, Value v, const Segments& segments,
                  const AttentionOptions& options) override;
  Value unfold(Value x, const Segments& segments, std::size_t width) override;
  Value sum(Value x) override;
  Value next_token_loss(Value hidden, Value output, std::span<const TokenId> targets,
                        std::span<const float> weights) override;

  /// The same of new tokens over keys and values kept from before: for evaluation, no gradient.
  Value attention_over(Value q, std::span<const KeptKeys> kept, const AttentionOptions& options);

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

  const Parameters& parameters_;
  std::span<float> gradients_;
  Arena arena_;
  Rotations rotations_;
  std::vector<Node> nodes_;
};

}  // namespace genkai::lab::train
