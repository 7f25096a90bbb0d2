#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "limits/context/guard.h"
#include "limits/context/worth.h"

namespace genkai::limits::context {

std::vector<core::Evidence> pack(std::vector<core::Evidence> evidence, const core::Interpretation& meaning,
                                 const Budget& budget, core::Trace& trace) {
  auto stage = trace.stage("pack");
  std::vector<std::size_t> worthy, aside;  // places in the evidence
  double best = 0;
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    const core::Evidence& item = evidence[i];
    if (item.suspected(core::Suspicion::exact_copy)) continue;
    if (item.poisoned() || item.suspected(core::Suspicion::near_duplicate)) {
      if (aside.size() < budget.aside) aside.push_back(i);
      continue;
    }
    if (worthy.empty()) best = item.scores.fused;
    if (worthy.size() < budget.least || item.scores.fused >= budget.enough * best) worthy.push_back(i);
  }
  Problem problem = worth_of(evidence, worthy, meaning, {.coverage = budget.coverage}, budget.tokens);
  problem.most = budget.passages;
  const Selection selection = select(problem);
  std::vector<core::Evidence> packed;
  for (const std::size_t chosen : selection.chosen) packed.push_back(std::move(evidence[worthy[chosen]]));
  for (const std::size_t place : aside) packed.push_back(std::move(evidence[place]));
  stage.counts(evidence.size(), selection.chosen.size());
  stage.note("tokens",
             describe(static_cast<std::size_t>(selection.cost), budget.tokens, selection.reached()));
  return packed;
}

std::string describe(std::size_t tokens, std::size_t budget, double reached) {
  // Rounded down: "at least" has to hold.
  return fmt::format("{} of {}, at least {:.0f} % of the best possible", tokens, budget,
                     std::floor(100 * std::clamp(reached, 0.0, 1.0) + 1e-6));
}

}  // namespace genkai::limits::context
