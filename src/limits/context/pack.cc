#include "limits/context/guard.h"
#include "text/text.h"

namespace genkai::limits::context {

std::vector<core::Evidence> pack(std::vector<core::Evidence> evidence, const Budget& budget,
                                 core::Trace& trace) {
  auto stage = trace.stage("pack");
  std::vector<core::Evidence> packed, aside;
  std::size_t tokens = 0, kept = 0;
  double best = 0;
  const std::size_t saw = evidence.size();
  for (core::Evidence& item : evidence) {
    if (item.suspected(core::Suspicion::exact_copy)) continue;
    if (item.poisoned() || item.suspected(core::Suspicion::near_duplicate)) {
      if (aside.size() < budget.aside) aside.push_back(std::move(item));
      continue;
    }
    if (kept == 0) best = item.scores.fused;
    const std::size_t size = text::estimate_tokens(item.passage.text);
    const bool worth_it = kept < budget.least || item.scores.fused >= budget.enough * best;
    if (kept >= budget.passages || tokens + size > budget.tokens || !worth_it) continue;
    tokens += size;
    ++kept;
    packed.push_back(std::move(item));
  }
  stage.counts(saw, kept);
  stage.note("tokens", std::to_string(tokens) + " of " + std::to_string(budget.tokens));
  for (core::Evidence& item : aside) packed.push_back(std::move(item));
  return packed;
}

std::vector<std::size_t> fit(const std::vector<core::Evidence>& evidence, std::size_t tokens,
                             std::size_t overhead) {
  std::vector<std::size_t> shown;
  std::size_t used = 0;
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    const core::Evidence& item = evidence[i];
    if (item.poisoned() || item.suspected(core::Suspicion::near_duplicate) ||
        item.suspected(core::Suspicion::exact_copy))
      continue;
    const std::size_t size = text::estimate_tokens(item.passage.text) + overhead;
    if (used + size > tokens) continue;
    used += size;
    shown.push_back(i);
  }
  return shown;
}

}  // namespace genkai::limits::context
