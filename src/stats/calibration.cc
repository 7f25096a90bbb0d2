#include "stats/calibration.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "stats/intervals.h"

namespace genkai::stats {
namespace {

/// Indices of `scores`, highest score first, ties in input order.
std::vector<std::size_t> descending(std::span<const double> scores) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  return order;
}

/// One past the last item of `order` whose score equals that of order[begin].
std::size_t tie_end(std::span<const double> scores, const std::vector<std::size_t>& order,
                    std::size_t begin) {
  std::size_t end = begin + 1;
  while (end < order.size() && scores[order[end]] == scores[order[begin]]) ++end;
  return end;
}

}  // namespace

double expected_calibration_error(std::span<const double> probabilities, Outcomes correct, std::size_t bins) {
  const std::vector<std::size_t> order = descending(probabilities);
  const std::size_t n = order.size();
  bins = std::max<std::size_t>(1, std::min(bins, n));
  double total = 0, gap = 0;
  for (std::size_t bin = 0, begin = 0; begin < n; ++bin) {
    std::size_t end = std::max(begin + 1, (bin + 1) * n / bins);
    end = std::min(n, end);
    while (end < n && probabilities[order[end]] == probabilities[order[end - 1]]) ++end;
    gap = 0;
    for (std::size_t i = begin; i < end; ++i) gap += probabilities[order[i]] - correct[order[i]];
    total += std::abs(gap);
    begin = end;
  }
  return n == 0 ? 0 : total / static_cast<double>(n);
}

double brier_score(std::span<const double> probabilities, Outcomes correct) {
  double total = 0;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    const double gap = probabilities[i] - correct[i];
    total += gap * gap;
  }
  return probabilities.empty() ? 0 : total / static_cast<double>(probabilities.size());
}

double auroc(std::span<const double> scores, Outcomes correct) {
  const std::vector<std::size_t> order = descending(scores);
  double right = 0, wrong = 0, pairs = 0;
  for (std::size_t begin = 0; begin < order.size();) {
    const std::size_t end = tie_end(scores, order, begin);
    double right_here = 0;
    for (std::size_t i = begin; i < end; ++i) right_here += correct[order[i]];
    const double wrong_here = static_cast<double>(end - begin) - right_here;
    pairs += wrong_here * (right + right_here / 2);
    right += right_here;
    wrong += wrong_here;
    begin = end;
  }
  return right == 0 || wrong == 0 ? 0.5 : pairs / (right * wrong);
}

std::vector<RiskCoveragePoint> risk_coverage(std::span<const double> scores, Outcomes correct) {
  const std::vector<std::size_t> order = descending(scores);
  std::vector<RiskCoveragePoint> points;
  double errors = 0;
  for (std::size_t begin = 0; begin < order.size();) {
    const std::size_t end = tie_end(scores, order, begin);
    for (std::size_t i = begin; i < end; ++i) errors += correct[order[i]] ? 0 : 1;
    points.push_back({scores[order[begin]], static_cast<double>(end) / static_cast<double>(order.size()),
                      errors / static_cast<double>(end)});
    begin = end;
  }
  return points;
}

double risk_coverage_area(std::span<const double> scores, Outcomes correct) {
  double area = 0, previous = 0;
  for (const RiskCoveragePoint& point : risk_coverage(scores, correct)) {
    area += (point.coverage - previous) * point.risk;
    previous = point.coverage;
  }
  return area;
}

}  // namespace genkai::stats
