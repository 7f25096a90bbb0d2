#include "logic/sandbox/sandbox.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "logic/sandbox/isolation.h"
#include "logic/sandbox/isolation_needed.h"
#include "logic/sandbox/report.h"

namespace genkai::logic {
namespace {

using base::Code;

class SandboxTest : public ::testing::Test {
 protected:
  void SetUp() override { GENKAI_NEEDS_ISOLATION(); }
  static SandboxRun run(std::string_view source, const SandboxLimits& limits = {},
                        std::string_view input = {}) {
    auto ran = run_python(source, limits, input);
    EXPECT_TRUE(ran) << (ran ? "" : ran.error().message);
    return ran ? std::move(*ran) : SandboxRun{};
  }
};

struct Said {
  const char* source;
  SandboxOutcome outcome;
  const char *value, *error;
  std::uint32_t line;
};

TEST_F(SandboxTest, OutcomesAndValues) {
  using enum SandboxOutcome;
  for (const Said& said : std::vector<Said>{
           {"print(1 / 4)", finished, "0.25", "", 0},
           {"print('first')\nprint('  last  ')\nprint()", finished, "last", "", 0},
           {"print('no line end', end='')", finished, "no line end", "", 0},
           {"from fractions import Fraction\ndef solution():\n  return Fraction(1, 3) + 1", finished, "4/3",
            "", 0},
           {"def solution(): return 1\nprint(solution() + 1)", finished, "2", "", 0},
           {"def solution(n): return n\nanswer = solution(5)", finished, "5", "", 0},
           {"answer = 1\nresult = 'two'", finished, "two", "", 0},
           {"ans = 3.5", finished, "3.5", "", 0},
           {"result = None", finished, "", "", 0},
           {"", finished, "", "", 0},
           {"x = 1", finished, "", "", 0},
           {"import sys\nprint(7)\nsys.exit()", finished, "7", "", 0},
           {"import os\nos.write(1, b'8\\n')\nos._exit(0)", finished, "8", "", 0},
           {"import atexit\natexit.register(print, 'at exit')", finished, "at exit", "", 0},
           {"import threading\nthreading.Thread(target=print, args=('thread',)).start()", finished, "thread",
            "", 0},
           {"if __name__ == '__main__': print('main')", finished, "main", "", 0},
           {"print('日本語 ' + chr(0xd800))", finished, "日本語 \\ud800", "", 0},
           {"import datetime\nprint(datetime.date(2024, 2, 28) + datetime.timedelta(2))", finished,
            "2024-03-01", "", 0},
           {"x = 1\ny = x / 0", failed, "", "ZeroDivisionError: division by zero", 2},
           {"print(1)\nraise ValueError('no\\nway')", failed, "", "ValueError: no\nway", 2},
           {"class E(BaseException): pass\nraise E", failed, "", "E", 2},
           {"def f(:", failed, "", "SyntaxError: invalid syntax (program.py, line 1)", 1},
           {"import sys\nsys.exit(3)", failed, "", "SystemExit: 3", 2},
           {"import sys\nsys.exit('reason')", failed, "", "SystemExit: reason", 2},
           {"import os\nos._exit(5)", failed, "", "exit status 5", 0},
           {"import numpy", failed, "", "ModuleNotFoundError: No module named 'numpy'", 1},
           {"assert 1 > 2, 'order'", failed, "", "AssertionError: order", 1},
           {"def solution(): return [][1]", failed, "", "IndexError: list index out of range", 1}}) {
    const SandboxRun ran = run(said.source);
    EXPECT_EQ(to_string(ran.outcome), to_string(said.outcome)) << said.source << ": " << ran.error;
    EXPECT_EQ(ran.value, said.value) << said.source;
    EXPECT_EQ(ran.error, said.error) << said.source;
    EXPECT_EQ(ran.line, said.line) << said.source;
    EXPECT_EQ(to_string(ran.bound), "none") << said.source;
  }
}

TEST_F(SandboxTest, StandardInputIsGiven) {
  std::string input(3 << 20, 'x');
  input += "\nlast\n";
  EXPECT_EQ(run("lines = open(0).readlines()\nprint(len(lines[0]), lines[1])", {}, input).value,
            "3145729 last");
  EXPECT_EQ(run("import sys\nprint(repr(sys.stdin.read()))").value, "''");
  EXPECT_EQ(run("print(int(input()) + 1)", {}, "41\n").value, "42");
}

TEST_F(SandboxTest, OutputIsCutAndCounted) {
  const SandboxRun ran =
      run("print('a' * 10)\nimport sys\nprint('b' * 500, file=sys.stderr)\nprint('c' * 2000)",
          {.output_bytes = 600});
  EXPECT_EQ(to_string(ran.bound), "output");
  EXPECT_EQ(ran.out.size() + ran.err.size(), 600u);
  EXPECT_GT(ran.output_bytes, 600u);
  EXPECT_EQ(ran.value, "");
  const SandboxRun whole = run("print('a' * 599)", {.output_bytes = 600});
  EXPECT_EQ(to_string(whole.outcome), "finished");
  EXPECT_EQ(whole.output_bytes, 600u);
}

TEST_F(SandboxTest, WhatIsNoTextBecomesText) {
  const SandboxRun ran = run("import sys\nsys.stdout.buffer.write(b'a\\xff\\xfe\\x00b\\n')");
  EXPECT_EQ(ran.out, std::string("a\xff\xfe\0b\n", 6));
  EXPECT_EQ(ran.value, std::string("a\uFFFD\uFFFD\0b", 9));
}

TEST_F(SandboxTest, CostsAreTold) {
  const SandboxRun ran = run("x = bytearray(100 << 20)\nfor i in range(3_000_000): pass");
  EXPECT_GT(ran.wall_ms, 0);
  EXPECT_GT(ran.cpu_ms, 20);
  EXPECT_GT(ran.peak_bytes, std::size_t{100} << 20);
  const SandboxRun ended = run("while True: pass", {.wall = std::chrono::milliseconds(500)});
  EXPECT_GT(ended.cpu_ms, 20);  // also of one that was ended
}

TEST_F(SandboxTest, CpuTimeIsABoundOfItsOwn) {
  const SandboxRun ran = run("while True: pass", {.wall = std::chrono::seconds(60), .cpu_seconds = 1});
  EXPECT_EQ(to_string(ran.bound), "time");
  EXPECT_LT(ran.cpu_ms, 10'000);
}

TEST_F(SandboxTest, ScratchSpaceIsItsOwnAndGone) {
  EXPECT_EQ(run("open('x', 'w').write('here')\nprint(open('/tmp/x').read())").value, "here");
  EXPECT_EQ(run("import os\nprint(os.listdir('/tmp'))").value, "[]");
  EXPECT_EQ(to_string(run("open('x', 'w')", {.scratch_bytes = 0}).outcome), "failed");
}

TEST_F(SandboxTest, SeveralAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([t, &right] {
      for (int i = 0; i < 4; ++i) {
        const std::string number = std::to_string(t * 100 + i);
        const auto ran = run_python("open('x', 'w').write('" + number + "')\nprint(open('x').read())");
        if (ran && ran->value == number) ++right;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 32);
}

TEST_F(SandboxTest, Cancelling) {
  const base::Cancellation cancelled;
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    cancelled.cancel();
  });
  const auto ran =
      run_python("while True: pass", {.wall = std::chrono::minutes(10), .cpu_seconds = 600}, {}, cancelled);
  later.join();
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().code, Code::cancelled);
}

TEST(SandboxInputTest, WhatCannotBeAProgramIsAnError) {
  using namespace std::string_view_literals;
  EXPECT_EQ(run_python("x = 1\0"sv).error().code, Code::invalid_argument);
  EXPECT_EQ(run_python(std::string(300 << 10, '#')).error().code, Code::invalid_argument);
  EXPECT_EQ(run_python("x = 1", {.input_bytes = 3}, "1234").error().code, Code::invalid_argument);
  EXPECT_EQ(run_python("x = 1", {.wall = std::chrono::milliseconds(0)}).error().code, Code::invalid_argument);
  EXPECT_EQ(run_python("x = 1", {.memory_bytes = 1 << 20}).error().code, Code::invalid_argument);
  EXPECT_EQ(run_python("x = 1", {.cpu_seconds = 0}).error().code, Code::invalid_argument);
}

// What a reply of a model looks like, in the language of the interpreter and beyond it.
TEST_F(SandboxTest, InterpreterAndSandboxSayTheSame) {
  for (const char* source :
       {"print(2 + 3)", "def solution():\n  total = 0\n  for i in range(10):\n    total += i\n  return total",
        "result = [1, 'two', None]", "answer = 'text'", "x = 3", "print()", "y = [1, 2, 3][7]",
        "print(1)\nassert False", "result = None", "def solution(n): return n", "print('a')\nprint('b')\n\n",
        "ans = 7 // 2\nanswer = ans * 2"}) {
    const auto quick = run_python_safely(source), isolated = run_python(source);
    ASSERT_TRUE(quick && isolated) << source;
    EXPECT_EQ(to_string(quick->ran_in), "interpreter") << source;
    EXPECT_EQ(to_string(quick->outcome), to_string(isolated->outcome)) << source;
    EXPECT_EQ(quick->value, isolated->value) << source;
    EXPECT_EQ(quick->error, isolated->error) << source;
    EXPECT_EQ(quick->line, isolated->line) << source;
    EXPECT_EQ(quick->out, isolated->out) << source;
  }
}

TEST_F(SandboxTest, BeyondTheInterpreterTheSandboxSays) {
  for (const auto& [source, value] : std::vector<std::pair<const char*, const char*>>{
           {"print(1 / 8)", "0.125"},
           {"import math\nprint(math.comb(10, 3))", "120"},
           {"print(sum(x * x for x in range(10)))", "285"},
           {"print(input())", "given"},
           {"n = 0\nfor i in range(3_000_000): n += i & 3\nprint(n)", "4500000"}}) {
    const auto ran = run_python_safely(source, {}, "given\n");
    ASSERT_TRUE(ran) << source;
    EXPECT_EQ(to_string(ran->ran_in), "sandbox") << source;
    EXPECT_EQ(ran->value, value) << source;
  }
}

TEST(SandboxSafelyTest, NoIsolationIsNeededForWhatTheInterpreterReads) {
  const auto ran = run_python_safely("while True: pass");
  ASSERT_TRUE(ran);
  EXPECT_EQ(to_string(ran->outcome), "undetermined");
  EXPECT_EQ(to_string(ran->bound), "time");
  EXPECT_EQ(to_string(ran->ran_in), "interpreter");
  EXPECT_EQ(run_python_safely("print(6 * 7)")->value, "42");
}

// Nothing may run where the walls are missing: the program would leave this file.
class FailsClosedTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "genkai-sandbox-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    ::chmod(pattern.c_str(), 0777);  // the started user may be another
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string script(const std::string& text) {
    const auto path = folder_ / "bwrap";
    std::ofstream(path) << "#!/bin/sh\n" << text << "\n";
    ::chmod(path.c_str(), 0755);
    return path.string();
  }
  // Whether the walls were found missing, with a hint, and the program that follows did not run.
  void expect_refused(const Places& places, const std::string& hint) {
    const auto found = probe(places);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, Code::unavailable);
    EXPECT_NE(found.error().hint.find(hint), std::string::npos)
        << found.error().message << " / " << found.error().hint;
    if (const auto installation = find_installation(places)) {
      const std::string mark = (folder_ / "escaped").string();
      const auto ran = run_in(*installation, "open('" + mark + "', 'w')", {}, {}, {});
      EXPECT_FALSE(ran);
      EXPECT_FALSE(std::filesystem::exists(mark));
    }
  }
  std::filesystem::path folder_;
};

