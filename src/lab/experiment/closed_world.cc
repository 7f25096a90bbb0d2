#include "lab/experiment/closed_world.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace genkai::lab::experiment {

ClosedWorld::ClosedWorld(const ClosedWorldOptions& options, std::uint64_t seed) : options_(options) {
  base::Rng rng(seed * 7919 + 17);
  const std::size_t n = entities();
  for (std::size_t i = 0; i < n; ++i) {
    probabilities_.push_back(std::pow(static_cast<double>(i + 1), -options.zipf));
    values_.push_back(static_cast<std::uint32_t>(rng.below(options.values)));
  }
  rng.shuffle(probabilities_);  // a name tells nothing of its rank
  const double sum = std::accumulate(probabilities_.begin(), probabilities_.end(), 0.0);
  std::vector<double> up_to;
  double total = 0;
  for (double& p : probabilities_) up_to.push_back(total += p /= sum);
  exposures_.assign(n, 0);
  for (std::size_t i = 0; i < options.draws; ++i) {
    const auto found = std::upper_bound(up_to.begin(), up_to.end(), rng.uniform() * total) - up_to.begin();
    const auto entity =
        static_cast<std::uint32_t>(std::min<std::size_t>(static_cast<std::size_t>(found), n - 1));
    log_.push_back(entity);
    ++exposures_[entity];
  }
}

double ClosedWorld::missing_mass() const {
  double mass = 0;
  for (std::size_t e = 0; e < entities(); ++e)
    if (exposures_[e] == 0) mass += probabilities_[e];
  return mass;
}

limits::hallucination::bound::Frequencies ClosedWorld::frequencies() const {
  limits::hallucination::bound::Frequencies out;
  out.n = log_.size();
  for (const std::uint32_t times : exposures_) {
    if (times > 0) ++out.distinct;
    if (times == 1) ++out.once;
    if (times == 2) ++out.twice;
  }
  return out;
}

}  // namespace genkai::lab::experiment
