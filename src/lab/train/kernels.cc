#include "lab/train/kernels.h"

#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "lab/train/kernels.cc"
#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>
// after highway.h
#include <hwy/contrib/math/math-inl.h>

HWY_BEFORE_NAMESPACE();
namespace genkai::lab::train::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<float, 16>;
using V = hn::Vec<D>;
constexpr D d;

// A full vector at `at`, or the first lanes of one at the end of a row.
struct Full {
  std::size_t at;
  V load(const float* p) const { return hn::LoadU(d, p + at); }
  void store(float* p, V v) const { hn::StoreU(v, d, p + at); }
  V keep(V v) const { return v; }
  V keep_or(V v, V) const { return v; }
};
struct Part {
  std::size_t at;
  hn::Mask<D> mask;
  V load(const float* p) const { return hn::MaskedLoad(mask, d, p + at); }
  void store(float* p, V v) const { hn::BlendedStore(v, mask, d, p + at); }
  V keep(V v) const { return hn::IfThenElseZero(mask, v); }
  V keep_or(V v, V other) const { return hn::IfThenElse(mask, v, other); }
};
template <class Body>
HWY_INLINE void over(std::size_t n, Body body) {
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) body(Full{i});
  if (i < n) body(Part{i, hn::FirstN(d, n - i)});
}
HWY_INLINE float sum(V v) {
  return hn::GetLane(hn::SumOfLanes(d, v));
}
// Highway's Exp is not defined where single precision overflows, from 88.7 on.
HWY_INLINE V sigmoid(V x) {
  const V one = hn::Set(d, 1.0F);
  return hn::Div(one, hn::Add(one, hn::Exp(d, hn::Min(hn::Neg(x), hn::Set(d, 88.0F)))));
}

void Add(float* out, const float* a, const float* b, std::size_t n) {
  over(n, [&](auto at) HWY_ATTR { at.store(out, hn::Add(at.load(a), at.load(b))); });
}
void AddInto(float* out, const float* a, std::size_t n) {
  over(n, [&](auto at) HWY_ATTR { at.store(out, hn::Add(at.load(out), at.load(a))); });
}
void AddScaledInto(float* out, float factor, const float* a, std::size_t n) {
  const V f = hn::Set(d, factor);
  over(n, [&](auto at) HWY_ATTR { at.store(out, hn::MulAdd(f, at.load(a), at.load(out))); });
}
void Multiply(float* out, const float* a, const float* b, std::size_t n) {
  over(n, [&](auto at) HWY_ATTR { at.store(out, hn::Mul(at.load(a), at.load(b))); });
}
void AddProductInto(float* out, const float* a, const float* b, std::size_t n) {
  over(n, [&](auto at) HWY_ATTR { at.store(out, hn::MulAdd(at.load(a), at.load(b), at.load(out))); });
}
double SumOfSquares(const float* a, std::size_t n) {
  double total = 0;
  for (std::size_t begin = 0; begin < n; begin += 4096) {
    V squares = hn::Zero(d);
    over(std::min<std::size_t>(4096, n - begin), [&](auto at) HWY_ATTR {
      const V v = at.load(a + begin);
      squares = hn::MulAdd(v, v, squares);
    });
    total += sum(squares);
  }
  return total;
}