TEST_F(FailsClosedTest, WithoutBubblewrap) {
  expect_refused({.bwrap = {"/nowhere/bwrap"}}, "apt-get install bubblewrap");
}

TEST_F(FailsClosedTest, WithoutPython) {
  if (::access("/usr/bin/bwrap", X_OK) != 0) GTEST_SKIP() << "bubblewrap is not installed";
  expect_refused({.python = {"/nowhere/python3"}}, "apt-get install python3");
  expect_refused({.python = {"/bin/true"}}, "apt-get install python3");
}

TEST_F(FailsClosedTest, WhereBubblewrapIsRefused) {
  expect_refused(
      {.bwrap = {script("echo 'bwrap: Creating new namespace failed: Operation not permitted' >&2; exit 1")}},
      "n");
  expect_refused({.bwrap = {script("echo 'bwrap: Unknown option --size' >&2; exit 1")}},
                 "bubblewrap 0.8 or newer");
  expect_refused({.bwrap = {"/bin/true"}}, "n");
  expect_refused({.bwrap = {"/bin/false"}}, "n");
}

TEST_F(FailsClosedTest, WhereNothingIsIsolated) {
  expect_refused({.bwrap = {script("while [ \"$1\" != -- ]; do shift; done; shift; exec \"$@\"")}}, "n");
}

