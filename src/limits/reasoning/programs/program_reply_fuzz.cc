// Whatever a model replies, reading and running it ends, says the same twice, and supports nothing without a
// quote.

#include <cstdint>
#include <cstdlib>

#include "limits/reasoning/programs/program.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace genkai::limits::reasoning::programs;
  if (size > 4096) return 0;
  static const genkai::core::Interpretation meaning = [] {
    genkai::core::Interpretation made;
    made.text = "How many days were there between 25 December 2023 and the fire?";
    made.focus = genkai::text::analyse_question(made.text);
    return made;
  }();
  const std::string passage =
      "It was closed on 3 March 2024 after a fire, at 9:30. A ticket costs 12.50 dollars.";
  const Cite cite = [&](std::string_view quote, std::int64_t, genkai::core::Draft& draft) {
    if (passage.find(quote) == std::string::npos) return false;
    draft.citations.emplace_back().quote = quote;
    return true;
  };
  const RunPython python = [](std::string_view source) -> genkai::base::Result<std::string> {
    return std::string(source.substr(0, 100));
  };
  const std::string_view reply(reinterpret_cast<const char*>(data), size);
  const Assignment task{meaning, "m", cite, python};
  const Program once = run_program(reply, task), again = run_program(reply, task);
  if (once.ending != again.ending || once.draft.text != again.draft.text) std::abort();
  if (once.draft.supported &&
      (once.ending != Ending::computed || once.draft.citations.empty() || once.operands.empty()))
    std::abort();
  if (once.ending != Ending::computed && once.draft.stance == genkai::core::Stance::answers) std::abort();
  return 0;
}
