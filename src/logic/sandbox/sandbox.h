#pragma once
// Runs Python that a language model wrote, isolated from this machine by bubblewrap, and says what became of
// it. The source is hostile input. Where isolation cannot be had nothing runs.
//
//   GENKAI_ASSIGN_OR_RETURN(const SandboxRun ran, run_python("print(sum(range(10)) / 4)"));
//   ran.outcome         // SandboxOutcome::finished
//   ran.value           // "11.25"
//   run_python("while True: pass", {.wall = std::chrono::seconds(1)})->bound      // SandboxBound::time
//
// The program sees: namespaces of its own (user, mount, process, network, ipc, uts, cgroup); python3 and its
// standard library read-only; /dev/null, /dev/zero, /dev/urandom; an empty /tmp of limited size, the only
// place it can write to. No network, /proc, /sys, /etc, home, environment or terminal; no capability and none
// to gain; one process, whose system calls a seccomp list names. docs/limits/reasoning/sandbox.md has the
// threat model.
//
// The value of a program: the last line that it printed, blank ones aside. When it printed nothing: what its
// function `solution()` returns, if it defines one that takes no argument; else what `result`, `answer` or
// `ans` (the first of them that is bound at the end) holds; as print() shows it. Empty when there is none of
// these.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/cancellation.h"
#include "base/result.h"

namespace genkai::logic {

struct SandboxLimits {
  std::chrono::milliseconds wall{10'000};             // of the whole run, start-up included
  int cpu_seconds = 10;                               // of the process, all threads together
  std::size_t memory_bytes = std::size_t{512} << 20;  // address space; 64 MiB at least
  std::size_t output_bytes = std::size_t{64} << 10;   // standard output and error together
  std::size_t scratch_bytes = std::size_t{16} << 20;  // of /tmp; a whole number of 4 KiB pages is used
  std::size_t scratch_files = 1'000;                  // in /tmp
  std::size_t threads = 16;                           // beside the first
  std::size_t source_bytes = std::size_t{256} << 10;  // a longer source is an error
  std::size_t input_bytes = std::size_t{16} << 20;    // a longer standard input is an error
};

enum class SandboxOutcome {
  finished,      // it came to its end with exit status 0
  failed,        // it came to its end by an exception, or with another exit status
  undetermined,  // a bound ended it: what it would have said is not known
};
std::string_view to_string(SandboxOutcome outcome);

/// What ended an undetermined run.
enum class SandboxBound {
  none,
  time,       // wall clock or CPU
  memory,     // address space, or the system's memory
  depth,      // Python's limit of calls within calls
  output,     // it wrote more than `output_bytes`, or closed what it writes to in order to go on unseen
  scratch,    // size or number of files, or open descriptors
  processes,  // it wanted another process, or more threads
  forbidden,  // a system call that only an escape makes; the kernel killed it
  crashed,    // it was ended by another signal, such as a segmentation fault
};
std::string_view to_string(SandboxBound bound);

enum class RanIn { interpreter, sandbox };
std::string_view to_string(RanIn place);

/// Every text here was written by the program: untrusted, any bytes but for `value` and `error`, which are
/// UTF-8.
struct SandboxRun {
  SandboxOutcome outcome = SandboxOutcome::undetermined;
  SandboxBound bound = SandboxBound::none;
  RanIn ran_in = RanIn::sandbox;
  std::string value;       // of a finished run; see above
  std::string error;       // not finished: "ZeroDivisionError: division by zero", or which bound it met
  std::uint32_t line = 0;  // of the source where it failed, 1-based; 0 when nowhere
  std::string out, err;    // what it wrote, together at most `output_bytes`
  std::uint64_t output_bytes = 0;  // how much of it arrived; more than is kept when it was cut
  double wall_ms = 0, cpu_ms = 0;  // with start-up; cpu of the interpreter is not measured and 0
  std::size_t peak_bytes = 0;      // most memory that was resident; 0 when not known
};

/// Runs `source` with `input` as its standard input. Blocks until every process of it is gone, at most a
/// moment longer than `limits.wall`. Errors: unavailable (isolation cannot be had; the hint says how to get
/// it), invalid_argument (source with a NUL byte or longer than `source_bytes`, input longer than
/// `input_bytes`, a limit of zero), cancelled. What the program does is never an error. Thread-safe.
base::Result<SandboxRun> run_python(std::string_view source, const SandboxLimits& limits = {},
                                    std::string_view input = {}, const base::Cancellation& cancelled = {});

/// Whether programs can be run here: a probe that runs one, which tries what must not succeed. Success is
/// remembered for the life of the process. Errors: unavailable, as of run_python. Thread-safe.
base::Status sandbox_available();

/// The same outcome by the cheapest way that gives it: the interpreter of a Python subset
/// (logic/program/program.h: in memory, no isolation needed, microseconds) where it reads the program and
/// comes to its end in bounds; otherwise the sandbox. A program that provably never halts is undetermined by
/// time. Without isolation a program beyond the interpreter's bounds is undetermined, and one beyond its
/// language the error `unavailable`. REQUIRES and errors as of run_python. Thread-safe.
base::Result<SandboxRun> run_python_safely(std::string_view source, const SandboxLimits& limits = {},
                                           std::string_view input = {},
                                           const base::Cancellation& cancelled = {});

}  // namespace genkai::logic