// Value and derivative of an activation at x.
struct Silu {
  static HWY_INLINE void at(V x, V& value, V& slope) {
    const V s = sigmoid(x);
    value = hn::Mul(x, s);
    slope = hn::MulAdd(hn::Sub(s, hn::Mul(s, s)), x, s);
  }
};
struct Gelu {
  static HWY_INLINE void at(V x, V& value, V& slope) {
    const V cubic = hn::Set(d, 0.044715F), c = hn::Set(d, 1.5957691216F), three = hn::Set(d, 3 * 0.044715F);
    const V one = hn::Set(d, 1.0F), square = hn::Mul(x, x);
    // 0.5 (1 + tanh(u)) = sigmoid(2u), 2u = c (x + 0.044715 x^3)
    const V s = sigmoid(hn::Mul(c, hn::Mul(x, hn::MulAdd(cubic, square, one))));
    value = hn::Mul(x, s);
    slope = hn::MulAdd(hn::Mul(hn::Sub(s, hn::Mul(s, s)), x), hn::Mul(c, hn::MulAdd(three, square, one)), s);
  }
};
struct Relu {
  static HWY_INLINE void at(V x, V& value, V& slope) {
    value = hn::Max(x, hn::Zero(d));
    slope = hn::IfThenElseZero(hn::Gt(x, hn::Zero(d)), hn::Set(d, 1.0F));
  }
};
template <class Kind>
HWY_INLINE void activate_as(float* out, const float* x, std::size_t n) {
  over(n, [&](auto at) HWY_ATTR {
    V value, slope;
    Kind::at(at.load(x), value, slope);
    at.store(out, value);
  });
}
template <class Kind>
HWY_INLINE void activate_backward_as(float* dx, const float* dout, const float* x, std::size_t n) {
  over(n, [&](auto at) HWY_ATTR {
    V value, slope;
    Kind::at(at.load(x), value, slope);
    at.store(dx, hn::MulAdd(at.load(dout), slope, at.load(dx)));
  });
}
void Activate(Activation kind, float* out, const float* x, std::size_t n) {
  switch (kind) {
    case Activation::silu:
      return activate_as<Silu>(out, x, n);
    case Activation::gelu:
      return activate_as<Gelu>(out, x, n);
    case Activation::relu:
      return activate_as<Relu>(out, x, n);
  }
}
void ActivateBackward(Activation kind, float* dx, const float* dout, const float* x, std::size_t n) {
  switch (kind) {
    case Activation::silu:
      return activate_backward_as<Silu>(dx, dout, x, n);
    case Activation::gelu:
      return activate_backward_as<Gelu>(dx, dout, x, n);
    case Activation::relu:
      return activate_backward_as<Relu>(dx, dout, x, n);
  }
}
void Swiglu(float* out, const float* gate, const float* up, std::size_t n) {
  over(n, [&](auto at) HWY_ATTR {
    const V g = at.load(gate);
    at.store(out, hn::Mul(hn::Mul(g, sigmoid(g)), at.load(up)));
  });
}
void SwigluBackward(float* dgate, float* dup, const float* dout, const float* gate, const float* up,
                    std::size_t n) {
  over(n, [&](auto at) HWY_ATTR {
    V value, slope;
    Silu::at(at.load(gate), value, slope);
    const V dy = at.load(dout);
    at.store(dup, hn::MulAdd(dy, value, at.load(dup)));
    at.store(dgate, hn::MulAdd(hn::Mul(dy, at.load(up)), slope, at.load(dgate)));
  });
}

