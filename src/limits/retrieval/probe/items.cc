#include "limits/retrieval/probe/items.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "base/hash.h"
#include "base/rng.h"
#include "limits/retrieval/probe/wording.h"

namespace genkai::limits::retrieval::probe {
namespace {

using base::Rng;
using text::Language;

// Draws values that were not drawn before in the same item.
class Drawing {
 public:
  Drawing(std::uint64_t seed, const Wording& wording) : rng_(seed), wording_(wording) {}
  std::string name(const std::string& kind) {
    return fresh([&] { return pick(wording_.name_begins) + std::string(pick(wording_.name_ends)) + kind; });
  }
  std::string kind() { return std::string(pick(wording_.kinds)); }
  std::string value(Attribute attribute) {
    return fresh([&]() -> std::string {
      switch (attribute) {
        case Attribute::year:
          return std::to_string(1801 + rng_.below(190));
        case Attribute::designer:
          return pick(wording_.given) + wording_.between_names + std::string(pick(wording_.family));
        case Attribute::town:
          return pick(wording_.town_begins) + std::string(pick(wording_.town_ends));
        case Attribute::staff:
          break;
      }
      return std::to_string(12 + rng_.below(880));
    });
  }
  std::string number(std::uint64_t low, std::uint64_t count) {
    return fresh([&] { return std::to_string(low + rng_.below(count)); });
  }
  std::string letter() {
    return fresh([&] {
      return std::string(1, static_cast<char>('A' + rng_.below(26))) + std::to_string(10 + rng_.below(90));
    });
  }
  template <class List>
  std::string pick(const List& list) {
    return std::string(list[rng_.below(list.size())]);
  }
  Rng& rng() { return rng_; }

