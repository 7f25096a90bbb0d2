#include "logic/maxsat/wcnf.h"

#include <gtest/gtest.h>

namespace genkai::logic {
namespace {

TEST(Wcnf, ReadsBothForms) {
  const auto old = read_wcnf("c related claims\np wcnf 4 3 8\n8 -1 2 0\n7 1 0\nc between\n3\t-2\n 3 0\r\n");
  ASSERT_TRUE(old) << old.error().message;
  EXPECT_EQ(old->variables, 4);
  EXPECT_EQ(old->hard, (std::vector<Clause>{{-1, 2}}));
  ASSERT_EQ(old->soft.size(), 2U);
  EXPECT_EQ(old->soft[1].literals, (Clause{-2, 3}));
  EXPECT_EQ(old->soft[1].weight, 3U);

  const auto recent = read_wcnf("c\nc two\nh -1 2 0\n7 1 0\n3 -2 3 0");
  ASSERT_TRUE(recent) << recent.error().message;
  EXPECT_EQ(recent->variables, 3);
  EXPECT_EQ(recent->hard, old->hard);
  EXPECT_EQ(recent->soft[1].literals, old->soft[1].literals);
}

TEST(Wcnf, WithoutATopAllIsSoft) {
  const auto formula = read_wcnf("p wcnf 1 2\n18446744073709 1 0\n1 -1 0\n");
  ASSERT_TRUE(formula);
  EXPECT_TRUE(formula->hard.empty());
  EXPECT_EQ(formula->soft.size(), 2U);
}

TEST(Wcnf, AnEmptyFileIsAnEmptyFormula) {
  const auto formula = read_wcnf("");
  ASSERT_TRUE(formula);
  EXPECT_EQ(formula->variables, 0);
  EXPECT_TRUE(read_wcnf("p wcnf 0 0 1\n"));
}

TEST(Wcnf, EmptyClausesAreRead) {
  const auto formula = read_wcnf("h 0\n5 0\n");
  ASSERT_TRUE(formula);
  EXPECT_EQ(formula->hard, std::vector<Clause>{{}});
  EXPECT_TRUE(formula->soft[0].literals.empty());
}

TEST(Wcnf, ErrorsNameTheLine) {
  const auto message = [](std::string_view text) {
    const auto formula = read_wcnf(text);
    return formula ? "no error" : formula.error().message;
  };
  EXPECT_EQ(message("h 1 0\n\n7 x 0\n"), "line 3: not a literal of a variable up to 16777216: \"x\"");
  EXPECT_EQ(message("p wcnf 2 1 5\n5 3 0\n"), "line 2: not a literal of a variable up to 2: \"3\"");
  EXPECT_EQ(message("h 1 2\n"), "line 1: the last clause does not end with 0");
  EXPECT_EQ(message("p cnf 2 1\n1 0\n"), "line 1: not a header of a WCNF file: \"cnf\"");
  EXPECT_EQ(message("-3 1 0\n"), "line 1: neither a weight nor a line of a WCNF file: \"-3\"");
  EXPECT_EQ(message("p wcnf 2 3 5\n1 1 0\n"), "line 2: the header says 3 clauses, there are 1");
  EXPECT_EQ(message("1 1 0\np wcnf 2 1 5\n"), "line 2: the header comes first, and once");
  EXPECT_EQ(message("p wcnf 2 1 5\nh 1 0\n"), "line 2: neither a weight nor a line of a WCNF file: \"h\"");
  EXPECT_EQ(message("p wcnf 99999999999 1 5\n"),
            "line 1: not a number of variables up to 16777216: \"99999999999\"");
  EXPECT_EQ(message("p wcnf -1 1 5"), "line 1: not a number of variables up to 16777216: \"-1\"");
}

TEST(Wcnf, WeightsThatWouldOverflowAreRefused) {
  EXPECT_TRUE(read_wcnf("2305843009213693952 1 0\n"));  // 2^61
  EXPECT_FALSE(read_wcnf("2305843009213693952 1 0\n1 -1 0\n"));
  EXPECT_FALSE(read_wcnf("18446744073709551616 1 0\n"));  // 2^64
  const auto hard = read_wcnf("p wcnf 1 2 18446744073709551615\n18446744073709551615 1 0\n1 -1 0\n");
  ASSERT_TRUE(hard);
  EXPECT_EQ(hard->hard.size(), 1U);
}

TEST(Wcnf, ReadsBackWhatItWrites) {
  WeightedFormula formula;
  formula.add_hard({1, -2});
  formula.add_hard({});
  formula.add_soft({2, 3}, 7);
  formula.add_soft({-1}, 0);
  EXPECT_EQ(write_wcnf(formula, WcnfForm::with_header), "p wcnf 3 4 8\n8 1 -2 0\n8 0\n7 2 3 0\n0 -1 0\n");
  EXPECT_EQ(write_wcnf(formula, WcnfForm::without_header), "h 1 -2 0\nh 0\n7 2 3 0\n0 -1 0\n");
  for (const WcnfForm form : {WcnfForm::with_header, WcnfForm::without_header}) {
    const auto again = read_wcnf(write_wcnf(formula, form));
    ASSERT_TRUE(again);
    EXPECT_EQ(write_wcnf(*again, form), write_wcnf(formula, form));
  }
}

}  // namespace
}  // namespace genkai::logic
