// The operations of the host's tape that are not matrix products.
#include <algorithm>
#include <cassert>
#include <cstring>

#include "lab/train/host_tape.h"

namespace genkai::lab::train {

Value HostTape::embed(Value table, std::span<const TokenId> tokens) {
  const std::size_t width = cols(table);
  const Value out = make(tokens.size(), width);
  float* to = nodes_[out.node].value;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    assert(tokens[i] >= 0 && static_cast<std::size_t>(tokens[i]) < rows(table));
    std::copy_n(at(table) + static_cast<std::size_t>(tokens[i]) * width, width, to + i * width);
  }
  return remember(out, [this, table, out, width, kept = std::vector<TokenId>(tokens.begin(), tokens.end())] {
    const float* d = nodes_[out.node].gradient;
    float* dt = to_add(table);
    for (std::size_t i = 0; i < kept.size(); ++i)
      kernels::add_into(dt + static_cast<std::size_t>(kept[i]) * width, d + i * width, width);
  });
}

Value HostTape::add(Value a, Value b) {
  assert(rows(a) == rows(b) && cols(a) == cols(b));
  const Value out = make(rows(a), cols(a));
  const std::size_t n = nodes_[out.node].size();
  kernels::add(nodes_[out.node].value, at(a), at(b), n);
  return remember(out, [this, a, b, out, n] {
    for (const Value v : {a, b}) {
      float beta;
      float* dv = to_add(v, &beta);
      if (beta == 0)
        std::memcpy(dv, nodes_[out.node].gradient, n * sizeof(float));
      else
        kernels::add_into(dv, nodes_[out.node].gradient, n);
    }
  });
}

Value HostTape::multiply(Value a, Value b) {
  assert(rows(a) == rows(b) && cols(a) == cols(b));
  const Value out = make(rows(a), cols(a));
  const std::size_t n = nodes_[out.node].size();
  kernels::multiply(nodes_[out.node].value, at(a), at(b), n);
  return remember(out, [this, a, b, out, n] {
    kernels::add_product_into(to_add(a), nodes_[out.node].gradient, at(b), n);
    kernels::add_product_into(to_add(b), nodes_[out.node].gradient, at(a), n);
  });
}

Value HostTape::scale(Value x, float factor) {
  const Value out = make(rows(x), cols(x));
  const std::size_t n = nodes_[out.node].size();
  std::memset(nodes_[out.node].value, 0, n * sizeof(float));
  kernels::add_scaled_into(nodes_[out.node].value, factor, at(x), n);
  return remember(out, [this, x, out, factor, n] {
    kernels::add_scaled_into(to_add(x), factor, nodes_[out.node].gradient, n);
  });
}

Value HostTape::add_bias(Value x, Value bias) {
  const std::size_t n = rows(x), width = cols(x);
  assert(rows(bias) == 1 && cols(bias) == width);
  const Value out = make(n, width);
  for (std::size_t r = 0; r < n; ++r)
    kernels::add(nodes_[out.node].value + r * width, at(x) + r * width, at(bias), width);
  return remember(out, [this, x, bias, out, n, width] {
    const float* d = nodes_[out.node].gradient;
    kernels::add_into(to_add(x), d, n * width);
    float* db = to_add(bias);
    for (std::size_t r = 0; r < n; ++r) kernels::add_into(db, d + r * width, width);
  });
}

Value HostTape::activate(Activation kind, Value x) {
  const Value out = make(rows(x), cols(x));
  const std::size_t n = nodes_[out.node].size();
  kernels::activate(kind, nodes_[out.node].value, at(x), n);
  return remember(out, [this, kind, x, out, n] {
    kernels::activate_backward(kind, to_add(x), nodes_[out.node].gradient, at(x), n);
  });
}

Value HostTape::swiglu(Value gate, Value up) {
  assert(rows(gate) == rows(up) && cols(gate) == cols(up));
  const Value out = make(rows(gate), cols(gate));
  const std::size_t n = nodes_[out.node].size();
  kernels::swiglu(nodes_[out.node].value, at(gate), at(up), n);
  return remember(out, [this, gate, up, out, n] {
    kernels::swiglu_backward(to_add(gate), to_add(up), nodes_[out.node].gradient, at(gate), at(up), n);
  });
}

