// The operations of the GPU's tape that are neither products nor attention.
#include <algorithm>
#include <cassert>
#include <numeric>

#include "lab/train/gpu/gpu_tape.h"

namespace genkai::lab::train::gpu {

Value GpuTape::embed(Value table, std::span<const TokenId> tokens) {
  const std::size_t width = cols(table), n = tokens.size() * width;
  const Value out = make(tokens.size(), width);
  const Address looked_up = device_.keep(tokens);
  device_.run("gather", over(n), at(out), at(table), looked_up, count(n), count(width));
  // Rows of the same token stand side by side for the gradient, so that each sum has one work-item.
  std::vector<std::uint32_t> order(tokens.size()), starts;
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, {}, [&](std::uint32_t row) { return tokens[row]; });
  for (std::size_t i = 0; i < order.size(); ++i)
    if (i == 0 || tokens[order[i]] != tokens[order[i - 1]]) starts.push_back(count(i));
  const std::size_t distinct = starts.size();
  starts.push_back(count(order.size()));
  const Address sorted = device_.keep(std::span<const std::uint32_t>(order)),
                begins = device_.keep(std::span<const std::uint32_t>(starts));
  return remember(out, [this, table, out, looked_up, sorted, begins, distinct, width] {
    device_.run("embed_backward", over(distinct * width), to_add(table), gradient_at(out), looked_up, sorted,
                begins, count(distinct), count(width));
  });
}

Value GpuTape::add(Value a, Value b) {
  assert(rows(a) == rows(b) && cols(a) == cols(b));
  const Value out = make(rows(a), cols(a));
  const std::size_t n = nodes_[out.node].size();
  device_.run("add", over(n), at(out), at(a), at(b), count(n));
  return remember(out, [this, a, b, out, n] {
    for (const Value v : {a, b}) {
      float beta;
      const Address dv = to_add(v, &beta);
      if (beta == 0)
        device_.copy(dv, gradient_at(out), n);
      else
        device_.run("add", over(n), dv, dv, gradient_at(out), count(n));
    }
  });
}

Value GpuTape::multiply(Value a, Value b) {
  assert(rows(a) == rows(b) && cols(a) == cols(b));
  const Value out = make(rows(a), cols(a));
  const std::size_t n = nodes_[out.node].size();
  device_.run("multiply", over(n), at(out), at(a), at(b), count(n));
  return remember(out, [this, a, b, out, n] {
    device_.run("add_product_into", over(n), to_add(a), gradient_at(out), at(b), count(n));
    device_.run("add_product_into", over(n), to_add(b), gradient_at(out), at(a), count(n));
  });
}

Value GpuTape::scale(Value x, float factor) {
  const Value out = make(rows(x), cols(x));
  const std::size_t n = nodes_[out.node].size();
  device_.zero(at(out), n);
  device_.run("add_scaled_into", over(n), at(out), at(x), factor, count(n));
  return remember(out, [this, x, out, factor, n] {
    device_.run("add_scaled_into", over(n), to_add(x), gradient_at(out), factor, count(n));
  });
}

void GpuTape::add_columns(Address to, Address d, std::size_t rows, std::size_t width,
                          std::uint32_t normalised, Address x, Address mean, Address inverse) {
  constexpr std::size_t kRows = 64;  // of one partial sum
  const std::size_t blocks = (rows + kRows - 1) / kRows;
  const Address mark = device_.mark();
  const Address sums = device_.floats(blocks * width);
  device_.run("columns", over(blocks * width), sums, d, x, mean, inverse, normalised, count(rows),
              count(width), count(kRows), count(blocks * width));
  device_.run("sum_parts", over(width), to, sums, count(blocks), count(width), count(width), count(width),
              1.0F);
  device_.release(mark);
}

Value GpuTape::add_bias(Value x, Value bias) {
  const std::size_t n = rows(x), width = cols(x);
  assert(rows(bias) == 1 && cols(bias) == width);
  const Value out = make(n, width);
  device_.run("add_bias", over(n * width), at(out), at(x), at(bias), count(n * width), count(width));
  return remember(out, [this, x, bias, out, n, width] {
    const Address dx = to_add(x);
    device_.run("add", over(n * width), dx, dx, gradient_at(out), count(n * width));
    add_columns(to_add(bias), gradient_at(out), n, width);
  });
}

