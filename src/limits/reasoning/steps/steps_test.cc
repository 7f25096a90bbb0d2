#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "limits/reasoning/steps/draft_steps.h"
#include "limits/reasoning/steps/expression.h"
#include "limits/reasoning/steps/rational.h"
#include "limits/reasoning/steps/step_check.h"

namespace genkai::limits::reasoning::steps {
namespace {

using core::Verdict;
using Steps = std::vector<std::string>;

// Index of the first wrong step, -1 without one.
int first_wrong(const std::string& question, const Steps& steps) {
  const auto report = check_steps(question, steps);
  EXPECT_EQ(report.first_wrong.has_value(), !report.why.empty());
  return report.first_wrong ? static_cast<int>(*report.first_wrong) : -1;
}
// The verdict of a step that holds one statement; where its numbers come from is another matter.
Verdict verdict_of(const std::string& step) {
  auto report = check_steps("", {step});
  std::erase_if(report.claims, [](const StepClaim& claim) { return claim.kind == Kind::restatement; });
  return report.claims.size() == 1 ? report.claims.front().verdict : Verdict::not_checkable;
}
std::string value_of(const std::string& text) {
  const auto found = evaluate(tokenise(text), {});
  return found ? found->value.text() : "none";
}

TEST(Rational, ExactOrAbsent) {
  EXPECT_EQ(divide(Rational(1), Rational(3))->text(), "1/3");
  EXPECT_EQ(add(*Rational::of(1, 10), *Rational::of(2, 10))->text(), "0.3");
  EXPECT_EQ(Rational::of(-5, -20)->text(), "0.25");
  EXPECT_EQ(Rational::of(-1, 200)->text(), "-0.005");
  EXPECT_FALSE(divide(Rational(1), Rational(0)));
  Exact large = Rational(1'000'000'007);
  for (int i = 0; large && i < 10; ++i) large = multiply(*large, *large);
  EXPECT_FALSE(large);
  EXPECT_EQ(power(Rational(2), Rational(-2))->text(), "0.25");
  EXPECT_FALSE(power(Rational(2), Rational(1000)));
}

TEST(Expression, PrecedenceSignsAndBrackets) {
  EXPECT_EQ(value_of("(-9 - -3 * 2 * -9)"), "-63");
  EXPECT_EQ(value_of("2 + 3 * 4 ^ 2"), "50");
  EXPECT_EQ(value_of("-2 ^ 2"), "-4");
  EXPECT_EQ(value_of("7 / 2 - -1.5"), "5");
  EXPECT_EQ(value_of("3(4 + 5)"), "27");
  EXPECT_EQ(value_of("1,250.50 * 2"), "2501");
  EXPECT_EQ(value_of("20% of 50"), "10");
  EXPECT_EQ(value_of("9 eggs * $2"), "18");
  EXPECT_EQ(value_of("（３＋４）×２"), "14");
  EXPECT_EQ(value_of("3万 ÷ 4"), "7500");
  EXPECT_EQ(value_of("1 / 0"), "none");
  EXPECT_EQ(value_of("5 + x"), "none");
  EXPECT_EQ(value_of("2x"), "none");
  EXPECT_EQ(value_of("1 2"), "none");
  EXPECT_EQ(value_of(std::string(5000, '(') + "1" + std::string(5000, ')')), "none");
}

TEST(Arithmetic, EqualitiesOfAStep) {
  EXPECT_EQ(verdict_of("She has 16 - 3 = 13 eggs left."), Verdict::supported);
  EXPECT_EQ(verdict_of("So she has 16 - 3 = 14 eggs left."), Verdict::contradicted);
  EXPECT_EQ(verdict_of("9 eggs * $2 = $18 a day"), Verdict::supported);
  EXPECT_EQ(verdict_of("10 / 3 = 3.33"), Verdict::supported);
  EXPECT_EQ(verdict_of("10 / 3 = 3.34"), Verdict::supported);  // rounded up
  EXPECT_EQ(verdict_of("10 / 3 = 3.43"), Verdict::contradicted);
  EXPECT_EQ(verdict_of("7 / 2 = 3"), Verdict::contradicted);
  EXPECT_EQ(verdict_of("5 / 25 = 20%"), Verdict::supported);
  EXPECT_EQ(verdict_of("5 / 25 * 100 = 20%"), Verdict::supported);
  EXPECT_EQ(verdict_of("50 * 20% = 10"), Verdict::supported);
  EXPECT_EQ(verdict_of("3 plus 4 is 8"), Verdict::contradicted);
  EXPECT_EQ(first_wrong("", {"1 + 2 = 3 = 4"}), 0);
  EXPECT_EQ(first_wrong("", {"60 + 60 minutes = 120 minutes = 2 hours"}), -1);
  EXPECT_EQ(first_wrong("", {"1 + 2 = 3 = 4 - 2"}), 0);
}

TEST(Arithmetic, WhatCannotBeCheckedIsNeverWrong) {
  for (const char* step :
       {"x + 3 + 4 = 9", "2x = 10", "Half of 10 + 4 = 9", "3 + 4 dozen = 7", "2 hours = 120 minutes",
        "120 minutes - 60 minutes = 1 hour", "x - 25% = 19.50", "50 + 20% = 60", "5 apples = 3 pears",
        "f(2) = 3 + 4", "1 + 1 == 3", "1 + 1 <= 3", "He is 5 + 3 years older, that is 9", "5 = 3 + the rest",
        "12 / 7 * 7 = 11.99", "99999999999999999999999999999999999999999999 + 1 = 3"})
    EXPECT_EQ(first_wrong("", {step}), -1) << step;
}

TEST(Arithmetic, NamedPartsCarryOn) {
  const std::string question = "(((5 - 3) * (4 + 4)) =";
  const Steps steps = {"This equation can be written as \"A * B\", where A = (5 - 3) and B = (4 + 4).",
                       "Let's calculate A = (5 - 3) = 2.", "Let's calculate B = (4 + 4) = 9.",
                       "Then, the final equation is A * B = 2 * 9 = 18. So the answer is 18"};
  EXPECT_EQ(first_wrong(question, steps), 2);  // and the last step only carries it on
  Steps other = steps;
  other[2] = "Let's calculate B = (4 + 4) = 8.";
  EXPECT_EQ(first_wrong(question, other), 3);  // B is 8, and 9 was put in
  other[3] = "Then, the final equation is A * B = 2 * 8 = 16. So the answer is 18";
  EXPECT_EQ(first_wrong(question, other), 3);
  other[3] = "Then, the final equation is A * B = 2 * 8 = 16. So the answer is 16";
  EXPECT_EQ(first_wrong(question, other), -1);
  other[1] = "Let's calculate A = (5 - 4) = 1.";
  EXPECT_EQ(first_wrong(question, other), 1);  // A was given otherwise
}

TEST(Arithmetic, ASlipThatIsTakenBack) {
  const auto report = check_steps("", {"A = (5 - -3) = (5 - 3) = 8."});
  EXPECT_FALSE(report.first_wrong);
  ASSERT_FALSE(report.claims.empty());
  EXPECT_EQ(report.claims.front().verdict, Verdict::inconsistent);
}

TEST(Arithmetic, CalculatorAnnotations) {
  EXPECT_EQ(first_wrong("", {"She has 16 - 3 = <<16-3=13>>13 eggs.", "That is 13 * 2 = $<<13*2=26>>26."}),
            -1);
  EXPECT_EQ(first_wrong("", {"She has 16 - 3 = <<16-3=13>>13 eggs.", "That is 13 * 2 = $<<13*2=27>>27."}), 1);
  EXPECT_EQ(first_wrong("", {"That is $<<9*2=18>>19 every day."}), 0);
  EXPECT_EQ(first_wrong("", {"<<<<>>>>= <<=>> << 1+1=2"}), -1);
}

TEST(Arithmetic, NumbersWithoutASourceAreNamed) {
  const auto report =
      check_steps("She has three bags of 5 apples.", {"3 * 5 = 15", "15 + 18 = 33", "33 - 5 = 28"});
  EXPECT_FALSE(report.first_wrong);
  std::vector<std::string> missing;
  for (const auto& claim : report.claims)
    if (claim.kind == Kind::restatement) missing.push_back(std::to_string(claim.step) + ": " + claim.text);
  EXPECT_EQ(missing, (std::vector<std::string>{"1: 18"}));
}

TEST(Arithmetic, Japanese) {
  EXPECT_EQ(verdict_of("りんごは３×５＝１５個です。"), Verdict::supported);
  EXPECT_EQ(verdict_of("代金は15×100=1600円です。"), Verdict::contradicted);
  EXPECT_EQ(verdict_of("3+4は7です。"), Verdict::supported);
  EXPECT_EQ(verdict_of("3+4は8です。"), Verdict::contradicted);
  const auto report = check_steps("", {"3+4=8"}, text::Language::japanese);
  EXPECT_NE(report.why.find("ではありません"), std::string::npos);
}

TEST(Units, OneAmountInTwoUnits) {
  EXPECT_EQ(verdict_of("2 hours = 120 minutes"), Verdict::supported);
  EXPECT_EQ(verdict_of("2 hours = 130 minutes"), Verdict::contradicted);
  EXPECT_EQ(verdict_of("1.5 km is 1500 m"), Verdict::supported);
  EXPECT_EQ(verdict_of("2時間は120分です。"), Verdict::supported);
  EXPECT_EQ(verdict_of("2時間は100分です。"), Verdict::contradicted);
  EXPECT_EQ(verdict_of("1 inch = 2.54 cm"), Verdict::supported);
  EXPECT_EQ(verdict_of("1 mile = 1.6 km"), Verdict::supported);
  EXPECT_NE(verdict_of("1 foot = 30 cm"), Verdict::contradicted);
  EXPECT_EQ(verdict_of("3 hours = 5 apples"), Verdict::not_checkable);
}

TEST(Dates, WeekdaysAndShifts) {
  EXPECT_EQ(verdict_of("March 3, 2021 is a Wednesday."), Verdict::supported);
  EXPECT_EQ(verdict_of("March 3, 2021 was a Monday."), Verdict::contradicted);
  EXPECT_EQ(verdict_of("10 days after March 3, 2021 is March 13, 2021."), Verdict::supported);
  EXPECT_EQ(verdict_of("10 days after February 25, 2024 is March 6, 2024."), Verdict::supported);
  EXPECT_EQ(verdict_of("10 days after February 25, 2023 is March 6, 2023."), Verdict::contradicted);
  EXPECT_EQ(verdict_of("3 days after Monday is Thursday."), Verdict::supported);
  EXPECT_EQ(verdict_of("3 days after Monday is Friday."), Verdict::contradicted);
  EXPECT_EQ(verdict_of("2021年3月3日は水曜日です。"), Verdict::supported);
  EXPECT_EQ(verdict_of("2021年3月3日は木曜日です。"), Verdict::contradicted);
  EXPECT_EQ(verdict_of("3月3日の10日後は3月13日です。"), Verdict::supported);
  EXPECT_EQ(verdict_of("3月3日の10日後は3月14日です。"), Verdict::contradicted);
  EXPECT_EQ(verdict_of("2月25日の10日後は3月6日です。"), Verdict::not_checkable);  // of which year?
}

TEST(Counting, LettersAndItems) {
  EXPECT_EQ(verdict_of("The word \"strawberry\" has 3 \"r\"."), Verdict::supported);
  EXPECT_EQ(verdict_of("The word \"strawberry\" has 2 \"r\"."), Verdict::contradicted);
  EXPECT_EQ(verdict_of("There are 3 \"r\" in \"strawberry\"."), Verdict::supported);
  EXPECT_EQ(verdict_of("\"strawberry\" has ten letters."), Verdict::supported);
  EXPECT_EQ(verdict_of("[4, 7, 9] has 4 elements."), Verdict::contradicted);
  EXPECT_EQ(verdict_of("「とまと」は3文字です。"), Verdict::supported);
  EXPECT_EQ(verdict_of("「すもももももも」に「も」は5個あります。"), Verdict::contradicted);
}

TEST(Brackets, StackAfterEachSymbol) {
  const Steps right = {"We keep track of the stack.",
                       "stack: empty",
                       "( ; stack: (",
                       "[ ; stack: ( [",
                       "] ; stack: (",
                       "Now, we have reached the end. The final stack is \"(\".",
                       "We will need to pop out \"(\".",
                       "So, we need \")\". So the answer is )"};
  EXPECT_EQ(first_wrong("( [ ]", right), -1);
  EXPECT_EQ(check_steps("( [ ]", right).checked, 7U);
  Steps wrong = right;
  wrong[4] = "] ; stack: empty";
  EXPECT_EQ(first_wrong("( [ ]", wrong), 4);
  EXPECT_EQ(first_wrong("( [ ] <", right), 5);  // it ends too early
  EXPECT_EQ(first_wrong("( [", right), 4);      // a symbol that is not there
  wrong = right;
  wrong[7] = "So, we need \")\". So the answer is ]";
  EXPECT_EQ(first_wrong("( [ ]", wrong), 7);
}

TEST(Sorting, LettersGroupsAndMerges) {
  const Steps right = {"The first letter: \"bela\": \"b\" (2). \"alton\": \"a\" (1). \"bravado\": \"b\" (2).",
                       "We now have: (1) \"alton\" < (2) [\"bela\" ? \"bravado\"].",
                       "Now let's sort this subpart [\"bela\" ? \"bravado\"] by looking at their second "
                       "letters. The second letter: "
                       "\"bela\": \"e\" (5). \"bravado\": \"r\" (18).",
                       "We now have: (5) \"bela\" < (18) \"bravado\" for the subpart. Hence, we have "
                       "\"alton\" < \"bela\" < \"bravado\".",
                       "I have now sorted all the words. The answer is alton bela bravado"};
  const std::string question = "bela alton bravado";
  EXPECT_EQ(first_wrong(question, right), -1);
  const auto changed = [&](std::size_t step, const std::string& from, const std::string& to) {
    Steps steps = right;
    steps[step].replace(steps[step].find(from), from.size(), to);
    return first_wrong(question, steps);
  };
  EXPECT_EQ(changed(0, "\"a\" (1)", "\"l\" (12)"), 0);
  EXPECT_EQ(changed(1, "[\"bela\" ? \"bravado\"]", "\"bela\" < \"bravado\""),
            1);  // nothing tells them apart yet
  EXPECT_EQ(changed(1, " ? \"bravado\"", ""), 1);
  EXPECT_EQ(changed(2, "\"r\" (18)", "\"a\" (1)"), 2);
  EXPECT_EQ(changed(3, "\"alton\" < \"bela\"", "\"bela\" < \"alton\""), 3);
  EXPECT_EQ(changed(4, "alton bela", "bela alton"), 4);
}

TEST(Sorting, AWordThatHasEndedComesFirst) {
  const Steps steps = {
      "The first letter: \"bee\": \"b\" (2). \"be\": \"b\" (2).", "We now have: (2) [\"bee\" ? \"be\"].",
      "Now let's sort this subpart [\"bee\" ? \"be\"] by looking at their third letters. The third letter: "
      "\"bee\": "
      "\"e\" (5). \"be\": \"none\" (0).",
      "We now have: (0) \"be\" < (5) \"bee\" for the subpart. Hence, we have \"be\" < \"bee\".",
      "I have now sorted all the words. The answer is be bee"};
  EXPECT_EQ(first_wrong("bee be", steps), -1);
}

TEST(Tracking, SwapsOfThings) {
  const std::string question =
      "Alice, Bob, and Claire trade books. At the start, they each have one: Alice gets Ulysses, Bob gets "
      "The "
      "Odyssey, and Claire gets Moby Dick.\nFirst, Alice and Bob swap books. Then, Bob and Claire swap "
      "books. At the "
      "end, Claire has\nOptions:\n(A) Ulysses.\n(B) The Odyssey.\n(C) Moby Dick.";
  const Steps right = {"At the start: Alice: Ulysses, Bob: Odyssey, Claire: Moby Dick.",
                       "Alice and Bob swap: Alice: Odyssey, Bob: Ulysses, Claire: Moby Dick.",
                       "Bob and Claire swap: Alice: Odyssey, Bob: Moby Dick, Claire: Ulysses.",
                       "At the end, Claire has Ulysses. So the answer is (A)"};
  EXPECT_EQ(first_wrong(question, right), -1);
  EXPECT_EQ(check_steps(question, right).checked, 4U);
  Steps wrong = right;
  wrong[1] = "Alice and Bob swap: Alice: Odyssey, Bob: Moby Dick, Claire: Ulysses.";
  EXPECT_EQ(first_wrong(question, wrong), 1);
  wrong = right;
  wrong[1] = "Alice and Claire swap: Alice: Moby Dick, Bob: Odyssey, Claire: Ulysses.";
  EXPECT_EQ(first_wrong(question, wrong), 1);  // not the next swap
  wrong = right;
  wrong[3] = "At the end, Claire has Ulysses. So the answer is (B)";
  EXPECT_EQ(first_wrong(question, wrong), 3);
  EXPECT_EQ(first_wrong(question, {"A: Ulysses, B: Odyssey, C: Moby Dick", "A: Odyssey, B: Ulysses",
                                   "B: Moby Dick, C: Odyssey"}),
            2);
}

TEST(Ordering, PlacesThatFollow) {
  const std::string question =
      "The following statements each describe a set of three objects arranged in a fixed order.\n- On a "
      "branch, there "
      "are three birds: an owl, a crow, and a blue jay.\n- The owl is the leftmost.\n- The crow is to the "
      "right of the "
      "blue jay.\nQ: Which is correct?\nOptions:\n(A) The crow is the rightmost.\n(B) The owl is the "
      "rightmost.";
  const std::string start =
      "The owl is the leftmost. So from left to right: first is the owl, then second and third can be any "
      "bird.";
  const std::string relation =
      "The crow is to the right of the blue jay. So from left to right: first is the owl, then second is "
      "the ";
  EXPECT_EQ(
      first_wrong(question, {start, relation + "blue jay, then third is the crow.", "So the answer is (A)"}),
      -1);
  EXPECT_EQ(first_wrong(question, {start, relation + "crow, then third is the blue jay."}), 1);
  EXPECT_EQ(
      first_wrong(
          question,
          {"The owl is the leftmost. So from left to right: first is the owl, then second is the blue jay."}),
      0);
  EXPECT_EQ(first_wrong(question, {start, relation + "blue jay, then fourth is the crow."}), 1);
  EXPECT_EQ(first_wrong(question, {start, "So the answer is (B)"}), 1);
}

TEST(Steps, HostileTextIsNotCheckable) {
  EXPECT_EQ(first_wrong("", {}), -1);
  EXPECT_EQ(
      first_wrong("\xff\xfe", {"\xff = \xfe", std::string("1\0 = 2", 6), "= = = =", "((((", "1 +", "stack:"}),
      -1);
  EXPECT_EQ(first_wrong(std::string(200'000, '('), {std::string(100'000, '1') + " = 2", "stack: ("}), -1);
  EXPECT_EQ(first_wrong("", Steps(5000, "1 + 1 = 2")), -1);
  EXPECT_EQ(check_steps("", Steps(5000, "1 + 1 = 2")).checked, kMostSteps);
  EXPECT_EQ(first_wrong("", {std::string(20'000, '[')}), -1);
}

TEST(Steps, SplitByLinesOrSentences) {
  EXPECT_EQ(split_steps("one\n\n  two \r\nthree"), (Steps{"one", "two", "three"}));
  EXPECT_EQ(split_steps("She has 3. She eats 1.5 of them. 2 - 1 = 1."),
            (Steps{"She has 3.", "She eats 1.5 of them.", "2 - 1 = 1."}));
  EXPECT_TRUE(split_steps(" \n").empty());
}

TEST(DraftSteps, AWrongStepContradictsAndRightOnesAreCounted) {
  const auto object = base::Json::parse(R"({"answer": "31 eggs", "steps": ["16 - 3 = 13", "13 + 18 = 32"]})");
  ASSERT_TRUE(object);
  core::Draft draft;
  draft.text = "31 eggs";
  hold_steps(stated_steps("<think>1 + 1 = 3</think>First 2 + 2 = 4.\n{\"answer\"", *object), "How many?",
             draft);
  ASSERT_EQ(draft.claims.size(), 1U);
  EXPECT_EQ(draft.claims[0].verdict, Verdict::contradicted);
  EXPECT_EQ(draft.claims[0].text, "13 + 18 = 32");
  core::Draft sound;
  sound.text = "31 eggs";
  hold_steps({"16 - 3 = 13", "13 + 18 = 31"}, "How many?", sound);
  ASSERT_EQ(sound.claims.size(), 1U);
  EXPECT_EQ(sound.claims[0].verdict, Verdict::supported);
  core::Draft silent;
  silent.text = "It opened in 1961.";
  hold_steps({}, "When?", silent);
  EXPECT_TRUE(silent.claims.empty());
}

}  // namespace
}  // namespace genkai::limits::reasoning::steps
