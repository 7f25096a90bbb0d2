#include "lab/world/world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>
#include <sstream>

#include "base/json.h"
#include "lab/world/export.h"
#include "lab/world/question.h"
#include "lab/world/wording.h"
#include "limits/hallucination/bound/fact_log.h"
#include "limits/hallucination/probe/facts.h"

namespace genkai::lab::world {
namespace {

World world_of(Options options) {
  auto made = World::make(options);
  if (!made) {
    ADD_FAILURE() << made.error().message;
    std::abort();
  }
  return std::move(*made);
}

Options of(text::Language language, std::uint64_t seed = 7) {
  Options options;
  options.language = language, options.seed = seed;
  return options;
}

constexpr text::Language kLanguages[] = {text::Language::english, text::Language::japanese};

TEST(World, NamesAreDistinctAndNoneIsAPartOfAnother) {
  for (const auto language : kLanguages) {
    Options options = of(language);
    options.people = 1000, options.places = 300, options.companies = 300, options.works = 300;
    const World world = world_of(options);
    std::set<std::string> names;
    std::string all;  // with spaces between, so that English names are looked for as whole words
    for (const Entity& entity : world.entities()) {
      EXPECT_TRUE(names.insert(entity.name).second) << entity.name;
      if (entity.kind == Kind::work) continue;
      all += world.japanese() ? "/" + entity.name : "/ " + entity.name + " ";
      if (world.japanese() && entity.kind != Kind::company) {
        EXPECT_FALSE(entity.reading.empty());
      }
    }
    for (const Entity& entity : world.entities()) {
      if (entity.kind == Kind::work) continue;
      const std::string name = world.japanese() ? entity.name : " " + entity.name + " ";
      const std::size_t first = all.find(name);
      EXPECT_EQ(all.find(name, first + 1), std::string::npos) << entity.name;
    }
  }
}

// Pearson's chi-square over ranks, those with fewer than 10 expected draws pooled. Its mean under the law is
// the degrees of freedom and its variance twice that, so that 4.5 standard deviations are crossed about once
// in 10^5 seeds.
double excess(const World& world, double exponent) {
  std::map<std::size_t, std::size_t> drawn;
  std::size_t ranks = 0, draws = 0;
  for (FactId id = 0; id < world.facts().size(); ++id) ranks += world.rank(id) ? 1 : 0;
  for (const Statement& said : world.log()) {
    if (world.told(said.fact) == Told::contradicted && !said.truth) continue;  // is added, not drawn
    ++drawn[*world.rank(said.fact)];
    ++draws;
  }
  double total = 0;
  for (std::size_t r = 0; r < ranks; ++r) total += std::pow(static_cast<double>(r + 1), -exponent);
  double chi = 0, expected = 0, seen = 0;
  int cells = 0;
  for (std::size_t r = 0; r < ranks; ++r) {
    expected += static_cast<double>(draws) * std::pow(static_cast<double>(r + 1), -exponent) / total;
    seen += static_cast<double>(drawn[r]);
    if (expected < 10 && r + 1 < ranks) continue;
    chi += (seen - expected) * (seen - expected) / expected;
    expected = seen = 0;
    ++cells;
  }
  const double freedom = cells - 1;
  return (chi - freedom) / std::sqrt(2 * freedom);
}

TEST(World, ExposuresFollowTheZipfLaw) {
  for (const double exponent : {0.0, 1.0, 1.5}) {
    Options options = of(text::Language::english);
    options.zipf = exponent, options.draws = 50'000;
    const World world = world_of(options);
    EXPECT_LT(std::abs(excess(world, exponent)), 4.5) << exponent;
    EXPECT_GT(excess(world, exponent + 0.2), 4.5) << "the test would not notice another exponent";
  }
}

TEST(World, SharesHold) {
  Options options = of(text::Language::english);
  options.contradicted = 0.1, options.falsely = 0.05, options.never = 0.2, options.changing = 0.5;
  options.people = 1000, options.places = 300, options.companies = 300, options.works = 300;
  const World world = world_of(options);
  const double n = static_cast<double>(world.facts().size());
  std::map<Told, double> share;
  for (FactId id = 0; id < world.facts().size(); ++id) share[world.told(id)] += 1 / n;
  EXPECT_NEAR(share[Told::contradicted], 0.1, 0.5 / n);
  EXPECT_NEAR(share[Told::falsely], 0.05, 0.5 / n);
  EXPECT_NEAR(share[Told::never], 0.2, 0.5 / n);
  std::size_t able = 0, changed = 0, held_out = 0;
  for (EntityId subject = 0; subject < world.entities().size(); ++subject) {
    held_out += world.entities()[subject].split == Split::test ? 1 : 0;
    for (std::size_t r = 0; r < kRelations; ++r) {
      const auto facts = world.facts_of(subject, static_cast<Relation>(r));
      if (facts.empty() || !can_change(static_cast<Relation>(r))) continue;
      ++able;
      changed += facts.size() > 1 ? 1 : 0;
    }
  }
  EXPECT_EQ(held_out, 380u);
  const double rate = static_cast<double>(changed) / static_cast<double>(able);
  EXPECT_NEAR(rate, 0.5, 4.5 * std::sqrt(0.25 / static_cast<double>(able)));
}

TEST(World, TheTruthIsCompleteAndConsistent) {
  for (const auto language : kLanguages) {
    const World world = world_of(of(language));
    std::vector<std::size_t> exposures(world.facts().size(), 0), denials(world.facts().size(), 0);
    for (const Statement& said : world.log()) {
      const Fact& fact = world.facts()[said.fact];
      EXPECT_EQ(said.truth, said.value == fact.value);
      EXPECT_EQ(said.truth, world.sources()[said.source].trust == 1);
      ++(said.truth ? exposures : denials)[said.fact];
    }
    double mass = 0;
    for (FactId id = 0; id < world.facts().size(); ++id) {
      EXPECT_EQ(world.exposures(id), exposures[id]);
      mass += world.probability(id);
      if (world.told(id) == Told::never) {
        EXPECT_EQ(exposures[id] + denials[id], 0u);
      }
      if (world.told(id) == Told::falsely) {
        EXPECT_EQ(exposures[id], 0u);
      }
      if (world.told(id) == Told::truly) {
        EXPECT_EQ(denials[id], 0u);
      }
      if (world.told(id) == Told::contradicted) {
        EXPECT_EQ(denials[id], 1u);
      }
      const Fact& fact = world.facts()[id];
      if (fact.object) {
        EXPECT_EQ(world.entities()[*fact.object].name, fact.value);
      }
    }
    EXPECT_NEAR(mass, 1, 1e-9);
    for (EntityId subject = 0; subject < world.entities().size(); ++subject)
      for (std::size_t r = 0; r < kRelations; ++r) {
        if (kind_of(static_cast<Relation>(r)) != world.entities()[subject].kind) continue;
        int now = 0;
        for (const FactId id : world.facts_of(subject, static_cast<Relation>(r)))
          now += world.facts()[id].holds_in(kNow) ? 1 : 0;
        EXPECT_EQ(now, 1) << "one value now of each relation of each entity";
      }
  }
}

// Derives answers from the exported truth alone, by the names that stand in the question.
class Checker {
 public:
  explicit Checker(const std::string& truth) {
    for (std::size_t at = 0; at < truth.size();) {
      const std::size_t end = truth.find('\n', at);
      facts_.push_back(*base::Json::parse(truth.substr(at, end - at)));
      at = end + 1;
    }
  }
  std::set<std::string> value(const std::string& subject, const std::string& relation, double year) const {
    std::set<std::string> out;
    for (const base::Json& fact : facts_) {
      if (fact.string("subject") != subject || fact.string("relation") != relation) continue;
      if (year < fact.number("from", 0) || year >= fact.number("until", 9999)) continue;
      out.insert(fact.string("value"));
    }
    return out;
  }
  std::set<std::string> subjects(const std::string& relation, const std::string& value) const {
    std::set<std::string> out;
    for (const base::Json& fact : facts_)
      if (fact.string("relation") == relation && fact.string("value") == value)
        out.insert(fact.string("subject"));
    return out;
  }
  const base::Json& fact(std::size_t id) const { return facts_[id]; }

