#include "limits/reasoning/steps/draft_steps.h"

#include <utility>

#include "limits/reasoning/steps/step_check.h"

namespace genkai::limits::reasoning::steps {
namespace {

constexpr std::size_t kMostReply = 64 * 1024;  // bytes; find_reply_object looks at as much

void append(std::vector<std::string>& steps, std::string_view text) {
  for (std::string& step : split_steps(text)) steps.push_back(std::move(step));
}

}  // namespace

std::vector<std::string> stated_steps(std::string_view reply, const base::Json& object) {
  std::vector<std::string> steps;
  reply = reply.substr(0, kMostReply);
  if (const std::size_t thought = reply.rfind("</think>"); thought != reply.npos)
    reply.remove_prefix(thought + 8);
  append(steps, reply.substr(0, reply.find('{')));
  for (const std::string_view name : {"steps", "reasoning"})
    if (const base::Json* stated = object.find(name)) {
      append(steps, stated->as_string());
      for (const base::Json& step : stated->items())
        if (!step.as_string().empty()) steps.emplace_back(step.as_string());
    }
  return steps;
}

void hold_steps(const std::vector<std::string>& steps, std::string_view question, core::Draft& draft) {
  std::vector<std::string> chain = steps;
  chain.push_back(draft.text);
  const StepReport report = check_steps(question, chain);
  if (report.first_wrong) {
    const std::size_t at = *report.first_wrong;
    draft.claims.push_back({chain[at].substr(0, 300), core::Verdict::contradicted,
                            "step " + std::to_string(at + 1) + " is wrong: " + report.why});
  } else if (report.checked > 0) {
    draft.claims.push_back({"the steps of the answer", core::Verdict::supported,
                            std::to_string(report.checked) + " of " + std::to_string(chain.size()) +
                                " could be checked, and none is wrong"});
  }
}

}  // namespace genkai::limits::reasoning::steps
