#pragma once
// Why an answer has to change: the chain from answers that stand, through rules, to what contradicts it.
//
//   const auto chains = explain(claims, network, repair);      // one for each of repair.changed
//   in_words(chains[0], claims, network, text::Language::english)
//     // "a poodle is a dog" and the rule "dogs are mammals" give "poodle is a mammal"; ...
//
// A chain is a proof by unit propagation over the constraints that the repair keeps, breadth first, so that
// it is short. Where the contradiction needs a case distinction there is none, and `complete` is false.

#include <cstddef>
#include <string>
#include <vector>

#include "limits/reasoning/consistency/repair.h"
#include "text/text.h"

namespace genkai::limits::reasoning {

struct Step {
  std::size_t constraint = 0;  // of the network
  std::vector<Sign> from;      // what it was given
  Sign gives = 0;
};

struct Chain {
  std::size_t claim = 0;             // the answer that it contradicts
  std::vector<Step> steps;           // in order; empty where other claims say the opposite themselves
  std::vector<std::size_t> answers;  // claims that it rests on, in order
  bool complete = false;
};

std::vector<Chain> explain(const std::vector<Claim>& claims, const Network& network, const Repair& repair);

/// The rule's text in that language where it has one.
const std::string& words_of(const RuleNote& rule, text::Language language);

std::string in_words(const Chain& chain, const std::vector<Claim>& claims, const Network& network,
                     text::Language language);

}  // namespace genkai::limits::reasoning