void RmsNorm(float* out, float* inverse, const float* x, const float* weight, std::size_t rows,
             std::size_t width, float epsilon) {
  for (std::size_t r = 0; r < rows; ++r, x += width, out += width) {
    V squares = hn::Zero(d);
    over(width, [&](auto at) HWY_ATTR {
      const V v = at.load(x);
      squares = hn::MulAdd(v, v, squares);
    });
    inverse[r] = 1.0F / std::sqrt(sum(squares) / static_cast<float>(width) + epsilon);
    const V scale = hn::Set(d, inverse[r]);
    over(width,
         [&](auto at) HWY_ATTR { at.store(out, hn::Mul(hn::Mul(at.load(x), scale), at.load(weight))); });
  }
}
void RmsNormBackward(float* dx, float* dweight, const float* dout, const float* x, const float* weight,
                     const float* inverse, std::size_t rows, std::size_t width) {
  for (std::size_t r = 0; r < rows; ++r, x += width, dx += width, dout += width) {
    const V scale = hn::Set(d, inverse[r]);
    V dot = hn::Zero(d);
    over(width, [&](auto at)
                    HWY_ATTR { dot = hn::MulAdd(hn::Mul(at.load(dout), at.load(weight)), at.load(x), dot); });
    // d inverse / dx = -inverse^3 x / width
    const V shift = hn::Set(d, -sum(dot) * inverse[r] * inverse[r] * inverse[r] / static_cast<float>(width));
    over(width, [&](auto at) HWY_ATTR {
      const V dy = at.load(dout), v = at.load(x);
      at.store(dweight, hn::MulAdd(hn::Mul(dy, v), scale, at.load(dweight)));
      at.store(dx, hn::Add(at.load(dx), hn::MulAdd(hn::Mul(dy, at.load(weight)), scale, hn::Mul(v, shift))));
    });
  }
}
void LayerNorm(float* out, float* mean, float* inverse, const float* x, const float* weight,
               const float* bias, std::size_t rows, std::size_t width, float epsilon) {
  const float n = static_cast<float>(width);
  for (std::size_t r = 0; r < rows; ++r, x += width, out += width) {
    V total = hn::Zero(d);
    over(width, [&](auto at) HWY_ATTR { total = hn::Add(total, at.load(x)); });
    mean[r] = sum(total) / n;
    const V m = hn::Set(d, mean[r]);
    V squares = hn::Zero(d);
    over(width, [&](auto at) HWY_ATTR {
      const V v = at.keep(hn::Sub(at.load(x), m));
      squares = hn::MulAdd(v, v, squares);
    });
    inverse[r] = 1.0F / std::sqrt(sum(squares) / n + epsilon);
    const V scale = hn::Set(d, inverse[r]);
    over(width, [&](auto at) HWY_ATTR {
      at.store(out, hn::MulAdd(hn::Mul(hn::Sub(at.load(x), m), scale), at.load(weight), at.load(bias)));
    });
  }
}
void LayerNormBackward(float* dx, float* dweight, float* dbias, const float* dout, const float* x,
                       const float* weight, const float* mean, const float* inverse, std::size_t rows,
                       std::size_t width) {
  const float n = static_cast<float>(width);
  for (std::size_t r = 0; r < rows; ++r, x += width, dx += width, dout += width) {
    const V m = hn::Set(d, mean[r]), scale = hn::Set(d, inverse[r]);
    V total = hn::Zero(d), dot = hn::Zero(d);
    over(width, [&](auto at) HWY_ATTR {
      const V dy = hn::Mul(at.load(dout), at.load(weight));
      total = hn::Add(total, dy);
      dot = hn::MulAdd(dy, hn::Mul(hn::Sub(at.load(x), m), scale), dot);
    });
    const V average = hn::Set(d, sum(total) / n), along = hn::Set(d, sum(dot) / n);
    over(width, [&](auto at) HWY_ATTR {
      const V dy = at.load(dout), unit = hn::Mul(hn::Sub(at.load(x), m), scale);
      at.store(dbias, hn::Add(at.load(dbias), dy));
      at.store(dweight, hn::MulAdd(dy, unit, at.load(dweight)));
      const V inner = hn::NegMulAdd(unit, along, hn::Sub(hn::Mul(dy, at.load(weight)), average));
      at.store(dx, hn::MulAdd(inner, scale, at.load(dx)));
    });
  }
}

void Softmax(float* row, float scale, float slope, std::size_t valid, std::size_t total) {
  const V s = hn::Set(d, scale), step = hn::Set(d, slope), least = hn::Set(d, -3.0e38F);
  const V lane = hn::Iota(d, 0.0F);
  V top = least;
  over(valid, [&](auto at) HWY_ATTR {
    const V j = hn::Add(lane, hn::Set(d, static_cast<float>(at.at)));
    const V v = hn::MulAdd(at.load(row), s, hn::Mul(step, j));
    at.store(row, v);
    top = hn::Max(top, at.keep_or(v, least));
  });
  const V shift = hn::MaxOfLanes(d, top);
  V exponents = hn::Zero(d);
  over(valid, [&](auto at) HWY_ATTR {
    const V e = at.keep(hn::Exp(d, hn::Sub(at.load(row), shift)));
    exponents = hn::Add(exponents, e);
    at.store(row, e);
  });
  const V inverse = hn::Set(d, 1.0F / sum(exponents));
  over(valid, [&](auto at) HWY_ATTR { at.store(row, hn::Mul(at.load(row), inverse)); });
  for (std::size_t j = valid; j < total; ++j) row[j] = 0;
}
void SoftmaxBackward(float* dp, const float* p, float scale, std::size_t valid, std::size_t total) {
  V dot = hn::Zero(d);
  over(valid, [&](auto at) HWY_ATTR { dot = hn::MulAdd(at.load(dp), at.load(p), dot); });
  const V mean = hn::Set(d, sum(dot)), s = hn::Set(d, scale);
  over(valid,
       [&](auto at) HWY_ATTR { at.store(dp, hn::Mul(hn::Mul(hn::Sub(at.load(dp), mean), at.load(p)), s)); });
  for (std::size_t j = valid; j < total; ++j) dp[j] = 0;
}
float CrossEntropy(float* logits, std::size_t target, float weight, std::size_t n) {
  const V least = hn::Set(d, -3.0e38F);
  const float wanted = logits[target];
  V top = least;
  over(n, [&](auto at) HWY_ATTR { top = hn::Max(top, at.keep_or(at.load(logits), least)); });
  const V shift = hn::MaxOfLanes(d, top);
  V exponents = hn::Zero(d);
  over(n, [&](auto at) HWY_ATTR {
    const V e = at.keep(hn::Exp(d, hn::Sub(at.load(logits), shift)));
    exponents = hn::Add(exponents, e);
    at.store(logits, e);
  });
  const float total = sum(exponents);
  const V factor = hn::Set(d, weight / total);
  over(n, [&](auto at) HWY_ATTR { at.store(logits, hn::Mul(at.load(logits), factor)); });
  logits[target] -= weight;
  return std::log(total) + hn::GetLane(shift) - wanted;
}
std::size_t Largest(const float* values, std::size_t n) {
  V top = hn::Set(d, values[0]);
  over(n, [&](auto at) HWY_ATTR { top = hn::Max(top, at.keep_or(at.load(values), top)); });
  const float most = hn::GetLane(hn::MaxOfLanes(d, top));
  for (std::size_t i = 0; i < n; ++i)
    if (values[i] == most) return i;
  return 0;  // not-a-number
}

