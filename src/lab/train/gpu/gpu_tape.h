#pragma once
// The tape whose values live on a GPU. What it computes is what HostTape computes, rounded differently.
//
//   Mirror mirror(device, parameters);    // the parameters' values and gradients there
//   GpuTape tape(device, parameters, mirror);
//   tape.backward(model.loss(tape, batch));
//   device.read(mirror.gradients, numbers.data(), numbers.size());
//
// Calls of the device do not fail one by one: its status tells whether what was computed holds.

#include <functional>
#include <map>
#include <span>
#include <vector>

#include "lab/train/gpu/device.h"
#include "lab/train/rotation.h"
#include "lab/train/tape.h"

namespace genkai::lab::train::gpu {

/// Where on the device the parameters are, laid out as Parameters::values().
struct Mirror {
  Address values = 0, gradients = 0;
};

class GpuTape : public Tape {
 public:
  /// The device's heap beyond what is in use now is the tape's.
  GpuTape(Device& device, const Parameters& parameters, const Mirror& mirror);
  GpuTape(const GpuTape&) = delete;
  GpuTape& operator=(const GpuTape&) = delete;

  void reset() override;
  bool recording() const override { return true; }
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
  /// REQUIRES: heads of at most kHead.
  Value attention(Value q, Value k, Value v, const Segments& segments,
                  const AttentionOptions& options) override;
  Value unfold(Value x, const Segments& segments, std::size_t width) override;
  Value sum(Value x) override;
  Value next_token_loss(Value hidden, Value output, std::span<const TokenId> targets,
                        std::span<const float> weights) override;

 private:
  struct Node {
    Address value, gradient;
    bool has_gradient;  // something was added
    std::size_t rows, cols;
    std::function<void()> back;  // empty for leaves
    std::size_t size() const { return rows * cols; }
  };
  /// A matrix of a product: element (i, j) at i * row + j * col.
  struct Operand {
    Address data;
    std::size_t row, col;
  };
  /// Of each row of some segments: where its segment begins and ends.
  struct Bounds {
    Segments segments;
    Address begins, ends;
  };
  Value make(std::size_t rows, std::size_t cols);
  /// The gradient of `v` to add to; zeroed when it is new.
  Address to_add(Value v);
  /// The same for products: *beta is 0 when it is new and may hold anything.
  Address to_add(Value v, float* beta);
  Address at(Value v) const { return nodes_[v.node].value; }
  Address gradient_at(Value v) const { return nodes_[v.node].gradient; }
  template <class Back>
  Value remember(Value out, Back back) {
    nodes_[out.node].back = std::move(back);
    return out;
  }
  /// out [rows][cols] = a [rows][inner] b [inner][cols] + beta out.
  void product(std::size_t rows, std::size_t cols, std::size_t inner, const Operand& a, const Operand& b,
               float beta, Address out);
  /// to[column] += sum over rows of d (times x normalised: 1 by `inverse`, 2 by `mean` too).
  void add_columns(Address to, Address d, std::size_t rows, std::size_t width, std::uint32_t normalised = 0,
                   Address x = 0, Address mean = 0, Address inverse = 0);
  Value norm(Value x, Value weight, const Value* bias, float epsilon);
  const Bounds& bounds(const Segments& segments);
  std::span<const float> fetch(Address from, std::size_t n) const;

  Device& device_;
  const Parameters& parameters_;
  Mirror mirror_;
  Address base_;
  Rotations rotations_;
  std::vector<Node> nodes_;
  std::vector<Bounds> bounds_;
  std::map<const Rotation*, std::pair<Address, Address>> angles_;  // cosine and sine, since the last reset
  mutable std::map<Address, std::vector<float>> fetched_;          // since the last reset
};

}  // namespace genkai::lab::train::gpu
