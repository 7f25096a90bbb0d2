#pragma once
// Logistic regression, small and exact.
//
//   auto model = LogisticModel::fit(rows, columns, labels, {.ridge = 1.0});
//   double p = model->probability(row);

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace genkai::stats {

struct LogisticOptions {
  double ridge = 1;  // L2 penalty ridge/2 * |w|^2 on the weights, not on the intercept
  std::size_t iterations = 100;
  double tolerance = 1e-9;  // largest step at which the fit ends
};

class LogisticModel {
 public:
  LogisticModel(double intercept, std::vector<double> weights)
      : intercept_(intercept), weights_(std::move(weights)) {}
  /// Penalised maximum likelihood by Newton's method (iteratively reweighted least squares) with step
  /// halving. `rows` is row-major, labels.size() x columns. Sizes that do not match, no rows, or values that
  /// are not finite are invalid_argument; no convergence is resource_exhausted.
  static base::Result<LogisticModel> fit(std::span<const double> rows, std::size_t columns,
                                         std::span<const std::uint8_t> labels,
                                         const LogisticOptions& options = {});
  /// REQUIRES: as many values as weights.
  double probability(std::span<const double> row) const;
  double intercept() const { return intercept_; }
  const std::vector<double>& weights() const { return weights_; }

 private:
  double intercept_ = 0;
  std::vector<double> weights_;
};

/// 1 / (1 + exp(-x)) without overflow.
double sigmoid(double x);

}  // namespace genkai::stats
