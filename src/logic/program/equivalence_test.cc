#include "logic/program/equivalence.h"

#include <gtest/gtest.h>

namespace genkai::logic {
namespace {

Comparison compare_sources(std::string_view a, std::string_view b) {
  const base::Result<Program> first = Program::parse(a), second = Program::parse(b);
  EXPECT_TRUE(first && second);
  return compare(*first, *second);
}

TEST(Equivalence, OneInputProvesADifference) {
  const Comparison found = compare_sources("def f(x):\n    return x * x", "def f(x):\n    return x + x");
  EXPECT_EQ(found.verdict, Verdict::different);
  EXPECT_EQ(found.input, "(-3)");
  EXPECT_EQ(found.first.result, "9");
  EXPECT_EQ(found.second.result, "-6");
}

TEST(Equivalence, NoDifferenceProvesNothing) {
  const Comparison found = compare_sources("def f(x):\n    return x * 2", "def g(n):\n    return n + n");
  EXPECT_EQ(found.verdict, Verdict::undetermined);
  EXPECT_EQ(found.inputs, 200U);
  EXPECT_EQ(found.unsettled, 0U);
  // They differ at one input that is not among those tried.
  EXPECT_EQ(
      compare_sources("def f(x):\n    return x", "def f(x):\n    return 1 if x == 10 ** 40 else x").verdict,
      Verdict::undetermined);
}

TEST(Equivalence, LookFurtherThanTheFirstInputs) {
  EXPECT_EQ(compare_sources("def f(x):\n    return x % 1000",
                            "def f(x):\n    return x if 0 <= x < 1000 else x % 1000")
                .verdict,
            Verdict::undetermined);
  const Comparison late =
      compare_sources("def f(x):\n    return x", "def f(x):\n    return x if x < 900 else 0");
  EXPECT_EQ(late.verdict, Verdict::different);
  EXPECT_EQ(late.second.result, "0");
  const Comparison two =
      compare_sources("def f(a, b):\n    return a - b", "def f(a, b):\n    return abs(a - b)");
  EXPECT_EQ(two.verdict, Verdict::different);
}

TEST(Equivalence, TakesListsAndStringsWhereIntegersFail) {
  const Comparison lists = compare_sources("def f(a):\n    a.sort()\n    return a[0] if a else None",
                                           "def f(a):\n    return min(a) if len(a) > 0 else None");
  EXPECT_EQ(lists.verdict, Verdict::different);  // the first changes the list that it is given
  const Comparison same =
      compare_sources("def f(a):\n    return sum(a) + len(a)",
                      "def f(a):\n    t = 0\n    for x in a:\n        t += x + 1\n    return t");
  EXPECT_EQ(same.verdict, Verdict::undetermined);
  EXPECT_GT(same.inputs, 150U);
  EXPECT_EQ(compare_sources("def f(s):\n    return s.upper()", "def f(s):\n    return s.lower()").verdict,
            Verdict::different);
}

TEST(Equivalence, AnEndlessRunDiffersOnlyWhenProven) {
  const Comparison proven =
      compare_sources("def f(x):\n    while x < 0:\n        pass\n    return x", "def f(x):\n    return x");
  EXPECT_EQ(proven.verdict, Verdict::different);
  EXPECT_EQ(proven.first.ending, Ending::never_halts);
  const Comparison open = compare_sources(
      "def f(x):\n    n = 0\n    while x < 0:\n        n += 1\n    return x", "def f(x):\n    return x");
  EXPECT_EQ(open.verdict, Verdict::undetermined);
  EXPECT_GT(open.unsettled, 0U);
}

TEST(Equivalence, ProgramsWithoutInputHaveOneRun) {
  EXPECT_EQ(compare_sources("print(3 + 4)", "x = 7\nprint(x)").verdict, Verdict::same_run);
  EXPECT_EQ(compare_sources("print(3 + 4)", "print(8)").verdict, Verdict::different);
  EXPECT_EQ(compare_sources("print(1)", "n = 0\nwhile True:\n    n += 1").verdict, Verdict::undetermined);
}

TEST(Equivalence, SaysWhenTheArgumentsDoNotFit) {
  const Comparison found = compare_sources("def f(x): return x", "def f(x, y): return x");
  EXPECT_EQ(found.verdict, Verdict::undetermined);
  EXPECT_FALSE(found.why.empty());
}

}  // namespace
}  // namespace genkai::logic
