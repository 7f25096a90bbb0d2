#include "lab/experiment/shipped_reading.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "lab/experiment/shipped_wording.h"
#include "lab/world/question.h"
#include "lab/world/wording.h"

namespace genkai::lab::experiment {
namespace {

using base::Rng;
using world::EntityId;
using world::Fact;
using world::FactId;
using world::Relation;
using world::Split;

std::size_t at(Split split) {
  return static_cast<std::size_t>(split);
}
std::size_t at(Relation relation) {
  return static_cast<std::size_t>(relation);
}
template <class Items>
const auto& pick(Rng& rng, const Items& items) {
  return items[rng.below(items.size())];
}

/// Years that are neither the first nor the last in which it holds: of those it can be asked.
int years_inside(const Fact& fact) {
  return fact.timed() ? (fact.until == 0 ? world::kNow : fact.until) - fact.from - 1 : 0;
}

/// One of ours in three of five cases where they are among the wordings, else one of the world's `count`,
/// said by `by_world`.
template <class ByWorld>
std::string worded(const world::World& world, const Fact& fact, std::span<const std::string_view> ours,
                   std::size_t count, Wordings wordings, Rng& rng, ByWorld&& by_world, int year = 0) {
  if (with_ours(wordings) && !ours.empty() && rng.below(5) < 3)
    return fill(world, fact, pick(rng, ours), year);
  return by_world(draw_wording(count, wordings, rng));
}

}  // namespace

std::size_t draw_wording(std::size_t count, Wordings wordings, Rng& rng) {
  if (wordings == Wordings::any) return rng.below(count);
  return world::draw_wording(count, wordings == Wordings::taught ? Split::train : Split::test, rng);
}

std::string plain_question(const world::World& world, const Fact& fact, Wordings wordings, Rng& rng) {
  if (wordings == Wordings::unseen) return fill(world, fact, unseen_question(fact.relation));
  return worded(world, fact, more_questions(fact.relation),
                world::question_wordings(world.options().language, fact.relation), wordings, rng,
                [&](std::size_t wording) { return world::ask(world, fact, wording); });
}

std::string_view to_string(Ask ask) {
  constexpr std::string_view kNames[kAsks] = {"plain",    "back",     "year",    "hop",
                                              "unstated", "stranger", "outdated"};
  return kNames[static_cast<std::size_t>(ask)];
}

Readings::Readings(std::vector<const world::World*> worlds) {
  for (const world::World* one : worlds) {
    Index index{one, {}, {}, {}, {}};
    for (FactId id = 0; id < one->facts().size(); ++id) {
      const Fact& fact = one->facts()[id];
      const std::size_t split = at(one->split(id));
      if (fact.holds_in(world::kNow)) index.current[split].push_back(id);
      if (years_inside(fact) > 0) index.dated[split].push_back(id);
      index.alike[split][at(fact.relation)].push_back(id);
      index.of[fact.subject].push_back(id);
    }
    worlds_.push_back(std::move(index));
  }
}

class Readings::Maker {
 public:
  Maker(const Readings& all, const ReadingShape& shape, Rng& rng)
      : all_(all), shape_(shape), rng_(rng), index_(pick(rng, all.worlds_)), world_(*index_.world) {}

  Reading make() {
    choose_facts();
    choose_values();
    lay_out();
    ask();
    return std::move(reading_);
  }

 private:
  struct Told {
    Fact fact;                         // with the value of the reading
    std::optional<std::string> other;  // a second value
    bool changed = false;
    std::size_t passage = 0;  // the first that states it
  };

  void choose_facts() {
    const std::size_t split = at(shape_.entities);
    const auto& current = index_.current[split];
    const auto take = [&](FactId id) {
      if (ids_.insert(id).second) told_.push_back({world_.facts()[id], {}, false, 0});
    };
    take(pick(rng_, current));
    const Relation focus = told_[0].fact.relation;
    for (std::size_t tries = 0; told_.size() < shape_.statements && tries < 20 * shape_.statements; ++tries) {
      const Fact known = pick(rng_, told_).fact;
      if (shape_.linked > 0 && rng_.uniform() < shape_.linked) {
        take_linked(known, take);
        continue;
      }
      const double u = rng_.uniform();
      if (u < shape_.alike)
        take(pick(rng_, index_.alike[split][at(focus)]));
      else if (u < shape_.alike + 0.3)
        take(pick(rng_, index_.of.at(known.subject)));
      else if (u < shape_.alike + 0.4 && known.object)
        take(pick(rng_, index_.of.at(*known.object)));
      else
        take(pick(rng_, current));
    }
  }

