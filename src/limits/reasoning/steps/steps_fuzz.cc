// Whatever a chain holds, checking it ends, says the same twice, and names a step that there is.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "limits/reasoning/steps/corruption.h"
#include "limits/reasoning/steps/step_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace genkai::limits::reasoning::steps;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = text.find('\f');
  const std::string_view question = cut == text.npos ? std::string_view() : text.substr(0, cut);
  const auto steps = split_steps(cut == text.npos ? text : text.substr(cut + 1));
  const StepReport once = check_steps(question, steps);
  if (once.checked > steps.size() || (once.first_wrong && *once.first_wrong >= steps.size())) std::abort();
  if (once.first_wrong.has_value() == once.why.empty()) std::abort();
  const StepReport again = check_steps(question, steps, genkai::text::Language::japanese);
  if (again.first_wrong != once.first_wrong || again.claims.size() != once.claims.size()) std::abort();
  if (const auto corruption = corrupt(steps, size); corruption && corruption->steps == steps) std::abort();
  (void)stated_answer(text);
  return 0;
}
