// run_python_safely: the in-memory interpreter first, the sandbox for what is beyond it.

#include <algorithm>
#include <string>

#include "base/clock.h"
#include "logic/program/program.h"
#include "logic/sandbox/report.h"
#include "logic/sandbox/sandbox.h"

namespace genkai::logic {
namespace {

using base::fail;
using base::Result;

SandboxBound bound_of(Bound bound) {
  switch (bound) {
    case Bound::memory:
    case Bound::integer_bits:
      return SandboxBound::memory;
    case Bound::depth:
      return SandboxBound::depth;
    default:
      return SandboxBound::time;
  }
}

Budget budget_of(const SandboxLimits& limits) {
  Budget budget;
  budget.memory_bytes = std::min(budget.memory_bytes, limits.memory_bytes);
  budget.output_bytes = limits.output_bytes;
  budget.source_bytes = limits.source_bytes;
  return budget;
}

// Of a program that printed nothing, the same with its value printed; runner.py does likewise. Empty: no
// value.
Result<Execution> with_value(std::string_view source, const Program& program, const Budget& budget) {
  std::string name;
  for (const auto& function : program.functions())
    if (function.name == "solution" && function.parameters == 0) name = "solution()";
  const auto run_printing = [&](const std::string& printed) -> Result<Execution> {
    GENKAI_ASSIGN_OR_RETURN(
        const Program longer,
        Program::parse(std::string(source) + "\nprint(" + printed + ")\n", budget.source_bytes + 64));
    return run(longer, budget);
  };
  if (!name.empty()) return run_printing(name);
  for (const char* variable : {"result", "answer", "ans"}) {
    if (source.find(variable) == std::string_view::npos) continue;
    auto ran = run_printing(variable);
    if (!ran) return ran;
    if (ran->ending == Ending::failed && ran->error.rfind("NameError", 0) == 0) continue;
    return ran;
  }
  Execution none;
  none.ending = Ending::halted;
  return none;
}

// nullopt where the sandbox has to say.
Result<SandboxRun> interpreted(const Execution& ran, double wall_ms, bool by_value) {
  SandboxRun out;
  out.ran_in = RanIn::interpreter;
  out.wall_ms = wall_ms;
  out.line = ran.line;
  if (!by_value) {
    out.out = ran.output;
    out.output_bytes = ran.output.size();
  }
  switch (ran.ending) {
    case Ending::halted:
      out.outcome = SandboxOutcome::finished;
      out.value = by_value ? ran.output.substr(0, ran.output.find_last_not_of('\n') + 1)
                           : std::string(last_line(ran.output));
      if (by_value && out.value == "None") out.value.clear();
      break;
    case Ending::failed:
      out.outcome = SandboxOutcome::failed;
      out.error = ran.error;
      break;
    case Ending::never_halts:
      out.bound = SandboxBound::time;
      out.error = "it never halts: after step " + std::to_string(ran.later_step) +
                  " it is in the state it was in after step " + std::to_string(ran.earlier_step);
      break;
    case Ending::undetermined:
      out.bound = ran.output_cut ? SandboxBound::output : bound_of(ran.bound);
      out.error = "the interpreter's bound was reached: " + std::string(to_string(ran.bound));
      break;
  }
  if (ran.output_cut && out.outcome == SandboxOutcome::finished) {  // its last line is not known
    out.outcome = SandboxOutcome::undetermined;
    out.bound = SandboxBound::output;
    out.value.clear();
    out.error = "too much output";
  }
  return out;
}

}  // namespace

Result<SandboxRun> run_python_safely(std::string_view source, const SandboxLimits& limits,
                                     std::string_view input, const base::Cancellation& cancelled) {
  const base::Stopwatch watch;
  const Budget budget = budget_of(limits);
  const auto program = Program::parse(source, budget.source_bytes);
  Result<SandboxRun> own = program ? Result<SandboxRun>(SandboxRun{}) : fail(program.error());
  if (program) {
    auto ran = run(*program, budget);
    const bool by_value = ran.ending == Ending::halted && ran.output.empty();
    auto valued = by_value ? with_value(source, *program, budget) : Result<Execution>(std::move(ran));
    if (valued && !(valued->ending == Ending::undetermined && valued->bound == Bound::unsupported)) {
      own = interpreted(*valued, watch.milliseconds(), by_value);
      const bool proven = valued->ending == Ending::never_halts;
      if (proven || own->outcome != SandboxOutcome::undetermined || own->bound == SandboxBound::output)
        return own;
    } else {
      own = fail(valued ? base::Error{base::Code::unsupported, valued->error, {}} : valued.error());
    }
  }
  auto isolated = run_python(source, limits, input, cancelled);
  if (!isolated && isolated.error().code == base::Code::unavailable && own) return own;
  return isolated;
}

}  // namespace genkai::logic