  // What a question over two facts needs beside `known`, else a fact of which a year can be asked.
  template <class Take>
  void take_linked(const Fact& known, const Take& take) {
    bool found = false;
    if (known.object && known.holds_in(world::kNow))
      for (const world::Hop* hop : hops_from(known.relation))
        if (const auto second = world_.current(*known.object, hop->second); second && rng_.below(2) == 0) {
          take(*second);
          found = true;
        }
    const auto& dated = index_.dated[at(shape_.entities)];
    if (!found && !dated.empty()) take(pick(rng_, dated));
  }

  static std::vector<const world::Hop*> hops_from(Relation relation) {
    std::vector<const world::Hop*> hops;
    for (std::size_t h = 0; h < world::kHops; ++h)
      if (world::hop(h).first == relation) hops.push_back(&world::hop(h));
    return hops;
  }

  std::string any_value(const Fact& like) {
    const auto& from = pick(rng_, all_.worlds_);
    return from.world->facts()[pick(rng_, from.alike[at(shape_.entities)][at(like.relation)])].value;
  }

  void choose_values() {
    for (Told& told : told_) {
      if (rng_.uniform() < shape_.counterfactual) {
        std::string value = any_value(told.fact);
        told.changed = value != told.fact.value;
        told.fact.value = std::move(value);
      }
      if (rng_.uniform() < shape_.contradicted) told.other = any_value(told.fact);
    }
  }

  std::string sentence(const Fact& fact) {
    std::string said = any_sentence(fact);
    if (shape_.value_first > 0 && rng_.uniform() < shape_.value_first)
      for (std::size_t tries = 0; said.find(fact.value) > said.find(name_of(fact)) && tries < 8; ++tries)
        said = any_sentence(fact);
    return said;
  }

  std::string any_sentence(const Fact& fact) {
    if (shape_.wordings == Wordings::unseen) return fill(world_, fact, unseen_statement(fact));
    return worded(world_, fact, more_statements(fact),
                  world::statement_wordings(world_.options().language, fact), shape_.wordings, rng_,
                  [&](std::size_t wording) { return world::state(world_, fact, wording); });
  }

  void lay_out() {
    struct Line {
      EntityId subject;
      std::string text;
      std::vector<std::size_t> told;
    };
    std::vector<std::pair<std::size_t, std::string>> sentences;  // of which fact
    for (std::size_t i = 0; i < told_.size(); ++i) {
      sentences.emplace_back(i, sentence(told_[i].fact));
      if (told_[i].other) {
        Fact other = told_[i].fact;
        other.value = *told_[i].other;
        sentences.emplace_back(i, sentence(other));
      }
      if (rng_.uniform() < shape_.repeated) sentences.emplace_back(i, sentence(told_[i].fact));
    }
    rng_.shuffle(sentences);
    const bool documents = rng_.uniform() < shape_.documents;
    const double joined = rng_.below(2) == 0 ? 0 : rng_.uniform() * 0.8;
    std::vector<Line> lines;
    for (auto& [told, text] : sentences) {
      const EntityId subject = told_[told].fact.subject;
      auto line = lines.end();
      if (documents)
        line = std::find_if(lines.begin(), lines.end(), [&](const Line& one) {
          return one.subject == subject && one.told.size() < 6 && rng_.below(8) != 0;
        });
      else if (!lines.empty() && rng_.uniform() < joined && lines.back().told.size() < 6)
        line = lines.end() - 1;
      if (line == lines.end()) {
        lines.push_back({subject, std::move(text), {told}});
      } else {
        line->text += ' ' + text;
        line->told.push_back(told);
      }
    }
    rng_.shuffle(lines);
    std::vector<bool> placed(told_.size(), false);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      for (const std::size_t told : lines[i].told)
        if (!placed[told]) {
          placed[told] = true;
          told_[told].passage = i;
        }
      reading_.passages.push_back(std::move(lines[i].text));
    }
  }

  bool states(EntityId subject, Relation relation) const {
    return std::any_of(told_.begin(), told_.end(), [&](const Told& told) {
      return told.fact.subject == subject && told.fact.relation == relation;
    });
  }

  const std::string& name_of(const Fact& fact) const { return world_.entities()[fact.subject].name; }

  std::string plain_text(const Fact& fact) { return plain_question(world_, fact, shape_.wordings, rng_); }