#if HWY_TARGET == HWY_SCALAR
void Rotate(float* out, const float* x, const float* cosine, const float* sine, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = x[i] * cosine[i] + x[i ^ 1] * sine[i];
}
void RotateBackward(float* dx, const float* dout, const float* cosine, const float* sine, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) dx[i] += dout[i] * cosine[i] - dout[i ^ 1] * sine[i];
}
#else
void Rotate(float* out, const float* x, const float* cosine, const float* sine, std::size_t n) {
  over(n, [&](auto at) HWY_ATTR {
    const V v = at.load(x);
    at.store(out, hn::MulAdd(v, at.load(cosine), hn::Mul(hn::Reverse2(d, v), at.load(sine))));
  });
}
void RotateBackward(float* dx, const float* dout, const float* cosine, const float* sine, std::size_t n) {
  over(n, [&](auto at) HWY_ATTR {
    const V v = at.load(dout);
    const V turned = hn::NegMulAdd(hn::Reverse2(d, v), at.load(sine), hn::Mul(v, at.load(cosine)));
    at.store(dx, hn::Add(at.load(dx), turned));
  });
}
#endif

void Adam(float* value, float* moment1, float* moment2, const float* gradient, std::size_t n,
          const AdamStep& step) {
  const V scale = hn::Set(d, step.gradient_scale), beta1 = hn::Set(d, step.beta1),
          beta2 = hn::Set(d, step.beta2);
  const V rest1 = hn::Set(d, 1 - step.beta1), rest2 = hn::Set(d, 1 - step.beta2);
  const V rate = hn::Set(d, step.rate / step.correction1), epsilon = hn::Set(d, step.epsilon);
  const V root = hn::Set(d, 1 / std::sqrt(step.correction2)), keep = hn::Set(d, 1 - step.rate * step.decay);
  over(n, [&](auto at) HWY_ATTR {
    const V g = hn::Mul(at.load(gradient), scale);
    const V m = hn::MulAdd(beta1, at.load(moment1), hn::Mul(rest1, g));
    const V v = hn::MulAdd(beta2, at.load(moment2), hn::Mul(rest2, hn::Mul(g, g)));
    at.store(moment1, m);
    at.store(moment2, v);
    const V change = hn::Div(hn::Mul(rate, m), hn::MulAdd(hn::Sqrt(v), root, epsilon));
    at.store(value, hn::Sub(hn::Mul(at.load(value), keep), change));
  });
}
}  // namespace HWY_NAMESPACE
}  // namespace genkai::lab::train::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genkai::lab::train::kernels {
HWY_EXPORT(Add);
HWY_EXPORT(AddInto);
HWY_EXPORT(AddScaledInto);
HWY_EXPORT(Multiply);
HWY_EXPORT(AddProductInto);
HWY_EXPORT(SumOfSquares);
HWY_EXPORT(Activate);
HWY_EXPORT(ActivateBackward);
HWY_EXPORT(Swiglu);
HWY_EXPORT(SwigluBackward);
HWY_EXPORT(RmsNorm);
HWY_EXPORT(RmsNormBackward);
HWY_EXPORT(LayerNorm);
HWY_EXPORT(LayerNormBackward);
HWY_EXPORT(Softmax);
HWY_EXPORT(SoftmaxBackward);
HWY_EXPORT(CrossEntropy);
HWY_EXPORT(Largest);
HWY_EXPORT(Rotate);
HWY_EXPORT(RotateBackward);
HWY_EXPORT(Adam);

