#pragma once
// The sandbox with its parts given, for tests that take one away.

#include "logic/sandbox/installation.h"
#include "logic/sandbox/sandbox.h"

namespace genkai::logic {

/// run_python in one installation, which nobody has probed.
base::Result<SandboxRun> run_in(const Installation& installation, std::string_view source,
                                const SandboxLimits& limits, std::string_view input,
                                const base::Cancellation& cancelled);

/// Finds an installation and runs a program in it that tries what must not succeed. Errors: unavailable.
base::Result<Installation> probe(const Places& places);

}  // namespace genkai::logic
