#include "answer/sandboxed_python.h"

#include "logic/sandbox/sandbox.h"

namespace genkai::answer {

limits::reasoning::programs::RunPython sandboxed_python() {
  return [](std::string_view source) -> base::Result<std::string> {
    GENKAI_ASSIGN_OR_RETURN(const logic::SandboxRun ran, logic::run_python_safely(source, {}));
    if (ran.outcome == logic::SandboxOutcome::finished) return ran.value;
    return base::fail(ran.outcome == logic::SandboxOutcome::failed ? base::Code::invalid_argument
                                                                   : base::Code::resource_exhausted,
                      ran.error);
  };
}

}  // namespace genkai::answer
