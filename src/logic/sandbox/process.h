#pragma once
// Starts a command with nothing but the descriptors it is given, watches it within limits, and ends it and
// all that it started. What it runs, and what its end means, others know.
//
//   Process run = supervise(command_line, {source, input, filter}, limits, cancelled);

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancellation.h"
#include "base/result.h"
#include "logic/sandbox/sandbox.h"

namespace genkai::logic {

/// What the command finds in its descriptors 3, 0 and 5, as files that cannot be changed any more.
struct Fed {
  std::string_view source, input, filter;
};

enum class Stopped { no, wall, output, scratch, cancelled };

struct Ended {
  std::string out, err, report;    // descriptors 1 and 2, at most output_bytes; descriptor 4
  std::uint64_t output_bytes = 0;  // that arrived on 1 and 2
  Stopped stopped = Stopped::no;   // by us, and why
  int status = 0;                  // of the command, as wait() gives it
  double wall_ms = 0, cpu_ms = 0;
  std::size_t peak_bytes = 0;
};

/// Runs `command` (its first word is a path) until its end, and returns when every process of it is gone. As
/// root it is started as the user nobody (65534), without groups. Errors: those of the operating system when
/// nothing could be started; unavailable when its files cannot be watched.
base::Result<Ended> supervise(const std::vector<std::string>& command, const Fed& fed,
                              const SandboxLimits& limits, const base::Cancellation& cancelled);

}  // namespace genkai::logic
