#include "stats/reliability.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/rng.h"

namespace genkai::stats {
namespace {

enum Figure {
  kAccuracy,
  kEce,
  kAdaptiveEce,
  kBrier,
  kReliability,
  kResolution,
  kUncertainty,
  kLogLoss,
  kAuroc,
  kAurc,
  kPrr,
  kFigures
};
using Values = std::array<double, kFigures>;

// The items sorted once, highest probability first; a resample only changes how often each counts.
class Items {
 public:
  Items(std::span<const double> probabilities, Outcomes correct, std::size_t bins) : bins_(bins) {
    std::vector<std::size_t> order(probabilities.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return probabilities[a] > probabilities[b]; });
    for (const std::size_t i : order) {
      p_.push_back(probabilities[i]);
      y_.push_back(correct[i] ? 1.0 : 0.0);
      const double p = std::clamp(probabilities[i], 1e-6, 1 - 1e-6);
      loss_.push_back(-std::log(correct[i] ? p : 1 - p));
    }
  }

  Values measure(std::span<const double> weights) const {
    Values out{};
    const std::size_t size = p_.size();
    double n = 0, right = 0, brier = 0, loss = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const double w = weights[i], gap = p_[i] - y_[i];
      n += w;
      right += w * y_[i];
      brier += w * gap * gap;
      loss += w * loss_[i];
    }
    if (n == 0) return out;
    const double base = right / n;
    out[kAccuracy] = base;
    out[kBrier] = brier / n;
    out[kLogLoss] = loss / n;
    out[kUncertainty] = base * (1 - base);
    by_width(weights, n, out);
    by_mass(weights, n, base, out);
    by_order(weights, n, right, out);
    return out;
  }

 private:
  void by_width(std::span<const double> weights, double n, Values& out) const {
    std::vector<double> gap(bins_, 0);
    for (std::size_t i = 0; i < p_.size(); ++i) {
      const double place = std::clamp(p_[i], 0.0, 1.0) * static_cast<double>(bins_);
      gap[std::min(bins_ - 1, static_cast<std::size_t>(place))] += weights[i] * (p_[i] - y_[i]);
    }
    for (const double g : gap) out[kEce] += std::abs(g) / n;
  }

  void by_mass(std::span<const double> weights, double n, double base, Values& out) const {
    double mass = 0, filled = 0, probability = 0, right = 0;
    std::size_t bin = 1;
    for (std::size_t i = 0; i < p_.size(); ++i) {
      mass += weights[i];
      filled += weights[i];
      probability += weights[i] * p_[i];
      right += weights[i] * y_[i];
      const bool last = i + 1 == p_.size();
      if (!last && (p_[i + 1] == p_[i] || mass < n * static_cast<double>(bin) / static_cast<double>(bins_)))
        continue;
      if (filled > 0) {
        const double share = right / filled, gap = probability / filled - share;
        out[kAdaptiveEce] += filled / n * std::abs(gap);
        out[kReliability] += filled / n * gap * gap;
        out[kResolution] += filled / n * (share - base) * (share - base);
      }
      filled = probability = right = 0;
      while (static_cast<double>(bin) * n / static_cast<double>(bins_) <= mass) ++bin;
    }
  }

  void by_order(std::span<const double> weights, double n, double right, Values& out) const {
    const double wrong = n - right;
    double seen = 0, seen_right = 0, pairs = 0, area = 0;
    for (std::size_t begin = 0; begin < p_.size();) {
      double here = 0, right_here = 0;
      std::size_t end = begin;
      for (; end < p_.size() && p_[end] == p_[begin]; ++end) {
        here += weights[end];
        right_here += weights[end] * y_[end];
      }
      pairs += (here - right_here) * (seen_right + right_here / 2);
      seen += here;
      seen_right += right_here;
      if (seen > 0) area += here / n * (seen - seen_right) / seen;
      begin = end;
    }
    out[kAuroc] = right == 0 || wrong == 0 ? 0.5 : pairs / (right * wrong);
    out[kAurc] = area;
    // Of the ideal order: all right ones first.
    double ideal = 0;
    if (wrong > 0) {
      const double share = wrong / n;
      ideal = share + (1 - share) * std::log(std::max(1e-300, 1 - share));  // integral of (c - right)/c
    }
    const double random = wrong / n;
    out[kPrr] = random > ideal ? (random - area) / (random - ideal) : 0;
  }

