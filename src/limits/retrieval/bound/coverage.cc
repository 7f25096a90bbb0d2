#include "limits/retrieval/bound/coverage.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace genkai::limits::retrieval::bound {
namespace {

core::Grounds grounds_of(std::string_view source) {
  return {{{"Tokens are counted as the reader counts them; instructions, question and answer are not in "
            "the budget.",
            "トークンの数え方は読み手と同じで、指示、質問、答えは予算に含みません。"},
           {"No two needs are stated by the same tokens. Where passages state several at once, give such a "
            "passage as one need.",
            "二つの必要事項が同じトークンで述べられることはありません。一つの箇所が複数を述べる場合は、"
            "その箇所を一つとして数えてください。"},
           {"Covering is shown text, not understood text: a reader may still miss what it was shown.",
            "ここでいう網羅は、示された文章のことです。示されても読み落とすことはあります。"}},
          source};
}

base::Status check_amount(std::string_view what, double value) {
  if (value >= 0 && std::isfinite(value)) return {};
  return base::fail(base::Code::invalid_argument, std::string(what) + " is no number from 0",
                    "give finite numbers, none below 0");
}

double density(const Need& need) {
  return need.tokens > 0 ? need.weight / need.tokens : HUGE_VAL;
}

}  // namespace

base::Result<CoverageCeiling> coverage_ceiling(std::span<const Need> needs, double budget) {
  GENKAI_RETURN_IF_ERROR(check_amount("the budget", budget));
  CoverageCeiling ceiling;
  ceiling.budget = budget, ceiling.needs = needs.size();
  double total = 0;
  for (const Need& need : needs) {
    GENKAI_RETURN_IF_ERROR(check_amount("a number of tokens", need.tokens));
    GENKAI_RETURN_IF_ERROR(check_amount("a weight", need.weight));
    total += need.weight;
    ceiling.needed_tokens += need.tokens;
  }
  if (!(total > 0) || !std::isfinite(total) || !std::isfinite(ceiling.needed_tokens))
    return base::fail(base::Code::invalid_argument, "nothing is needed",
                      "give at least one need with a weight above 0");
  std::vector<Need> order(needs.begin(), needs.end());
  std::stable_sort(order.begin(), order.end(),
                   [](const Need& a, const Need& b) { return density(a) > density(b); });
  double left = budget, cut = budget, whole = 0, single = 0, relaxed = 0;
  for (const Need& need : order) {
    if (need.tokens <= budget) single = std::max(single, need.weight);
    if (need.tokens <= left) {
      left -= need.tokens;
      whole += need.weight;
    }
    if (cut <= 0 && need.tokens > 0) continue;
    const double share = need.tokens > cut ? cut / need.tokens : 1;
    relaxed += share * need.weight;
    cut -= share * need.tokens;
  }
  ceiling.value = std::min(1.0, relaxed / total);
  ceiling.reachable = std::min(ceiling.value, std::max(whole, single) / total);
  ceiling.grounds = grounds_of("fractional knapsack: Dantzig 1957, Discrete-variable extremum problems");
  return ceiling;
}

base::Result<CoverageCeiling> coverage_ceiling(std::uint64_t needs, double tokens, double budget) {
  GENKAI_RETURN_IF_ERROR(check_amount("the budget", budget));
  if (needs == 0 || !(tokens > 0) || !std::isfinite(tokens))
    return base::fail(base::Code::invalid_argument, "nothing is needed",
                      "give a number of facts and of tokens each, above 0");
  CoverageCeiling ceiling;
  const double all = static_cast<double>(needs);
  const double fitting = std::min(all, std::floor(budget / tokens));
  ceiling.budget = budget, ceiling.needs = needs, ceiling.needed_tokens = all * tokens;
  ceiling.whole = static_cast<std::uint64_t>(fitting);
  ceiling.value = ceiling.reachable = fitting / all;
  ceiling.grounds = grounds_of("floor(B / s) of n needs of s tokens each fit into B");
  return ceiling;
}

}  // namespace genkai::limits::retrieval::bound
