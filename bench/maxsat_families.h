#pragma once
// Sets of related claims as MaxSAT formulas, drawn from a hidden world with a seed; and those of beliefbank.
//
//   const logic::WeightedFormula formula = make_family(Family::soft_rules, 1000, 1);

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "logic/maxsat/formula.h"

namespace genkai::bench {

enum class Family {
  soft_rules,
  hard_rules,
  questions,
  transitivity,
  one_component,
  connected_questions,
  longer_rules,
  frustrated_rules
};
inline constexpr std::array kFamilies{Family::soft_rules, Family::hard_rules, Family::questions,
                                      Family::transitivity, Family::one_component};
/// What the cheap rules leave whole, so that the search shows.
inline constexpr std::array kResisting{Family::connected_questions, Family::longer_rules,
                                       Family::frustrated_rules};
std::string_view to_string(Family family);

/// About `claims` claims, the k-th said with probability p_k, four in five rightly; violating one costs its
/// log-odds in thousandths, as soft rules cost theirs.
///   soft_rules     topics of 5 to 40 claims, two soft implications a claim (one in ten against the world)
///   hard_rules     the same, every rule hard and with the world
///   questions      4 candidate answers each, of which one is true at most (hard) and at least (soft); soft
///                  entailments and contradictions between answers of a topic's 3 to 12 questions
///   transitivity   topics of 4 to 8 things, "a comes before b" for each ordered pair, hard asymmetry and
///                  transitivity
///   connected_questions  as questions, all of one topic, each with an answer (hard), a rule a claim
///   longer_rules   two soft rules of three literals a claim, over all claims
///   frustrated_rules  three soft rules of two random literals a claim, of no world
///   one_component  two soft implications a claim over all claims, the i-th joined to an earlier one
logic::WeightedFormula make_family(Family family, int claims, std::uint64_t seed);

struct Belief {
  std::string entity;
  logic::WeightedFormula formula;
};
/// One formula an entity of $GENKAI_DATA/beliefbank: the model's yes or no to each target as a claim of
/// log-odds 1, the source as one of 4, each rule between two nodes as a soft implication of log-odds 2
/// (stated both ways where constraints_v2 does).
base::Result<std::vector<Belief>> read_beliefs(const std::string& folder);

}  // namespace genkai::bench
