#include "limits/retrieval/bound/failure.h"

#include <algorithm>

namespace genkai::limits::retrieval::bound {
namespace {

stats::Interval whatever(const stats::Interval& found, const stats::Interval& used) {
  return {1 - std::min(found.high, used.high), std::min(1.0, 2 - found.low - used.low)};
}

}  // namespace

base::Result<Failure> failure(double found, double used) {
  GENKAI_RETURN_IF_ERROR(core::check_probability("the probability of finding", found));
  GENKAI_RETURN_IF_ERROR(core::check_probability("the probability of using", used));
  Failure out;
  out.found = found, out.used = used;
  out.value = 1 - found * used;
  out.any_dependence = whatever({found, found}, {used, used});
  out.grounds = {
      {{"A question succeeds when what it needs is found and what was found is used rightly; a right answer "
        "without the passage does not count.",
        "必要なものが見つかり、それが正しく使われたときに成功とします。見つからずに出た正答は数えません。"},
       {"The product: using was measured on questions whose passage was found, or is independent of "
        "finding. The range without independence needs neither, but that both were measured on questions of "
        "the same kind.",
        "積の値は、利用の割合が「見つかった質問」について測られているか、発見と独立な場合のものです。"
        "独立を仮定しない範囲にはどちらも不要で、同種の質問で測られていれば成り立ちます。"}},
      "P(found and used) = P(found) P(used | found); Fréchet 1935"};
  return out;
}

base::Result<Failure> failure(const Counted& found, const Counted& used, double confidence) {
  GENKAI_RETURN_IF_ERROR(core::check_inside("the confidence", confidence));
  for (const Counted& each : {found, used})
    if (each.n == 0 || each.successes > each.n)
      return base::fail(base::Code::invalid_argument, "there cannot be more successes than questions",
                        "give what succeeded and all that was tried");
  const auto share = [](const Counted& c) {
    return static_cast<double>(c.successes) / static_cast<double>(c.n);
  };
  GENKAI_ASSIGN_OR_RETURN(Failure out, failure(share(found), share(used)));
  const double each = 1 - (1 - confidence) / 2;
  const auto find = stats::clopper_pearson(found.successes, found.n, each);
  const auto use = stats::clopper_pearson(used.successes, used.n, each);
  out.confidence = confidence;
  out.interval = stats::Interval{1 - find.high * use.high, 1 - find.low * use.low};
  out.any_dependence = whatever(find, use);
  out.grounds.assumptions.push_back({"The questions counted are independent draws of those to come.",
                                     "数えた質問は、今後の質問と同じ分布からの独立な標本です。"});
  out.grounds.source =
      "P(found and used) = P(found) P(used | found); Fréchet 1935; intervals: Clopper and Pearson 1934, both "
      "at once by Bonferroni";
  return out;
}

}  // namespace genkai::limits::retrieval::bound
