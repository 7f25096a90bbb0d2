#pragma once
// What the shipped model reads: passages of a world as a knowledge base shows them, and several questions
// about them.
//
//   const Readings readings(worlds);                       // which have to live longer
//   base::Rng rng(1);
//   Reading one = readings.make({.statements = 6, .questions = 3}, rng);
//   one.passages                                           // "Mirena Solbeck was born in Tarvik. ...", each
//   one line one.asked[0].question, one.asked[0].answer             // "unknown" where no passage answers
//
// Passages alone decide: half of the values are not the world's own, and what is not stated is unknown
// however well it is known by heart. Where two passages contradict each other either value is the answer, by
// chance.

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/rng.h"
#include "lab/world/world.h"

namespace genkai::lab::experiment {

/// Of the world's lists (lab/world/wording.h) and of ours (shipped_wording.h).
enum class Wordings {
  taught,    // the world's but the last of each list, and ours
  held_out,  // the last of each list of the world
  any,       // all of the world's, and ours
  unseen,    // of plain facts and questions those that are in no training; else as held_out
};

enum class Ask { plain, back, year, hop, unstated, stranger, outdated };
constexpr std::size_t kAsks = 7;
std::string_view to_string(Ask ask);

struct ReadingShape {
  std::size_t statements = 4, questions = 3;
  world::Split entities = world::Split::train;
  Wordings wordings = Wordings::taught;
  double counterfactual = 0.5;  // share of values that are another's
  double contradicted = 0.03;   // share of facts that are stated with a second value
  double repeated = 0.1;        // share of facts that are stated twice
  double alike = 0.5;           // share of facts that say the same relation of another bearer
  double value_first = 0;       // share of statements that name the value before its bearer, where they can
  double documents = 0.5;       // share of readings whose passages are all sentences about one subject
  bool unknown_in_every_form = false;  // unstated, stranger and outdated are asked back and of a year, too
  bool unknown_of_values = false;      // unstated is asked of what is spoken of as a value, too
  bool over_two_is_unknown = false;    // a question over two facts is one that it is not to answer
  double linked = 0;  // share of facts drawn so that two facts in a row or an earlier value can be asked for
  /// How often each is asked, in the order of Ask; a kind that the reading cannot give becomes plain or
  /// stranger.
  double asks[kAsks] = {1, 0, 0, 0, 0, 0, 0};
  /// These alike, and no others.
  void ask_only(std::initializer_list<Ask> kinds) {
    std::fill(std::begin(asks), std::end(asks), 0.0);
    for (const Ask kind : kinds) asks[static_cast<std::size_t>(kind)] = 1;
  }
};

struct ReadingQuestion {
  Ask ask = Ask::plain;
  std::string question, name, answer;  // the name stands in the question
  double depth = 0;                    // place of the evidence among the passages, 0 first ... 1 last
};

struct Reading {
  std::vector<std::string> passages;
  std::vector<ReadingQuestion> asked;
};

/// Whether ours are among them.
inline bool with_ours(Wordings wordings) {
  return wordings == Wordings::taught || wordings == Wordings::any;
}
/// Of `count` wordings of the world; taught, held_out and any alone.
std::size_t draw_wording(std::size_t count, Wordings wordings, base::Rng& rng);
/// What the fact says now, asked in one of the wordings.
std::string plain_question(const world::World& world, const world::Fact& fact, Wordings wordings,
                           base::Rng& rng);

class Readings {
 public:
  explicit Readings(std::vector<const world::World*> worlds);
  /// From one of the worlds. REQUIRES: statements > 0 and questions > 0. No question is asked twice; fewer
  /// questions than wanted when the reading has no more.
  Reading make(const ReadingShape& shape, base::Rng& rng) const;

 private:
  struct Index {
    const world::World* world;
    // By split: facts that hold now, those that a year can be asked of, all of them by relation, and all of
    // the subject.
    std::vector<world::FactId> current[2], dated[2];
    std::vector<world::FactId> alike[2][world::kRelations];
    std::map<world::EntityId, std::vector<world::FactId>> of;
  };
  class Maker;
  std::vector<Index> worlds_;
};

}  // namespace genkai::lab::experiment
