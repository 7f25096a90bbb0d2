#include "limits/retrieval/bound/recall.h"

#include <algorithm>

namespace genkai::limits::retrieval::bound {

base::Result<RecallCeiling> recall_ceiling(std::uint64_t hits, std::uint64_t n, double confidence) {
  GENKAI_RETURN_IF_ERROR(core::check_inside("the confidence", confidence));
  if (n == 0 || hits > n)
    return base::fail(base::Code::invalid_argument, "there cannot be more hits than questions",
                      "give the questions whose passage was found, and all that were asked");
  RecallCeiling ceiling;
  ceiling.hits = hits, ceiling.n = n, ceiling.confidence = confidence;
  ceiling.value = static_cast<double>(hits) / static_cast<double>(n);
  ceiling.interval = stats::clopper_pearson(hits, n, confidence);
  ceiling.grounds = {
      {{"The reader answers from the passages shown alone, and an answer that they do not hold does not "
        "count as right: a lucky guess, or what a model knows by itself, is outside the bound.",
        "読み手は示された箇所だけから答え、そこにない答えは正答と数えません。まぐれ当たりや、モデル自身の"
        "知識による答えは、この上限の対象外です。"},
       {"Each question is answered by one passage, and it is known which passages hold its answer.",
        "どの質問も一つの箇所から答えられ、どの箇所に答えがあるかが分かっています。"},
       {"The questions counted are independent draws of those to come, asked of the same documents.",
        "数えた質問は、同じ文書に対する今後の質問と同じ分布からの独立な標本です。"}},
      "P(right) <= P(a passage that holds the answer is among the first k); interval: Clopper and Pearson "
      "1934"};
  return ceiling;
}

base::Result<std::vector<RecallCeiling>> recall_ceilings(std::span<const FirstRank> ranks,
                                                         std::span<const std::uint64_t> ks,
                                                         double confidence) {
  std::vector<RecallCeiling> ceilings;
  for (const std::uint64_t k : ks) {
    if (k == 0)
      return base::fail(base::Code::invalid_argument, "k is 0", "the first k passages: k is at least 1");
    const auto hits =
        std::count_if(ranks.begin(), ranks.end(), [&](FirstRank rank) { return rank > 0 && rank <= k; });
    GENKAI_ASSIGN_OR_RETURN(RecallCeiling ceiling,
                            recall_ceiling(static_cast<std::uint64_t>(hits), ranks.size(), confidence));
    ceiling.k = k;
    ceilings.push_back(std::move(ceiling));
  }
  return ceilings;
}

}  // namespace genkai::limits::retrieval::bound
