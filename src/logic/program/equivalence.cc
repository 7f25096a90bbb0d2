#include "logic/program/equivalence.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/rng.h"
#include "logic/program/inputs.h"

namespace genkai::logic {
namespace {

/// The functions of two programs that are meant: the last name that both define, else the last of each.
std::optional<std::pair<FunctionInfo, FunctionInfo>> functions_of(const Program& first,
                                                                  const Program& second) {
  const std::vector<FunctionInfo> a = first.functions(), b = second.functions();
  if (a.empty() || b.empty()) return std::nullopt;
  for (auto mine = a.rbegin(); mine != a.rend(); ++mine)
    for (const FunctionInfo& other : b)
      if (other.name == mine->name) return std::pair{*mine, other};
  return std::pair{a.back(), b.back()};
}

bool ended(const Execution& run) {
  return run.ending == Ending::halted || run.ending == Ending::failed;
}
bool settled(const Execution& run) {
  return ended(run) || run.ending == Ending::never_halts;
}

/// Whether two runs prove a difference.
bool differ(const Execution& a, const Execution& b) {
  if (!settled(a) || !settled(b)) return false;
  if (a.ending != b.ending) return true;
  if (a.ending == Ending::never_halts) return false;  // what they print for ever is not compared
  if (a.output != b.output) return true;              // a kept beginning that differs is a difference too
  return a.result != b.result;
}

Comparison by_runs(const Program& first, const Program& second, const ComparisonOptions& options) {
  Comparison out;
  out.inputs = 1;
  out.first = run(first, options.budget);
  out.second = run(second, options.budget);
  if (differ(out.first, out.second)) {
    out.verdict = Verdict::different;
  } else if (out.first.ending == Ending::halted && out.second.ending == Ending::halted &&
             !out.first.output_cut && !out.second.output_cut) {
    out.verdict = Verdict::same_run;
  } else {
    out.unsettled = 1;
  }
  return out;
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::different:
      return "different";
    case Verdict::same_run:
      return "same_run";
    case Verdict::undetermined:
      return "undetermined";
  }
  return {};
}

Comparison compare(const Program& first, const Program& second, const ComparisonOptions& options) {
  if (!first.only_defines() || !second.only_defines()) return by_runs(first, second, options);
  const auto pair = functions_of(first, second);
  Comparison out;
  if (!pair) return by_runs(first, second, options);
  const auto& [mine, other] = *pair;
  const std::size_t parameters = std::max(mine.required, other.required);
  if (parameters > mine.parameters || parameters > other.parameters) {
    out.why = "the functions take different numbers of arguments";
    return out;
  }
  for (const Domain domain : {Domain::integers, Domain::lists, Domain::strings}) {
    base::Rng rng(options.seed);
    bool useful = false;
    std::size_t open = 0;  // runs that took their whole budget
    const std::size_t runs = parameters == 0 ? 1 : options.runs;
    for (std::size_t round = 0; round < runs; ++round) {
      // An input of a kind that neither takes says nothing: a few are enough to see that.
      if (!useful && round == 24) break;
      const std::vector<std::string> given = sample_arguments(domain, round, parameters, rng);
      const base::Result<Execution> a = call(first, mine.name, given, options.budget);
      const base::Result<Execution> b = call(second, other.name, given, options.budget);
      if (!a || !b) continue;
      ++out.inputs;
      useful = useful || a->ending != Ending::failed || b->ending != Ending::failed;
      if (!settled(*a) || !settled(*b) || (a->ending == Ending::failed && b->ending == Ending::failed))
        ++out.unsettled;
      open += !settled(*a) || !settled(*b);
      if (!differ(*a, *b) && open > options.runs / 4) return out;
      if (!differ(*a, *b)) continue;
      out.verdict = Verdict::different;
      out.first = *a;
      out.second = *b;
      for (const std::string& argument : given) out.input += (out.input.empty() ? "" : ", ") + argument;
      out.input = "(" + out.input + ")";
      return out;
    }
    if (useful || parameters == 0) break;
  }
  return out;
}

}  // namespace genkai::logic
