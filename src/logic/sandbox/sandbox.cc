#include "logic/sandbox/sandbox.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <optional>

#include "logic/sandbox/isolation.h"
#include "logic/sandbox/process.h"
#include "logic/sandbox/report.h"
#include "logic/sandbox/system_calls.h"

namespace genkai::logic {
namespace {

using base::Code;
using base::fail;
using base::Result;

// What must not succeed, tried once before the first program is run. Other checks the runner makes each time.
constexpr std::string_view kTrials = R"(
import os, socket
open_doors = []
def closed(name, attempt):
    try:
        attempt()
        open_doors.append(name)
    except OSError:
        pass
closed('a socket', lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM))
closed('a local socket', lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
closed('a process', os.fork)
closed('a write outside /tmp', lambda: open('/outside', 'w'))
closed('a write to the library', lambda: open(os.__file__, 'a'))
closed('the accounts', lambda: open('/etc/passwd'))
closed('/proc', lambda: os.listdir('/proc'))
closed('/sys', lambda: os.listdir('/sys'))
if os.environ: open_doors.append('the environment')
if sorted(os.listdir('/dev')) != ['null', 'urandom', 'zero']: open_doors.append('devices')
with open('/tmp/x', 'w') as scratch: scratch.write('x')
print('open: ' + ', '.join(open_doors) if open_doors else 'isolated')
)";

constexpr std::size_t kLeastMemory = std::size_t{64} << 20;

struct Meaning {
  SandboxBound bound;
  const char* text;
};

Meaning of_report(char kind) {
  switch (kind) {
    case 'm':
      return {SandboxBound::memory, "out of memory"};
    case 'd':
      return {SandboxBound::depth, "calls nested too deep"};
    case 'p':
      return {SandboxBound::processes, "another process or thread was refused"};
    case 'f':
      return {SandboxBound::scratch, "scratch space or open files used up"};
    default:
      return {SandboxBound::none, ""};
  }
}

Meaning of_signal(int signal) {
  switch (signal) {
    case SIGXCPU:
      return {SandboxBound::time, "CPU time used up"};
    case SIGXFSZ:
      return {SandboxBound::scratch, "scratch space used up"};
    case SIGSYS:
      return {SandboxBound::forbidden, "a forbidden system call"};
    case SIGKILL:
      return {SandboxBound::memory, "killed, by itself or for want of memory"};
    default:
      return {SandboxBound::crashed, "ended by a signal"};
  }
}

Meaning of_stop(Stopped why) {
  switch (why) {
    case Stopped::wall:
      return {SandboxBound::time, "time used up"};
    case Stopped::output:
      return {SandboxBound::output, "too much output"};
    default:
      return {SandboxBound::scratch, "too many files"};
  }
}

void undetermined(SandboxRun& run, const Meaning& meaning, std::string detail = {}) {
  run.outcome = SandboxOutcome::undetermined;
  run.bound = meaning.bound;
  run.error = meaning.text;
  if (!detail.empty()) run.error += ": " + std::move(detail);
}

void failed(SandboxRun& run, std::string error) {
  run.outcome = SandboxOutcome::failed;
  run.error = std::move(error);
}

// What an end means. bwrap passes on the exit status, of an end by a signal 128 and its number.
void interpret(SandboxRun& run, const Ended& ended, const Report& report, const SandboxLimits& limits) {
  const int status = WIFEXITED(ended.status) ? WEXITSTATUS(ended.status) : 128 + WTERMSIG(ended.status);
  if (ended.stopped != Stopped::no) return undetermined(run, of_stop(ended.stopped));
  run.line = report.line;
  if (status > 128 && status < 128 + 65) {
    const int signal = status - 128;
    // The kernel kills for CPU time and for want of memory alike. It counts CPU time for the former by ticks,
    // which can be well above what was used.
    if (signal == SIGKILL && ended.cpu_ms >= limits.cpu_seconds * 500.0)
      return undetermined(run, of_signal(SIGXCPU));
    const char* name = ::sigabbrev_np(signal);
    return undetermined(run, of_signal(signal), name ? "SIG" + std::string(name) : std::string{});
  }
  if (const Meaning bound = of_report(report.kind); bound.bound != SandboxBound::none)
    return undetermined(run, bound, report.text);
  if (report.kind == 'e') return failed(run, report.text);
  if (status != 0) {
    const std::string said = as_utf8(last_line(run.err));
    if (said.rfind("MemoryError", 0) == 0) return undetermined(run, of_report('m'), said);
    return failed(run, "exit status " + std::to_string(status) + (said.empty() ? "" : ": " + said));
  }
  run.outcome = SandboxOutcome::finished;
  run.value = as_utf8(last_line(run.out));
  if (run.value.empty()) run.value = report.text;
}

base::Status check(std::string_view source, const SandboxLimits& limits, std::string_view input) {
  if (source.find('\0') != std::string_view::npos)
    return fail(Code::invalid_argument, "the program has a NUL byte", "it is not Python source");
  if (source.size() > limits.source_bytes)
    return fail(Code::invalid_argument,
                "the program is longer than " + std::to_string(limits.source_bytes) + " bytes");
  if (input.size() > limits.input_bytes)
    return fail(Code::invalid_argument,
                "the program's input is longer than " + std::to_string(limits.input_bytes) + " bytes");
  if (limits.wall.count() <= 0 || limits.cpu_seconds <= 0 || limits.output_bytes == 0)
    return fail(Code::invalid_argument, "a limit of the sandbox is zero");
  if (limits.memory_bytes < kLeastMemory)
    return fail(Code::invalid_argument, "python3 does not start in less than 64 MiB of address space");
  return {};
}

struct Cache {
  std::mutex mutex;
  std::optional<Installation> found;
};

Result<Installation> installation() {
  static Cache& cache = *new Cache;
  const std::lock_guard lock(cache.mutex);
  if (!cache.found) {
    GENKAI_ASSIGN_OR_RETURN(cache.found, probe({}));
  }
  return *cache.found;
}

}  // namespace

