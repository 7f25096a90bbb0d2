#pragma once
// What a program in the sandbox may try: for sandbox_attack_test.cc. An attempt prints HELD when it was
// refused and ESCAPED when it succeeded; which of the two, or which bound, has to be reached is part of the
// case, so that one that never got as far as trying does not pass.

#include <vector>

#include "logic/sandbox/sandbox.h"

namespace genkai::logic {

enum class Outside {
  not_tried,  // harmful, or not the same thing without a sandbox
  escapes,    // the same source, run by plain python3, prints ESCAPED: the attempt is a real one
};

struct Attack {
  const char* name;
  SandboxBound ends;  // none: the program comes to its end, having printed HELD
  Outside outside;
  const char* source;  // after kPrelude
};

// NR is a dictionary of the names of system calls to their numbers; SECRET_PORT, SECRET_NAME, PARENT name
// what the test holds ready for an attempt to reach.
inline constexpr const char* kPrelude = R"(
import os, sys
def attempt(action):
    try:
        action()
    except (OSError, ValueError, ImportError) as error:
        print('HELD', error)
    else:
        print('ESCAPED')
def call(name, *arguments):
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    found = libc.syscall(ctypes.c_long(NR[name]), *[ctypes.c_long(a) if isinstance(a, int) else a for a in arguments])
    print('HELD' if found == -1 else 'ESCAPED', name, found, ctypes.get_errno(), flush=True)
)";

extern const std::vector<Attack> kEscapes;           // escape_cases_test.cc
extern const std::vector<Attack> kExhaustions;       // exhaustion_cases_test.cc
extern const std::vector<const char*> kDeadlyCalls;  // escape_cases_test.cc: system calls, each killed

}  // namespace genkai::logic
