#pragma once
// The element-wise arithmetic of training over rows of floats, by SIMD chosen at run time (Highway). Matrix
// products are OpenBLAS's. "Backward" kernels add to their gradients. Rows may be of any length; arrays must
// not overlap unless the kernel works in place.
//
//   kernels::rms_norm(out, inverse, x, weight, rows, width, 1e-5F);

#include <cstddef>

namespace genkai::lab::train::kernels {

void add(float* out, const float* a, const float* b, std::size_t n);
void add_into(float* out, const float* a, std::size_t n);
/// out += factor * a
void add_scaled_into(float* out, float factor, const float* a, std::size_t n);
void multiply(float* out, const float* a, const float* b, std::size_t n);
/// out += a * b
void add_product_into(float* out, const float* a, const float* b, std::size_t n);
/// Sum of the squares, in float by lanes, then in double for each 4,096 values.
double sum_of_squares(const float* a, std::size_t n);

enum class Activation { silu, gelu, relu };  // gelu is the tanh approximation, as in llama.cpp and GPT-2
void activate(Activation kind, float* out, const float* x, std::size_t n);
void activate_backward(Activation kind, float* dx, const float* dout, const float* x, std::size_t n);
/// out = silu(gate) * up (Shazeer, "GLU Variants Improve Transformer", 2020)
void swiglu(float* out, const float* gate, const float* up, std::size_t n);
void swiglu_backward(float* dgate, float* dup, const float* dout, const float* gate, const float* up,
                     std::size_t n);

/// Of each row: out = x * inverse * weight, inverse = 1 / sqrt(mean(x^2) + epsilon).
void rms_norm(float* out, float* inverse, const float* x, const float* weight, std::size_t rows,
              std::size_t width, float epsilon);
void rms_norm_backward(float* dx, float* dweight, const float* dout, const float* x, const float* weight,
                       const float* inverse, std::size_t rows, std::size_t width);
/// Of each row: out = (x - mean) * inverse * weight + bias, inverse = 1 / sqrt(variance + epsilon).
void layer_norm(float* out, float* mean, float* inverse, const float* x, const float* weight,
                const float* bias, std::size_t rows, std::size_t width, float epsilon);
void layer_norm_backward(float* dx, float* dweight, float* dbias, const float* dout, const float* x,
                         const float* weight, const float* mean, const float* inverse, std::size_t rows,
                         std::size_t width);

/// In place: row[j] = softmax over j < valid of (scale * row[j] + slope * j); 0 for valid <= j < total.
void softmax(float* row, float scale, float slope, std::size_t valid, std::size_t total);
/// In place: dp[j] = p[j] * (dp[j] - sum_k p[k] dp[k]) * scale for j < valid, 0 up to total.
void softmax_backward(float* dp, const float* p, float scale, std::size_t valid, std::size_t total);
/// Returns -ln softmax(logits)[target] and makes of the logits its gradient times `weight`.
float cross_entropy(float* logits, std::size_t target, float weight, std::size_t n);
/// Index of the largest value, the first of equals. REQUIRES: n > 0.
std::size_t largest(const float* values, std::size_t n);

/// out[i] = x[i] * cosine[i] + x[i ^ 1] * sine[i] over `n` values, n even: rotates the pairs (2i, 2i + 1)
/// when sine[2i] = -sin, sine[2i + 1] = sin. `backward` rotates back and adds.
void rotate(float* out, const float* x, const float* cosine, const float* sine, std::size_t n);
void rotate_backward(float* dx, const float* dout, const float* cosine, const float* sine, std::size_t n);

struct AdamStep {
  float rate, beta1, beta2, epsilon;
  float correction1, correction2;  // 1 - beta^t
  float decay;                     // decoupled: value -= rate * decay * value
  float gradient_scale;            // clipping
};
/// Loshchilov and Hutter, "Decoupled Weight Decay Regularization", algorithm 2.
void adam(float* value, float* moment1, float* moment2, const float* gradient, std::size_t n,
          const AdamStep& step);

}  // namespace genkai::lab::train::kernels
