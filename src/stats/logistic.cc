#include "stats/logistic.h"

#include <algorithm>
#include <cmath>

namespace genkai::stats {
namespace {

using base::Code;

/// Solves A x = b in place for symmetric positive definite A (n x n, row-major) by Cholesky; false when A is
/// not.
bool solve(std::vector<double>& a, std::vector<double>& b) {
  const std::size_t n = b.size();
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t k = 0; k < j; ++k) a[j * n + j] -= a[j * n + k] * a[j * n + k];
    if (!(a[j * n + j] > 0)) return false;
    a[j * n + j] = std::sqrt(a[j * n + j]);
    for (std::size_t i = j + 1; i < n; ++i) {
      for (std::size_t k = 0; k < j; ++k) a[i * n + j] -= a[i * n + k] * a[j * n + k];
      a[i * n + j] /= a[j * n + j];
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= a[i * n + k] * b[k];
    b[i] /= a[i * n + i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) b[i] -= a[k * n + i] * b[k];
    b[i] /= a[i * n + i];
  }
  return true;
}

/// log(1 + exp(x)) without overflow.
double softplus(double x) {
  return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
}

}  // namespace

double sigmoid(double x) {
  const double e = std::exp(-std::abs(x));
  return x >= 0 ? 1 / (1 + e) : e / (1 + e);
}

base::Result<LogisticModel> LogisticModel::fit(std::span<const double> rows, std::size_t columns,
                                               std::span<const std::uint8_t> labels,
                                               const LogisticOptions& options) {
  if (labels.empty() || rows.size() != labels.size() * columns)
    return base::fail(Code::invalid_argument, "logistic regression needs one row of values for each label");
  if (!std::all_of(rows.begin(), rows.end(), [](double v) { return std::isfinite(v); }))
    return base::fail(Code::invalid_argument, "logistic regression was given a value that is not finite");
  const std::size_t size = columns + 1;  // the intercept comes last
  std::vector<double> weights(size, 0), gradient(size), hessian(size * size), candidate(size);
  const auto linear = [&](const std::vector<double>& w, std::size_t i) {
    double sum = w[columns];
    for (std::size_t j = 0; j < columns; ++j) sum += w[j] * rows[i * columns + j];
    return sum;
  };
  const auto loss = [&](const std::vector<double>& w) {
    double sum = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const double x = linear(w, i);
      sum += softplus(labels[i] ? -x : x);
    }
    for (std::size_t j = 0; j < columns; ++j) sum += options.ridge / 2 * w[j] * w[j];
    return sum;
  };
  double current = loss(weights);
  for (std::size_t iteration = 0; iteration < options.iterations; ++iteration) {
    std::fill(gradient.begin(), gradient.end(), 0);
    std::fill(hessian.begin(), hessian.end(), 0);
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const double p = sigmoid(linear(weights, i)), curvature = std::max(p * (1 - p), 1e-12);
      const auto value = [&](std::size_t j) { return j < columns ? rows[i * columns + j] : 1.0; };
      for (std::size_t j = 0; j < size; ++j) {
        gradient[j] += (p - labels[i]) * value(j);
        for (std::size_t k = 0; k <= j; ++k) hessian[j * size + k] += curvature * value(j) * value(k);
      }
    }
    for (std::size_t j = 0; j < columns; ++j) {
      gradient[j] += options.ridge * weights[j];
      hessian[j * size + j] += options.ridge;
    }
    for (std::size_t j = 0; j < size; ++j) hessian[j * size + j] += 1e-10;
    std::vector<double> step = gradient;
    if (!solve(hessian, step))
      return base::fail(Code::invalid_argument, "logistic regression: the columns depend on each other",
                        "use a ridge above 0");
    double scale = 1, next = current, largest = 0;
    for (; scale > 1e-8; scale /= 2) {
      for (std::size_t j = 0; j < size; ++j) candidate[j] = weights[j] - scale * step[j];
      next = loss(candidate);
      if (next <= current) break;
    }
    for (std::size_t j = 0; j < size; ++j) largest = std::max(largest, scale * std::abs(step[j]));
    if (next <= current) {
      weights = candidate;
      current = next;
    }
    if (largest < options.tolerance || next > current)
      return LogisticModel(weights[columns], {weights.begin(), weights.end() - 1});
  }
  return base::fail(Code::resource_exhausted, "logistic regression did not converge",
                    "use a larger ridge or more iterations");
}

double LogisticModel::probability(std::span<const double> row) const {
  double sum = intercept_;
  for (std::size_t j = 0; j < weights_.size(); ++j) sum += weights_[j] * row[j];
  return sigmoid(sum);
}

}  // namespace genkai::stats
