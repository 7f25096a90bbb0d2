#include "limits/hallucination/uncertainty/stopping.h"

#include <algorithm>

#include "stats/intervals.h"

namespace genkai::limits::hallucination {

double share_at_least(double threshold, std::size_t leading, std::size_t total) {
  const double agreeing = static_cast<double>(leading) + 0.5;
  const double others = static_cast<double>(total - leading) + 0.5;
  return 1 - stats::incomplete_beta(threshold, agreeing, others);
}

AdaptiveSampling::AdaptiveSampling(const AdaptiveOptions& options) : options_(options) {
  options_.threshold = std::clamp(options_.threshold, 1e-6, 1 - 1e-6);
  options_.delta = std::clamp(options_.delta, 1e-9, 0.5);
  options_.budget = std::max<std::size_t>(1, options_.budget);
  options_.least = std::clamp<std::size_t>(options_.least, 1, options_.budget);
}

bool AdaptiveSampling::accepts(std::size_t leading, std::size_t total) const {
  return (static_cast<double>(leading) + 0.5) / (static_cast<double>(total) + 1) >= options_.threshold;
}

Sampling AdaptiveSampling::decide(std::size_t leading, std::size_t total) const {
  if (total < options_.least) return Sampling::go_on;
  if (total >= options_.budget) return accepts(leading, total) ? Sampling::accept : Sampling::reject;
  const std::size_t left = options_.budget - total;
  if (accepts(leading, options_.budget)) return Sampling::accept;          // though all others disagree
  if (!accepts(leading + left, options_.budget)) return Sampling::reject;  // though all others agree
  const double certainty = share_at_least(options_.threshold, leading, total);
  if (certainty >= 1 - options_.delta) return Sampling::accept;
  if (certainty <= options_.delta) return Sampling::reject;
  return Sampling::go_on;
}

}  // namespace genkai::limits::hallucination
