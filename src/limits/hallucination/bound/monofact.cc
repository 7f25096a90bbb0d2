#include "limits/hallucination/bound/monofact.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace genkai::limits::hallucination::bound {
namespace {

constexpr double kMostN = 1e18;  // of training data that is thought about when none suffices below

base::Status check_at_least(std::string_view what, double value, double least) {
  if (value >= least && std::isfinite(value)) return {};
  return base::fail(base::Code::invalid_argument, fmt::format("{} is {}", what, value),
                    fmt::format("it has to be a finite number of at least {}", least));
}

// (35 + 6 ln n) / sqrt(n): falls for n above exp(2 - 35/6), which is below 1.
double singleton_sample_term(double n) {
  return (35 + 6 * std::log(n)) / std::sqrt(n);
}

// The least whole n from which on `term`, which falls in n, is below `allowed`.
template <class Term>
std::optional<double> least_n(double allowed, const Term& term) {
  if (allowed <= 0 || term(kMostN) >= allowed) return std::nullopt;
  double low = 1, high = kMostN;  // term(high) < allowed
  if (term(low) < allowed) return low;
  while (high - low > 1 && high > low * (1 + 1e-15)) {
    const double middle = std::floor(low + (high - low) / 2);
    if (middle <= low || middle >= high) break;
    (term(middle) < allowed ? high : low) = middle;
  }
  return high;
}

void conclude(LowerBound& bound) {
  bound.value = bound.rate - bound.miscalibration_term - bound.candidates_term - bound.sample_term;
  bound.vacuous = bound.value <= 0;
}

}  // namespace

base::Result<LowerBound> monofact_bound(const Frequencies& seen, const MonofactOptions& options) {
  GENKAI_RETURN_IF_ERROR(check_probability("the miscalibration", options.miscalibration));
  GENKAI_RETURN_IF_ERROR(check_inside("delta", options.delta));
  GENKAI_RETURN_IF_ERROR(check_at_least("the regularity", options.regularity, 1));
  if (options.false_per_fact && !(*options.false_per_fact > 0))
    return base::fail(base::Code::invalid_argument, "the number of false statements for each true one is 0",
                      "give a number above 0, or leave it out");
  if (seen.n == 0 || seen.once > seen.n)
    return base::fail(base::Code::invalid_argument, "there is no fact to count",
                      "give at least one fact, one a line");
  LowerBound bound;
  const double n = static_cast<double>(seen.n);
  bound.rate = static_cast<double>(seen.once) / n;
  bound.miscalibration_term = options.miscalibration;
  if (options.false_per_fact)
    bound.candidates_term = 3 * options.regularity / (options.delta * *options.false_per_fact);
  const double tail = 6 * std::log(6 / options.delta);
  bound.sample_term = std::sqrt(tail / n);
  bound.confidence = 1 - options.delta;
  conclude(bound);
  if (bound.vacuous)
    bound.needed_n = least_n(bound.rate - bound.miscalibration_term - bound.candidates_term,
                             [&](double m) { return std::sqrt(tail / m); });
  bound.basis = {
      {{"The training data are n independent true facts, each statement holds at most one, and none is "
        "marked as more certain than another.",
        "学習データは独立なn個の正しい事実で、一つの文には高々一つの事実があり、確かさの印はありません。"},
       {"The facts are arbitrary: nothing in the data tells which unseen statements are true, and they are "
        "alike in this (regularity r).",
        "事実は恣意的です。まだ見ない文のどれが正しいかはデータから分からず、その程度は同じです(正則性r)。"},
       {"The model answers always and is miscalibrated by no more than the given amount. Abstaining, "
        "looking up sources and training after pretraining are outside the theorem.",
        "モデルは必ず答え、較正の誤差は与えた値以下です。回答の保留、資料の参照、事前学習後の訓練は"
        "定理の対象外です。"}},
      "Kalai and Vempala 2024, Calibrated language models must hallucinate, STOC, theorem 1"};
  if (!options.false_per_fact)
    bound.basis.assumptions.push_back(
        {"False statements outnumber true ones so far that the term 3 r / (delta x false per true) is 0.",
         "正しい文より誤った文がはるかに多く、3 r / (delta x 誤った文の倍数) の項は0とみなせます。"});
  if (options.miscalibration == 0)
    bound.basis.assumptions.push_back(
        {"No miscalibration was given, so 0 is taken: the model is perfectly calibrated.",
         "較正の誤差が与えられていないため0とします。モデルは完全に較正されています。"});
  return bound;
}

base::Result<SingletonBound> singleton_bound(const SingletonOptions& options) {
  GENKAI_RETURN_IF_ERROR(check_probability("the singleton rate", options.singleton_rate));
  GENKAI_RETURN_IF_ERROR(check_probability("delta", options.delta));
  GENKAI_RETURN_IF_ERROR(check_at_least("n", options.n, 1));
  GENKAI_RETURN_IF_ERROR(check_at_least("the number of candidates", options.candidates, 1));
  if (options.most_candidates)
    GENKAI_RETURN_IF_ERROR(
        check_at_least("the largest number of candidates", *options.most_candidates, options.candidates));
  SingletonBound both;
  LowerBound& bound = both.lower;
  bound.rate = options.singleton_rate;
  bound.candidates_term = 2 / options.candidates;
  bound.sample_term = singleton_sample_term(options.n);
  bound.miscalibration_term = options.delta;
  bound.confidence = 0.99;
  conclude(bound);
  if (bound.vacuous)
    bound.needed_n =
        least_n(bound.rate - bound.candidates_term - bound.miscalibration_term, singleton_sample_term);
  if (options.most_candidates)
    both.reachable =
        std::min(1.0, bound.rate - bound.rate / (*options.most_candidates + 1) + 13 / std::sqrt(options.n));
  bound.basis = {
      {{"Every prompt has one right answer, drawn evenly from its candidates and independent of all other "
        "prompts: it cannot be inferred, only known.",
        "各質問の正答は一つで、候補から一様に、他の質問と独立に選ばれます。推論はできず、知るほかありません"
        "。"},
       {"The n training examples are independent draws of prompt and right answer (or \"I don't know\"); a "
        "singleton is a prompt that was answered exactly once.",
        "n個の学習例は質問と正答(または「分からない」)の独立な標本です。一度だけ答えられた質問を単独事実と"
        "呼びます。"},
       {"The error is that of sampling from a base model whose miscalibration is at most delta. Abstaining "
        "by rule, looking up sources and later training are outside the theorem.",
        "誤り率は、較正の誤差がdelta以下の基盤モデルからの生成についてのものです。規則による保留、資料の"
        "参照、その後の訓練は定理の対象外です。"}},
      "Kalai, Nachum, Vempala and Zhang 2025, Why language models hallucinate, theorem 2"};
  if (options.delta == 0)
    bound.basis.assumptions.push_back(
        {"No delta was given, so 0 is taken: the model is calibrated, as minimising the training loss makes "
         "it.",
         "deltaが与えられていないため0とします。学習の損失を最小化したモデルは較正されています。"});
  return both;
}

}  // namespace genkai::limits::hallucination::bound