using std::size_t;
void add(float* out, const float* a, const float* b, size_t n) {
  HWY_DYNAMIC_DISPATCH(Add)(out, a, b, n);
}
void add_into(float* out, const float* a, size_t n) {
  HWY_DYNAMIC_DISPATCH(AddInto)(out, a, n);
}
void add_scaled_into(float* out, float factor, const float* a, size_t n) {
  HWY_DYNAMIC_DISPATCH(AddScaledInto)(out, factor, a, n);
}
void multiply(float* out, const float* a, const float* b, size_t n) {
  HWY_DYNAMIC_DISPATCH(Multiply)(out, a, b, n);
}
void add_product_into(float* out, const float* a, const float* b, size_t n) {
  HWY_DYNAMIC_DISPATCH(AddProductInto)(out, a, b, n);
}
double sum_of_squares(const float* a, size_t n) {
  return HWY_DYNAMIC_DISPATCH(SumOfSquares)(a, n);
}
void activate(Activation kind, float* out, const float* x, size_t n) {
  HWY_DYNAMIC_DISPATCH(Activate)(kind, out, x, n);
}
void activate_backward(Activation kind, float* dx, const float* dout, const float* x, size_t n) {
  HWY_DYNAMIC_DISPATCH(ActivateBackward)(kind, dx, dout, x, n);
}
void swiglu(float* out, const float* gate, const float* up, size_t n) {
  HWY_DYNAMIC_DISPATCH(Swiglu)(out, gate, up, n);
}
void swiglu_backward(float* dgate, float* dup, const float* dout, const float* gate, const float* up,
                     size_t n) {
  HWY_DYNAMIC_DISPATCH(SwigluBackward)(dgate, dup, dout, gate, up, n);
}
void rms_norm(float* out, float* inverse, const float* x, const float* weight, size_t rows, size_t width,
              float epsilon) {
  HWY_DYNAMIC_DISPATCH(RmsNorm)(out, inverse, x, weight, rows, width, epsilon);
}
void rms_norm_backward(float* dx, float* dweight, const float* dout, const float* x, const float* weight,
                       const float* inverse, size_t rows, size_t width) {
  HWY_DYNAMIC_DISPATCH(RmsNormBackward)(dx, dweight, dout, x, weight, inverse, rows, width);
}
void layer_norm(float* out, float* mean, float* inverse, const float* x, const float* weight,
                const float* bias, size_t rows, size_t width, float epsilon) {
  HWY_DYNAMIC_DISPATCH(LayerNorm)(out, mean, inverse, x, weight, bias, rows, width, epsilon);
}
void layer_norm_backward(float* dx, float* dweight, float* dbias, const float* dout, const float* x,
                         const float* weight, const float* mean, const float* inverse, size_t rows,
                         size_t width) {
  HWY_DYNAMIC_DISPATCH(LayerNormBackward)(dx, dweight, dbias, dout, x, weight, mean, inverse, rows, width);
}
void softmax(float* row, float scale, float slope, size_t valid, size_t total) {
  HWY_DYNAMIC_DISPATCH(Softmax)(row, scale, slope, valid, total);
}
void softmax_backward(float* dp, const float* p, float scale, size_t valid, size_t total) {
  HWY_DYNAMIC_DISPATCH(SoftmaxBackward)(dp, p, scale, valid, total);
}
float cross_entropy(float* logits, size_t target, float weight, size_t n) {
  return HWY_DYNAMIC_DISPATCH(CrossEntropy)(logits, target, weight, n);
}
size_t largest(const float* values, size_t n) {
  return HWY_DYNAMIC_DISPATCH(Largest)(values, n);
}
void rotate(float* out, const float* x, const float* cosine, const float* sine, size_t n) {
  HWY_DYNAMIC_DISPATCH(Rotate)(out, x, cosine, sine, n);
}
void rotate_backward(float* dx, const float* dout, const float* cosine, const float* sine, size_t n) {
  HWY_DYNAMIC_DISPATCH(RotateBackward)(dx, dout, cosine, sine, n);
}
void adam(float* value, float* moment1, float* moment2, const float* gradient, size_t n,
          const AdamStep& step) {
  HWY_DYNAMIC_DISPATCH(Adam)(value, moment1, moment2, gradient, n, step);
}
}  // namespace genkai::lab::train::kernels
#endif
