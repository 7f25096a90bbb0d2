#include "limits/hallucination/bound/decisions.h"

#include <algorithm>
#include <cmath>

namespace genkai::limits::hallucination::bound {
namespace {

double abstention(double error, double target) {
  return std::max(0.0, (error - target) / (1 - target));
}

}  // namespace

base::Result<GuessThreshold> guess_threshold(const Scoring& scoring) {
  if (!std::isfinite(scoring.right) || !std::isfinite(scoring.wrong) || !std::isfinite(scoring.abstain))
    return base::fail(base::Code::invalid_argument, "the points of an answer have to be finite numbers");
  if (scoring.right <= scoring.wrong)
    return base::fail(base::Code::invalid_argument, "a right answer has to score more than a wrong one",
                      "give --right above --wrong");
  GuessThreshold rule;
  rule.scoring = scoring;
  rule.threshold = std::clamp((scoring.abstain - scoring.wrong) / (scoring.right - scoring.wrong), 0.0, 1.0);
  if (scoring.abstain <= scoring.wrong) rule.guessing = Guessing::always;
  if (scoring.abstain >= scoring.right) rule.guessing = Guessing::never;
  rule.basis = {
      {{"The sum of points is what counts, and the probability of being right is calibrated.",
        "得点の合計が目的で、正答の確率は較正されています。"},
       {"An answer is either right or wrong; nothing in between scores.",
        "答えは正か誤のどちらかで、部分点はありません。"}},
      "expected points; with the cost t / (1 - t) the rule of Kalai, Nachum, Vempala and Zhang 2025"};
  return rule;
}

base::Result<LeastAbstention> least_abstention(double error, double target) {
  GENKAI_RETURN_IF_ERROR(check_probability("the share of wrong answers", error));
  if (!(target >= 0 && target < 1))
    return base::fail(base::Code::invalid_argument, "the wanted share of wrong answers is not in [0, 1)",
                      "give a number from 0 to below 1");
  LeastAbstention least;
  least.value = abstention(error, target), least.error = error, least.target = target;
  least.basis = {
      {{"The answers themselves do not change; only which of them are given.",
        "答えの内容は変わらず、どれを答えるかだけを選びます。"},
       {"It is known exactly which answers are wrong. Any real score errs and has to leave out more.",
        "どの答えが誤りかを正確に知っている場合の値です。実際の指標では、さらに多くの保留が必要です。"}},
      "(mu - x) / (1 - x) <= a solved for x: x >= (mu - a) / (1 - a)"};
  return least;
}

base::Result<LeastAbstention> least_abstention(std::uint64_t wrong, std::uint64_t n, double target,
                                               double confidence) {
  GENKAI_RETURN_IF_ERROR(check_inside("the confidence", confidence));
  if (n == 0 || wrong > n)
    return base::fail(base::Code::invalid_argument, "there cannot be more wrong answers than questions",
                      "give the wrong ones and all that were asked");
  GENKAI_ASSIGN_OR_RETURN(LeastAbstention least,
                          least_abstention(static_cast<double>(wrong) / static_cast<double>(n), target));
  const stats::Interval error = stats::clopper_pearson(wrong, n, confidence);
  least.interval = stats::Interval{abstention(error.low, target), abstention(error.high, target)};
  least.basis.assumptions.push_back({"The counted questions are independent draws of those to come.",
                                     "数えた質問は、今後の質問と同じ分布からの独立な標本です。"});
  least.basis.source =
      "(mu - x) / (1 - x) <= a solved for x: x >= (mu - a) / (1 - a); interval: Clopper and Pearson 1934";
  return least;
}

}  // namespace genkai::limits::hallucination::bound
