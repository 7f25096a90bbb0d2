#include "limits/reasoning/bound/best_of_n.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace genkai::limits::reasoning::bound {
namespace {

using base::Code;

// 1 - C(n - c, k) / C(n, k), factor by factor.
double pass_of(const Attempts& one, std::uint64_t k) {
  if (one.n - one.right < k) return 1;
  double none = 1;
  for (std::uint64_t i = 0; i < std::min(k, one.right); ++i) {
    // C(n-c,k)/C(n,k) = C(n-k,c)/C(n,c): the shorter product of the two.
    if (one.right <= k)
      none *= static_cast<double>(one.n - k - i) / static_cast<double>(one.n - i);
    else
      none *= static_cast<double>(one.n - one.right - i) / static_cast<double>(one.n - i);
  }
  return 1 - none;
}

double raised(double base, double exponent) {
  return base <= 0 ? 0 : std::exp(exponent * std::log(base));
}

}  // namespace

base::Result<PassAt> pass_at(std::span<const Attempts> questions, std::uint64_t k, double confidence) {
  GENKAI_RETURN_IF_ERROR(core::check_inside("the confidence", confidence));
  if (k == 0 || questions.empty())
    return base::fail(Code::invalid_argument, "there has to be a question and at least one draw");
  std::vector<double> shares;
  for (const Attempts& one : questions) {
    if (one.right > one.n || one.n < k)
      return base::fail(Code::invalid_argument,
                        "a question has fewer attempts than are drawn, or than are right",
                        "give at least k attempts at each question");
    shares.push_back(pass_of(one, k));
  }
  PassAt out;
  out.k = k;
  out.questions = questions.size();
  out.confidence = confidence;
  for (const double share : shares) out.value += share / static_cast<double>(shares.size());
  if (shares.size() > 1)
    out.interval = stats::paired_bootstrap(shares, std::vector<double>(shares.size(), 0.0),
                                           {.seed = 1, .confidence = confidence})
                       .interval;
  out.grounds = {
      {{"An oracle picks a right answer wherever there is one among the k: no real choice does better.",
        "k個の中に正答があれば必ずそれを選べるとした値で、実際の選び方がこれを超えることはありません。"},
       {"The attempts at a question were drawn independently in the same way as those to come.",
        "各質問への試行は、今後の試行と同じ方法で独立に得たものです。"}},
      "1 - C(n - c, k) / C(n, k), Chen et al. 2021 (Evaluating Large Language Models Trained on Code); "
      "interval: bootstrap over questions"};
  return out;
}

base::Result<BestOfN> best_of_n(const Verifying& v, std::uint64_t n, double tolerance) {
  GENKAI_RETURN_IF_ERROR(core::check_probability("the share of right answers", v.right));
  GENKAI_RETURN_IF_ERROR(core::check_probability("the share of right answers accepted", v.accepts_right));
  GENKAI_RETURN_IF_ERROR(core::check_probability("the share of wrong answers accepted", v.accepts_wrong));
  if (n == 0 || !(tolerance > 0))
    return base::fail(Code::invalid_argument, "n has to be at least 1 and the tolerance above 0");
  BestOfN out;
  const double accepted = v.right * v.accepts_right + (1 - v.right) * v.accepts_wrong, refused = 1 - accepted;
  const double precision = accepted > 0 ? v.right * v.accepts_right / accepted : 0,
               fallback = refused > 0 ? v.right * (1 - v.accepts_right) / refused : 0;
  const double none = raised(refused, static_cast<double>(n));
  out.first = v.right;
  out.ceiling = accepted > 0 ? precision : v.right;
  out.accepted = 1 - none;
  out.value = (1 - none) * precision + none * fallback;
  out.misleads = v.right > 0 && v.right < 1 && v.accepts_right < v.accepts_wrong;
  const double gap = out.ceiling - fallback;  // shrinks by `refused` with each draw
  if (accepted > 0 && gap * refused <= tolerance)
    out.enough = 1;
  else if (accepted > 0 && refused > 0)
    out.enough = static_cast<std::uint64_t>(
        std::min(std::ceil(std::log(tolerance / gap) / std::log1p(-accepted) - 1e-9), 1e18));
  if (out.misleads || v.accepts_right == v.accepts_wrong) out.enough.reset();
  out.grounds = {
      {{"Answers to the question are drawn independently, each right with the same probability. Over "
        "questions of unlike difficulty the mean is another, mostly a lower one.",
        "同じ質問への答えは独立に、同じ確率で正しく得られます。"
        "難しさの異なる質問を平均すると値は変わり、多くの場合これより低くなります。"},
       {"The verifier accepts or refuses each answer by its own, by the same shares for every answer. One "
        "that "
        "is deceived again and again by the same wrong answer has a lower ceiling.",
        "検証器は答えごとに独立に、常に同じ割合で受理します。同じ誤答に繰り返し騙される場合、上限はさらに低く"
        "なります。"},
       {"One of the accepted answers is given, any of all when none is accepted.",
        "受理された答えの1つを返し、1つも受理されなければ全体から任意の1つを返します。"}},
      "Bayes; the ceiling by false positives: Stroebl, Kapoor and Narayanan 2024 (Inference Scaling fLaws)"};
  return out;
}

base::Result<BestOfN> best_of_n(const Attempts& counted, Verifying verifying, std::uint64_t n,
                                double tolerance, double confidence) {
  GENKAI_RETURN_IF_ERROR(core::check_inside("the confidence", confidence));
  if (counted.n == 0 || counted.right > counted.n)
    return base::fail(Code::invalid_argument, "there cannot be more right answers than answers",
                      "give the right ones and all that were drawn");
  const auto at = [&](double right) {
    verifying.right = right;
    return best_of_n(verifying, n, tolerance);
  };
  GENKAI_ASSIGN_OR_RETURN(BestOfN out,
                          at(static_cast<double>(counted.right) / static_cast<double>(counted.n)));
  out.confidence = confidence;
  if (verifying.accepts_right >= verifying.accepts_wrong) {
    const auto interval = stats::clopper_pearson(counted.right, counted.n, confidence);
    GENKAI_ASSIGN_OR_RETURN(const BestOfN low, at(interval.low));
    GENKAI_ASSIGN_OR_RETURN(const BestOfN high, at(interval.high));
    out.interval = stats::Interval{low.value, high.value};
    out.ceiling_interval = stats::Interval{low.ceiling, high.ceiling};
  }
  out.grounds.assumptions.push_back({"The answers counted are independent draws of those to come.",
                                     "数えた答えは、今後の答えと同じ分布からの独立な標本です。"});
  return out;
}

}  // namespace genkai::limits::reasoning::bound
