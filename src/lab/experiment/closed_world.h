#pragma once
// A closed world of one relation: each entity has one value, and a log states facts as often as they happen
// to be drawn. Everything is known: what is true, how likely each fact is to be stated, how often it was.
//
//   const ClosedWorld world({.side = 64, .values = 1000, .draws = 4000, .zipf = 1}, seed);
//   world.exposures(entity), world.value(entity), world.probability(entity)
//   world.statement(entity, value)           // <s> first second value

#include <cstdint>
#include <vector>

#include "lab/experiment/small_models.h"
#include "limits/hallucination/bound/fact_counts.h"

namespace genkai::lab::experiment {

struct ClosedWorldOptions {
  std::size_t side = 64;      // an entity is named by two symbols of so many each: side^2 entities
  std::size_t values = 1000;  // from which each entity's value is drawn evenly
  std::size_t draws = 4000;   // statements of the log
  double zipf = 0;            // an entity is stated with probability proportional to rank^-zipf; 0: evenly
};

class ClosedWorld {
 public:
  ClosedWorld(const ClosedWorldOptions& options, std::uint64_t seed);

  std::size_t entities() const { return options_.side * options_.side; }
  std::size_t values() const { return options_.values; }
  std::size_t vocabulary() const { return kFirstSymbol + 2 * options_.side + options_.values; }
  const std::vector<std::uint32_t>& log() const { return log_; }  // the entities stated, in order
  std::size_t exposures(std::size_t entity) const { return exposures_[entity]; }
  std::size_t value(std::size_t entity) const { return values_[entity]; }
  double probability(std::size_t entity) const { return probabilities_[entity]; }
  /// Of the facts never stated in the log.
  double missing_mass() const;
  limits::hallucination::bound::Frequencies frequencies() const;

  TokenId first_name(std::size_t entity) const {
    return kFirstSymbol + static_cast<TokenId>(entity / options_.side);
  }
  TokenId second_name(std::size_t entity) const {
    return kFirstSymbol + static_cast<TokenId>(options_.side + entity % options_.side);
  }
  TokenId value_token(std::size_t value) const {
    return kFirstSymbol + static_cast<TokenId>(2 * options_.side + value);
  }
  Tokens question(std::size_t entity) const { return {kBegin, first_name(entity), second_name(entity)}; }
  Tokens statement(std::size_t entity, std::size_t value) const {
    return {kBegin, first_name(entity), second_name(entity), value_token(value)};
  }

 private:
  ClosedWorldOptions options_;
  std::vector<double> probabilities_;
  std::vector<std::uint32_t> values_, log_, exposures_;
};

}  // namespace genkai::lab::experiment
