#pragma once
// What is known of a way of answering, from questions whose outcome is known: a map from its scores to a
// probability, and the items that certify a threshold on it.
//
//   GENKAI_ASSIGN_OR_RETURN(const Calibration own, Calibration::learn("handbook, 400 questions", items, {}));
//   const double p = own.probability(scores, group);
//   const stats::CertifiedThreshold limit = own.threshold_for({.risk = 0.1, .delta = 0.1});
//   if (p >= limit.threshold) answer();

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "stats/recalibration.h"
#include "stats/risk_control.h"

namespace genkai::limits::hallucination {

struct LearnOptions {
  std::optional<stats::Method> method{};  // none: the one with the least cross-fitted Brier score
  double fit_share = 1.0 / 3;             // of the items; the map is fitted to them, the rest certifies
  std::uint64_t seed = 1;                 // deals the items
};

/// Thread-safe once made.
class Calibration {
 public:
  struct Items {
    std::vector<double> probabilities;  // NaN: no score
    std::vector<std::uint8_t> correct;
  };

  /// Fits the map to a share of the items and keeps the rest for certification, so that no item does both.
  /// Errors: invalid_argument when an item is missing something or there are fewer than kLeast.
  static constexpr std::size_t kLeast = 30;
  static base::Result<Calibration> learn(std::string name, const stats::ScoredItems& items,
                                         const LearnOptions& options);
  /// The first score as it is: every item certifies.
  static base::Result<Calibration> as_is(std::string name, const stats::ScoredItems& items);

  /// NaN when the scores are missing: never answered.
  double probability(std::span<const double> scores, const std::string& group) const;
  /// On probability(). The tests begin where they usually do, or earlier where the items that fitted the
  /// map say so; these do not certify, so that the promise holds. `next_scores` are probabilities too
  /// (stats/risk_control.h).
  stats::CertifiedThreshold threshold_for(
      const stats::Promise& promise, std::span<const double> next_scores = {},
      stats::Procedure procedure = stats::Procedure::fixed_sequence) const;
  /// The certifying items.
  const std::vector<double>& probabilities() const { return certifying_.probabilities; }
  const std::vector<std::uint8_t>& correct() const { return certifying_.correct; }
  const std::optional<stats::Recalibrator>& map() const { return map_; }

  const std::string& name() const { return name_; }
  /// 128 bits in hexadecimal over the certifying items and the map: names the calibration set in
  /// certificates.
  const std::string& hash() const { return hash_; }
  std::size_t fitted() const { return fitted_; }
  /// Scores of an item.
  std::size_t columns() const { return map_ ? map_->columns() : 1; }
  /// The answers were a language model's: such items have more scores than a quote's one (guard.h).
  bool by_model() const { return columns() > 1; }
  /// Questions made by a program instead of asked by people; every certificate says so.
  bool synthetic() const { return synthetic_; }
  void set_synthetic(bool synthetic) { synthetic_ = synthetic; }
  /// One sentence: what the certificate assumes.
  std::string assumption() const;

  /// docs/formats/calibration.md
  base::Json to_json() const;
  static base::Result<Calibration> parse(const base::Json& json);

 private:
  base::Json content() const;
  std::string name_, hash_;
  std::optional<stats::Recalibrator> map_;
  Items certifying_;
  Items fitting_;           // each by a map that did not see it: where the tests begin; none without a map
  std::size_t fitted_ = 0;  // items that fitted the map
  bool synthetic_ = false;
};

}  // namespace genkai::limits::hallucination
