// Whatever the program, reading and solving end within their bounds, an error has a message, an answer is
// one of the options, and the same program gives the same solution.

#include <cstdint>
#include <cstdlib>

#include "logic/solve/first_order.h"
#include "logic/solve/smt.h"
#include "logic/solve/solve.h"
#include "text/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace genkai::logic::solve;
  const std::string program(reinterpret_cast<const char*>(data), size);
  std::vector<Repair> repairs;
  (void)read_smt(program, repairs);
  // Z3 itself is not what is fuzzed here, only what is read for it.
  if (program.size() <= 4096)
    if (auto theory = read_first_order(read_sections(genkai::text::to_valid_utf8(program)), repairs))
      (void)infer_sorts(*theory);
  if (dialect_of(program) == Dialect::smt || dialect_of(program) == Dialect::first_order) return 0;
  const Budget budget{.program_bytes = 4096,
                      .facts = 1000,
                      .steps = 20'000,
                      .nodes = 200,
                      .time = std::chrono::milliseconds(60'000)};
  const Problem problem{program, "Is it true? Tom is not a cat.", {"A) True", "B) False"}};
  const Solution once = solve(problem, budget), again = solve(problem, budget);
  if (once.status != again.status || once.answer != again.answer) std::abort();
  if ((once.status == Status::syntax) != once.error.has_value()) std::abort();
  if (once.error && to_model(once).empty()) std::abort();
  if ((once.status == Status::ok) == once.answer.empty()) std::abort();
  (void)describe(once, genkai::text::Language::japanese);
  (void)to_json(once, genkai::text::Language::english).dump();
  return 0;
}
