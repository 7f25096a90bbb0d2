#pragma once
// Whether a passage looks planted, by what the model's own hidden states are while it reads it: a linear
// probe (Alain and Bengio 2017, "Understanding intermediate layers using linear classifier probes") fitted as
// Fisher's discriminant with a shrunk covariance, and the Mahalanobis distance to clean passages for attacks
// not trained on (Lee et al. 2018, "A simple unified framework for detecting out-of-distribution samples and
// adversarial attacks"). Activations tell planted passages from clean ones in retrieval (Tan et al. 2024,
// "RevPRAG: revealing poisoning attacks in retrieval-augmented generation through LLM activation analysis").
//
//   PassageStates states(layer, width);                     // an Observer
//   engine.forward(inputs, output, &states);                // the passage, or a prompt that ends with it
//   GENKAI_ASSIGN_OR_RETURN(auto probe, ActivationProbe::train(clean, planted, {.false_positives = 0.05}));
//   if (probe.score(states.mean()) > probe.threshold()) ...  // suspected

#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "model/native/engine.h"

namespace genkai::model::native {

/// The mean hidden state of the tokens read, at one layer (as Observer::hidden counts them).
class PassageStates : public Observer {
 public:
  /// Tokens of input `input` from `first` on.
  PassageStates(std::size_t layer, std::size_t width, std::size_t input = 0, std::size_t first = 0)
      : layer_(layer), input_(input), first_(first), sum_(width, 0.0) {}
  void hidden(std::size_t layer, std::size_t input, std::size_t token, std::span<const float> state) override;
  std::size_t tokens() const { return tokens_; }
  /// [width]; zeros when no token was seen.
  std::vector<float> mean() const;

 private:
  std::size_t layer_, input_, first_, tokens_ = 0;
  std::vector<double> sum_;
};

struct ProbeOptions {
  enum class Kind { linear, mahalanobis };
  Kind kind = Kind::linear;
  double false_positives = 0.05;  // share of clean passages that may be suspected, in (0, 1)
  double shrinkage = 0.1;         // in (0, 1]: covariance = (1 - s) sample + s (mean variance) identity
};

/// Immutable and thread-safe.
class ActivationProbe {
 public:
  using States = std::vector<std::vector<float>>;

  /// Fits on the even places of `clean` (and on all of `planted`; mahalanobis needs none) and sets the
  /// threshold on the odd places of `clean`, at the order statistic ceil((n + 1)(1 - false_positives)): a
  /// further clean passage, exchangeable with those, is suspected with at most that probability (Vovk et al.
  /// 2005, split conformal). invalid_argument: too few passages for that rate, none planted, unequal lengths
  /// or numbers that are not finite.
  static base::Result<ActivationProbe> train(const States& clean, const States& planted,
                                             const ProbeOptions& options);

  std::size_t width() const { return centre_.size(); }
  double threshold() const { return threshold_; }
  /// Higher is more suspicious. REQUIRES: state.size() == width().
  double score(std::span<const float> state) const;
  bool suspects(std::span<const float> state) const { return score(state) > threshold_; }

  /// {"format": "genkai-activation-probe", "version": 1, "kind", "threshold", "false_positives", "centre":
  /// [width], "rows": [r][width]}: the score is the squared length of rows * (state - centre), or with kind
  /// linear (one row) the product itself.
  base::Json to_json() const;
  /// `corrupt` for anything else.
  static base::Result<ActivationProbe> from_json(const base::Json& json);

 private:
  ProbeOptions::Kind kind_ = ProbeOptions::Kind::linear;
  double threshold_ = 0, false_positives_ = 0;
  std::vector<double> centre_;
  std::vector<std::vector<double>> rows_;
};

}  // namespace genkai::model::native
