#include "lab/world/question.h"

#include <algorithm>
#include <map>
#include <utility>

#include "lab/world/wording.h"

namespace genkai::lab::world {

std::string_view to_string(Form form) {
  constexpr std::string_view kNames[] = {"plain", "hop", "back", "year"};
  return kNames[static_cast<std::size_t>(form)];
}

std::vector<Asked> plain_questions(const World& world, Split split) {
  std::vector<Asked> out;
  for (FactId id = 0; id < world.facts().size(); ++id)
    if (world.split(id) == split && world.facts()[id].holds_in(kNow))
      out.push_back({Form::plain, {id}, world.facts()[id].value, 0, 0});
  return out;
}

std::vector<Asked> hop_questions(const World& world, Split split) {
  std::vector<Asked> out;
  for (FactId id = 0; id < world.facts().size(); ++id) {
    const Fact& first = world.facts()[id];
    if (world.split(id) != split || !first.holds_in(kNow) || !first.object) continue;
    for (std::size_t h = 0; h < kHops; ++h) {
      if (hop(h).first != first.relation) continue;
      if (const auto second = world.current(*first.object, hop(h).second))
        out.push_back({Form::hop, {id, *second}, world.facts()[*second].value, h, 0});
    }
  }
  return out;
}

std::vector<Asked> back_questions(const World& world, Split split) {
  std::map<std::pair<Relation, EntityId>, std::vector<FactId>> having;
  for (FactId id = 0; id < world.facts().size(); ++id) {
    const Fact& fact = world.facts()[id];
    if (fact.object && back_wordings(world.options().language, fact.relation) > 0)
      having[{fact.relation, *fact.object}].push_back(id);
  }
  std::vector<Asked> out;
  for (const auto& [key, facts] : having)
    if (facts.size() == 1 && world.split(facts[0]) == split && world.facts()[facts[0]].holds_in(kNow))
      out.push_back({Form::back, facts, world.entities()[world.facts()[facts[0]].subject].name, 0, 0});
  return out;
}

std::vector<Asked> year_questions(const World& world, Split split) {
  std::vector<Asked> out;
  for (FactId id = 0; id < world.facts().size(); ++id) {
    const Fact& fact = world.facts()[id];
    if (world.split(id) != split || !fact.timed()) continue;
    // Not the years at the ends, in which people may say either.
    const int last = fact.until == 0 ? kNow : fact.until;
    const int year = (fact.from + last) / 2;
    if (year > fact.from && year < last) out.push_back({Form::year, {id}, fact.value, 0, year});
  }
  return out;
}

std::string question_text(const World& world, const Asked& asked, Split wordings, base::Rng& rng) {
  const Fact& fact = world.facts()[asked.support.front()];
  const text::Language language = world.options().language;
  switch (asked.form) {
    case Form::plain:
      return ask(world, fact, draw_wording(question_wordings(language, fact.relation), wordings, rng));
    case Form::hop:
      return ask_hop(world, hop(asked.hop), fact.subject, draw_wording(2, wordings, rng));
    case Form::back:
      return ask_back(world, fact, draw_wording(back_wordings(language, fact.relation), wordings, rng));
    case Form::year:
      return ask_in(world, fact, asked.year,
                    draw_wording(year_wordings(language, fact.relation), wordings, rng));
  }
  return {};
}

bool answerable(const World& world, const Asked& asked) {
  return std::all_of(asked.support.begin(), asked.support.end(),
                     [&](FactId id) { return world.exposures(id) > 0; });
}

}  // namespace genkai::lab::world
