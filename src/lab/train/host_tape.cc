#include "lab/train/host_tape.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "lab/train/blas.h"

namespace genkai::lab::train {

HostTape::HostTape(const Parameters& parameters, std::span<float> gradients)
    : parameters_(parameters), gradients_(gradients) {
  assert(gradients.empty() || gradients.size() == parameters.values().size());
  use_one_blas_thread();
}

void HostTape::reset() {
  nodes_.clear();
  arena_.reset();
}

Value HostTape::make(std::size_t rows, std::size_t cols) {
  nodes_.push_back({arena_.floats(rows * cols), nullptr, rows, cols, {}});
  return {nodes_.size() - 1};
}

float* HostTape::to_add(Value v, float* beta) {
  Node& node = nodes_[v.node];
  *beta = node.gradient ? 1.0F : 0.0F;
  if (!node.gradient) node.gradient = arena_.floats(node.size());
  return node.gradient;
}

float* HostTape::to_add(Value v) {
  float beta;
  float* gradient = to_add(v, &beta);
  if (beta == 0) std::memset(gradient, 0, nodes_[v.node].size() * sizeof(float));
  return gradient;
}

void HostTape::backward(Value of) {
  assert(recording() && nodes_[of.node].size() == 1);
  to_add(of)[0] += 1;
  for (std::size_t i = of.node + 1; i-- > 0;)
    if (nodes_[i].gradient && nodes_[i].back) nodes_[i].back();
}

std::span<const float> HostTape::value(Value v) const {
  return {nodes_[v.node].value, nodes_[v.node].size()};
}

std::span<const float> HostTape::gradient(Value v) const {
  const Node& node = nodes_[v.node];
  return {node.gradient, node.gradient ? node.size() : 0};
}

Value HostTape::parameter(ParameterId id) {
  const Parameters::Entry& entry = parameters_.entry(id);
  // Values of parameters are only read.
  float* values = const_cast<float*>(parameters_.values().data()) + entry.offset;
  float* gradient = recording() ? gradients_.data() + entry.offset : nullptr;
  nodes_.push_back({values, gradient, entry.rows, entry.cols, {}});
  return {nodes_.size() - 1};
}

Value HostTape::constant(std::span<const float> values, std::size_t rows, std::size_t cols) {
  assert(values.size() == rows * cols);
  const Value out = make(rows, cols);
  std::copy(values.begin(), values.end(), nodes_[out.node].value);
  return out;
}

Value HostTape::linear(Value x, Value w) {
  const std::size_t n = rows(x), in = cols(x), to = rows(w);
  assert(cols(w) == in);
  const Value out = make(n, to);
  product(n, to, in, {at(x), in}, {at(w), in, true}, 0, nodes_[out.node].value, to);
  return remember(out, [this, x, w, out, n, in, to] {
    const float* d = nodes_[out.node].gradient;
    float beta;
    float* dx = to_add(x, &beta);
    product(n, in, to, {d, to}, {at(w), in}, beta, dx, in);
    float* dw = to_add(w, &beta);
    product(to, in, n, {d, to, true}, {at(x), in}, beta, dw, in);
  });
}

Value HostTape::matmul(Value a, Value b) {
  const std::size_t n = rows(a), inner = cols(a), m = cols(b);
  assert(rows(b) == inner);
  const Value out = make(n, m);
  product(n, m, inner, {at(a), inner}, {at(b), m}, 0, nodes_[out.node].value, m);
  return remember(out, [this, a, b, out, n, inner, m] {
    const float* d = nodes_[out.node].gradient;
    float beta;
    float* da = to_add(a, &beta);
    product(n, inner, m, {d, m}, {at(b), m, true}, beta, da, inner);
    float* db = to_add(b, &beta);
    product(inner, m, n, {at(a), inner, true}, {d, m}, beta, db, m);
  });
}

Value HostTape::attention(Value q, Value k, Value v, const Segments& segments,
                          const AttentionOptions& options) {
  const std::size_t q_cols = cols(q), kv_cols = cols(k);
  assert(q_cols == options.heads * options.size && kv_cols == options.kv_heads * options.size);
  assert(cols(v) == kv_cols && rows(q) == rows(k) && rows(q) == rows(v) && segments.back() == rows(q));
  const Value out = make(rows(q), q_cols);
  std::size_t kept = 0, longest = 0;
  for (std::size_t s = 0; s + 1 < segments.size(); ++s) {
    kept += options.heads * probabilities_size(segments[s + 1] - segments[s]);
    longest = std::max(longest, segments[s + 1] - segments[s]);
  }
  float* probabilities = recording() ? arena_.floats(kept) : nullptr;
  float* scratch = recording() ? nullptr : arena_.floats(attention_scratch(longest));
  float* p = probabilities;
  for (std::size_t s = 0; s + 1 < segments.size(); ++s) {
    const std::size_t begin = segments[s], count = segments[s + 1] - begin;
    attend({at(q) + begin * q_cols, q_cols, count, 0}, at(k) + begin * kv_cols, at(v) + begin * kv_cols,
           kv_cols, options, nodes_[out.node].value + begin * q_cols, q_cols, p, scratch);
    if (p) p += options.heads * probabilities_size(count);
  }
  return remember(out, [this, q, k, v, out, q_cols, kv_cols, segments, options, probabilities, longest] {
    const float* d = nodes_[out.node].gradient;
    float *dq = to_add(q), *dk = to_add(k), *dv = to_add(v);
    const Arena::Mark mark = arena_.mark();
    float* room = arena_.floats(attention_scratch(longest));
    const float* kept_p = probabilities;
    for (std::size_t s = 0; s + 1 < segments.size(); ++s) {
      const std::size_t begin = segments[s], count = segments[s + 1] - begin;
      attend_backward({at(q) + begin * q_cols, q_cols, count, 0}, at(k) + begin * kv_cols,
                      at(v) + begin * kv_cols, kv_cols, options, d + begin * q_cols, q_cols, kept_p, room,
                      dq + begin * q_cols, dk + begin * kv_cols, dv + begin * kv_cols);
      kept_p += options.heads * probabilities_size(count);
    }
    arena_.release(mark);
  });
}

Value HostTape::attention_over(Value q, std::span<const KeptKeys> kept, const AttentionOptions& options) {
  assert(!recording());
  const std::size_t q_cols = cols(q);
  const Value out = make(rows(q), q_cols);
  std::size_t longest = 0, begin = 0;
  for (const KeptKeys& one : kept) longest = std::max(longest, one.count);
  float* scratch = arena_.floats(attention_scratch(longest));
  for (const KeptKeys& one : kept) {
    attend({at(q) + begin * q_cols, q_cols, one.fresh, one.count - one.fresh}, one.keys, one.values,
           one.stride, options, nodes_[out.node].value + begin * q_cols, q_cols, nullptr, scratch);
    begin += one.fresh;
  }
  assert(begin == rows(q));
  return out;
}

Value HostTape::next_token_loss(Value hidden, Value output, std::span<const TokenId> targets,
                                std::span<const float> weights) {
  constexpr std::size_t kChunk = 256;  // rows of logits at once: 2 MiB for 2,048 pieces
  const std::size_t width = cols(hidden), vocabulary = rows(output);
  assert(cols(output) == width && targets.size() == rows(hidden) && weights.size() == rows(hidden));
  std::vector<std::size_t> asked;
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (weights[i] != 0) asked.push_back(i);
  const Value out = make(1, 1);
  float* gathered_gradient = recording() ? arena_.floats(asked.size() * width) : nullptr;
  float* d_output = recording() ? to_add(output) : nullptr;
  const Arena::Mark mark = arena_.mark();
  float* gathered = arena_.floats(kChunk * width);
  float* logits = arena_.floats(kChunk * vocabulary);
  double loss = 0;
  for (std::size_t begin = 0; begin < asked.size(); begin += kChunk) {
    const std::size_t n = std::min(kChunk, asked.size() - begin);
    for (std::size_t i = 0; i < n; ++i)
      std::copy_n(at(hidden) + asked[begin + i] * width, width, gathered + i * width);
    product(n, vocabulary, width, {gathered, width}, {at(output), width, true}, 0, logits, vocabulary);
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t row = asked[begin + i];
      assert(targets[row] >= 0 && static_cast<std::size_t>(targets[row]) < vocabulary);
      loss += static_cast<double>(weights[row]) *
              kernels::cross_entropy(logits + i * vocabulary, static_cast<std::size_t>(targets[row]),
                                     weights[row], vocabulary);
    }
    if (!recording()) continue;
    product(n, width, vocabulary, {logits, vocabulary}, {at(output), width}, 0,
            gathered_gradient + begin * width, width);
    product(vocabulary, width, n, {logits, vocabulary, true}, {gathered, width}, 1, d_output, width);
  }
  arena_.release(mark);
  nodes_[out.node].value[0] = static_cast<float>(loss);
  return remember(out, [this, hidden, width, gathered_gradient, asked = std::move(asked)] {
    float* d = to_add(hidden);
    for (std::size_t i = 0; i < asked.size(); ++i)
      kernels::add_into(d + asked[i] * width, gathered_gradient + i * width, width);
  });
}

}  // namespace genkai::lab::train
