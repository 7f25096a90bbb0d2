#include "limits/reasoning/steps/step_check.h"

#include <algorithm>
#include <array>
#include <set>

#include "limits/reasoning/steps/checker.h"
#include "text/utf8.h"

namespace genkai::limits::reasoning::steps {

std::string_view to_string(Kind kind) {
  constexpr std::array<std::string_view, 10> kNames{"arithmetic",  "units",       "dates",    "counting",
                                                    "sorting",     "brackets",    "tracking", "ordering",
                                                    "restatement", "final_answer"};
  return kNames[static_cast<std::size_t>(kind)];
}

StepReport check_steps(std::string_view question, const std::vector<std::string>& steps,
                       text::Language language) {
  // What is too long is looked at as if it were empty, so that indexes stay.
  std::vector<std::string> looked_at(
      steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(std::min(steps.size(), kMostSteps)));
  for (std::string& step : looked_at)
    step = step.size() > kMostStepBytes ? std::string() : text::to_valid_utf8(step);
  const std::string asked =
      question.size() > kMostQuestionBytes ? std::string() : text::to_valid_utf8(question);
  const Chain chain{asked, looked_at, language};
  Claims claims;
  if (!check_word_sorting(chain, claims) && !check_brackets(chain, claims) && !check_swaps(chain, claims) &&
      !check_order(chain, claims)) {
    check_arithmetic(chain, claims);
    check_units(chain, claims);
    check_dates(chain, claims);
    check_counts(chain, claims);
  }
  StepReport report;
  report.claims = claims.take();
  std::stable_sort(report.claims.begin(), report.claims.end(),
                   [](const StepClaim& a, const StepClaim& b) { return a.step < b.step; });
  std::set<std::size_t> checked;
  for (const StepClaim& claim : report.claims) {
    if (claim.verdict != core::Verdict::not_checkable) checked.insert(claim.step);
    if (claim.verdict != core::Verdict::contradicted || report.first_wrong) continue;
    report.first_wrong = claim.step;
    report.why = claim.why;
  }
  report.checked = checked.size();
  return report;
}

std::vector<std::string> split_steps(std::string_view text) {
  std::vector<std::string> steps;
  const auto keep = [&](std::string_view part) {
    while (!part.empty() && (part.front() == ' ' || part.front() == '\t' || part.front() == '\r'))
      part.remove_prefix(1);
    while (!part.empty() && (part.back() == ' ' || part.back() == '\t' || part.back() == '\r'))
      part.remove_suffix(1);
    if (!part.empty()) steps.emplace_back(part);
  };
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    keep(text.substr(at, end - at));
    at = end + 1;
  }
  if (steps.size() != 1) return steps;
  const std::string line = std::move(steps.front());
  steps.clear();
  for (const text::Span& sentence : text::split_sentences(line)) keep(sentence.of(line));
  return steps;
}

}  // namespace genkai::limits::reasoning::steps
