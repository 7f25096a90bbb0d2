#pragma once
// A closed world: people, places, companies and works of whom everything is known, and a log of who states
// which fact. The same options give the same bytes on every machine.
//
//   GENKAI_ASSIGN_OR_RETURN(const World world, World::make({.seed = 1, .people = 200, .zipf = 1}));
//   const Fact& fact = world.facts()[0];                  // "birthplace" of person 0 is Tarvik
//   world.exposures(0)                                    // how often the log states it, truly
//   world.current(0, Relation::home)                      // the fact that holds in kNow
//
// Rules of the split: an entity is of the test split by its place in its kind (the first share `test` of each
// kind), and what a fact points to is of its subject's split, so that train and test are two worlds that
// share no name. The last wording of each list is held out as well (wording.h).

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lab/world/example.h"
#include "text/text.h"

namespace genkai::lab::world {

enum class Kind { person, place, company, work };
constexpr std::size_t kKinds = 4;
std::string_view to_string(Kind kind);

enum class Relation {
  birthplace,
  birth_year,
  occupation,
  home,
  employer,  // of a person
  mayor,
  population,  // of a place
  founded,
  head_office,
  director,  // of a company
  author,
  published,  // of a work
};
constexpr std::size_t kRelations = 12;
std::string_view to_string(Relation relation);
Kind kind_of(Relation relation);                   // of its subject
std::optional<Kind> object_of(Relation relation);  // nothing: a year, a number or a word
bool can_change(Relation relation);                // home, employer, mayor, director

constexpr int kNow = 2024;  // the year in which the world is looked at

using EntityId = std::size_t;
using FactId = std::size_t;

struct Entity {
  Kind kind = Kind::person;
  std::string name;
  std::string reading{};  // in hiragana, of Japanese people and places
  Split split = Split::train;
};

/// Holds in the years [from, until); 0 is open.
struct Fact {
  EntityId subject = 0;
  Relation relation = Relation::birthplace;
  std::string value;
  std::optional<EntityId> object{};
  int from = 0, until = 0;
  bool timed() const { return from != 0 || until != 0; }
  bool holds_in(int year) const { return (from == 0 || year >= from) && (until == 0 || year < until); }
};

enum class Told {
  truly,         // by true sources, when it is drawn
  contradicted,  // as `truly`, and once with another value by a false source, even where the truth was never
                 // drawn
  falsely,       // with another value only, by false sources, when it is drawn
  never,         // by nobody
};
std::string_view to_string(Told told);

struct Source {
  std::string name;
  double trust = 1;  // the share of its statements that are true: 1, or 0 of a false source
};

/// One sentence of the log.
struct Statement {
  FactId fact = 0;
  std::size_t source = 0;
  std::size_t wording = 0;
  std::string date;   // ISO, of its document
  std::string value;  // as stated
  bool truth = true;
};

struct Options {
  std::uint64_t seed = 1;
  text::Language language = text::Language::english;
  std::size_t people = 120, places = 40, companies = 30, works = 60;
  std::size_t draws = 0;   // statements; 0: four times the facts
  double zipf = 1;         // a fact of rank r is drawn with probability proportional to r^-zipf
  double changing = 0.25;  // share of the facts that can change that have an earlier value
  double contradicted = 0.05, falsely = 0.03, never = 0.1;  // shares of all facts
  double test = 0.2;                                        // share of each kind in the test split
  std::size_t sources = 12;  // true ones; a quarter as many false ones beside them
};

class World {
 public:
  /// Errors: invalid_argument for shares outside [0, 1] or above 1 in sum, for a kind with fewer than 4
  /// entities, for more than 100,000 of a kind, and for more names than there are.
  static base::Result<World> make(const Options& options);

  const Options& options() const { return options_; }
  bool japanese() const { return options_.language == text::Language::japanese; }
  const std::vector<Entity>& entities() const { return entities_; }
  const std::vector<Fact>& facts() const { return facts_; }
  const std::vector<Source>& sources() const { return sources_; }
  const std::vector<Statement>& log() const { return log_; }

  Told told(FactId fact) const { return told_[fact]; }
  /// 0-based rank of the Zipf law among the facts that are told; those never told have none.
  std::optional<std::size_t> rank(FactId fact) const;
  /// Probability that a draw states it; 0 of what is never told.
  double probability(FactId fact) const { return probability_[fact]; }
  /// True statements in the log.
  std::size_t exposures(FactId fact) const { return exposures_[fact]; }
  /// A false value for it: of the same kind, true of nobody's `relation` of this subject in any year.
  const std::string& false_value(FactId fact) const { return false_value_[fact]; }

  std::vector<FactId> facts_of(EntityId subject, Relation relation) const;
  /// The fact that holds in a year.
  std::optional<FactId> in_year(EntityId subject, Relation relation, int year) const;
  std::optional<FactId> current(EntityId subject, Relation relation) const {
    return in_year(subject, relation, kNow);
  }
  Split split(FactId fact) const { return entities_[facts_[fact].subject].split; }

 private:
  World() = default;
  Options options_;
  std::vector<Entity> entities_;
  std::vector<Fact> facts_;
  std::vector<Source> sources_;
  std::vector<Statement> log_;
  std::vector<Told> told_;
  std::vector<std::size_t> rank_, exposures_;
  std::vector<double> probability_;
  std::vector<std::string> false_value_;
  std::vector<std::array<std::vector<FactId>, kRelations>> by_subject_;

  friend class Maker;
};

}  // namespace genkai::lab::world
