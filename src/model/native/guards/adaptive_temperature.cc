#include "model/native/guards/adaptive_temperature.h"

#include <algorithm>
#include <cmath>

namespace genkai::model::native {

double entropy(std::span<const float> logits) {
  if (logits.empty()) return 0;
  const double most = *std::max_element(logits.begin(), logits.end());
  // With w = exp(l - most) and Z = sum w: H = log Z - sum w (l - most) / Z.
  double total = 0, weighted = 0;
  for (const float logit : logits) {
    const double below = logit - most, weight = std::exp(below);
    if (!(weight > 0)) continue;
    total += weight;
    weighted += weight * below;
  }
  return total > 0 ? std::max(std::log(total) - weighted / total, 0.0) : 0;
}

double adaptive_temperature(std::span<const float> logits, const AdaptiveTemperature& options) {
  if (!(options.theta > 0)) return options.highest;
  const double nats = entropy(logits);
  return nats > 0 ? options.highest * std::pow(0.8, options.theta / nats) : 0;
}

}  // namespace genkai::model::native
