// Whatever the source, evaluating ends within the budget, says the same twice, and what it gives can be read
// again when it is an amount.

#include <cstdint>
#include <cstdlib>

#include "logic/expression/expression.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace genkai::logic::expression;
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  const Budget budget{.source_bytes = 4096, .steps = 5'000, .integer_bits = 2'048, .depth = 32};
  const auto once = evaluate(source, budget), again = evaluate(source, budget);
  if (once.has_value() != again.has_value()) std::abort();
  if (!once) {
    const Failure& failure = once.error();
    if (failure.english.empty() || failure.japanese.empty() || failure.begin > failure.end ||
        failure.end > size)
      std::abort();
    if (describe(failure, genkai::text::Language::english) !=
        describe(again.error(), genkai::text::Language::english))
      std::abort();
    return 0;
  }
  if (once->exact != again->exact || once->steps > budget.steps) std::abort();
  for (const Literal& literal : once->literals)
    if (literal.begin + literal.text.size() > size || literal.value.empty()) std::abort();
  if (once->value.kind == Kind::number && once->value.display.empty()) {
    const auto read = evaluate(once->exact);
    if (!read || read->value.number != once->value.number) std::abort();
  }
  return 0;
}
