#include "lab/world/world.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <utility>

#include "lab/world/names.h"
#include "lab/world/wording.h"

namespace genkai::lab::world {

using base::Code;
using base::Rng;

namespace {

constexpr std::size_t kMostOfAKind = 100'000;
constexpr std::string_view kRelationNames[kRelations] = {
    "birthplace", "birth_year", "occupation",  "home",     "employer", "mayor",
    "population", "founded",    "head_office", "director", "author",   "published"};
constexpr std::string_view kOccupations[2][16] = {
    {"glazier", "teacher", "carpenter", "pharmacist", "baker", "surveyor", "gardener", "engineer", "nurse",
     "tailor", "journalist", "translator", "architect", "librarian", "chemist", "painter"},
    {"大工", "教師", "薬剤師", "測量士", "庭師", "看護師", "仕立屋", "記者", "翻訳家", "建築家", "司書",
     "画家", "漁師", "料理人", "彫刻家", "時計職人"}};

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string source_name(bool japanese, bool trusted, std::size_t number) {
  const std::string_view title = japanese ? (trusted ? "記録" : "うわさ") : (trusted ? "Register" : "Rumour");
  return std::string(title) + (japanese ? "" : " ") + std::to_string(number + 1);
}

}  // namespace

std::string_view to_string(Kind kind) {
  constexpr std::string_view kNames[kKinds] = {"person", "place", "company", "work"};
  return kNames[static_cast<std::size_t>(kind)];
}
std::string_view to_string(Relation relation) {
  return kRelationNames[static_cast<std::size_t>(relation)];
}
std::string_view to_string(Split split) {
  return split == Split::train ? "train" : "test";
}
std::string_view to_string(Told told) {
  constexpr std::string_view kNames[] = {"truly", "contradicted", "falsely", "never"};
  return kNames[static_cast<std::size_t>(told)];
}

Kind kind_of(Relation relation) {
  if (relation <= Relation::employer) return Kind::person;
  if (relation <= Relation::population) return Kind::place;
  return relation <= Relation::director ? Kind::company : Kind::work;
}

std::optional<Kind> object_of(Relation relation) {
  switch (relation) {
    case Relation::birthplace:
    case Relation::home:
    case Relation::head_office:
      return Kind::place;
    case Relation::employer:
      return Kind::company;
    case Relation::mayor:
    case Relation::director:
    case Relation::author:
      return Kind::person;
    default:
      return {};
  }
}

bool can_change(Relation relation) {
  return relation == Relation::home || relation == Relation::employer || relation == Relation::mayor ||
         relation == Relation::director;
}

// Makes the parts of a world one after the other, each from a stream of random numbers of its own, so that
// more of one part leaves the others as they are.
class Maker {
 public:
  explicit Maker(const Options& options) { world_.options_ = options; }

  base::Result<World> make() {
    GENKAI_RETURN_IF_ERROR(check());
    GENKAI_RETURN_IF_ERROR(make_entities());
    make_facts();
    tell();
    make_sources();
    make_log();
    return std::move(world_);
  }

 private:
  const Options& options() const { return world_.options_; }
  Rng stream(std::uint64_t part) const { return Rng(options().seed * 0x9E3779B97F4A7C15ULL + part); }

  std::size_t held_out_of(std::size_t count) const {
    return static_cast<std::size_t>(std::lround(options().test * static_cast<double>(count)));
  }

