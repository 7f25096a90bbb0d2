#include "maxsat_families.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "base/file.h"
#include "base/json.h"
#include "base/rng.h"

namespace genkai::bench {
namespace {

using base::Rng;
using logic::Literal;
using logic::WeightedFormula;

std::uint64_t log_odds(double probability) {
  return static_cast<std::uint64_t>(std::lround(1000 * std::log(probability / (1 - probability))));
}

// Claims said of a world: what is true of each, and the formula that believes them as far as they are sure.
struct World {
  World(int claims, Rng& source) : rng(source) {
    for (int i = 0; i < claims; ++i) truth.push_back(rng.below(2) == 0);
  }
  // The literal of claim `i` (from 0) that is true.
  Literal true_literal(int i) const { return truth[static_cast<std::size_t>(i)] ? i + 1 : -(i + 1); }
  void say(int i) {
    const Literal said = rng.below(5) == 0 ? -true_literal(i) : true_literal(i);
    formula.add_soft({said}, log_odds(0.55 + 0.43 * rng.uniform()));
  }
  void say_all() {
    for (int i = 0; i < static_cast<int>(truth.size()); ++i) say(i);
  }
  std::uint64_t rule_weight() { return log_odds(0.7 + 0.29 * rng.uniform()); }
  // An implication between claims i and j, as a clause that holds in the world, or one that does not.
  logic::Clause rule(int i, int j, bool holds) {
    if (!holds) return {-true_literal(i), -true_literal(j)};
    switch (rng.below(3)) {
      case 0:
        return {true_literal(i), true_literal(j)};
      case 1:
        return {true_literal(i), -true_literal(j)};
      default:
        return {-true_literal(i), true_literal(j)};
    }
  }

