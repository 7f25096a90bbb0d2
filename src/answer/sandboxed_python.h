#pragma once
// Python that a model wrote for a computed answer, run in the sandbox.
//
//   compute_answers(model, meaning, evidence, drafting, {4, sandboxed_python(), pool}, replies, trace);

#include "limits/reasoning/programs/program.h"

namespace genkai::answer {

/// Runs a program in memory where that suffices, else isolated (logic/sandbox). Errors: invalid_argument for
/// a program that fails, with what it raised; resource_exhausted where a bound ended it; unavailable where
/// isolation cannot be had: then nothing runs.
limits::reasoning::programs::RunPython sandboxed_python();

}  // namespace genkai::answer