  bool asked_back(Relation relation) const {
    return world::back_wordings(world_.options().language, relation) > 0;
  }

  std::string back_text(const Fact& fact) {
    return worded(world_, fact, more_back_questions(fact.relation),
                  world::back_wordings(world_.options().language, fact.relation), shape_.wordings, rng_,
                  [&](std::size_t wording) { return world::ask_back(world_, fact, wording); });
  }

  std::string year_text(const Fact& fact, int year) {
    return worded(
        world_, fact, more_year_questions(fact.relation),
        world::year_wordings(world_.options().language, fact.relation), shape_.wordings, rng_,
        [&](std::size_t wording) { return world::ask_in(world_, fact, year, wording); }, year);
  }

  // Whether another than `but` says it of somebody.
  bool says(Relation relation, const std::string& value, const Told* but = nullptr) const {
    return std::any_of(told_.begin(), told_.end(), [&](const Told& told) {
      return &told != but && told.fact.relation == relation &&
             (told.fact.value == value || told.other == value);
    });
  }

  std::string answer_of(const Told& told) {
    return told.other && rng_.below(2) == 0 ? *told.other : told.fact.value;
  }

  std::optional<ReadingQuestion> plain(const Told& told) {
    if (!told.fact.holds_in(world::kNow)) return {};
    return ReadingQuestion{Ask::plain, plain_text(told.fact), name_of(told.fact), answer_of(told),
                           depth(told)};
  }

  std::optional<ReadingQuestion> back(const Told& told) {
    if (!asked_back(told.fact.relation) || told.other || !told.fact.holds_in(world::kNow)) return {};
    if (says(told.fact.relation, told.fact.value, &told)) return {};
    return ReadingQuestion{Ask::back, back_text(told.fact), told.fact.value, name_of(told.fact), depth(told)};
  }

  std::optional<ReadingQuestion> year(const Told& told) {
    const int inside = years_inside(told.fact);
    if (inside <= 0) return {};
    const int asked = told.fact.from + 1 + static_cast<int>(rng_.below(static_cast<std::size_t>(inside)));
    return ReadingQuestion{Ask::year, year_text(told.fact, asked), name_of(told.fact), answer_of(told),
                           depth(told)};
  }

  // The second fact may be missing; then the answer is unknown.
  std::optional<ReadingQuestion> hop(const Told& told) {
    if (told.changed || told.other || !told.fact.object || !told.fact.holds_in(world::kNow)) return {};
    const auto hops = hops_from(told.fact.relation);
    if (hops.empty()) return {};
    const world::Hop& hop = *pick(rng_, hops);
    ReadingQuestion out{Ask::hop, "", name_of(told.fact), std::string(world::kUnknown), depth(told)};
    bool found = false;
    for (const Told& second : told_)
      if (second.fact.subject == *told.fact.object && second.fact.relation == hop.second &&
          second.fact.holds_in(world::kNow)) {
        out.answer = answer_of(second);
        found = true;
      }
    if (shape_.over_two_is_unknown)
      out.answer = world::kUnknown;
    else if (!found && rng_.below(4) != 0)
      return {};
    out.question = world::ask_hop(world_, hop, told.fact.subject, draw_wording(2, shape_.wordings, rng_));
    return out;
  }

  std::optional<ReadingQuestion> unknown(Ask ask, const Fact& fact) {
    if (states(fact.subject, fact.relation)) {
      if (ask != Ask::outdated || fact.holds_in(world::kNow)) return {};
      for (const Told& told : told_)
        if (told.fact.subject == fact.subject && told.fact.relation == fact.relation &&
            told.fact.holds_in(world::kNow))
          return {};
    }
    return ReadingQuestion{ask, plain_text(fact), name_of(fact), std::string(world::kUnknown), 0};
  }

  // What nothing says of whom or what another fact names: who directs a company need not work there.
  std::optional<ReadingQuestion> unknown_of_value(Ask ask, const Told& told) {
    const auto kind = world::object_of(told.fact.relation);
    const auto relation = static_cast<Relation>(rng_.below(world::kRelations));
    const auto& like = index_.alike[at(shape_.entities)][at(relation)];
    if (kind != world::kind_of(relation) || like.empty()) return {};
    const std::string& name = told.fact.value;
    for (const Told& one : told_)
      if (one.fact.relation == relation && name_of(one.fact) == name) return {};
    const Fact& fact = world_.facts()[pick(rng_, like)];
    std::string question = plain_text(fact);
    question.replace(question.find(name_of(fact)), name_of(fact).size(), name);
    return ReadingQuestion{ask, std::move(question), name, std::string(world::kUnknown), 0};
  }