  std::size_t bins_;
  std::vector<double> p_, y_, loss_;
};

Reliability report_of(std::size_t n, const std::array<Estimate, kFigures>& own) {
  return {n,
          own[kAccuracy],
          own[kEce],
          own[kAdaptiveEce],
          own[kBrier],
          own[kReliability],
          own[kResolution],
          own[kUncertainty],
          own[kLogLoss],
          own[kAuroc],
          own[kAurc],
          own[kPrr]};
}

}  // namespace

Reliability assess(std::span<const double> probabilities, Outcomes correct, const AssessOptions& options) {
  const std::size_t n = probabilities.size();
  if (n == 0) return {};
  const Items items(probabilities, correct, std::max<std::size_t>(1, options.bins));
  std::vector<double> weights(n, 1.0);
  const Values values = items.measure(weights);
  std::array<Estimate, kFigures> estimates{};
  for (std::size_t f = 0; f < kFigures; ++f) estimates[f].value = values[f];
  if (options.resamples == 0) return report_of(n, estimates);
  base::Rng rng(options.seed);
  std::array<std::vector<double>, kFigures> drawn;
  for (std::size_t r = 0; r < options.resamples; ++r) {
    std::fill(weights.begin(), weights.end(), 0.0);
    for (std::size_t i = 0; i < n; ++i) weights[rng.below(n)] += 1;
    const Values own = items.measure(weights);
    for (std::size_t f = 0; f < kFigures; ++f) drawn[f].push_back(own[f]);
  }
  const double tail = (1 - options.confidence) / 2 * static_cast<double>(options.resamples - 1);
  const auto low = static_cast<std::size_t>(tail), high = options.resamples - 1 - low;
  for (std::size_t f = 0; f < kFigures; ++f) {
    std::sort(drawn[f].begin(), drawn[f].end());
    estimates[f].interval = {drawn[f][low], drawn[f][high]};
  }
  return report_of(n, estimates);
}

Reliability assess_constant(Outcomes correct, const AssessOptions& options) {
  const double right = static_cast<double>(std::accumulate(correct.begin(), correct.end(), std::size_t{0}));
  const double base = correct.empty() ? 0.5 : right / static_cast<double>(correct.size());
  return assess(std::vector<double>(correct.size(), base), correct, options);
}

std::vector<std::pair<std::string_view, Estimate>> figures(const Reliability& report) {
  return {{"accuracy", report.accuracy},
          {"ece", report.ece},
          {"adaptive_ece", report.adaptive_ece},
          {"brier", report.brier},
          {"reliability", report.reliability},
          {"resolution", report.resolution},
          {"uncertainty", report.uncertainty},
          {"log_loss", report.log_loss},
          {"auroc", report.auroc},
          {"prr", report.prr},
          {"aurc", report.aurc}};
}

std::vector<ReliabilityBin> reliability_bins(std::span<const double> probabilities, Outcomes correct,
                                             std::size_t bins) {
  std::vector<std::size_t> order(probabilities.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return probabilities[a] < probabilities[b]; });
  const std::size_t n = order.size();
  bins = std::max<std::size_t>(1, std::min(bins, n));
  std::vector<ReliabilityBin> out;
  for (std::size_t bin = 0, begin = 0; begin < n; ++bin) {
    std::size_t end = std::min(n, std::max(begin + 1, (bin + 1) * n / bins));
    while (end < n && probabilities[order[end]] == probabilities[order[end - 1]]) ++end;
    ReliabilityBin own;
    std::size_t right = 0;
    for (std::size_t i = begin; i < end; ++i) {
      own.probability += probabilities[order[i]];
      right += correct[order[i]];
    }
    own.items = end - begin;
    own.probability /= static_cast<double>(own.items);
    own.share = static_cast<double>(right) / static_cast<double>(own.items);
    own.interval = wilson(right, own.items);
    out.push_back(own);
    begin = end;
  }
  return out;
}

}  // namespace genkai::stats
