#pragma once
// What the program's exit status means (the numbers above 63 are those of sysexits.h).

#include "base/result.h"
#include "core/answer.h"

namespace genkai::app {

enum ExitCode : int {
  kOk = 0,             // answered, or done
  kAbstained = 2,      // ask: no answer, with a reason; check: undetermined
  kUnclear = 3,        // ask: the question needs to be clearer
  kInconsistent = 4,   // check: the claims cannot all be true
  kUsage = 64,         // the command line is wrong
  kBadInput = 65,      // a document, batch line or stored file is malformed
  kNotFound = 66,      // a file or knowledge base is not there
  kInternal = 70,      // a failure of the program
  kCannotWrite = 73,   // no space, no permission
  kUnavailable = 75,   // something outside does not answer; try again
  kInterrupted = 130,  // stopped by a signal; run again to go on
};

inline ExitCode exit_code(const base::Error& error) {
  using base::Code;
  switch (error.code) {
    case Code::invalid_argument:
    case Code::corrupt:
    case Code::unsupported:
      return kBadInput;
    case Code::not_found:
      return kNotFound;
    case Code::already_exists:
    case Code::permission_denied:
    case Code::resource_exhausted:
      return kCannotWrite;
    case Code::unavailable:
    case Code::deadline_exceeded:
      return kUnavailable;
    case Code::cancelled:
      return kInterrupted;
    case Code::internal:
      return kInternal;
  }
  return kInternal;
}

inline ExitCode exit_code(core::Outcome outcome) {
  switch (outcome) {
    case core::Outcome::answered:
      return kOk;
    case core::Outcome::abstained:
      return kAbstained;
    case core::Outcome::needs_clarification:
      return kUnclear;
  }
  return kInternal;
}

}  // namespace genkai::app
