#pragma once
// For tests: skips, with the reason, where this machine has no isolation; fails where it has and the sandbox
// says no.

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "logic/sandbox/sandbox.h"

namespace genkai::logic {

/// Whether an ordinary user may make the namespaces here, and the programs are there: asked without the
/// sandbox.
inline bool machine_isolates() {
  if (::access("/usr/bin/bwrap", X_OK) != 0 || ::access("/usr/bin/python3", X_OK) != 0) return false;
  const pid_t child = ::fork();
  if (child == 0) {
    if (::geteuid() == 0 && (::syscall(SYS_setresgid, 65534, 65534, 65534) != 0 ||
                             ::syscall(SYS_setresuid, 65534, 65534, 65534) != 0))
      ::_exit(1);
    ::_exit(::unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWNS) == 0 ? 0 : 1);
  }
  int status = 0;
  return child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace genkai::logic

#define GENKAI_NEEDS_ISOLATION()                                                                          \
  if (const auto available = ::genkai::logic::sandbox_available(); !available) {                          \
    ASSERT_FALSE(::genkai::logic::machine_isolates()) << available.error().message;                       \
    GTEST_SKIP() << "no isolation here: " << available.error().message << "; " << available.error().hint; \
  }