 private:
  template <class Draw>
  std::string fresh(const Draw& draw) {
    for (;;)
      if (std::string drawn = draw(); used_.insert(drawn).second) return drawn;
  }
  Rng rng_;
  const Wording& wording_;
  std::set<std::string> used_;
};

constexpr std::array kAttributes{Attribute::year, Attribute::designer, Attribute::town, Attribute::staff};

std::string sentence(const Wording& wording, Attribute attribute, const std::string& entity,
                     const std::string& value) {
  return filled(wording.statements[static_cast<std::size_t>(attribute)], entity, value);
}

// A statement between sentences that hold no value.
std::string passage(Drawing& draw, const Wording& wording, const std::string& entity,
                    const std::string& statement) {
  return filled(draw.pick(wording.openings), entity, "") + wording.space + statement + wording.space +
         filled(draw.pick(wording.closings), entity, "");
}

std::string title_of(const Wording& wording, const std::string& entity, std::size_t n) {
  return filled(wording.titles[n % wording.titles.size()], entity, "");
}

void shuffle(std::vector<Source>& sources, Rng& rng) {
  for (std::size_t i = sources.size(); i > 1; --i) std::swap(sources[i - 1], sources[rng.below(i)]);
}

Item plain_item(std::size_t i, const Wording& wording, Language language, std::uint64_t seed) {
  Item item;
  item.id = "plain" + std::to_string(i);
  item.language = language;
  Drawing draw(base::hash64(item.id, seed), wording);
  const Attribute attribute = kAttributes[i / 2 % kAttributes.size()];
  const auto at = static_cast<std::size_t>(attribute);
  const std::string kind = draw.kind(), entity = draw.name(kind);
  const std::string right = draw.value(attribute), wrong = draw.value(attribute);
  item.type = type_of(attribute);
  item.question = filled(wording.questions[at], entity, "");
  item.answers = {filled(wording.answers[at], "", right)};
  item.wrong = filled(wording.answers[at], "", wrong);
  item.gold = {title_of(wording, entity, 0), "",
               passage(draw, wording, entity, sentence(wording, attribute, entity, right))};
  for (std::size_t k = 0; k < kCounters; ++k)
    item.counters.push_back(
        {title_of(wording, entity, k + 1), "",
         passage(draw, wording, entity,
                 std::string(wording.attributions[k]) + sentence(wording, attribute, entity, wrong))});
  // The same thing with other attributes, and other things of its kind with the same.
  for (const Attribute other : kAttributes)
    if (other != attribute)
      item.distractors.push_back(
          {title_of(wording, entity, item.distractors.size()), "",
           passage(draw, wording, entity, sentence(wording, other, entity, draw.value(other)))});
  while (item.distractors.size() < kDistractors) {
    const std::string another = draw.name(kind);
    item.distractors.push_back(
        {title_of(wording, another, 0), "",
         passage(draw, wording, another, sentence(wording, attribute, another, draw.value(attribute)))});
  }
  shuffle(item.distractors, draw.rng());
  return item;
}

Item fragmented_item(std::size_t i, const Wording& wording, Language language, std::uint64_t seed) {
  Item item;
  item.id = "fragmented" + std::to_string(i);
  item.language = language;
  item.type = text::AnswerType::number;
  Drawing draw(base::hash64(item.id, seed), wording);
  const std::string kind = draw.kind(), entity = draw.name(kind), tariff = draw.letter(),
                    price = draw.number(11, 900);
  const auto condition = [&](const std::string& of, const std::string& its) {
    return Source{title_of(wording, of, 0), "",
                  passage(draw, wording, of, filled(wording.condition, of, its))};
  };
  const auto consequence = [&](const std::string& its, const std::string& costs) {
    return Source{filled(wording.tariff_title, its, ""), "", filled(wording.consequence, its, costs)};
  };
  item.question = filled(wording.price_question, entity, "");
  item.answers = {filled(wording.price_answer, "", price)};
  item.other = condition(entity, tariff);
  item.gold = consequence(tariff, price);
  while (item.distractors.size() < kDistractors) {
    const std::string other = draw.letter();
    item.distractors.push_back(consequence(other, draw.number(11, 900)));
    item.distractors.push_back(condition(draw.name(kind), other));
  }
  shuffle(item.distractors, draw.rng());
  return item;
}

Item ambiguous_item(std::size_t i, const Wording& wording, Language language, std::uint64_t seed) {
  Item item;
  item.id = "ambiguous" + std::to_string(i);
  item.language = language;
  item.type = text::AnswerType::date;
  Drawing draw(base::hash64(item.id, seed), wording);
  const std::string kind = draw.kind(), entity = draw.name(kind);
  const auto one = [&](const std::string& name, std::vector<std::string>* answers) {
    const std::string in_town = filled(wording.in_town, name, draw.value(Attribute::town)),
                      year = draw.value(Attribute::year);
    if (answers) answers->push_back(filled(wording.answers[0], "", year));
    return Source{in_town, "",
                  passage(draw, wording, in_town, sentence(wording, Attribute::year, in_town, year))};
  };
  item.question = filled(wording.questions[0], entity, "");
  item.gold = one(entity, &item.answers);
  item.other = one(entity, &item.other_answers);
  while (item.distractors.size() < 4) item.distractors.push_back(one(draw.name(kind), nullptr));
  return item;
}

}  // namespace

Items make_items(const MakeItems& choice) {
  Items items;
  for (std::size_t i = 0; i < choice.count; ++i) {
    const bool japanese = choice.tongue == Tongue::japanese || (choice.tongue == Tongue::both && i % 2 == 1);
    const Language language = japanese ? Language::japanese : Language::english;
    const Wording& wording = wording_of(language);
    items.plain.push_back(plain_item(i, wording, language, choice.seed));
    items.fragmented.push_back(fragmented_item(i, wording, language, choice.seed));
    items.ambiguous.push_back(ambiguous_item(i, wording, language, choice.seed));
  }
  items.remembered = remembered_items(choice);
  return items;
}

}  // namespace genkai::limits::retrieval::probe
