#pragma once
// Relations that are read from the claims' own words, without a model and without a rules file.
//
//   auto rules = rules_of_words(claims);            // is-a passes on properties; part of, larger than,
//   before Network network = build_network(claims, rules); relate(claims, network);                        //
//   1932 or 1935; open or closed; at least 5 or only 3
//
// What it reads: "A is a B" with what is said of all B; orders and part-of (transitive, never both ways
// round); two amounts or dates in otherwise the same words; at least, more than, 以上, 未満; adjectives of
// which only one can hold; one capital, one author. What it does not: paraphrases, several sentences
// together, tense, who "it" is. English and Japanese. Each has a reliability, a guess that is printed with
// the rule.

#include <vector>

#include "limits/reasoning/consistency/network.h"

namespace genkai::limits::reasoning {

/// Rules about the relations that occur in the claims; none where they hold no such relation.
std::vector<Rule> rules_of_words(const std::vector<Claim>& claims);

/// Adds constraints between propositions of two claims each: amounts, dates, opposites, single values.
/// REQUIRES: the network was built from these claims.
void relate(const std::vector<Claim>& claims, Network& network);

}  // namespace genkai::limits::reasoning
