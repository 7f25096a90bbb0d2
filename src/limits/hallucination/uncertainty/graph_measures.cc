#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>

#include "limits/hallucination/uncertainty/uncertainty.h"

namespace genkai::limits::hallucination {
namespace {

constexpr double kSmallEigenvalue = 0.9;  // below it an eigenvector tells a cluster (Lin et al. 2024)

}  // namespace

GraphMeasures graph_measures(std::span<const double> weights, std::size_t n) {
  const auto size = static_cast<Eigen::Index>(n);
  Eigen::MatrixXd similarity(size, size);
  for (Eigen::Index i = 0; i < size; ++i)
    for (Eigen::Index j = 0; j < size; ++j)
      similarity(i, j) = (weights[static_cast<std::size_t>(i * size + j)] +
                          weights[static_cast<std::size_t>(j * size + i)]) /
                         2;
  const Eigen::VectorXd degrees = similarity.rowwise().sum();
  const Eigen::VectorXd scale = degrees.cwiseSqrt().cwiseInverse();
  const Eigen::MatrixXd laplacian =
      Eigen::MatrixXd::Identity(size, size) - scale.asDiagonal() * similarity * scale.asDiagonal();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solved(laplacian);

  const auto count = static_cast<double>(n);
  GraphMeasures measures;
  measures.degree = (count * count - degrees.sum()) / (count * count);
  double squares = 0;
  for (Eigen::Index k = 0; k < size; ++k) {
    const double value = solved.eigenvalues()(k);
    measures.eigenvalues += std::max(0.0, 1 - value);
    if (value >= kSmallEigenvalue) continue;
    const auto vector = solved.eigenvectors().col(k);
    squares += (vector.array() - vector.mean()).square().sum();
  }
  measures.eccentricity = std::sqrt(squares);
  return measures;
}

}  // namespace genkai::limits::hallucination
