#include "logic/program/program.h"

#include <gtest/gtest.h>

#include "logic/program/program_cases.h"

namespace genkai::logic {
namespace {

using base::Code;

Execution run_source(std::string_view source, const Budget& budget = {}) {
  const base::Result<Program> program = Program::parse(source, budget.source_bytes);
  EXPECT_TRUE(program) << (program ? "" : program.error().message) << "\n" << source.substr(0, 300);
  return program ? run(*program, budget) : Execution{};
}

TEST(Program, EndsAsItMust) {
  for (const ProgramCase& one : kProgramCases) {
    SCOPED_TRACE(one.name);
    const Execution ran = run_source(one.source, {.steps = 100'000, .operations = 10'000'000});
    EXPECT_EQ(to_string(ran.ending), to_string(one.ending)) << ran.error << " " << to_string(ran.bound);
    if (one.ending == Ending::halted || one.ending == Ending::failed) {
      EXPECT_EQ(ran.output, one.output);
    }
    if (one.ending == Ending::failed) {
      EXPECT_EQ(ran.error.substr(0, ran.error.find(':')), one.error);
    }
    if (one.ending == Ending::undetermined) {
      EXPECT_EQ(to_string(ran.bound), one.error) << ran.error;
    }
    if (one.ending == Ending::never_halts) {
      EXPECT_LT(ran.earlier_step, ran.later_step);
    }
  }
}

TEST(Program, CountsSteps) {
  EXPECT_EQ(run_source("").steps, 0U);
  EXPECT_EQ(run_source("x = 1").steps, 1U);
  EXPECT_EQ(run_source("x = 1; y = 2\npass").steps, 3U);
  // def, the call's statement, and two statements of the body.
  EXPECT_EQ(run_source("def f():\n    x = 1\n    return x\nf()").steps, 4U);
  // Two tests that hold with an assignment each, and one that does not.
  EXPECT_EQ(run_source("n = 0\nwhile n < 2:\n    n += 1").steps, 1U + 2 * 2 + 1);
  // Three items with a body of one statement, and the attempt that finds none.
  EXPECT_EQ(run_source("for i in range(3):\n    pass").steps, 3U * 2 + 1);
  // The tests of if and elif.
  EXPECT_EQ(run_source("if 0:\n    pass\nelif 0:\n    pass\nelif 1:\n    x = 1").steps, 4U);
  // Collatz from 27 takes 111 steps of its own: two assignments before; test, if-assignment and count in
  // each; the last test; print.
  EXPECT_EQ(
      run_source(
          "n = 27\nc = 0\nwhile n != 1:\n    n = n // 2 if n % 2 == 0 else 3 * n + 1\n    c += 1\nprint(c)")
          .steps,
      2U + 111 * 3 + 1 + 1);
}

TEST(Program, NamesTheStepsBetweenWhichAStateRepeats) {
  const Execution ran = run_source("while True: pass");
  EXPECT_EQ(ran.ending, Ending::never_halts);
  EXPECT_EQ(ran.later_step - ran.earlier_step, 2U);  // a test and a pass
  const Execution cycle = run_source("n = 0\nwhile n < 10:\n    n = (n + 3) % 7");
  EXPECT_EQ((cycle.later_step - cycle.earlier_step) % 14, 0U);  // 7 values, a test and an assignment each
}

/// What looks alike but is not the same state must not be taken for a repetition.
TEST(Program, DoesNotMistakeProgressForRepetition) {
  const std::string_view ending[] = {
      "n = 0\nwhile n < 20000:\n    n += 1",
      "a = [0]\nwhile len(a) < 300:\n    a.append(0)",
      "n = 2 ** 70\nwhile n > 2 ** 70 - 3000:\n    n -= 1",
      "s = ''\nwhile len(s) < 1000:\n    s += 'a'",
      "for i in range(5000):\n    pass",
      "a = [1, 1, 1, 1, 1, 1, 1, 1]\nfor x in a:\n    for y in a:\n        pass",
      "def f(n):\n    while n > 0:\n        return f(n - 1)\n    return 0\nf(900)",
      // The same values, but first two lists and then one twice: the last append is seen through both names.
      "a = [0]\nb = [0]\nk = 0\nwhile len(b) < 2:\n    k = 1 - k\n    if k == 0:\n        b = a\n        "
      "a.append(0)",
      "t = (0,)\nwhile t[-1] < 2000:\n    t = (t[-1] + 1,)",
  };
  for (const std::string_view source : ending) {
    SCOPED_TRACE(source);
    EXPECT_EQ(run_source(source).ending, Ending::halted);
  }
}

TEST(Program, TellsSharedListsFromEqualOnes) {
  // In one state p and q are one list, in the other two equal ones; only then does append end the loop.
  const Execution ran = run_source(
      "p = [0]\nq = [0]\nround = 0\nwhile True:\n"
      "    if len(q) == 1 and len(p) == 1:\n        q = p\n    p.append(0)\n"
      "    if len(q) == len(p):\n        break\n    p.pop()");
  EXPECT_EQ(ran.ending, Ending::halted);
}

TEST(Program, RefusesWhatIsOutsideTheSubsetByNameAndLine) {
  const std::pair<std::string_view, std::string_view> refused[] = {
      {"x = 1\ny = input()", "line 2: input()"},
      {"import os", "line 1: import"},
      {"from os import path", "line 1: import"},
      {"\nx = 1.5", "line 2: a floating-point number"},
      {"x = 1e9", "line 1: a floating-point number"},
      {"x = 1 / 2", "line 1: true division"},
      {"x = 1\nx /= 2", "line 2: true division"},
      {"class A: pass", "line 1: a class"},
      {"f = lambda x: x", "line 1: lambda"},
      {"a = [x for x in range(3)]", "line 1: a comprehension"},
      {"print(sum(x for x in [1]))", "line 1: a comprehension"},
      {"d = {}", "line 1: a dictionary or set"},
      {"try:\n    pass\nexcept: pass", "line 1: try"},
      {"with open('x') as f: pass", "line 1: with"},
      {"open('/etc/passwd')", "line 1: open()"},
      {"eval('1')", "line 1: eval()"},
      {"__import__('os')", "line 1: __import__()"},
      {"x = ().__class__", "line 1: the attribute \".__class__\""},
      {"print(f'{1}')", "line 1: an f-string"},
      {"x = b'a'", "line 1: bytes"},
      {"def f(*a): pass", "line 1: a parameter with a star"},
      {"print(*[1])", "line 1: unpacking with a star"},
      {"def f():\n    def g(): pass", "line 2: a function inside a function"},
      {"def f():\n    yield 1", "line 2: yield"},
      {"sorted([1], reverse=True)", "line 1: the named argument \"reverse\""},
      {"if (n := 3): pass", "line 1: assignment inside an expression"},
      {"a = [1]\na[:] = [2]", "line 2: assignment to a slice"},
      {"del x", "line 1: del"},
      {"raise ValueError", "line 1: raise"},
      {"x = 3j", "line 1: a complex number"},
      {"@f\ndef g(): pass", "line 1: @"},
  };
  for (const auto& [source, message] : refused) {
    SCOPED_TRACE(source);
    const base::Result<Program> program = Program::parse(source);
    ASSERT_FALSE(program);
    EXPECT_EQ(program.error().code, Code::unsupported) << program.error().message;
    EXPECT_TRUE(program.error().message.starts_with(message)) << program.error().message;
  }
}

TEST(Program, RefusesWhatPythonRefuses) {
  const std::string_view broken[] = {
      "if True:\npass",
      "x = 1\n  y = 2",
      "if True:\n\tx = 1\n        y = 2",
      "if True:\n        x = 1\n\ty = 2",
      "if 1:\n    x = 1\n  y = 2",
      "x = (1",
      "x = 1)",
      "x = 'abc",
      "x = '''abc",
      "1 = x",
      "f() = 3",
      "x + 1 = 2",
      "break",
      "continue",
      "return 1",
      "def f(a, a): pass",
      "def f(a=1, b): pass",
      "def f(x):\n    global x",
      "print 'hello'",
      "while True print(1)",
      "x = 012",
      "x = 1__0",
      "x = 5abc",
      "x = $",
      "x ==",
      "a[]",
      "a[1:2:3:4]",
      "if x = 1: pass",
      "else: pass",
      "while True: if 1: pass",
      "x = '\xFF'",
      "(a, b) += 1",
      "for 3 in x: pass",
      "def: pass",
      "x = y = ",
      "print(1, 2",
      "f(sep=1, 2)",
      "x = 1 \\ 2",
  };
  for (const std::string_view source : broken) {
    SCOPED_TRACE(source);
    const base::Result<Program> program = Program::parse(source);
    ASSERT_FALSE(program);
    EXPECT_EQ(program.error().code, Code::invalid_argument) << program.error().message;
    EXPECT_TRUE(program.error().message.starts_with("line ")) << program.error().message;
  }
}

TEST(Program, BoundsWhatItReads) {
  const auto refused = [](const std::string& source) {
    const base::Result<Program> program = Program::parse(source, std::size_t{1} << 20);
    return !program && program.error().code == Code::resource_exhausted;
  };
  const auto repeat = [](std::string_view text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += text;
    return out;
  };
  EXPECT_FALSE(Program::parse(std::string(Budget{}.source_bytes + 1, '#')));
  EXPECT_TRUE(refused(std::string((std::size_t{1} << 20) + 1, '#')));
  EXPECT_TRUE(refused("x = " + repeat("(", 5000) + "1" + repeat(")", 5000)));
  EXPECT_TRUE(refused("x = " + repeat("[", 300'000) + repeat("]", 300'000)));
  EXPECT_TRUE(refused("x = " + repeat("-", 500'000) + "1"));
  EXPECT_TRUE(refused("x = " + repeat("not ", 200'000) + "1"));
  EXPECT_TRUE(refused("x = 1" + repeat(" + 1", 200'000)));
  EXPECT_TRUE(refused("x = " + repeat("2 ** ", 200'000) + "1"));
  EXPECT_TRUE(refused("x = a" + repeat("[0]", 300'000)));
  EXPECT_TRUE(refused("x = " + repeat("1 if 1 else ", 80'000) + "1"));
  EXPECT_TRUE(refused("x = " + std::string(900'000, '7')));
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += std::string(static_cast<std::size_t>(i), ' ') + "if 1:\n";
  EXPECT_TRUE(refused(deep));
}

TEST(Program, RunsALongSource) {
  std::string source = "n = 0\n";
  while (source.size() < 1'000'000) source += "n += 1  # one more\n";
  const Execution ran = run_source(source + "print(n)", {.source_bytes = std::size_t{1} << 20});
  EXPECT_EQ(ran.ending, Ending::halted);
  EXPECT_EQ(ran.output, std::to_string(ran.steps - 2) + "\n");
  std::string wide = "x = [0";
  while (wide.size() < 1'000'000) wide += ",1";
  EXPECT_EQ(
      run_source(wide + "]\nprint(sum(x) + 1 == len(x))", {.source_bytes = std::size_t{1} << 20}).output,
      "True\n");
}

TEST(Program, KeepsEachBound) {
  const std::string_view loop = "n = 0\nwhile True:\n    n += 1";
  const Execution steps = run_source(loop, {.steps = 1000});
  EXPECT_EQ(steps.bound, Bound::steps);
  EXPECT_EQ(steps.steps, 1000U);
  EXPECT_EQ(run_source(loop, {.operations = 1000}).bound, Bound::operations);
  EXPECT_EQ(run_source("a = []\nwhile True:\n    a.append([])", {.memory_bytes = 100'000}).bound,
            Bound::memory);
  EXPECT_EQ(run_source("x = 2 ** 100", {.integer_bits = 64}).bound, Bound::integer_bits);
  EXPECT_EQ(run_source("x = 0xFFFFFFFFFFFFFFFFFFFF", {.integer_bits = 64}).bound, Bound::integer_bits);
  EXPECT_EQ(run_source("def f(n):\n    return 0 if n == 0 else f(n - 1)\nf(9)", {.depth = 10}).ending,
            Ending::halted);
  EXPECT_EQ(run_source("def f(n):\n    return 0 if n == 0 else f(n - 1)\nf(10)", {.depth = 10}).bound,
            Bound::depth);
  EXPECT_EQ(run_source("x = 1", {.steps = 0}).bound, Bound::steps);
  const Execution printed = run_source("for i in range(100):\n    print('あ')", {.output_bytes = 10});
  EXPECT_EQ(printed.ending, Ending::halted);
  EXPECT_TRUE(printed.output_cut);
  EXPECT_EQ(printed.output, "あ\nあ\n");
}

TEST(Program, LetsGoOfWhatNothingReaches) {
  // 100 MB of lists and strings altogether, each soon out of reach, also in cycles.
  const Execution ran = run_source(
      "for i in range(20000):\n    a = [0] * 300\n    a.append(a)\n    s = 'x' * 100\nprint(len(a), len(s))",
      {.memory_bytes = 1'000'000});
  EXPECT_EQ(ran.ending, Ending::halted) << to_string(ran.bound);
  EXPECT_EQ(ran.output, "301 100\n");
  const Execution alive = run_source(
      "keep = []\nfor i in range(2000):\n    keep.append(str(i))\n    t = [i] * 200\nprint(keep[0], "
      "keep[1999], sum(t))",
      {.memory_bytes = 600'000});
  EXPECT_EQ(alive.output, "0 1999 399800\n");
}

TEST(Program, CallsAFunction) {
  const base::Result<Program> program = Program::parse(
      "calls = 0\ndef f(a, b=10):\n    return a + b\ndef g(x):\n    x.append(1)\n    return x\ndef h(a):\n   "
      " a = 0\n    for i in range(5000):\n        t = [0] * 100\n");
  ASSERT_TRUE(program);
  EXPECT_TRUE(program->only_defines());
  ASSERT_EQ(program->functions().size(), 3U);
  EXPECT_EQ(program->functions()[0].name, "f");
  EXPECT_EQ(program->functions()[0].required, 1U);
  EXPECT_EQ(program->functions()[0].parameters, 2U);
  EXPECT_EQ(call(*program, "f", {"-3"})->result, "7");
  EXPECT_EQ(call(*program, "f", {"2", "3"})->result, "5");
  EXPECT_EQ(call(*program, "f", {"'a'", "'b'"})->result, "'ab'");
  EXPECT_EQ(call(*program, "f", {"'a'"})->ending, Ending::failed);
  EXPECT_EQ(call(*program, "g", {"[1, [2, 'x'], (True, None)]"})->result,
            "[1, [2, 'x'], (True, None), 1]; [1, [2, 'x'], (True, None), 1]");
  EXPECT_EQ(call(*program, "h", {"[1, 2]"}, {.memory_bytes = 60'000})->result, "None; [1, 2]");
  EXPECT_EQ(call(*program, "none", {}).error().code, Code::not_found);
  EXPECT_EQ(call(*program, "f", {}).error().code, Code::invalid_argument);
  EXPECT_EQ(call(*program, "f", {"f(1)"}).error().code, Code::invalid_argument);
  EXPECT_EQ(call(*program, "f", {"1 +"}).error().code, Code::invalid_argument);
}

TEST(Program, AFunctionThatIsReplacedIsNotCalled) {
  const base::Result<Program> program = Program::parse("def f(a):\n    return 1\nf = 3");
  ASSERT_TRUE(program);
  EXPECT_EQ(call(*program, "f", {"1"})->ending, Ending::failed);
  const base::Result<Program> other = Program::parse("if False:\n    def f(a):\n        return 1");
  ASSERT_TRUE(other);
  EXPECT_EQ(call(*other, "f", {"1"})->ending, Ending::failed);
}

TEST(Program, IsTheSameEachTime) {
  const Execution a = run_source(kProgramCases[10].source), b = run_source(kProgramCases[10].source);
  EXPECT_EQ(a.output, b.output);
  EXPECT_EQ(a.steps, b.steps);
}

}  // namespace
}  // namespace genkai::logic
