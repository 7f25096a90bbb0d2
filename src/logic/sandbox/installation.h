#pragma once
// What the sandbox is built from: where bubblewrap and python3 are, what python3 needs to see, and what to do
// when something is missing.
//
//   GENKAI_ASSIGN_OR_RETURN(const Installation found, find_installation({}));
//   const auto command = command_line(found, limits, {.filter = 5, .status = 6});

#include <string>
#include <vector>

#include "base/result.h"
#include "logic/sandbox/sandbox.h"

namespace genkai::logic {

/// Where to look, first found first; tests name others.
struct Places {
  std::vector<std::string> bwrap = {"/usr/bin/bwrap", "/bin/bwrap", "/usr/local/bin/bwrap"};
  std::vector<std::string> python = {"/usr/bin/python3", "/usr/local/bin/python3"};
};

struct Installation {
  std::string bwrap, python;         // python: the program itself, no symbolic link
  std::string library;               // its standard library
  std::vector<std::string> visible;  // other folders and files of the system that it needs, all read-only
};

/// Asks python3 where its library is (a fixed question; nothing of a program is run). Errors: unavailable.
base::Result<Installation> find_installation(const Places& places);

/// Descriptors of the started process beside 0, 1, 2, the source (3) and the report (4).
struct Descriptors {
  int filter = 5, status = 6;
};

/// bwrap, its options, python3 and its options.
std::vector<std::string> command_line(const Installation& installation, const SandboxLimits& limits,
                                      const Descriptors& descriptors);

/// The error of an isolation that did not come up: why, as far as `said` by bwrap and this machine's settings
/// tell, and what to do.
base::Error no_isolation(std::string_view said);

/// "apt-get install bubblewrap" and the like, as a hint.
std::string install_hint(std::string_view package);

}  // namespace genkai::logic
