#pragma once
// From scores to probabilities that mean what they say.
//
//   GENKAI_ASSIGN_OR_RETURN(auto map, Recalibrator::fit(rows, Method::isotonic));
//   double p = map(scores_of_one_item, "history");
//   auto honest = cross_fit(rows, Method::isotonic, 5, seed);   // each item by a map that did not see it

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "stats/calibration.h"

namespace genkai::stats {

/// A non-decreasing step-and-line map from score to probability (pool adjacent violators, Ayer et al. 1955).
class IsotonicMap {
 public:
  IsotonicMap() = default;
  /// As `scores` and `values` of another one. REQUIRES: equal sizes, not empty, ascending.
  IsotonicMap(std::vector<double> scores, std::vector<double> values)
      : scores_(std::move(scores)), values_(std::move(values)) {}
  /// REQUIRES: equal sizes. Without items the map is constantly 0.5.
  static IsotonicMap fit(std::span<const double> scores, Outcomes correct);
  /// Flat over each block of scores, linear from block to block, constant outside.
  double operator()(double score) const;
  const std::vector<double>& scores() const { return scores_; }
  const std::vector<double>& values() const { return values_; }

 private:
  std::vector<double> scores_{0}, values_{0.5};
};

enum class Method {
  temperature,  // sigmoid(logit(score) / T) (Guo et al. 2017)
  platt,        // sigmoid(a + b logit(score)) (Platt 1999), with his smoothed targets' prior as a small ridge
  isotonic,     // pool adjacent violators (Zadrozny and Elkan 2002)
  binning,      // share right in bins of equal mass (Zadrozny and Elkan 2001), smoothed by one imagined item
  fused,        // all scores, and each of them within its group, by ridge logistic regression
};
std::string_view to_string(Method method);
std::optional<Method> method_of(std::string_view name);
constexpr Method kMethods[] = {Method::temperature, Method::platt, Method::isotonic, Method::binning,
                               Method::fused};

/// Items with one or more scores each. A score that is missing is NaN.
struct ScoredItems {
  std::size_t columns = 1;
  std::vector<double> scores;       // row-major, size() x columns
  std::vector<std::string> groups;  // of each item; empty: there are no groups
  std::vector<std::uint8_t> correct;
  std::size_t size() const { return correct.size(); }
  std::span<const double> row(std::size_t i) const { return {scores.data() + i * columns, columns}; }
  std::string group(std::size_t i) const { return groups.empty() ? std::string() : groups[i]; }
  ScoredItems only(std::span<const std::size_t> items) const;
};

/// A fitted map. Every method but `fused` uses the first score, and has a map of its own for each group with
/// kLeastOfGroup items or more; smaller and unknown groups use the one fitted to all. Scores within [0, 1]
/// are taken as probabilities (through the logit), others as they are.
class Recalibrator {
 public:
  static constexpr std::size_t kLeastOfGroup = 50;
  /// Errors: invalid_argument when no item has a score, or sizes do not match.
  static base::Result<Recalibrator> fit(const ScoredItems& items, Method method);
  /// Probability in (0, 1); NaN when the item has no score that the method uses. REQUIRES: as many scores as
  /// at the fit.
  double operator()(std::span<const double> scores, const std::string& group) const;
  Method method() const { return method_; }
  std::size_t columns() const { return columns_; }

  base::Json to_json() const;
  static base::Result<Recalibrator> parse(const base::Json& json);

 private:
  struct OneMap {                     // of one score
    double slope = 1, intercept = 0;  // temperature, platt
    IsotonicMap steps;                // isotonic, binning
  };
  static OneMap fit_one(Method method, bool probabilities, std::span<const double> scores, Outcomes correct);
  double apply(const OneMap& map, double score) const;
  std::vector<double> features(std::span<const double> scores, const std::string& group) const;

  Method method_ = Method::isotonic;
  std::size_t columns_ = 1;
  std::vector<bool> probabilities_;  // of each column
  OneMap all_;
  std::map<std::string, OneMap> by_group_;
  std::vector<std::string> groups_;      // fused: those with terms of their own
  std::vector<double> centre_, spread_;  // fused: of each column, on the logit scale
  std::vector<double> weights_;          // fused: last is the intercept
};

/// Out-of-fold probabilities: items are dealt to `folds` by `seed`, and each is mapped by a fit to the
/// others.
base::Result<std::vector<double>> cross_fit(const ScoredItems& items, Method method, std::size_t folds,
                                            std::uint64_t seed);

/// The method with the least cross-fitted Brier score. With one column and no groups `fused` is Platt's and
/// is left out.
base::Result<Method> best_method(const ScoredItems& items, std::size_t folds, std::uint64_t seed);

}  // namespace genkai::stats
