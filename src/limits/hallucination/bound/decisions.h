#pragma once
// Whether to guess or to abstain, and how much has to be abstained from.
//
//   const auto rule = guess_threshold({.right = 1, .wrong = -3, .abstain = 0});
//   if (probability > rule->threshold) answer();                                  // 0.75
//   least_abstention(0.2, 0.05)->value;                                           // 0.158: at least that
//   much

#include <cstdint>
#include <optional>

#include "limits/hallucination/bound/basis.h"
#include "stats/intervals.h"

namespace genkai::limits::hallucination::bound {

/// Points of a right answer, a wrong one, and of saying "I don't know".
struct Scoring {
  double right = 1, wrong = 0, abstain = 0;
  /// The rule "answer only if you are more than t sure": a wrong answer costs t / (1 - t) points. REQUIRES:
  /// t in [0, 1).
  static Scoring of_confidence_target(double t) { return {1, -t / (1 - t), 0}; }
  double of_answer(double probability) const { return probability * right + (1 - probability) * wrong; }
};

enum class Guessing { always, above_threshold, never };

struct GuessThreshold {
  Scoring scoring;
  double threshold = 0;  // answer if and only if right with a probability above this; in [0, 1]
  Guessing guessing = Guessing::above_threshold;
  Basis basis;
};

/// p right + (1 - p) wrong > abstain if and only if p > (abstain - wrong) / (right - wrong). Where abstaining
/// never costs (abstain <= wrong) the best is to answer always, where it pays as much as being right, never.
/// Errors: invalid_argument when right <= wrong or a number is not finite.
base::Result<GuessThreshold> guess_threshold(const Scoring& scoring);

struct LeastAbstention {
  double value = 0;                           // share of the questions
  double error = 0;                           // share wrong when all are answered
  double target = 0;                          // wanted share of wrong answers among those given
  std::optional<stats::Interval> interval{};  // when the error was counted
  Basis basis;
};

/// Who errs on a share mu of all questions and may err on a share a of what is answered has to leave out at
/// least (mu - a) / (1 - a): leaving out a share x removes at most x of the wrong ones, so (mu - x) / (1 - x)
/// <= a. 0 when mu <= a. Only who knows exactly which answers are wrong gets by with that little.
/// Errors: invalid_argument unless mu is in [0, 1] and a in [0, 1).
base::Result<LeastAbstention> least_abstention(double error, double target);
/// The same from `wrong` of `n` counted: Clopper and Pearson's interval, carried through.
base::Result<LeastAbstention> least_abstention(std::uint64_t wrong, std::uint64_t n, double target,
                                               double confidence = 0.95);

}  // namespace genkai::limits::hallucination::bound
