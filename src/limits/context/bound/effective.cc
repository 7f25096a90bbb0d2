#include "limits/context/bound/effective.h"

#include <algorithm>
#include <cmath>

namespace genkai::limits::context::bound {

using base::Code;

base::Result<Effective> effective_context(const HalfLife& decay, double wanted) {
  if (!(decay.half > 0 && std::isfinite(decay.half)))
    return base::fail(Code::invalid_argument, "the score halves over more than 0 tokens");
  for (const double score : {decay.at_start, wanted})
    if (!(score > 0 && score <= 1))
      return base::fail(Code::invalid_argument, "a score is above 0 and at most 1");
  Effective out;
  out.tokens = std::max(0.0, decay.half * std::log2(decay.at_start / wanted));
  out.grounds.assumptions = {
      {"The score falls by the same factor over the same distance. Where a probe shows a cliff instead, take "
       "what "
       "the probe found.",
       "同じ距離ごとに同じ割合で低下するとします。測定で崖のように落ちるなら測定値を使ってください。"},
      {"The half was measured on the task that is asked about: other tasks have others.",
       "半減の距離は対象の課題で測ったものです。課題が違えば値も違います。"}};
  out.grounds.source = "s(N) = s0 2^(-N/half), solved for N";
  return out;
}

base::Result<Effective> usual_share(std::uint64_t trained, double share) {
  if (trained == 0) return base::fail(Code::invalid_argument, "the trained length is above 0");
  if (!(share > 0 && share <= 1))
    return base::fail(Code::invalid_argument, "the share is above 0 and at most 1");
  Effective out;
  out.tokens = std::floor(share * static_cast<double>(trained));
  out.grounds.assumptions = {
      {"An observation of open models, none of which is yours: measure with genkai probe context.",
       "公開モデルでの観察であり、お使いのモデルのものではありません。genkai probe "
       "contextで測ってください。"}};
  out.grounds.source =
      "effective lengths are often at most half of the trained one: An et al. 2024; Hsieh et al. 2024 "
      "(RULER)";
  return out;
}

}  // namespace genkai::limits::context::bound
