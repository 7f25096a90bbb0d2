// Whatever the source, parsing and running end within the bounds, say the same twice, and what is said to
// have halted or to repeat does so again under a larger budget.

#include <cstdint>
#include <cstdlib>

#include "logic/program/equivalence.h"
#include "logic/program/program.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace genkai::logic;
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  const auto program = Program::parse(source, 4096);
  if (!program) {
    if (program.error().message.empty()) std::abort();
    return 0;
  }
  const Budget budget{.steps = 2000,
                      .operations = 50'000,
                      .memory_bytes = 1 << 20,
                      .integer_bits = 2048,
                      .depth = 100,
                      .output_bytes = 1000};
  const Execution once = run(*program, budget);
  if (once.steps > budget.steps || once.output.size() > budget.output_bytes) std::abort();
  if ((once.ending == Ending::undetermined) != (once.bound != Bound::none)) std::abort();
  if (once.ending == Ending::never_halts && once.earlier_step >= once.later_step) std::abort();
  Budget more = budget;
  more.steps *= 2;
  more.operations *= 2;
  const Execution again = run(*program, more);
  if (once.ending != Ending::undetermined && (again.ending != once.ending || again.output != once.output))
    std::abort();
  for (const FunctionInfo& function : program->functions())
    (void)call(*program, function.name, std::vector<std::string>(function.required, "[2, 3]"), budget);
  if (compare(*program, *program, {.runs = 4, .budget = budget}).verdict == Verdict::different) std::abort();
  return 0;
}
