#pragma once
// How facts are stated and asked, in several wordings each, English and Japanese.
//
//   state(world, fact, 0)                    // "Mirena Solbeck was born in Tarvik."
//   ask(world, fact, 0)                      // "Where was Mirena Solbeck born?"
//   ask_back(world, fact, 0)                 // "Which book did Mirena Solbeck write?", of an author
//
// The last wording of each list is held out for testing: `draw_wording` gives it to the test split alone, and
// the other ones to the train split. The log of a world uses all wordings of statements; examples of the
// train split state anew.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/rng.h"
#include "lab/world/world.h"
#include "text/text.h"

namespace genkai::lab::world {

/// Wordings of one statement or question; at least 2 where there is any.
std::size_t statement_wordings(text::Language language, const Fact& fact);
std::size_t question_wordings(text::Language language, Relation relation);
std::size_t back_wordings(text::Language language, Relation relation);  // 0: it is not asked back
std::size_t year_wordings(text::Language language, Relation relation);  // 0: it cannot change

/// Of `count`: the last for the test split, one of the others for the train split. REQUIRES: count >= 2.
std::size_t draw_wording(std::size_t count, Split split, base::Rng& rng);

/// The sentence that states the fact, with `value` in place of its own where given. REQUIRES: wording is
/// below the count, as in all that follow.
std::string state(const World& world, const Fact& fact, std::size_t wording,
                  std::optional<std::string_view> value = {});
std::string ask(const World& world, const Fact& fact, std::size_t wording);
/// Asks which subject has this value.
std::string ask_back(const World& world, const Fact& fact, std::size_t wording);
std::string ask_in(const World& world, const Fact& fact, int year, std::size_t wording);

/// Pairs of relations that are asked as one: the value of `second` of the object of `first`.
struct Hop {
  Relation first, second;
  std::string_view english[2], japanese[2];  // the last is held out
};
constexpr std::size_t kHops = 8;
const Hop& hop(std::size_t index);
std::string ask_hop(const World& world, const Hop& hop, EntityId subject, std::size_t wording);

}  // namespace genkai::lab::world
