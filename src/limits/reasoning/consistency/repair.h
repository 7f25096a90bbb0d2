#pragma once
// The least costly change of answers after which claims and rules agree, and how many answers are surely
// wrong.
//
//   const Repair repair = find_repair(claims, network, {});
//   repair.assignment[network.claimed[0]];      // what to say of claim 0's proposition
//   const Certificate sure = certify(claims, network, {});
//   sure.at_least;                               // so many of the answers are wrong if every rule holds
//
// Weighted partial MaxSAT (logic/maxsat): a claim that is changed costs the log-odds of its confidence, an
// instance of a rule that is broken the log-odds of its reliability; hard rules are kept. Under the
// assumption that answers and rules err independently with those probabilities this is the most probable
// assignment.

#include <cstddef>
#include <functional>
#include <vector>

#include "limits/reasoning/consistency/network.h"
#include "logic/maxsat/maxsat.h"

namespace genkai::limits::reasoning {

struct RepairOptions {
  double seconds = 10;         // of wall clock, each of the two searches
  std::function<bool()> stop;  // asked now and then; true ends a search with what it has
};

struct Repair {
  bool found = false;           // false where the hard rules contradict each other, or time ran out too early
  bool contradictory = false;   // the hard rules contradict each other, whatever the answers
  bool optimal = false;         // lower == upper
  double lower = 0, upper = 0;  // cost in nats: what is certain and what the assignment costs
  std::vector<char> assignment;      // of each proposition
  std::vector<std::size_t> changed;  // claims whose answer differs
  std::vector<std::size_t> broken;   // constraints that give way
};
Repair find_repair(const std::vector<Claim>& claims, const Network& network, const RepairOptions& options);

/// At least `at_least` of `of` answers are wrong, at most `at_most` have to be changed: the unweighted
/// optimum with every rule taken as true. Needs no ground truth; holds if all rules hold and the claims were
/// read right.
struct Certificate {
  std::size_t at_least = 0, at_most = 0, of = 0;
  bool exact() const { return at_least == at_most; }
  bool contradictory = false;  // the rules contradict each other: nothing follows
};
Certificate certify(const std::vector<Claim>& claims, const Network& network, const RepairOptions& options);

/// Whole numbers that the solver takes: thousandths of a nat, at least 1.
std::uint64_t scaled(double nats);

}  // namespace genkai::limits::reasoning
