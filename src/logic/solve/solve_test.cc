#include "logic/solve/solve.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "logic/solve/answer.h"
#include "logic/solve/gloss.h"
#include "logic/solve/names.h"

namespace genkai::logic::solve {
namespace {

const std::vector<std::string> kTruth = {"A) True", "B) False"};
const std::vector<std::string> kThree = {"A) True", "B) False", "C) Uncertain"};

Solution run(const std::string& program, const std::vector<std::string>& options = {},
             const std::string& question = {}, const Budget& budget = {}) {
  return solve({program, question, options}, budget);
}
std::string outcome(const Solution& s) {
  return std::string(to_string(s.status)) + (s.answer.empty() ? "" : " " + s.answer);
}
bool repaired(const Solution& s, What what) {
  return std::any_of(s.repairs.begin(), s.repairs.end(),
                     [&](const Repair& one) { return one.message.what == what; });
}

const std::string kBirds =
    "Predicates:\nSparrow($x, bool) ::: is x a sparrow?\nFacts:\nSparrow(Pip, True)\nRules:\n"
    "Sparrow($x, True) >>> Bird($x, True) ::: sparrows are birds\nBird($x, True) >>> Heavy($x, "
    "False)\nQuery:\n";

TEST(Horn, ChainsFactsThroughRulesAndExplains) {
  const Solution yes = run(kBirds + "Bird(Pip, True)", kTruth);
  EXPECT_EQ(outcome(yes), "ok A");
  ASSERT_EQ(yes.steps.size(), 2u);
  EXPECT_EQ(yes.steps[0], "Sparrow(Pip)  (line 4)");
  EXPECT_EQ(yes.steps[1], "Bird(Pip)  because Sparrow(Pip)  (line 6)");
  EXPECT_EQ(outcome(run(kBirds + "Heavy(Pip, True)", kTruth)), "ok B");
  EXPECT_EQ(outcome(run(kBirds + "Heavy(Pip, False)", kTruth)), "ok A");
  EXPECT_EQ(outcome(run(kBirds + "Heavy(Pip, False)")), "ok True");
  EXPECT_EQ(outcome(run(kBirds + "Red(Pip, True)", kTruth)), "undetermined");
  EXPECT_EQ(outcome(run(kBirds + "Red(Pip, True)", kThree)), "ok C");
}

TEST(Horn, RecursionAndCyclesEnd) {
  const std::string family =
      "Facts:\nParent(Ann, Bob)\nParent(Bob, Cid)\nParent(Cid, Ann)\nRules:\nParent($x, $y) >>> Older($x, "
      "$y)\n"
      "Older($x, $y) and Parent($y, $z) >>> Older($x, $z)\nQuery:\n";
  EXPECT_EQ(outcome(run(family + "Older(Ann, Ann)")), "ok True");
  EXPECT_EQ(outcome(run(family + "Older(Ann, $who)")), "ok Ann; Bob; Cid");
  EXPECT_EQ(outcome(run("p(X) :- q(X), r(X).\nq(a). \nr(a).\nQuery: p(a)")), "ok True");
  EXPECT_EQ(outcome(run("Facts:\nA(x1)\nRules:\nA($x) >>> B($x)\nB($x) >>> A($x)\nQuery:\nB(x1)")),
            "ok True");
}

TEST(Horn, NegationAsFailureIsStratified) {
  const std::string birds =
      "Facts:\nBird(Pip)\nBird(Pen)\nPenguin(Pen)\nRules:\nBird($x) and unless Penguin($x) >>> "
      "Flies($x)\nQuery:\n";
  EXPECT_EQ(outcome(run(birds + "Flies(Pip)")), "ok True");
  EXPECT_EQ(outcome(run(birds + "Flies(Pen)")), "undetermined");
  const Solution cyclic =
      run("Facts:\nB(a)\nRules:\nB($x) and unless P($x) >>> Q($x)\nB($x) and unless Q($x) >>> "
          "P($x)\nQuery:\nP(a)");
  EXPECT_EQ(outcome(cyclic), "syntax");
  EXPECT_EQ(cyclic.error->message.what, What::not_stratified);
}

TEST(Horn, ContradictionsAreToldAndNotAnswered) {
  const Solution both =
      run("Facts:\nA(t, True)\nRules:\nA($x, True) >>> B($x, True)\nA($x, True) >>> B($x, "
          "False)\nQuery:\nB(t, True)",
          kTruth);
  EXPECT_EQ(outcome(both), "unsatisfiable");
  const Solution beside = run(
      "Facts:\nA(t, True)\nC(t, True)\nC(t, False)\nRules:\nA($x, True) >>> B($x, True)\nQuery:\nB(t, True)",
      kTruth);
  EXPECT_EQ(outcome(beside), "ok A");
  EXPECT_TRUE(repaired(beside, What::contradiction_elsewhere));
  EXPECT_EQ(
      outcome(run("Facts:\nC(t, True)\nC(t, False)\nRules:\nC($x, True) >>> B($x, True)\nQuery:\nB(t, True)",
                  kTruth)),
      "unsatisfiable");
}

TEST(Horn, WhatModelsReallyWriteIsReadAndReported) {
  const Solution plural =
      run("Predicates:\nSparrows($x, bool)\nFacts:\nSparrow(pip, True)\nRules:\nSparrows($x, True) >>> "
          "Bird($x, True)\nQuery:\nBird(Pip, True)",
          kTruth);
  EXPECT_EQ(outcome(plural), "ok A");
  EXPECT_TRUE(repaired(plural, What::spelling_merged));
  const Solution fenced =
      run("Sure, here it is:\n```\n" + kBirds + "Bird(Pip, True)\n```\nHope that helps!", kTruth);
  EXPECT_EQ(outcome(fenced), "ok A");
  EXPECT_TRUE(repaired(fenced, What::fence_removed));
  const Solution trailing =
      run("I translate it.\n" + kBirds + "Bird(Pip, True)\nThis asks whether Pip is a bird", kTruth);
  EXPECT_EQ(outcome(trailing), "ok A");
  EXPECT_TRUE(repaired(trailing, What::prose_dropped));
  const Solution mixed =
      run("**Facts:**\n- Sparrow(Pip, True)\n- Sparrow(x, True) >>> Bird(x, True)\n## Query\n1. Bird(Pip, X)",
          kTruth);
  EXPECT_EQ(outcome(mixed), "ok A");
  EXPECT_TRUE(repaired(mixed, What::rule_among_facts) && repaired(mixed, What::letter_is_variable) &&
              repaired(mixed, What::truth_value_open));
  EXPECT_EQ(
      outcome(run("事実:\n鳥(ピピ, True)\n規則:\n鳥($x, True) >>> 飛ぶ($x, True)\n質問:\n飛ぶ(ピピ, True)",
                  {"A) 正しい", "B) 誤り"})),
      "ok A");
}

TEST(Horn, PlainSentencesAboutDeclaredPredicates) {
  const std::string declared = "Predicates:\nCat($x, bool)\nAnimal($x, bool)\nFacts:\n";
  const Solution s =
      run(declared +
              "Tom is a cat.\nRules:\nEvery cat is an animal.\nCats are not dogs\nQuery:\nAnimal(Tom, True)",
          kTruth);
  EXPECT_EQ(outcome(s), "syntax");  // dogs are not declared
  const Solution read =
      run(declared + "Tom is a cat.\nRules:\nEvery cat is an animal.\nQuery:\nAnimal(Tom, True)", kTruth);
  EXPECT_EQ(outcome(read), "ok A");
  EXPECT_TRUE(repaired(read, What::sentence_read));
  EXPECT_EQ(outcome(run(declared + "Tom is a cat.\nCats are not animals\nQuery:\nAnimal(Tom, True)", kTruth)),
            "ok B");
  EXPECT_EQ(outcome(run(declared + "Tom is a sleepy cat.\nQuery:\nCat(Tom, True)", kTruth)), "syntax");
}

TEST(Horn, TheQuestionSaysWhetherItIsDenied) {
  const Solution s =
      run(kBirds + "Heavy(Pip, False)", kTruth, "Is the following statement true or false? Pip is heavy.");
  EXPECT_EQ(outcome(s), "ok B");
  EXPECT_TRUE(repaired(s, What::polarity_from_question));
  const Solution same = run(kBirds + "Heavy(Pip, False)", kTruth,
                            "Is the following statement true or false? Pip is not heavy.");
  EXPECT_EQ(outcome(same), "ok A");
  EXPECT_FALSE(repaired(same, What::polarity_from_question));
  EXPECT_EQ(stated("Pip is a sparrow. True or false? Pip isn't heavy.", {"Heavy", "Pip"}), false);
  EXPECT_EQ(stated("Pip is light and not heavy.", {"Heavy", "Pip"}), std::nullopt);
  EXPECT_EQ(stated("Tom is heavy.", {"Heavy", "Pip"}), std::nullopt);
}

TEST(Horn, SyntaxErrorsHavePlaceAndHint) {
  const auto where = [](const std::string& program) {
    const Solution s = run(program, kTruth);
    return s.error ? to_model(s) : outcome(s);
  };
  EXPECT_EQ(where(kBirds + "Bird(Pip, True"),
            "line 9, column 15: ) is missing here; close every bracket, and give every operator both sides");
  EXPECT_EQ(where("Facts:\nA(t) ^ B(t)\nQuery:\nA(t)"),
            "line 2, column 6: ^ may mean and, or exclusive or; write and, or xor");
  EXPECT_EQ(where("Facts:\nA(t, bool)\nQuery:\nA(t, True)"),
            "line 2, column 6: bool stands where True or False is wanted; write True or False");
  EXPECT_EQ(run("Facts:\nA(t)\nRules:\nA($x) >>> B($y)\nQuery:\nB(t)").error->message.what,
            What::unsafe_variable);
  EXPECT_EQ(run("Facts:\nTom is a cat.\nQuery:\nCat(Tom)").error->message.what, What::not_an_atom);
  EXPECT_EQ(run("Facts:\nA(t)").error->message.what, What::no_query);
  EXPECT_EQ(run("Facts:\nA(t)\nQuery:\nA(t)\nB(t)").error->message.what, What::several_queries);
  EXPECT_EQ(run("").status, Status::syntax);
  EXPECT_FALSE(say(run("Facts:\nA(t) ^ B(t)\nQuery:\nA(t)").why, text::Language::japanese).empty());
}

const std::string kCups =
    "Domain:\n1: leftmost\n3: rightmost\nVariables:\nred [IN] [1, 2, 3]\nblue [IN] [1, 2, 3]\ngreen [IN] [1, "
    "2, 3]\n"
    "Constraints:\nred < blue ::: left of\nAllDifferentConstraint([red, blue, green])\n";

TEST(Constraints, TheOptionThatHoldsInAllSolutions) {
  const std::string fixed = kCups + "green == 3\nQuery:\n";
  EXPECT_EQ(outcome(run(fixed + "A) red == 1\nB) blue == 1\nC) green == 1")), "ok A");
  EXPECT_EQ(outcome(run(fixed + "A) red == 2\nB) blue == 2")), "ok B");
  EXPECT_EQ(outcome(run(fixed + "A) red == 1\nB) blue == 2")), "ambiguous");
  EXPECT_EQ(outcome(run(kCups + "Query:\nA) red == 1\nB) blue == 3")), "ambiguous");
  EXPECT_EQ(outcome(run(kCups + "red == 3\nQuery:\nA) red == 1")), "unsatisfiable");
  const Solution unlabelled = run(fixed + "red == 2\nblue == 2", {"A) red", "B) blue"});
  EXPECT_EQ(outcome(unlabelled), "ok B");
  EXPECT_TRUE(repaired(unlabelled, What::labels_by_order));
}

TEST(Constraints, ExpressionsAndValues) {
  EXPECT_EQ(
      outcome(
          run("Variables:\nx [IN] [1..9]\ny [IN] [1..9]\nConstraints:\nx + y == 12\nx - y == 4\nQuery:\nx")),
      "ok 8");
  EXPECT_EQ(outcome(run("Variables:\nx [IN] [1..9]\nConstraints:\nx > 2\nQuery:\nx")), "ambiguous");
  EXPECT_EQ(
      outcome(run("Variables:\nx ∈ {1, 2, 3}\ny: [1, 2, 3]\nConstraints:\nabs(x - y) == 2\nx < y\nQuery:\ny",
                  {"A) two", "B) 3"})),
      "ok B");
  EXPECT_EQ(outcome(run("Variables:\nhat [IN] [red, blue]\ncoat [IN] [red, blue]\nConstraints:\nhat != "
                        "coat\nhat == red\nQuery:\ncoat")),
            "ok blue");
  EXPECT_EQ(outcome(run("Variables:\na [IN] [1, 2, 3]\nb [IN] [1, 2, 3]\nc [IN] [1, 2, 3]\nConstraints:\na < "
                        "b < c\nQuery:\nc == 3",
                        kTruth)),
            "ok A");
  EXPECT_EQ(outcome(run("Variables:\na [IN] [0, 1]\nb [IN] [0, 1]\nConstraints:\na == 1 or b == 1\nnot (a == "
                        "1 and b == 1)\nQuery:\na + b == 1",
                        kTruth)),
            "ok A");
  EXPECT_EQ(outcome(run("Variables:\nx [IN] [1..1000]\ny [IN] [1..1000]\nConstraints:\nx * y == 899\nx < "
                        "y\nx > 1\nQuery:\nx")),
            "ok 29");
}

TEST(Constraints, TheQuestionMayAskWhatIsPossible) {
  const std::string program = kCups + "Query:\nA) red == 3\nB) blue == 3";
  EXPECT_EQ(outcome(run(program, {}, "Which of the following could be true?")), "ok B");
  EXPECT_EQ(outcome(run(program, {}, "Which of the following cannot be true?")), "ok A");
  EXPECT_EQ(outcome(run(program, {}, "Each of the following could be true EXCEPT")), "ok A");
}

TEST(Constraints, ErrorsNameWhatIsNear) {
  const Solution typo = run(kCups + "gren == 3\nQuery:\nA) red == 1");
  EXPECT_EQ(
      to_model(typo),
      "line 11, column 1: no variable is called gren; declare it under Variables; the nearest is green");
  const Solution spelling = run(kCups + "Green == 3\nQuery:\nA) red == 1");
  EXPECT_EQ(outcome(spelling), "ok A");
  EXPECT_TRUE(repaired(spelling, What::spelling_merged));
  EXPECT_EQ(run("Variables:\nx [IN] [9..1]\nConstraints:\nx > 1\nQuery:\nx").error->message.what,
            What::no_domain);
  EXPECT_EQ(run("Variables:\nx [IN] []\nConstraints:\nx > 1\nQuery:\nx").error->message.what,
            What::no_domain);
}

TEST(Constraints, TheSentenceBesideAConstraintIsFollowed) {
  const std::string race =
      "Domain:\n1: first\n3: last\nVariables:\nAnn [IN] [1, 2, 3]\nBob [IN] [1, 2, 3]\nCid [IN] [1, 2, "
      "3]\nConstraints:\n"
      "Ann > Bob ::: Ann finished above Bob.\nCid == 1 ::: Cid finished last.\nAllDifferentConstraint([Ann, "
      "Bob, Cid])\n"
      "Query:\nA) Ann == 1 ::: Ann finished first.\nB) Bob == 1 ::: Bob finished first.";
  const Solution s = run(race);
  EXPECT_EQ(outcome(s), "ok A");
  EXPECT_TRUE(repaired(s, What::order_from_sentence));
  EXPECT_TRUE(repaired(s, What::place_from_sentence));
}

TEST(Scale, ReadsOnlyPlainSentences) {
  const Scale age({{1, "oldest"}, {5, "newest"}});
  EXPECT_EQ(age.order("The sedan is newer than the van.", "sedan", "van"), Scale::Order::greater);
  EXPECT_EQ(age.order("The sedan is newer than the van.", "van", "sedan"), Scale::Order::less);
  EXPECT_EQ(age.order("The blue book is older than the red book.", "blue_book", "red_book"),
            Scale::Order::less);
  EXPECT_EQ(age.order("The sedan is not newer than the van.", "sedan", "van"), std::nullopt);
  EXPECT_EQ(age.order("The sedan is left of the van.", "sedan", "van"), std::nullopt);
  EXPECT_EQ(age.order("Newer than the van is the sedan.", "sedan", "van"), std::nullopt);
  EXPECT_EQ(age.place("The van is the second-newest."), 4);
  EXPECT_EQ(age.place("The van is the oldest."), 1);
  EXPECT_EQ(age.place("The van is newer."), std::nullopt);
  EXPECT_EQ(age.place("The van is the ninth-newest."), std::nullopt);
  const Scale price({{1, "cheapest"}, {7, "most expensive"}});
  EXPECT_EQ(price.order("The figs are less expensive than the plums.", "figs", "plums"), Scale::Order::less);
  EXPECT_EQ(price.place("The figs are the second-most expensive."), 6);
  const Scale row({{1, "leftmost"}, {5, "rightmost"}});
  EXPECT_EQ(row.place("The owl is the third from the left."), 3);
  EXPECT_EQ(row.place("The owl is the second from the right."), 4);
  const Scale race({{1, "first"}, {2, "second"}, {3, "third"}});
  EXPECT_EQ(race.order("Ann finished above Bob.", "Ann", "Bob"), Scale::Order::less);
  EXPECT_EQ(race.place("Ann finished last."), 3);
  EXPECT_EQ(race.place("Ann finished second-to-last."), 2);
  EXPECT_EQ(race.place("Ann finished second."), std::nullopt);
  EXPECT_EQ(Scale({{1, "red"}, {2, "blue"}}).order("Ann finished above Bob.", "Ann", "Bob"), std::nullopt);
  EXPECT_EQ(Scale({{1, "oldest"}, {2, "rightmost"}}).place("Ann is the oldest."), std::nullopt);
}

TEST(FirstOrder, EntailedRefutedOrOpen) {
  const std::string premises =
      "Predicates:\nDog(x) ::: x is a dog\nPremises:\n∀x (Dog(x) → Animal(x) ∧ ¬Plant(x)) ::: dogs are "
      "animals\n"
      "Dog(rex) ⊕ Plant(rex)\n∃x (Plant(x))\nConclusion:\n";
  EXPECT_EQ(outcome(run(premises + "Dog(rex) → Animal(rex)", kThree)), "ok A");
  EXPECT_EQ(outcome(run(premises + "Dog(rex) ∧ Plant(rex)", kThree)), "ok B");
  EXPECT_EQ(outcome(run(premises + "Dog(rex)", kThree)), "ok C");
  EXPECT_EQ(outcome(run(premises + "Dog(rex)", kTruth)), "undetermined");
  EXPECT_EQ(outcome(run("Premises:\nCat(tom)\n¬Cat(tom)\nConclusion:\nDog(tom)", kThree)), "unsatisfiable");
  EXPECT_EQ(outcome(run("Premises:\nforall x (Cat(x) -> exists y (Mouse(y) & Hunts(x, "
                        "y)))\nCat(tom)\nConclusion:\nexists y (Hunts(tom, y))",
                        kThree)),
            "ok A");
  EXPECT_EQ(
      outcome(run("Premises:\nall x. (Cat(x) -> age(x) > 3)\nCat(tom)\nConclusion:\nage(tom) >= 4", kThree)),
      "ok A");
  EXPECT_EQ(outcome(run("Premises:\n∀x P(x) → Q(x)\nP(a)\nConclusion:\nQ(a)", kThree)), "ok A");
}

TEST(FirstOrder, ErrorsInFormulas) {
  EXPECT_EQ(run("Premises:\n∀x (P(x)) → Q(x)\nConclusion:\nQ(a)").error->message.what, What::free_variable);
  EXPECT_EQ(run("Premises:\nP(a)\nP(a) > 3\nConclusion:\nP(a)").error->message.what, What::sort_clash);
  EXPECT_EQ(run("Premises:\n∀x (P(x) →)\nConclusion:\nP(a)").error->place.line, 2u);
}

TEST(FirstOrder, SortsThatListTheirMembers) {
  const std::string program =
      "# Declarations\npeople = EnumSort([Ann, Bob, Cid])\nseats = EnumSort([1, 2, 3])\nseat = "
      "Function([people] -> [seats])\n"
      "# Constraints\nDistinct([p:people], seat(p)) ::: one each\nseat(Ann) < seat(Bob)\nForAll([p:people], "
      "Implies(p != Ann, seat(p) != 1))\n"
      "Count([p:people], seat(p) >= 2) == 2\n# Options\nQuestion ::: Which is true?\n";
  EXPECT_EQ(outcome(run(program + "is_valid(seat(Ann) == 1) ::: (A)\nis_valid(seat(Bob) == 2) ::: (B)")),
            "ok A");
  EXPECT_EQ(outcome(run(program + "is_sat(seat(Ann) == 2) ::: (A)\nis_sat(seat(Bob) == 3) ::: (B)")), "ok B");
  EXPECT_EQ(outcome(run(program + "is_unsat(seat(Bob) == 1) ::: (A)\nis_unsat(seat(Bob) == 2) ::: (B)")),
            "ok A");
}

TEST(Smt, ValuesAndOptions) {
  const std::string script =
      "(declare-const pen Int)\n(declare-const pad Int)\n(assert (= pen (+ pad 3)))\n(assert (= (+ pen pad) "
      "13))\n";
  EXPECT_EQ(outcome(run(script + "(check-sat)\n(get-value (pad))")), "ok 5");
  EXPECT_EQ(outcome(run(script + "(get-value (pad))", {"A) 8", "B) 5"})), "ok B");
  EXPECT_EQ(outcome(run("(declare-const x Int)\n(assert (> x 3))\n(get-value (x))")), "ambiguous");
  EXPECT_EQ(outcome(run(script + "(define-fun A () Bool (> pad pen))\n(define-fun B () Bool (> pen 7))")),
            "ok B");
  EXPECT_EQ(outcome(run(script + "(define-fun query () Bool (= pad 4))", kTruth)), "ok B");
  EXPECT_EQ(outcome(run(script + "(assert (= pad 1))")), "unsatisfiable");
  EXPECT_EQ(outcome(run(script + "(assert (= pud 1))")), "syntax");
  EXPECT_EQ(outcome(run("```smt2\n" + script + "(get-value (pen))\n```")), "ok 8");
}

TEST(Smt, NothingReachesOutside) {
  for (const char* command : {"(include \"/etc/passwd\")", "(echo \"x\")", "(eval (+ 1 2))", "(simplify 1)",
                              "(help)", "(load \"x\")", "(set-logic QF_LIA)(display x)"})
    EXPECT_EQ(outcome(run(std::string("(declare-const x Int)(assert (> x 0))") + command)), "syntax")
        << command;
  const Solution option =
      run("(set-option :diagnostic-output-channel \"/tmp/genkai-must-not-be\")(declare-const x Int)(assert "
          "(= x 1))(get-value (x))");
  EXPECT_EQ(outcome(option), "ok 1");
  EXPECT_TRUE(repaired(option, What::command_ignored));
}

TEST(Solve, ProgramsVote) {
  const std::string yes = kBirds + "Bird(Pip, True)", no = kBirds + "Heavy(Pip, True)", broken = "Facts:\n(";
  const Problem question{"", "", kTruth};
  const Solution most = solve_all({yes, no, yes, broken}, question);
  EXPECT_EQ(outcome(most), "ok A");
  EXPECT_EQ(most.votes, 2u);
  EXPECT_EQ(most.programs, 4u);
  EXPECT_EQ(outcome(solve_all({yes, no}, question)), "ambiguous");
  EXPECT_EQ(outcome(solve_all({broken, broken}, question)), "syntax");
}

TEST(Solve, OptionsInTheirForms) {
  const auto label = [](const std::vector<std::string>& options) {
    return run(kBirds + "Heavy(Pip, True)", options).answer;
  };
  EXPECT_EQ(label({"(A) True", "(B) False"}), "B");
  EXPECT_EQ(label({"A. Yes", "B. No."}), "B");
  EXPECT_EQ(label({"True", "False"}), "False");
  EXPECT_EQ(label({"1) False", "2) True"}), "1");
  EXPECT_EQ(label({"A) 真", "B) 偽"}), "B");
  EXPECT_EQ(label({"A) Pip is heavy.", "B) Pip is not heavy."}), "B");
  EXPECT_EQ(outcome(run(kBirds + "Heavy(Pip, True)", {"A) red", "B) blue"})), "ambiguous");
}

TEST(Solve, HostileProgramsEndWithinTheirBounds) {
  const std::string deep(5000, '(');
  for (const std::string& program :
       {"Facts:\nA(t)\nQuery:\n" + deep, "Premises:\n" + deep + "\nConclusion:\nA(t)", "(assert " + deep,
        "Variables:\nx [IN] " + deep + "\nConstraints:\nx > 1\nQuery:\nx", deep, std::string(300'000, 'a')})
    EXPECT_EQ(run(program).status, Status::syntax);
  EXPECT_EQ(run("Variables:\nx [IN] [1..900000000]\nConstraints:\nx > 1\nQuery:\nx").status, Status::syntax);
  // Ten variables over forty constants: 40^10 bindings.
  std::string wide = "Facts:\n", body, head;
  for (int i = 0; i < 40; ++i) wide += "D(c" + std::to_string(i) + ")\n";
  for (int i = 0; i < 10; ++i) {
    body += (i ? " and D($x" : "D($x") + std::to_string(i) + ")";
    head += (i ? ", $x" : "$x") + std::to_string(i);
  }
  const Budget small{
      .facts = 10'000, .steps = 100'000, .nodes = 500, .time = std::chrono::milliseconds(2000)};
  EXPECT_EQ(run(wide + "Rules:\n" + body + " >>> Q(" + head + ")\nQuery:\nR(c1)", kTruth, "", small).status,
            Status::undetermined);
  // More pigeons than holes, told apart two by two, which propagation does not see.
  std::string pigeons = "Variables:\n", constraints = "Constraints:\n";
  for (int i = 0; i < 14; ++i) {
    pigeons += "p" + std::to_string(i) + " [IN] [1..13]\n";
    for (int j = 0; j < i; ++j) constraints += "p" + std::to_string(i) + " != p" + std::to_string(j) + "\n";
  }
  EXPECT_EQ(run(pigeons + constraints + "Query:\np0", {}, "", small).status, Status::undetermined);
  EXPECT_EQ(run(std::string("Facts:\nA(\xFF\xFE)\nQuery:\nA(t)", 25)).status, Status::syntax);
}

TEST(Names, KeysOfOneName) {
  EXPECT_EQ(name_key("Tumpuses"), name_key("tumpus"));
  EXPECT_EQ(name_key("blue_book"), name_key("Blue Book"));
  EXPECT_EQ(name_key("houses"), name_key("house"));
  EXPECT_EQ(name_key("berries"), name_key("Berry"));
  EXPECT_NE(name_key("glass"), name_key("gla"));
  EXPECT_NE(name_key("Ann"), name_key("Anna"));
}

}  // namespace
}  // namespace genkai::logic::solve