 private:
  std::vector<base::Json> facts_;
};

TEST(World, EachQuestionsTruthFollowsFromTheExportedFacts) {
  for (const auto language : kLanguages) {
    const World world = world_of(of(language));
    std::map<std::string, std::string> files;
    for (const File& file : files_of(world, {.questions = 600})) files[file.path] = file.content;
    const Checker checker(files["truth.jsonl"]);
    const std::string& lines = files["questions.jsonl"];
    std::map<std::string, int> forms;
    for (std::size_t at = 0; at < lines.size();) {
      const std::size_t end = lines.find('\n', at);
      const base::Json asked = *base::Json::parse(lines.substr(at, end - at));
      at = end + 1;
      const std::string form = asked.string("form"), question = asked.string("question");
      ++forms[form];
      const base::Json& first =
          checker.fact(static_cast<std::size_t>(asked.find("facts")->items()[0].as_int()));
      const double year = form == "year" ? asked.number("year") : kNow;
      std::set<std::string> derived;
      if (form == "back") {
        derived = checker.subjects(first.string("relation"), first.string("value"));
        EXPECT_NE(question.find(first.string("value")), std::string::npos) << question;
      } else {
        derived = checker.value(first.string("subject"), first.string("relation"), year);
        EXPECT_NE(question.find(first.string("subject")), std::string::npos) << question;
      }
      if (form == "year") {
        EXPECT_NE(question.find(std::to_string(asked.find("year")->as_int())), std::string::npos);
      }
      if (form == "hop") {
        const Hop& path = hop(static_cast<std::size_t>(asked.number("hop")));
        ASSERT_EQ(derived.size(), 1u);
        derived = checker.value(*derived.begin(), std::string(to_string(path.second)), kNow);
      }
      EXPECT_EQ(derived, std::set<std::string>{asked.string("truth")}) << question;
      bool stated = true;
      for (const base::Json& id : asked.find("facts")->items())
        stated = stated && checker.fact(static_cast<std::size_t>(id.as_int())).number("exposures") > 0;
      EXPECT_EQ(!asked.find("answers")->items().empty(), stated);
    }
    EXPECT_EQ(forms.size(), 4u);
  }
}

TEST(World, TheSameSeedGivesTheSameBytesAndAnotherOneOthers) {
  for (const auto language : kLanguages) {
    const auto bytes = [&](std::uint64_t seed) {
      std::string all;
      for (const File& file : files_of(world_of(of(language, seed)), {.examples = 2}))
        all += file.path + file.content;
      return all;
    };
    EXPECT_EQ(bytes(3), bytes(3));
    EXPECT_NE(bytes(3), bytes(4));
  }
}

TEST(World, ProbeAndBoundReadWhatIsExported) {
  for (const auto language : kLanguages) {
    const World world = world_of(of(language));
    std::map<std::string, std::string> files;
    for (const File& file : files_of(world, {})) files[file.path] = file.content;
    const auto facts = limits::hallucination::probe::parse_facts(files["facts.jsonl"]);
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->malformed, 0u);
    EXPECT_GT(facts->facts.size(), 500u);
    limits::hallucination::bound::FactCounts counts;
    std::istringstream log(files["log.jsonl"]);
    const auto read = limits::hallucination::bound::read_fact_log(log, {.column = "fact"}, counts);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->facts, world.log().size());
    EXPECT_EQ(read->malformed, 0u);
  }
}

TEST(World, RefusesWhatCannotBe) {
  Options options;
  options.never = 1.5;
  EXPECT_FALSE(World::make(options));
  options = {};
  options.contradicted = 0.6, options.never = 0.6;
  EXPECT_FALSE(World::make(options));
  options = {};
  options.people = 3;
  EXPECT_FALSE(World::make(options));
  options = {};
  options.works = 5;  // one of them would be held out
  EXPECT_FALSE(World::make(options));
  options = of(text::Language::japanese);
  options.places = 50'000;  // more than there are names
  EXPECT_EQ(World::make(options).error().code, base::Code::resource_exhausted);
  options = {};
  options.contradicted = options.falsely = 0, options.never = 1;
  EXPECT_TRUE(world_of(options).log().empty());
}

}  // namespace
}  // namespace genkai::lab::world
