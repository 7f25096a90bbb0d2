// The engines of our own against Z3 on random instances: the same statuses, the same entailments.

#include <gtest/gtest.h>

#include "base/rng.h"
#include "logic/solve/solve.h"

namespace genkai::logic::solve {
namespace {

std::string number(std::uint64_t n) {
  return std::to_string(n);
}

TEST(AgainstZ3, RandomFiniteDomains) {
  base::Rng rng(7);
  std::size_t unsatisfiable = 0, entailed = 0, open = 0;
  for (int round = 0; round < 60; ++round) {
    const std::size_t variables = 2 + rng.below(4), size = 2 + rng.below(4);
    std::string ours = "Variables:\n", theirs;
    for (std::size_t i = 0; i < variables; ++i) {
      ours += "v" + number(i) + " [IN] [1.." + number(size) + "]\n";
      theirs += "(declare-const v" + number(i) + " Int)(assert (and (>= v" + number(i) + " 1) (<= v" +
                number(i) + " " + number(size) + ")))\n";
    }
    struct Atom {
      std::string ours, theirs;
    };
    const auto atom = [&]() -> Atom {
      static constexpr const char* kOps[] = {"==", "!=", "<", "<=", ">", ">="};
      static constexpr const char* kSmt[] = {"=", "distinct", "<", "<=", ">", ">="};
      const std::size_t op = rng.below(6);
      const std::string a = "v" + number(rng.below(variables)), b = "v" + number(rng.below(variables)),
                        c = number(rng.below(3));
      if (rng.below(3) == 0)
        return {a + " " + kOps[op] + " " + c, std::string("(") + kSmt[op] + " " + a + " " + c + ")"};
      if (rng.below(5) == 0)
        return {"abs(" + a + " - " + b + ") " + kOps[op] + " " + c,
                std::string("(") + kSmt[op] + " (abs (- " + a + " " + b + ")) " + c + ")"};
      return {a + " " + kOps[op] + " " + b + " + " + c,
              std::string("(") + kSmt[op] + " " + a + " (+ " + b + " " + c + "))"};
    };
    const auto formula = [&]() -> Atom {
      const Atom x = atom(), y = atom();
      switch (rng.below(5)) {
        case 0:
          return {x.ours + " or " + y.ours, "(or " + x.theirs + " " + y.theirs + ")"};
        case 1:
          return {"not (" + x.ours + ")", "(not " + x.theirs + ")"};
        case 2:
          return {"(" + x.ours + ") -> (" + y.ours + ")", "(=> " + x.theirs + " " + y.theirs + ")"};
        default:
          return x;
      }
    };
    ours += "Constraints:\n";
    if (rng.below(2) == 0 && variables > 1) {
      std::string all, smt;
      for (std::size_t i = 0; i < variables; ++i)
        all += (i ? ", v" : "v") + number(i), smt += " v" + number(i);
      ours += "AllDifferentConstraint([" + all + "])\n";
      theirs += "(assert (distinct" + smt + "))\n";
    }
    for (std::size_t i = 0; i <= rng.below(4); ++i) {
      const Atom one = formula();
      ours += one.ours + "\n";
      theirs += "(assert " + one.theirs + ")\n";
    }
    const Atom query = formula();
    const std::vector<std::string> options = {"A) True", "B) False", "C) Unknown"};
    const Solution mine = solve({ours + "Query:\n" + query.ours, "", options});
    const Solution z3 = solve({theirs + "(define-fun query () Bool " + query.theirs + ")", "", options});
    ASSERT_EQ(mine.dialect, Dialect::constraints);
    ASSERT_EQ(z3.dialect, Dialect::smt);
    EXPECT_EQ(to_string(mine.status), to_string(z3.status)) << ours << query.ours << "\n"
                                                            << (mine.error ? to_model(mine) : "");
    EXPECT_EQ(mine.answer, z3.answer) << ours << query.ours;
    unsatisfiable += mine.status == Status::unsatisfiable;
    entailed += mine.answer == "A" || mine.answer == "B";
    open += mine.answer == "C";
  }
  EXPECT_GT(unsatisfiable, 2u);  // the instances are of every kind
  EXPECT_GT(entailed, 5u);
  EXPECT_GT(open, 5u);
}

// A definite program derives exactly what it entails; grounded, that is a question for Z3.
TEST(AgainstZ3, RandomHornPrograms) {
  base::Rng rng(11);
  std::size_t derived = 0, open = 0;
  for (int round = 0; round < 60; ++round) {
    const std::size_t constants = 2 + rng.below(2), predicates = 2 + rng.below(3);
    const auto ground = [&](std::size_t p, std::size_t a, std::size_t b) {
      return "p" + number(p) + "_" + number(a) + "_" + number(b);
    };
    std::string ours = "Facts:\n", theirs;
    for (std::size_t p = 0; p < predicates; ++p)
      for (std::size_t a = 0; a < constants; ++a)
        for (std::size_t b = 0; b < constants; ++b)
          theirs += "(declare-const " + ground(p, a, b) + " Bool)\n";
    for (std::size_t i = 0; i <= rng.below(4); ++i) {
      const std::size_t p = rng.below(predicates), a = rng.below(constants), b = rng.below(constants);
      ours += "P" + number(p) + "(c" + number(a) + ", c" + number(b) + ")\n";
      theirs += "(assert " + ground(p, a, b) + ")\n";
    }
    ours += "Rules:\n";
    for (std::size_t i = 0; i < 1 + rng.below(5); ++i) {
      struct Atom {
        std::size_t p, x, y;  // variables 0 to 2
      };
      std::vector<Atom> atoms;
      for (std::size_t k = 0; k <= rng.below(3); ++k)
        atoms.push_back({rng.below(predicates), rng.below(3), rng.below(3)});
      const Atom& from = atoms[rng.below(atoms.size())];
      const Atom head{rng.below(predicates), from.y, rng.below(2) ? from.x : atoms[0].x};
      const auto text = [](const Atom& one) {
        return "P" + number(one.p) + "($v" + number(one.x) + ", $v" + number(one.y) + ")";
      };
      std::string body;
      for (const Atom& one : atoms) body += (body.empty() ? "" : " and ") + text(one);
      ours += body + " >>> " + text(head) + "\n";
      for (std::size_t all = 0; all < constants * constants * constants; ++all) {
        const std::size_t value[] = {all % constants, all / constants % constants,
                                     all / constants / constants};
        std::string smt;
        for (const Atom& one : atoms) smt += " " + ground(one.p, value[one.x], value[one.y]);
        theirs += "(assert (=> (and" + smt + ") " + ground(head.p, value[head.x], value[head.y]) + "))\n";
      }
    }
    const std::size_t p = rng.below(predicates), a = rng.below(constants), b = rng.below(constants);
    const Solution mine = solve({ours + "Query:\nP" + number(p) + "(c" + number(a) + ", c" + number(b) + ")",
                                 "",
                                 {"A) True", "B) Unknown"}});
    const Solution z3 =
        solve({theirs + "(define-fun query () Bool " + ground(p, a, b) + ")", "", {"A) True", "B) Unknown"}});
    ASSERT_EQ(mine.status, Status::ok) << ours << (mine.error ? to_model(mine) : "");
    EXPECT_EQ(mine.answer, z3.answer) << ours << ground(p, a, b);
    ++(mine.answer == "A" ? derived : open);
  }
  EXPECT_GT(derived, 10u);
  EXPECT_GT(open, 10u);
}

}  // namespace
}  // namespace genkai::logic::solve