TEST_F(FailsClosedTest, WithoutTheSystemCallFilter) {
  GENKAI_NEEDS_ISOLATION();
  expect_refused(
      {.bwrap = {script(
           "n=$#; while [ $n -gt 0 ]; do n=$((n - 1)); if [ \"$1\" = --seccomp ]; then shift 2; "
           "n=$((n - 1)); else set -- \"$@\" \"$1\"; shift; fi; done; exec /usr/bin/bwrap \"$@\"")}},
      "n");
}

TEST_F(FailsClosedTest, WithTheHostsFiles) {
  GENKAI_NEEDS_ISOLATION();
  expect_refused({.bwrap = {script("exec /usr/bin/bwrap --ro-bind /etc /etc \"$@\"")}}, "n");
}

TEST(ReportTest, ReadsWhatTheRunnerWrites) {
  const Report value = parse_report("s\nv0 3.25");
  EXPECT_TRUE(value.started);
  EXPECT_EQ(value.kind, 'v');
  EXPECT_EQ(value.text, "3.25");
  const Report error = parse_report("s\ne12 ValueError: a\nb");
  EXPECT_EQ(error.kind, 'e');
  EXPECT_EQ(error.line, 12u);
  EXPECT_EQ(error.text, "ValueError: a\nb");
  EXPECT_EQ(parse_report("w0 it sees").kind, 'w');
  EXPECT_EQ(parse_report("s\ne99999999999999999999 x").line, UINT32_MAX);
}

TEST(ReportTest, WhatHasNotTheFormIsNoReport) {
  for (const char* bytes :
       {"", "s", "s\n", "v0 1", "s\nz0 1", "s\nv", "s\nv ", "s\nv12", "s\nv-1 x", "s\ns\n", "\xff"})
    EXPECT_EQ(parse_report(bytes).kind, 0) << bytes;
  EXPECT_FALSE(parse_report("v0 1").started);
  EXPECT_EQ(parse_report("s\nv0 \xff").text, "\uFFFD");
}

TEST(ReportTest, LastLine) {
  EXPECT_EQ(last_line(" a \n b \n\n \t\n"), "b");
  EXPECT_EQ(last_line("a"), "a");
  EXPECT_EQ(last_line(" \n"), "");
  EXPECT_EQ(last_line(""), "");
  EXPECT_EQ(last_line("a\r\nb\r\n"), "b");
}

}  // namespace
}  // namespace genkai::logic