  Rng& rng;
  std::vector<bool> truth;
  WeightedFormula formula;
};

int between(Rng& rng, int low, int high) {
  return low + static_cast<int>(rng.below(static_cast<std::uint64_t>(high - low + 1)));
}

WeightedFormula rules(int claims, bool hard, Rng& rng) {
  World world(claims, rng);
  world.say_all();
  for (int first = 0; first < claims;) {
    const int size = std::min(between(rng, 5, 40), claims - first);
    for (int r = 0; size > 1 && r < 2 * size; ++r) {
      const int i = between(rng, 0, size - 1);
      const int j = (i + between(rng, 1, size - 1)) % size;
      logic::Clause clause = world.rule(first + i, first + j, hard || rng.below(10) != 0);
      if (hard)
        world.formula.add_hard(std::move(clause));
      else
        world.formula.add_soft(std::move(clause), world.rule_weight());
    }
    first += size;
  }
  return std::move(world.formula);
}

// Four variables a question; its right answer is the first, in a random place of the world's order.
WeightedFormula questions(int claims, bool connected, Rng& rng) {
  constexpr int kCandidates = 4;
  World world(claims / kCandidates * kCandidates, rng);
  const int count = claims / kCandidates;
  for (int q = 0; q < count; ++q) {
    const int right = between(rng, 0, kCandidates - 1);
    logic::Clause some;
    for (int a = 0; a < kCandidates; ++a) {
      const int claim = kCandidates * q + a;
      world.truth[static_cast<std::size_t>(claim)] = a == right;
      world.say(claim);
      some.push_back(claim + 1);
      for (int b = 0; b < a; ++b) world.formula.add_hard({-(claim + 1), -(kCandidates * q + b + 1)});
    }
    if (connected)
      world.formula.add_hard(std::move(some));
    else
      world.formula.add_soft(std::move(some), log_odds(0.95));
  }
  for (int first = 0; first < count;) {
    const int size = connected ? count : std::min(between(rng, 3, 12), count - first);
    for (int r = 0; size > 1 && r < 4 * size; ++r) {
      const int p = between(rng, 0, size - 1);
      const int q = (p + between(rng, 1, size - 1)) % size;
      const int i = kCandidates * (first + p) + between(rng, 0, kCandidates - 1);
      const int j = kCandidates * (first + q) + between(rng, 0, kCandidates - 1);
      // Entailment or contradiction of a right answer, as the world has it, one in ten the other way round.
      const bool agree = world.truth[static_cast<std::size_t>(j)] != (rng.below(10) == 0);
      world.formula.add_soft({-(i + 1), agree ? j + 1 : -(j + 1)}, world.rule_weight());
    }
    first += size;
  }
  return std::move(world.formula);
}

WeightedFormula transitivity(int claims, Rng& rng) {
  std::vector<int> sizes;
  int total = 0;
  while (total < claims) {
    const int things = between(rng, 4, 8);
    sizes.push_back(things);
    total += things * (things - 1);
  }
  World world(total, rng);
  int first = 0;
  for (const int things : sizes) {
    std::vector<int> place;
    for (int t = 0; t < things; ++t) place.push_back(t);
    rng.shuffle(place);
    const auto claim = [&](int a, int b) { return first + a * (things - 1) + (b < a ? b : b - 1); };
    for (int a = 0; a < things; ++a)
      for (int b = 0; b < things; ++b) {
        if (a == b) continue;
        world.truth[static_cast<std::size_t>(claim(a, b))] =
            place[static_cast<std::size_t>(a)] < place[static_cast<std::size_t>(b)];
        world.say(claim(a, b));
        if (a < b) world.formula.add_hard({-(claim(a, b) + 1), -(claim(b, a) + 1)});
        for (int c = 0; c < things; ++c)
          if (c != a && c != b)
            world.formula.add_hard({-(claim(a, b) + 1), -(claim(b, c) + 1), claim(a, c) + 1});
      }
    first += things * (things - 1);
  }
  return std::move(world.formula);
}

WeightedFormula longer_rules(int claims, Rng& rng) {
  World world(claims, rng);
  world.say_all();
  for (int r = 0; r < 2 * claims; ++r) {
    logic::Clause clause{world.true_literal(between(rng, 0, claims - 1))};
    for (int other = 0; other < 2; ++other) {
      const int claim = 1 + between(rng, 0, claims - 1);
      clause.push_back(rng.below(2) == 0 ? claim : -claim);
    }
    world.formula.add_soft(std::move(clause), world.rule_weight());
  }
  return std::move(world.formula);
}

WeightedFormula frustrated_rules(int claims, Rng& rng) {
  World world(claims, rng);
  world.say_all();
  for (int r = 0; r < 3 * claims; ++r) {
    const auto any = [&] { return (1 + between(rng, 0, claims - 1)) * (rng.below(2) == 0 ? 1 : -1); };
    const Literal first = any();
    world.formula.add_soft({first, any()}, world.rule_weight());
  }
  return std::move(world.formula);
}

WeightedFormula one_component(int claims, Rng& rng) {
  World world(claims, rng);
  world.say_all();
  for (int i = 1; i < claims; ++i) {
    const int earlier = between(rng, 0, i - 1);
    world.formula.add_soft(world.rule(i, earlier, rng.below(10) != 0), world.rule_weight());
    const int other = (i + between(rng, 1, claims - 1)) % claims;
    world.formula.add_soft(world.rule(i, other, rng.below(10) != 0), world.rule_weight());
  }
  return std::move(world.formula);
}

}  // namespace

std::string_view to_string(Family family) {
  switch (family) {
    case Family::soft_rules:
      return "soft_rules";
    case Family::hard_rules:
      return "hard_rules";
    case Family::questions:
      return "questions";
    case Family::transitivity:
      return "transitivity";
    case Family::one_component:
      return "one_component";
    case Family::connected_questions:
      return "connected_questions";
    case Family::longer_rules:
      return "longer_rules";
    case Family::frustrated_rules:
      return "frustrated_rules";
  }
  return "";
}

WeightedFormula make_family(Family family, int claims, std::uint64_t seed) {
  Rng rng(seed);
  switch (family) {
    case Family::soft_rules:
    case Family::hard_rules:
      return rules(claims, family == Family::hard_rules, rng);
    case Family::questions:
      return questions(claims, false, rng);
    case Family::transitivity:
      return transitivity(claims, rng);
    case Family::one_component:
      return one_component(claims, rng);
    case Family::connected_questions:
      return questions(claims, true, rng);
    case Family::longer_rules:
      return longer_rules(claims, rng);
    case Family::frustrated_rules:
      return frustrated_rules(claims, rng);
  }
  return {};
}

base::Result<std::vector<Belief>> read_beliefs(const std::string& folder) {
  GENKAI_ASSIGN_OR_RETURN(const std::string constraints, base::read_file(folder + "/constraints_v2.json"));
  GENKAI_ASSIGN_OR_RETURN(const base::Json graph, base::Json::parse(constraints));
  GENKAI_ASSIGN_OR_RETURN(const std::string answers,
                          base::read_file(folder + "/model_answers.outside_silver.jsonl"));
  std::map<std::string, std::vector<std::pair<std::string, bool>>> said;  // by source
  for (std::size_t begin = 0; begin < answers.size();) {
    const std::size_t end = std::min(answers.find('\n', begin), answers.size());
    GENKAI_ASSIGN_OR_RETURN(const base::Json row,
                            base::Json::parse(std::string_view(answers).substr(begin, end - begin)));
    begin = end + 1;
    const std::string answer = row.string("pred");
    const bool yes = answer.ends_with("Yes");
    if (yes || answer.ends_with("No")) said[row.string("source")].emplace_back(row.string("target"), yes);
  }
  std::vector<Belief> beliefs;
  const base::Json* links = graph.find("links");
  if (links == nullptr) return base::fail(base::Code::corrupt, "constraints_v2.json has no links");
  for (const auto& [source, targets] : said) {
    Belief belief{source.substr(source.find(',') + 1), {}};
    std::map<std::string, int> variable;
    const auto of = [&](const std::string& node) {
      return variable.emplace(node, static_cast<int>(variable.size()) + 1).first->second;
    };
    belief.formula.add_soft({of(source)}, 4000);
    for (const auto& [target, yes] : targets) belief.formula.add_soft({yes ? of(target) : -of(target)}, 1000);
    for (const base::Json& link : links->items()) {
      if (link.string("direction") != "forward") continue;
      const int from = of(link.string("source")), to = of(link.string("target"));
      belief.formula.add_soft({-from, link.string("weight") == "yes_no" ? -to : to}, 2000);
    }
    beliefs.push_back(std::move(belief));
  }
  return beliefs;
}

}  // namespace genkai::bench