std::string_view to_string(SandboxOutcome outcome) {
  constexpr std::array<std::string_view, 3> kNames = {"finished", "failed", "undetermined"};
  return kNames[static_cast<std::size_t>(outcome)];
}

std::string_view to_string(SandboxBound bound) {
  constexpr std::array<std::string_view, 9> kNames = {"none",    "time",      "memory",    "depth",  "output",
                                                      "scratch", "processes", "forbidden", "crashed"};
  return kNames[static_cast<std::size_t>(bound)];
}

std::string_view to_string(RanIn place) {
  return place == RanIn::interpreter ? "interpreter" : "sandbox";
}

Result<SandboxRun> run_in(const Installation& found, std::string_view source, const SandboxLimits& limits,
                          std::string_view input, const base::Cancellation& cancelled) {
  GENKAI_RETURN_IF_ERROR(check(source, limits, input));
  GENKAI_ASSIGN_OR_RETURN(const std::string* filter, system_call_filter());
  GENKAI_ASSIGN_OR_RETURN(
      Ended ended, supervise(command_line(found, limits, {}), {source, input, *filter}, limits, cancelled));
  if (ended.stopped == Stopped::cancelled) return fail(Code::cancelled, "the program was stopped");
  const Report report = parse_report(ended.report);
  const bool killed = WIFEXITED(ended.status) && WEXITSTATUS(ended.status) == 128 + SIGKILL;  // for a limit
  if (!report.started && ended.stopped != Stopped::wall && !killed)
    return fail(
        no_isolation(report.kind == 'w' ? std::string_view(report.text) : std::string_view(ended.err)));
  SandboxRun run;
  run.out = std::move(ended.out);
  run.err = std::move(ended.err);
  run.output_bytes = ended.output_bytes;
  run.wall_ms = ended.wall_ms;
  run.cpu_ms = ended.cpu_ms;
  run.peak_bytes = ended.peak_bytes;
  interpret(run, ended, report, limits);
  return run;
}

Result<Installation> probe(const Places& places) {
  GENKAI_ASSIGN_OR_RETURN(Installation found, find_installation(places));
  const auto tried = run_in(found, kTrials, {.wall = std::chrono::seconds(30)}, {}, {});
  if (!tried) {
    base::Error error = tried.error();
    if (error.code != Code::unavailable) error = no_isolation(error.message);
    return fail(std::move(error));
  }
  if (tried->outcome != SandboxOutcome::finished || tried->value != "isolated")
    return fail(no_isolation("a trial program was not held back (" +
                             (tried->value.empty() ? tried->error : tried->value) + ")"));
  return found;
}

base::Status sandbox_available() {
  GENKAI_RETURN_IF_ERROR(installation());
  return {};
}

Result<SandboxRun> run_python(std::string_view source, const SandboxLimits& limits, std::string_view input,
                              const base::Cancellation& cancelled) {
  GENKAI_RETURN_IF_ERROR(check(source, limits, input));
  GENKAI_ASSIGN_OR_RETURN(const Installation found, installation());
  return run_in(found, source, limits, input, cancelled);
}

}  // namespace genkai::logic
