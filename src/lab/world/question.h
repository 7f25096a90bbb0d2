#pragma once
// Questions over a world with what answers them.
//
//   for (const Asked& asked : hop_questions(world, Split::test)) {
//     asked.support            // the facts that have to be known
//     asked.answer             // their consequence
//     question_text(world, asked, Split::test, rng)
//   }

#include <cstddef>
#include <string>
#include <vector>

#include "base/rng.h"
#include "lab/world/world.h"

namespace genkai::lab::world {

enum class Form {
  plain,  // the value of a relation now
  hop,    // of the object of another
  back,   // the subject that has the value
  year,   // the value in a year
};
std::string_view to_string(Form form);

struct Asked {
  Form form = Form::plain;
  std::vector<FactId> support;  // of a hop the first fact comes first
  std::string answer;
  std::size_t hop = 0;  // of a hop: which
  int year = 0;         // of year: which
};

/// All of one form about entities of a split, in the order of the facts. Asked back is only what one subject
/// alone has in any year. A year lies inside its fact's span, and each fact that can change and did is asked
/// for one year.
std::vector<Asked> plain_questions(const World& world, Split split);
std::vector<Asked> hop_questions(const World& world, Split split);
std::vector<Asked> back_questions(const World& world, Split split);
std::vector<Asked> year_questions(const World& world, Split split);

std::string question_text(const World& world, const Asked& asked, Split wordings, base::Rng& rng);

/// Whether the log states all of the support truly.
bool answerable(const World& world, const Asked& asked);

}  // namespace genkai::lab::world