Value GpuTape::activate(Activation kind, Value x) {
  const Value out = make(rows(x), cols(x));
  const std::size_t n = nodes_[out.node].size();
  const std::uint32_t which = kind == Activation::silu ? 0 : kind == Activation::gelu ? 1 : 2;
  device_.run("activate", over(n), at(out), at(x), which, count(n));
  return remember(out, [this, which, x, out, n] {
    device_.run("activate_backward", over(n), to_add(x), gradient_at(out), at(x), which, count(n));
  });
}

Value GpuTape::swiglu(Value gate, Value up) {
  assert(rows(gate) == rows(up) && cols(gate) == cols(up));
  const Value out = make(rows(gate), cols(gate));
  const std::size_t n = nodes_[out.node].size();
  device_.run("swiglu", over(n), at(out), at(gate), at(up), count(n));
  return remember(out, [this, gate, up, out, n] {
    device_.run("swiglu_backward", over(n), to_add(gate), to_add(up), gradient_at(out), at(gate), at(up),
                count(n));
  });
}

Value GpuTape::norm(Value x, Value weight, const Value* bias, float epsilon) {
  const std::size_t n = rows(x), width = cols(x);
  assert(rows(weight) == 1 && cols(weight) == width);
  const Value out = make(n, width);
  const Address mean = device_.floats(n), inverse = device_.floats(n);
  const std::uint32_t with_mean = bias ? 1 : 0;
  device_.run("norm", rows_of(n), at(out), mean, inverse, at(x), at(weight), bias ? at(*bias) : Address{0},
              count(width), epsilon, with_mean);
  const Value shift = bias ? *bias : weight;
  return remember(out, [this, x, weight, shift, out, mean, inverse, n, width, with_mean] {
    const Address d = gradient_at(out);
    device_.run("norm_backward", rows_of(n), to_add(x), d, at(x), at(weight), mean, inverse, count(width),
                with_mean);
    add_columns(to_add(weight), d, n, width, 1 + with_mean, at(x), mean, inverse);
    if (with_mean) add_columns(to_add(shift), d, n, width);
  });
}

Value GpuTape::rms_norm(Value x, Value weight, float epsilon) {
  return norm(x, weight, nullptr, epsilon);
}

Value GpuTape::layer_norm(Value x, Value weight, Value bias, float epsilon) {
  return norm(x, weight, &bias, epsilon);
}

Value GpuTape::rope(Value x, std::size_t head_size, std::span<const std::int32_t> positions, float theta) {
  const std::size_t n = rows(x), width = cols(x);
  assert(positions.size() == n && head_size % 2 == 0 && width % head_size == 0);
  const std::int32_t last = n == 0 ? 0 : *std::max_element(positions.begin(), positions.end());
  const Rotation& table = rotations_.of(head_size, static_cast<std::size_t>(last) + 1, theta);
  auto known = angles_.find(&table);
  if (known == angles_.end())
    known = angles_
                .emplace(&table, std::pair{device_.keep(std::span<const float>(table.cosine)),
                                           device_.keep(std::span<const float>(table.sine))})
                .first;
  const auto [cosine, sine] = known->second;
  const Address where = device_.keep(positions);
  const Value out = make(n, width);
  const std::uint32_t head = count(head_size), all = count(n * width), wide = count(width);
  device_.run("rope", over(n * width), at(out), at(x), where, cosine, sine, head, all, wide);
  return remember(out, [this, x, out, where, cosine = cosine, sine = sine, head, all, wide] {
    device_.run("rope_backward", over(all), to_add(x), gradient_at(out), where, cosine, sine, head, all,
                wide);
  });
}

Value GpuTape::unfold(Value x, const Segments& segments, std::size_t width) {
  const std::size_t n = rows(x), in = cols(x);
  assert(segments.back() == n && width > 0);
  const auto [unused, begins, ends] = bounds(segments);
  const Value out = make(n, width * in);
  device_.run("unfold", over(n * width * in), at(out), at(x), begins, count(n * width * in), count(in),
              count(width));
  return remember(out, [this, x, out, ends = ends, n, in, width] {
    device_.run("unfold_backward", over(n * in), to_add(x), gradient_at(out), ends, count(n * in), count(in),
                count(width));
  });
}

Value GpuTape::sum(Value x) {
  const Value out = make(1, 1);
  const std::size_t n = nodes_[x.node].size();
  device_.run("total", rows_of(1), at(out), at(x), count(n), count(n), count(0));
  return remember(out, [this, x, out, n] {
    device_.run("add_value_into", over(n), to_add(x), gradient_at(out), count(n));
  });
}

}  // namespace genkai::lab::train::gpu