  base::Status check() const {
    const Options& o = options();
    for (const double share : {o.changing, o.contradicted, o.falsely, o.never, o.test})
      if (!(share >= 0 && share <= 1))
        return base::fail(Code::invalid_argument, "a share lies between 0 and 1");
    if (o.contradicted + o.falsely + o.never > 1)
      return base::fail(Code::invalid_argument,
                        "contradicted, false and never told facts are more than all facts");
    if (!(o.zipf >= 0 && o.zipf <= 10))
      return base::fail(Code::invalid_argument, "the exponent of the Zipf law lies between 0 and 10");
    for (const std::size_t count : {o.people, o.places, o.companies, o.works})
      if (count < 4 || count > kMostOfAKind)
        return base::fail(Code::invalid_argument, "a world has 4 to 100,000 of each kind");
    for (const Split split : {Split::train, Split::test})
      for (const std::size_t count : {o.people, o.places, o.companies, o.works}) {
        const std::size_t held_out = held_out_of(count),
                          members = split == Split::test ? held_out : count - held_out;
        const bool empty = split == Split::test ? o.test == 0 : o.test == 1;
        if (members < 4 && !empty)
          return base::fail(Code::invalid_argument, "each split needs at least 4 of each kind",
                            "make the world larger, or the test share 0");
      }
    if (o.sources < 1 || o.sources > 10'000)
      return base::fail(Code::invalid_argument, "a world has 1 to 10,000 sources");
    if (o.draws > 50'000'000)
      return base::fail(Code::invalid_argument, "at most 50,000,000 statements are drawn");
    return {};
  }

  base::Status make_entities() {
    Names names(options().language, stream(1));
    const std::size_t counts[kKinds] = {options().people, options().places, options().companies,
                                        options().works};
    for (std::size_t kind = 0; kind < kKinds; ++kind) {
      const std::size_t held_out = held_out_of(counts[kind]);
      for (std::size_t i = 0; i < counts[kind]; ++i) {
        GENKAI_ASSIGN_OR_RETURN(Name name, names.next(static_cast<Kind>(kind)));
        const Split split = i < held_out ? Split::test : Split::train;
        members_[kind][static_cast<std::size_t>(split)].push_back(world_.entities_.size());
        world_.entities_.push_back(
            {static_cast<Kind>(kind), std::move(name.text), std::move(name.reading), split});
      }
    }
    return {};
  }

  const std::vector<EntityId>& candidates(Kind kind, Split split) const {
    return members_[static_cast<std::size_t>(kind)][static_cast<std::size_t>(split)];
  }

  std::string literal(Relation relation, Rng& rng) const {
    const bool ja = world_.japanese();
    switch (relation) {
      case Relation::occupation:
        return std::string(kOccupations[ja ? 1 : 0][rng.below(16)]);
      case Relation::population:
        return grouped(1000 + rng.below(89'000)) + (ja ? "人" : "");
      default: {
        const int first = relation == Relation::birth_year  ? 1930
                          : relation == Relation::published ? 1990
                                                            : 1880;
        const int span = relation == Relation::birth_year ? 50 : relation == Relation::published ? 34 : 110;
        return std::to_string(first + static_cast<int>(rng.below(static_cast<std::uint64_t>(span)))) +
               (ja ? "年" : "");
      }
    }
  }

  void add(Fact fact) {
    world_.by_subject_[fact.subject][static_cast<std::size_t>(fact.relation)].push_back(world_.facts_.size());
    world_.facts_.push_back(std::move(fact));
  }

  // Offices and authorship are dealt out, so that most people hold one at most; the rest is drawn.
  EntityId object(Relation relation, Kind kind, Split split, Rng& rng) {
    const auto& all = candidates(kind, split);
    if (kind != Kind::person) return all[rng.below(all.size())];
    auto& deck = decks_[static_cast<std::size_t>(relation)][static_cast<std::size_t>(split)];
    if (deck.empty()) {
      deck = all;
      rng.shuffle(deck);
    }
    const EntityId dealt = deck.back();
    deck.pop_back();
    return dealt;
  }

  void make_facts() {
    Rng rng = stream(2);
    world_.by_subject_.resize(world_.entities_.size());
    for (EntityId subject = 0; subject < world_.entities_.size(); ++subject)
      for (std::size_t r = 0; r < kRelations; ++r) {
        const auto relation = static_cast<Relation>(r);
        const Entity& entity = world_.entities_[subject];
        if (kind_of(relation) != entity.kind) continue;
        const auto kind = object_of(relation);
        if (!kind) {
          add({subject, relation, literal(relation, rng), {}});
          continue;
        }
        const EntityId now = object(relation, *kind, entity.split, rng);
        const bool changed = can_change(relation) && rng.uniform() < options().changing;
        if (!changed) {
          add({subject, relation, world_.entities_[now].name, now});
          continue;
        }
        EntityId before = now;
        for (int tries = 0; before == now && tries < 100; ++tries)
          before = object(relation, *kind, entity.split, rng);
        const int moved = 2005 + static_cast<int>(rng.below(17));
        const int began = moved - 2 - static_cast<int>(rng.below(8));
        if (before != now) add({subject, relation, world_.entities_[before].name, before, began, moved});
        add({subject, relation, world_.entities_[now].name, now, moved, 0});
      }
  }

  std::string false_value(FactId id, Rng& rng) const {
    const Fact& fact = world_.facts_[id];
    const auto& siblings = world_.by_subject_[fact.subject][static_cast<std::size_t>(fact.relation)];
    const auto kind = object_of(fact.relation);
    while (true) {
      std::string value;
      if (kind) {
        const auto& all = candidates(*kind, world_.entities_[fact.subject].split);
        value = world_.entities_[all[rng.below(all.size())]].name;
      } else {
        value = literal(fact.relation, rng);
      }
      if (std::none_of(siblings.begin(), siblings.end(),
                       [&](FactId other) { return world_.facts_[other].value == value; }))
        return value;
    }
  }

  void tell() {
    Rng rng = stream(3);
    const std::size_t n = world_.facts_.size();
    std::vector<FactId> order(n);
    std::iota(order.begin(), order.end(), FactId{0});
    rng.shuffle(order);
    world_.told_.assign(n, Told::truly);
    std::size_t at = 0;
    for (const auto& [told, share] : {std::pair{Told::never, options().never},
                                      {Told::falsely, options().falsely},
                                      {Told::contradicted, options().contradicted}}) {
      const auto count = static_cast<std::size_t>(std::lround(share * static_cast<double>(n)));
      for (std::size_t i = 0; i < count && at < n; ++i) world_.told_[order[at++]] = told;
    }
    for (FactId id = 0; id < n; ++id) world_.false_value_.push_back(false_value(id, rng));
    rng.shuffle(order);
    world_.rank_.assign(n, n);
    world_.probability_.assign(n, 0);
    double total = 0;
    for (const FactId id : order) {
      if (world_.told_[id] == Told::never) continue;
      world_.rank_[id] = ranked_.size();
      ranked_.push_back(id);
      total += std::pow(static_cast<double>(ranked_.size()), -options().zipf);
      cumulative_.push_back(total);
    }
    for (std::size_t r = 0; r < ranked_.size(); ++r)
      world_.probability_[ranked_[r]] = std::pow(static_cast<double>(r + 1), -options().zipf) / total;
  }

  void make_sources() {
    const std::size_t bad = (options().sources + 3) / 4;
    for (std::size_t i = 0; i < options().sources; ++i)
      world_.sources_.push_back({source_name(world_.japanese(), true, i), 1});
    for (std::size_t i = 0; i < bad; ++i)
      world_.sources_.push_back({source_name(world_.japanese(), false, i), 0});
  }

  void state(FactId id, bool truth, Rng& rng) {
    const Fact& fact = world_.facts_[id];
    Statement said;
    said.fact = id, said.truth = truth;
    const std::size_t bad = world_.sources_.size() - options().sources;
    said.source = truth ? rng.below(options().sources) : options().sources + rng.below(bad);
    said.wording = rng.below(statement_wordings(options().language, fact));
    char date[16];
    std::snprintf(date, sizeof date, "2023-%02d-%02d", static_cast<int>(1 + rng.below(12)),
                  static_cast<int>(1 + rng.below(28)));
    said.date = date;
    said.value = truth ? fact.value : world_.false_value_[id];
    if (truth) ++world_.exposures_[id];
    world_.log_.push_back(std::move(said));
  }

  void make_log() {
    Rng rng = stream(4);
    world_.exposures_.assign(world_.facts_.size(), 0);
    const std::size_t draws = options().draws > 0 ? options().draws : 4 * world_.facts_.size();
    if (!ranked_.empty())
      for (std::size_t i = 0; i < draws; ++i) {
        const double u = rng.uniform() * cumulative_.back();
        const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end(), u);
        const FactId id =
            ranked_[std::min(static_cast<std::size_t>(found - cumulative_.begin()), ranked_.size() - 1)];
        state(id, world_.told_[id] != Told::falsely, rng);
      }
    for (FactId id = 0; id < world_.facts_.size(); ++id)
      if (world_.told_[id] == Told::contradicted) state(id, false, rng);
  }

  World world_;
  std::array<std::array<std::vector<EntityId>, 2>, kKinds> members_;
  std::array<std::array<std::vector<EntityId>, 2>, kRelations> decks_;
  std::vector<FactId> ranked_;
  std::vector<double> cumulative_;
};

base::Result<World> World::make(const Options& options) {
  return Maker(options).make();
}

std::optional<std::size_t> World::rank(FactId fact) const {
  if (rank_[fact] >= facts_.size()) return {};
  return rank_[fact];
}

std::vector<FactId> World::facts_of(EntityId subject, Relation relation) const {
  return by_subject_[subject][static_cast<std::size_t>(relation)];
}

std::optional<FactId> World::in_year(EntityId subject, Relation relation, int year) const {
  for (const FactId id : by_subject_[subject][static_cast<std::size_t>(relation)])
    if (facts_[id].holds_in(year)) return id;
  return {};
}

}  // namespace genkai::lab::world
