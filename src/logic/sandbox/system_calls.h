#pragma once
// The system calls that a program in the sandbox may make, as a seccomp filter. An allow-list: what is not
// named does not exist (ENOSYS). What only an escape asks for ends the process by SIGSYS.
//
//   GENKAI_ASSIGN_OR_RETURN(const std::string* filter, system_call_filter());
//   write(memfd, filter->data(), filter->size());        // for bwrap --seccomp FD

#include <string>

#include "base/result.h"

namespace genkai::logic {

/// The filter for this machine's architecture as an array of `struct sock_filter`; other architectures' calls
/// (32 bit, x32) kill. Made once; lives for the life of the process. Errors: unsupported (libseccomp does not
/// know this architecture), internal. Thread-safe.
base::Result<const std::string*> system_call_filter();

}  // namespace genkai::logic
