// Whatever the bytes, reading ends with an error or with a formula that is in bounds and survives writing in
// either form; the solver's bounds hold whatever its budget, and its model costs what it says.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "logic/maxsat/maxsat.h"
#include "logic/maxsat/wcnf.h"

namespace {

using namespace genkai::logic;

void require(bool holds) {
  if (!holds) std::abort();
}

bool same(const WeightedFormula& a, const WeightedFormula& b) {
  if (a.hard != b.hard || a.soft.size() != b.soft.size()) return false;
  for (std::size_t s = 0; s < a.soft.size(); ++s)
    if (a.soft[s].literals != b.soft[s].literals || a.soft[s].weight != b.soft[s].weight) return false;
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto formula = read_wcnf({reinterpret_cast<const char*>(data), size});
  if (!formula) {
    require(!formula.error().message.empty());
    return 0;
  }
  require(check(*formula).has_value());
  for (const WcnfForm form : {WcnfForm::with_header, WcnfForm::without_header}) {
    const auto again = read_wcnf(write_wcnf(*formula, form));
    require(again.has_value() && same(*formula, *again));
  }
  if (formula->variables > 2000) return 0;  // a header alone may ask for many
  const MaxSatResult poor = solve_maxsat(*formula, {.conflicts = 1, .seconds = 0.01});
  const MaxSatResult found = solve_maxsat(*formula, {.conflicts = 10'000, .seconds = 1});
  for (const MaxSatResult& result : {poor, found}) {
    require(result.lower <= result.upper);
    if (result.status == MaxSatStatus::optimal) require(result.lower == result.upper);
    if (!result.model.empty()) require(cost(*formula, result.model) == result.upper);
  }
  require(poor.lower <= found.upper && found.lower <= poor.upper);
  return 0;
}
