#include "model/native/guards/context_aware.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "model/native/generate.h"
#include "model/native/guards/adaptive_temperature.h"

namespace genkai::model::native {
namespace {

/// Jensen-Shannon divergence, bits.
double divergence(const std::vector<double>& p, const std::vector<double>& q) {
  double sum = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double middle = (p[i] + q[i]) / 2;
    if (p[i] > 0) sum += p[i] * std::log2(p[i] / middle);
    if (q[i] > 0) sum += q[i] * std::log2(q[i] / middle);
  }
  return std::clamp(sum / 2, 0.0, 1.0);
}

std::size_t best(std::span<const float> logits) {
  return static_cast<std::size_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

}  // namespace

ContextAware context_aware(std::span<const float> with, std::span<const float> without,
                           const ContextAwareOptions& options, std::span<float> out) {
  ContextAware result;
  result.divergence = divergence(probabilities(with), probabilities(without));
  std::copy(with.begin(), with.end(), out.begin());
  if (best(with) == best(without)) {
    result.gate = ContextGate::same_choice;
    return result;
  }
  if (entropy(with) > entropy(without) + options.more_entropy) {
    result.gate = ContextGate::blurred;
    return result;
  }
  const double lambda = options.strength * result.divergence;
  const double least = with[best(with)] + std::log(std::max(options.plausible, 1e-30));
  for (std::size_t i = 0; i < with.size(); ++i)
    out[i] = with[i] < least ? -std::numeric_limits<float>::infinity()
                             : static_cast<float>((1 + lambda) * with[i] - lambda * without[i]);
  result.lambda = lambda;
  return result;
}

}  // namespace genkai::model::native