  // What a person is mayor, director or author of, where nothing says that; half of the time of one spoken
  // of.
  std::optional<ReadingQuestion> unknown_back(Ask ask) {
    const auto& like =
        index_.alike[at(shape_.entities)][at(static_cast<Relation>(rng_.below(world::kRelations)))];
    if (like.empty()) return {};
    Fact fact = world_.facts()[pick(rng_, like)];
    if (!asked_back(fact.relation)) return {};
    if (rng_.below(2) == 0) {
      const Fact& spoken = pick(rng_, told_).fact;
      if (world::kind_of(spoken.relation) == world::Kind::person)
        fact.value = name_of(spoken);
      else if (world::object_of(spoken.relation) == world::Kind::person)
        fact.value = spoken.value;
    }
    if (says(fact.relation, fact.value)) return {};
    return ReadingQuestion{ask, back_text(fact), fact.value, std::string(world::kUnknown), 0};
  }

  // A year before or after all that is said.
  std::optional<ReadingQuestion> unknown_year(Ask ask, const Fact& fact) {
    if (fact.from == 0) return {};
    const int away = 1 + static_cast<int>(rng_.below(8));
    const int year = fact.until != 0 && rng_.below(2) == 0 ? fact.until + away : fact.from - away;
    if (year > world::kNow) return {};
    for (const Told& told : told_)
      if (told.fact.subject == fact.subject && told.fact.relation == fact.relation &&
          (told.fact.holds_in(year) || told.fact.until == year))
        return {};
    return ReadingQuestion{ask, year_text(fact, year), name_of(fact), std::string(world::kUnknown), 0};
  }

  std::optional<ReadingQuestion> draw(Ask ask) {
    const Told& told = pick(rng_, told_);
    if (shape_.unknown_in_every_form && ask >= Ask::unstated) {
      const auto form = rng_.below(4);
      if (form == 0) return unknown_back(ask);
      if (form == 1) return unknown_year(ask, told.fact);
    }
    switch (ask) {
      case Ask::plain:
        return plain(told);
      case Ask::back:
        return back(told);
      case Ask::year:
        return year(told);
      case Ask::hop:
        return hop(told);
      case Ask::unstated: {
        if (shape_.unknown_of_values && rng_.below(2) == 0) return unknown_of_value(ask, told);
        const FactId id = pick(rng_, index_.of.at(told.fact.subject));
        return unknown(ask, world_.facts()[id]);
      }
      case Ask::stranger: {
        const FactId id = pick(rng_, index_.alike[at(shape_.entities)][at(told.fact.relation)]);
        return unknown(ask, world_.facts()[id]);
      }
      case Ask::outdated:
        return unknown(ask, told.fact);
    }
    return {};
  }

  Ask draw_ask() {
    double all = 0;
    for (const double share : shape_.asks) all += share;
    double u = rng_.uniform() * all;
    for (std::size_t i = 0; i < kAsks; ++i) {
      u -= shape_.asks[i];
      if (u < 0) return static_cast<Ask>(i);
    }
    return Ask::plain;
  }

  void ask() {
    std::set<std::pair<std::string, std::string>> done;  // name and answer
    for (std::size_t i = 0; i < shape_.questions; ++i) {
      const Ask wanted = draw_ask();
      std::optional<ReadingQuestion> found;
      for (std::size_t tries = 0; !found && tries < 12; ++tries) found = draw(wanted);
      for (std::size_t tries = 0; !found && tries < 12; ++tries)
        found = draw(wanted >= Ask::unstated ? Ask::stranger : Ask::plain);
      if (found && (found->answer == world::kUnknown || done.insert({found->name, found->answer}).second))
        reading_.asked.push_back(std::move(*found));
    }
  }

  double depth(const Told& told) const {
    return reading_.passages.size() < 2
               ? 0
               : static_cast<double>(told.passage) / static_cast<double>(reading_.passages.size() - 1);
  }

  const Readings& all_;
  const ReadingShape& shape_;
  Rng& rng_;
  const Index& index_;
  const world::World& world_;
  std::set<FactId> ids_;
  std::vector<Told> told_;
  Reading reading_;
};

Reading Readings::make(const ReadingShape& shape, Rng& rng) const {
  for (;;) {
    Reading reading = Maker(*this, shape, rng).make();
    if (!reading.asked.empty()) return reading;
  }
}

}  // namespace genkai::lab::experiment
