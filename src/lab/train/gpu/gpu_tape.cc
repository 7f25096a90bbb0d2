#include "lab/train/gpu/gpu_tape.h"

#include <algorithm>
#include <cassert>

#include "lab/train/gpu/kernels.h"

namespace genkai::lab::train::gpu {

GpuTape::GpuTape(Device& device, const Parameters& parameters, const Mirror& mirror)
    : device_(device), parameters_(parameters), mirror_(mirror), base_(device.mark()) {}

void GpuTape::reset() {
  nodes_.clear();
  bounds_.clear();
  angles_.clear();
  fetched_.clear();
  device_.release(base_);
}

Value GpuTape::make(std::size_t rows, std::size_t cols) {
  nodes_.push_back({device_.floats(rows * cols), 0, false, rows, cols, {}});
  return {nodes_.size() - 1};
}

Address GpuTape::to_add(Value v, float* beta) {
  Node& node = nodes_[v.node];
  *beta = node.has_gradient ? 1.0F : 0.0F;
  if (!node.has_gradient) node.gradient = device_.floats(node.size());
  node.has_gradient = true;
  return node.gradient;
}

Address GpuTape::to_add(Value v) {
  float beta;
  const Address gradient = to_add(v, &beta);
  if (beta == 0) device_.zero(gradient, nodes_[v.node].size());
  return gradient;
}

void GpuTape::backward(Value of) {
  assert(nodes_[of.node].size() == 1);
  const float one = 1;
  device_.run("add_value_into", over(1), to_add(of), device_.keep(std::span(&one, 1)), count(1));
  for (std::size_t i = of.node + 1; i-- > 0;)
    if (nodes_[i].has_gradient && nodes_[i].back) nodes_[i].back();
}

std::span<const float> GpuTape::fetch(Address from, std::size_t n) const {
  std::vector<float>& kept = fetched_[from];
  kept.resize(n);
  device_.read(from, kept.data(), n);
  return kept;
}

std::span<const float> GpuTape::value(Value v) const {
  return fetch(at(v), nodes_[v.node].size());
}

std::span<const float> GpuTape::gradient(Value v) const {
  const Node& node = nodes_[v.node];
  if (!node.has_gradient) return {};
  return fetch(node.gradient, node.size());
}

Value GpuTape::parameter(ParameterId id) {
  const Parameters::Entry& entry = parameters_.entry(id);
  nodes_.push_back(
      {mirror_.values + entry.offset, mirror_.gradients + entry.offset, true, entry.rows, entry.cols, {}});
  return {nodes_.size() - 1};
}

Value GpuTape::constant(std::span<const float> values, std::size_t rows, std::size_t cols) {
  assert(values.size() == rows * cols);
  const Value out = make(rows, cols);
  device_.write(at(out), values.data(), values.size());
  return out;
}

void GpuTape::product(std::size_t rows, std::size_t cols, std::size_t inner, const Operand& a,
                      const Operand& b, float beta, Address out) {
  constexpr std::size_t kGroups = 256,
                        kLeast = 128;  // as many groups as keep a GPU busy; least inner of a part
  const std::size_t down = (rows + kTile - 1) / kTile, across = (cols + kTile - 1) / kTile;
  const std::size_t wanted =
      std::max<std::size_t>(1, std::min(kGroups / std::max<std::size_t>(1, down * across), inner / kLeast));
  const std::size_t part = wanted == 1 ? inner : ((inner + wanted - 1) / wanted + 15) / 16 * 16;
  const std::size_t parts = part == 0 ? 1 : (inner + part - 1) / part;
  const Grid grid{{across * 16, down * 16, parts}, {16, 16, 1}};
  const auto launch = [&](Address to, float keep, std::size_t stride) {
    device_.run("product", grid, to, a.data, b.data, count(rows), count(cols), count(inner), count(a.row),
                count(a.col), count(b.row), count(b.col), count(cols), keep, count(part), Address{stride});
  };
  if (parts == 1) return launch(out, beta, 0);
  const Address mark = device_.mark();
  const Address sums = device_.floats(parts * rows * cols);
  launch(sums, 0, rows * cols);
  device_.run("sum_parts", over(rows * cols), out, sums, count(parts), count(rows * cols), count(cols),
              count(cols), beta);
  device_.release(mark);
}

Value GpuTape::linear(Value x, Value w) {
  const std::size_t n = rows(x), in = cols(x), to = rows(w);
  assert(cols(w) == in);
  const Value out = make(n, to);
  product(n, to, in, {at(x), in, 1}, {at(w), 1, in}, 0, at(out));
  return remember(out, [this, x, w, out, n, in, to] {
    const Address d = gradient_at(out);
    float beta;
    const Address dx = to_add(x, &beta);
    product(n, in, to, {d, to, 1}, {at(w), in, 1}, beta, dx);
    const Address dw = to_add(w, &beta);
    product(to, in, n, {d, 1, to}, {at(x), in, 1}, beta, dw);
  });
}

Value GpuTape::matmul(Value a, Value b) {
  const std::size_t n = rows(a), inner = cols(a), m = cols(b);
  assert(rows(b) == inner);
  const Value out = make(n, m);
  product(n, m, inner, {at(a), inner, 1}, {at(b), m, 1}, 0, at(out));
  return remember(out, [this, a, b, out, n, inner, m] {
    const Address d = gradient_at(out);
    float beta;
    const Address da = to_add(a, &beta);
    product(n, inner, m, {d, m, 1}, {at(b), 1, m}, beta, da);
    const Address db = to_add(b, &beta);
    product(inner, m, n, {at(a), 1, inner}, {d, m, 1}, beta, db);
  });
}

const GpuTape::Bounds& GpuTape::bounds(const Segments& segments) {
  for (const Bounds& known : bounds_)
    if (known.segments == segments) return known;
  std::vector<std::uint32_t> begins, ends;
  for (std::size_t s = 0; s + 1 < segments.size(); ++s) {
    begins.insert(begins.end(), segments[s + 1] - segments[s], count(segments[s]));
    ends.insert(ends.end(), segments[s + 1] - segments[s], count(segments[s + 1]));
  }
  bounds_.push_back({segments, device_.keep(std::span<const std::uint32_t>(begins)),
                     device_.keep(std::span<const std::uint32_t>(ends))});
  return bounds_.back();
}

Value GpuTape::attention(Value q, Value k, Value v, const Segments& segments,
                         const AttentionOptions& options) {
  const std::size_t n = rows(q);
  assert(options.size <= kHead && segments.back() == n && rows(k) == n && rows(v) == n);
  assert(cols(q) == options.heads * options.size && cols(k) == options.kv_heads * options.size);
  const auto [unused, begins, ends] = bounds(segments);
  std::vector<std::uint32_t> offsets;
  std::vector<float> scales;
  std::size_t kept = 0;
  for (std::size_t s = 0; s + 1 < segments.size(); ++s)
    for (std::size_t i = 0; i < segments[s + 1] - segments[s]; ++i) {
      offsets.push_back(count(kept));
      scales.push_back(scale_at(i, options));
      kept += options.heads * (i + 1);
    }
  const Address where = device_.keep(std::span<const std::uint32_t>(offsets));
  const Address scale = device_.keep(std::span<const float>(scales));
  const Address p = device_.floats(kept);
  const Value out = make(n, cols(q));
  const std::uint32_t heads = count(options.heads), kv_heads = count(options.kv_heads),
                      size = count(options.size);
  device_.run("attend", rows_of(n, heads), at(out), at(q), at(k), at(v), p, begins, where, scale, heads,
              kv_heads, size, count(options.alibi ? 1 : 0));
  return remember(out, [this, q, k, v, out, n, kept, begins, ends, where, scale, p, heads, kv_heads, size] {
    const Address d = gradient_at(out), dq = to_add(q), dk = to_add(k), dv = to_add(v);
    const Address mark = device_.mark();
    const Address ds = device_.floats(kept);
    device_.run("attend_backward_queries", rows_of(n, heads), dq, d, at(k), at(v), p, ds, begins, where,
                scale, heads, kv_heads, size);
    device_.run("attend_backward_keys", rows_of(n, kv_heads), dk, dv, d, at(q), p, ds, begins, ends, where,
                heads, kv_heads, size);
    device_.release(mark);
  });
}

Value GpuTape::next_token_loss(Value hidden, Value output, std::span<const TokenId> targets,
                               std::span<const float> weights) {
  constexpr std::size_t kChunk = 4096;  // rows of logits at once: 32 MiB for 2,048 pieces
  const std::size_t width = cols(hidden), vocabulary = rows(output);
  assert(cols(output) == width && targets.size() == rows(hidden) && weights.size() == rows(hidden));
  std::vector<std::uint32_t> asked;
  std::vector<TokenId> wanted;
  std::vector<float> weight;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] == 0) continue;
    assert(targets[i] >= 0 && static_cast<std::size_t>(targets[i]) < vocabulary);
    asked.push_back(count(i));
    wanted.push_back(targets[i]);
    weight.push_back(weights[i]);
  }
  const std::size_t all = asked.size();
  const Value out = make(1, 1);
  const Address rows_asked = device_.keep(std::span<const std::uint32_t>(asked));
  const Address d_gathered = device_.floats(all * width), d_output = to_add(output);
  const Address mark = device_.mark();
  const Address of_target = device_.keep(std::span<const TokenId>(wanted)),
                of_weight = device_.keep(std::span<const float>(weight));
  const Address gathered = device_.floats(all * width), losses = device_.floats(all);
  const Address logits = device_.floats(std::min(all, kChunk) * vocabulary);
  device_.run("gather", over(all * width), gathered, at(hidden), rows_asked, count(all * width),
              count(width));
  for (std::size_t begin = 0; begin < all; begin += kChunk) {
    const std::size_t n = std::min(kChunk, all - begin);
    const Address x = gathered + begin * width;
    product(n, vocabulary, width, {x, width, 1}, {at(output), 1, width}, 0, logits);
    device_.run("cross_entropy", rows_of(n), logits, of_target + begin, of_weight + begin, losses + begin,
                count(vocabulary));
    product(n, width, vocabulary, {logits, vocabulary, 1}, {at(output), width, 1}, 0,
            d_gathered + begin * width);
    product(vocabulary, width, n, {logits, 1, vocabulary}, {x, width, 1}, 1, d_output);
  }
  device_.run("total", rows_of(1), at(out), losses, count(all), count(all), count(0));
  device_.release(mark);
  return remember(out, [this, hidden, width, all, rows_asked, d_gathered] {
    device_.run("scatter_add", over(all * width), to_add(hidden), d_gathered, rows_asked, count(all * width),
                count(width));
  });
}

}  // namespace genkai::lab::train::gpu
