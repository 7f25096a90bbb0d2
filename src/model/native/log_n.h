#pragma once
// Log-N attention scaling: beyond the trained length n_train, attention logits over n tokens are multiplied
// by log(n) / log(n_train), so that attention spreads no further than it did in training. A softmax over n
// keys can give one key at most 1 / (1 + (n - 1) exp(-margin)); to hold that share while n grows, the margin
// has to grow like log n (Chiang and Cholak 2022, "Overcoming a theoretical limitation of self-attention",
// section 5.3; Su 2021, "Scale operation of attention seen from entropy invariance"; Nakanishi 2025,
// "Scalable-softmax is superior for attention").
//
//   log_n_scale(2048, 512);  // 1.22: four times the trained length

#include <cmath>
#include <cstddef>

namespace genkai::model::native {

/// The factor for a token that sees `seen` tokens, itself included, in a model trained on `trained`; at least
/// 1, and 1 within the trained length.
inline double log_n_scale(std::size_t seen, std::size_t trained) {
  if (seen <= trained || trained < 2) return 1;
  return std::log(static_cast<double>(seen)) / std::log(static_cast<double>(trained));
}

}  // namespace genkai::model::native
