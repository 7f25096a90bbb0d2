#include "logic/expression/expression.h"

#include <gtest/gtest.h>

#include <string>

#include "logic/expression/expression_cases.h"

namespace genkai::logic::expression {
namespace {

using text::Language;

TEST(Expression, IsWorthExactlyThis) {
  for (const WorthCase& one : kWorthCases) {
    const auto outcome = evaluate(one.source);
    ASSERT_TRUE(outcome) << one.source << " -> " << describe(outcome.error(), Language::english);
    EXPECT_EQ(outcome->exact, one.exact) << one.source;
    EXPECT_EQ(outcome->type, one.type) << one.source;
  }
}

TEST(Expression, FailsWithItsKindAndPlace) {
  for (const FailureCase& one : kFailureCases) {
    const auto outcome = evaluate(one.source);
    ASSERT_FALSE(outcome) << one.source << " -> " << outcome->exact;
    EXPECT_EQ(to_string(outcome.error().fault), one.fault)
        << one.source << ": " << describe(outcome.error(), Language::english);
    if (!one.described.empty()) {
      EXPECT_EQ(describe(outcome.error(), Language::english), one.described);
    }
    EXPECT_FALSE(outcome.error().japanese.empty()) << one.source;
  }
}

TEST(Expression, SpeaksJapanese) {
  const auto failed = evaluate("１２キロメートル ＋ ３キログラム");
  ASSERT_FALSE(failed);
  EXPECT_EQ(describe(failed.error(), Language::japanese),
            "1:1: １２キロメートル ＋ ３キログラム: 長さと質量は足せません");
  bool rounded = false;
  const auto written = [&](std::string_view source) {
    const auto outcome = evaluate(source);
    return outcome ? decimal_text(outcome->value, Language::japanese, rounded) : "failed";
  };
  EXPECT_EQ(written("2024-03-03 - 2023-12-25"), "69日");
  EXPECT_EQ(written("2024-03-03"), "2024年3月3日");
  EXPECT_EQ(written("3 * 500円"), "1500円");
  EXPECT_FALSE(rounded);
  EXPECT_EQ(written("10 km / 3"), "3.33333333333キロメートル");
  EXPECT_TRUE(rounded);
}

TEST(Expression, RoundsToTwelveDigitsAndSaysSo) {
  const auto decimal = [](std::string_view source) {
    const auto outcome = evaluate(source);
    return outcome ? outcome->decimal + (outcome->rounded ? "~" : "") : "failed";
  };
  EXPECT_EQ(decimal("1/3"), "0.333333333333~");
  EXPECT_EQ(decimal("-2/3"), "-0.666666666667~");
  EXPECT_EQ(decimal("1/3000000"), "0.000000333333333333~");
  EXPECT_EQ(decimal("10^15/7"), "142857142857142.86~");
  EXPECT_EQ(decimal("1/2^30"), "0.000000000931322574615478515625");
  EXPECT_EQ(decimal("69 days"), "69 days");
  EXPECT_EQ(decimal("1 day"), "1 day");
}

TEST(Expression, ListsItsLiteralsAsTextHasThem) {
  const auto outcome =
      evaluate("a = 3.5 million USD; b = 2024年3月3日; c = 9:30; d = 2万3千; e = 2 h 30 min; a * 40%");
  ASSERT_TRUE(outcome) << describe(outcome.error(), Language::english);
  std::string found;
  for (const Literal& literal : outcome->literals) found += literal.text + "=" + literal.value + ";";
  EXPECT_EQ(found, "3.5 million=3500000;2024年3月3日=2024-03-03;9:30=T09:30;2万3千=23000;2=2;30=30;40=40;");
  EXPECT_EQ(outcome->exact, "1400000 USD");
}

TEST(Expression, EndsWithinItsBudget) {
  std::string doubling = "a = [1, 1]\n";
  for (int i = 0; i < 40; ++i) doubling += "a = [a, a]\n";
  std::string nested(5'000, '('), powers = "2", chain = "1", negations(9'000, '-'), nots;
  for (int i = 0; i < 2'000; ++i) powers += "^1", chain += " + 1/7", nots += "not ";
  std::string squares = "a = 3\n";
  for (int i = 0; i < 40; ++i) squares += "a = a * a\n";
  for (const std::string& source : {doubling + "count(a)", nested, powers, squares + "a"}) {
    const auto outcome = evaluate(source);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().fault, Fault::too_large) << describe(outcome.error(), Language::english);
  }
  EXPECT_EQ(evaluate(chain)->exact, "2007/7");
  EXPECT_EQ(evaluate(negations + "5")->exact, "5");
  EXPECT_EQ(evaluate(nots + "true")->exact, "true");
  EXPECT_EQ(evaluate(std::string(20'000, '1')).error().fault, Fault::too_large);
  EXPECT_EQ(evaluate("1 + 1", {.steps = 2}).error().fault, Fault::too_large);
}

TEST(Rational, ComparesRootsAndRounds) {
  EXPECT_EQ(compare(fraction(1, 3), fraction(2, 6)), 0);
  EXPECT_LT(compare(fraction(-1, 2), fraction(1, 3)), 0);
  EXPECT_EQ(fraction(6, -4).text(), "-3/2");
  Rational out;
  Rational large;
  ASSERT_EQ(compute(RationalOp::power, Rational(12'345), Rational(40), 8'192, large), RationalFault::none);
  ASSERT_EQ(square_root(large, 8'192, out), RationalFault::none);
  Rational half;
  compute(RationalOp::power, Rational(12'345), Rational(20), 8'192, half);
  EXPECT_EQ(out, half);
  compute(RationalOp::add, large, Rational(1), 8'192, large);
  EXPECT_EQ(square_root(large, 8'192, out), RationalFault::not_exact);
}

}  // namespace
}  // namespace genkai::logic::expression
