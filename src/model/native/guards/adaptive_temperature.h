#pragma once
// Entropy-adaptive temperature: T = T0 * 0.8^(theta / H), with H the entropy of the next token in nats. Where
// the model is sure, T goes to 0 and sampling takes what it is sure of; where it is not, T goes to T0 (Zhang,
// Bao and Huang 2024, "EDT: improving large language models' generation by entropy-based dynamic temperature
// sampling", equation 4).
//
//   const double temperature = adaptive_temperature(output.row(0), {.highest = 0.8, .theta = 0.5});

#include <span>

namespace genkai::model::native {

struct AdaptiveTemperature {
  double highest = 1;  // T0 > 0
  double theta = 0.5;  // >= 0; 0 is a constant temperature
};

/// Entropy of softmax(logits), nats; logits of -infinity have no share. 0 for no logits.
double entropy(std::span<const float> logits);

/// In [0, highest]; 0 where the entropy is 0 and theta is not.
double adaptive_temperature(std::span<const float> logits, const AdaptiveTemperature& options = {});

}  // namespace genkai::model::native
