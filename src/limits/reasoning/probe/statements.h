#pragma once
// Statements whose truth is computed, in sets that logic ties together, and small rule worlds to reason in.
//
//   const Related set = make_related(Kind::negation, 0, Language::english, seed);
//   set.statements[0].text, set.statements[0].truth          // "847 is divisible by 7." true
//   violated(Kind::negation, {true, true})                   // true: both cannot hold

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "text/text.h"

namespace genkai::limits::reasoning::probe {

/// The kinds of consistency.
enum class Kind { negation, implication, transitivity, factual };
inline constexpr std::array kKinds{Kind::negation, Kind::implication, Kind::transitivity, Kind::factual};
std::string_view to_string(Kind kind);

struct Statement {
  std::string text;
  bool truth = false;
};

/// Statements that are asked about one by one.
///   negation      a statement and its negation
///   implication   a statement and one that it implies
///   transitivity  P > Q, Q > R and P > R, or all three the other way round
///   factual       a statement that is true and the same with a wrong value
struct Related {
  std::string id;
  text::Language language = text::Language::english;
  Kind kind = Kind::negation;
  std::vector<Statement> statements;
};
Related make_related(Kind kind, std::size_t n, text::Language language, std::uint64_t seed);

/// Whether answers to the statements of a set cannot stand together. Factual: not those of the facts.
/// REQUIRES: as many as the kind has statements.
bool violated(Kind kind, const std::vector<bool>& said);

/// Rules over invented kinds of things and a question for yes or no.
struct RuleWorld {
  std::string id;
  text::Language language = text::Language::english;
  std::vector<std::string> premises;  // in the order of the derivation, then rules that lead elsewhere
  std::string question;
  bool truth = false;  // it follows
};
constexpr std::size_t kChain = 5, kElsewhere = 3;  // rules on the way to the answer, and others
RuleWorld make_world(std::size_t n, text::Language language, std::uint64_t seed);

/// The premises in an order: 0 of the derivation, 1 the reverse, 2 drawn by the seed.
constexpr std::size_t kOrders = 3;
std::vector<std::string> ordered(const RuleWorld& world, std::size_t order, std::uint64_t seed);

}  // namespace genkai::limits::reasoning::probe