Value HostTape::rms_norm(Value x, Value weight, float epsilon) {
  const std::size_t n = rows(x), width = cols(x);
  assert(rows(weight) == 1 && cols(weight) == width);
  const Value out = make(n, width);
  float* inverse = arena_.floats(n);
  kernels::rms_norm(nodes_[out.node].value, inverse, at(x), at(weight), n, width, epsilon);
  return remember(out, [this, x, weight, out, inverse, n, width] {
    kernels::rms_norm_backward(to_add(x), to_add(weight), nodes_[out.node].gradient, at(x), at(weight),
                               inverse, n, width);
  });
}

Value HostTape::layer_norm(Value x, Value weight, Value bias, float epsilon) {
  const std::size_t n = rows(x), width = cols(x);
  assert(rows(weight) == 1 && cols(weight) == width && rows(bias) == 1 && cols(bias) == width);
  const Value out = make(n, width);
  float *mean = arena_.floats(n), *inverse = arena_.floats(n);
  kernels::layer_norm(nodes_[out.node].value, mean, inverse, at(x), at(weight), at(bias), n, width, epsilon);
  return remember(out, [this, x, weight, bias, out, mean, inverse, n, width] {
    kernels::layer_norm_backward(to_add(x), to_add(weight), to_add(bias), nodes_[out.node].gradient, at(x),
                                 at(weight), mean, inverse, n, width);
  });
}

Value HostTape::rope(Value x, std::size_t head_size, std::span<const std::int32_t> positions, float theta) {
  const std::size_t n = rows(x), width = cols(x);
  assert(positions.size() == n && head_size % 2 == 0 && width % head_size == 0);
  const std::int32_t last = n == 0 ? 0 : *std::max_element(positions.begin(), positions.end());
  const Rotation* table = &rotations_.of(head_size, static_cast<std::size_t>(last) + 1, theta);
  std::vector<std::int32_t> kept(positions.begin(), positions.end());
  const auto each_head = [table, head_size, n, width](const std::vector<std::int32_t>& at, auto body) {
    for (std::size_t r = 0; r < n; ++r) {
      const std::size_t row = static_cast<std::size_t>(at[r]) * head_size;
      for (std::size_t h = 0; h < width; h += head_size)
        body(r * width + h, table->cosine.data() + row, table->sine.data() + row);
    }
  };
  const Value out = make(n, width);
  each_head(kept, [&](std::size_t i, const float* cosine, const float* sine) {
    kernels::rotate(nodes_[out.node].value + i, at(x) + i, cosine, sine, head_size);
  });
  return remember(out, [this, x, out, head_size, each_head, kept = std::move(kept)] {
    float* dx = to_add(x);
    const float* d = nodes_[out.node].gradient;
    each_head(kept, [&](std::size_t i, const float* cosine, const float* sine) {
      kernels::rotate_backward(dx + i, d + i, cosine, sine, head_size);
    });
  });
}

Value HostTape::unfold(Value x, const Segments& segments, std::size_t width) {
  const std::size_t in = cols(x);
  assert(segments.back() == rows(x) && width > 0);
  const Value out = make(rows(x), width * in);
  float* to = nodes_[out.node].value;
  std::memset(to, 0, nodes_[out.node].size() * sizeof(float));
  // Row r of a segment that begins at `begin` takes rows from max(begin, r - width + 1) to r, at the end of
  // its own row.
  const auto each_row = [segments, width, in](auto body) {
    for (std::size_t s = 0; s + 1 < segments.size(); ++s)
      for (std::size_t r = segments[s]; r < segments[s + 1]; ++r) {
        const std::size_t count = std::min(width, r - segments[s] + 1);
        body(r * width * in + (width - count) * in, (r + 1 - count) * in, count * in);
      }
  };
  each_row([&](std::size_t unfolded, std::size_t from, std::size_t n) {
    std::copy_n(at(x) + from, n, to + unfolded);
  });
  return remember(out, [this, x, out, each_row] {
    float* dx = to_add(x);
    const float* d = nodes_[out.node].gradient;
    each_row([&](std::size_t unfolded, std::size_t from, std::size_t n) {
      kernels::add_into(dx + from, d + unfolded, n);
    });
  });
}

Value HostTape::sum(Value x) {
  const Value out = make(1, 1);
  double total = 0;
  for (const float v : value(x)) total += v;
  nodes_[out.node].value[0] = static_cast<float>(total);
  return remember(out, [this, x, out] {
    float* dx = to_add(x);
    const float d = nodes_[out.node].gradient[0];
    for (std::size_t i = 0; i < nodes_[x.node].size(); ++i) dx[i] += d;
  });
}

}  // namespace genkai::lab::train
