#include <algorithm>

#include "limits/hallucination/uncertainty/uncertainty.h"

namespace genkai::limits::hallucination {

void measure_claims(const Comparisons& compared, Measures& measures) {
  if (!compared.others_agree.empty()) {
    const auto agreeing = std::count(compared.others_agree.begin(), compared.others_agree.end(), 1);
    measures.cross_model_agreement =
        static_cast<double>(agreeing) / static_cast<double>(compared.others_agree.size());
  }
  if (compared.supports.empty()) return;
  double sum = 0, least = 1;
  for (const auto& supporters : compared.supports) {
    const auto count = std::count(supporters.begin(), supporters.end(), 1);
    const double share = static_cast<double>(count) / static_cast<double>(supporters.size());
    sum += share;
    least = std::min(least, share);
  }
  measures.claim_consistency = sum / static_cast<double>(compared.supports.size());
  measures.min_claim_consistency = least;
}

}  // namespace genkai::limits::hallucination
