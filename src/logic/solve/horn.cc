#include "logic/solve/horn.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "base/clock.h"

namespace genkai::logic::solve {
namespace {

struct Strata {
  std::vector<std::uint32_t> of;  // stratum of each relation
  std::uint32_t count = 1;
};

// The least numbering in which a head is not below its body, and above what it needs the absence of.
Read<Strata> strata_of(const HornProgram& program) {
  const std::size_t relations = program.predicates.size() * 2;
  Strata strata{std::vector<std::uint32_t>(relations, 0), 1};
  for (bool changed = true; changed;) {
    changed = false;
    for (const HornRule& rule : program.rules) {
      std::uint32_t& own = strata.of[rule.head.relation()];
      for (const Literal& literal : rule.body) {
        if (literal.comparison) continue;
        const std::uint32_t least = strata.of[literal.relation()] + literal.absent;
        if (own >= least) continue;
        own = least;
        changed = true;
        if (own > relations)
          return cannot_read(What::not_stratified, rule.place, {program.predicates[rule.head.predicate]});
      }
      strata.count = std::max(strata.count, own + 1);
    }
  }
  return strata;
}

class Evaluation {
 public:
  Evaluation(const HornProgram& program, const Budget& budget)
      : program_(program), budget_(budget), of_relation_(program.predicates.size() * 2) {}

  Read<Model> run() {
    auto strata = strata_of(program_);
    if (!strata) return tl::unexpected(strata.error());
    for (const auto& [fact, place] : program_.facts) add(fact, {std::nullopt, {}, place});
    for (std::uint32_t stratum = 0; stratum < strata->count && model_.complete; ++stratum) {
      std::vector<std::uint32_t> rules;
      for (std::uint32_t i = 0; i < program_.rules.size(); ++i)
        if (strata->of[program_.rules[i].head.relation()] == stratum) rules.push_back(i);
      saturate(rules);
    }
    return std::move(model_);
  }

 private:
  // Semi-naive: every join uses at least one fact that is new since the last round.
  void saturate(const std::vector<std::uint32_t>& rules) {
    std::uint32_t old = 0;
    for (bool first = true; model_.complete; first = false) {
      const auto end = static_cast<std::uint32_t>(model_.facts.size());
      if (!first && old == end) return;
      for (const std::uint32_t rule : rules) {
        const HornRule& one = program_.rules[rule];
        if (first || one.body.empty()) {
          if (first) join(rule, one.body.size(), 0, end);
          continue;
        }
        for (std::size_t delta = 0; delta < one.body.size() && model_.complete; ++delta)
          if (!one.body[delta].absent && !one.body[delta].comparison) join(rule, delta, old, end);
      }
      old = end;
    }
  }

  // Facts before `old` are old, those before `end` new, the rest of the next round. The literal `delta` takes
  // new facts, those before it old ones, those after it both.
  void join(std::uint32_t rule, std::size_t delta, std::uint32_t old, std::uint32_t end) {
    rule_ = rule;
    delta_ = delta;
    old_ = old;
    end_ = end;
    binding_.assign(program_.rules[rule].variables, kUnbound);
    used_.clear();
    match(0);
  }

  void match(std::size_t at) {
    const HornRule& rule = program_.rules[rule_];
    if (at == rule.body.size()) {
      add(instance(rule.head), {rule_, used_, rule.place});
      return;
    }
    const Literal& literal = rule.body[at];
    if (literal.comparison || literal.absent) {
      if (literal.comparison ? compares(literal) : !model_.numbers.contains(instance(literal))) match(at + 1);
      return;
    }
    const bool any = delta_ == rule.body.size();
    const std::uint32_t begin = any || at != delta_ ? 0 : old_;
    const std::uint32_t end = any || at >= delta_ ? end_ : old_;
    const std::vector<std::uint32_t>& candidates = candidates_for(literal);
    // By number: the list grows while it is walked over.
    std::size_t i = static_cast<std::size_t>(std::lower_bound(candidates.begin(), candidates.end(), begin) -
                                             candidates.begin());
    const std::vector<std::uint32_t> known = binding_;
    for (; i < candidates.size() && candidates[i] < end && model_.complete; ++i) {
      if (!spend()) return;
      const std::uint32_t fact = candidates[i];
      if (unify(literal, model_.facts[fact])) {
        used_.push_back(fact);
        match(at + 1);
        used_.pop_back();
      }
      binding_ = known;
    }
  }

  // The facts that agree with the first argument which is bound, else all of the relation.
  const std::vector<std::uint32_t>& candidates_for(const Literal& literal) {
    static const std::vector<std::uint32_t> kNone;
    for (std::size_t i = 0; i < literal.terms.size(); ++i) {
      const Term& term = literal.terms[i];
      const std::uint32_t value = term.variable ? binding_[term.id] : term.id;
      if (value == kUnbound) continue;
      const auto found = index_.find(key(literal.relation(), i, value));
      return found == index_.end() ? kNone : found->second;
    }
    return of_relation_[literal.relation()];
  }

  bool unify(const Literal& literal, const Fact& fact) {
    for (std::size_t i = 0; i < literal.terms.size(); ++i) {
      const Term& term = literal.terms[i];
      if (!term.variable) {
        if (term.id != fact.constants[i]) return false;
        continue;
      }
      std::uint32_t& bound = binding_[term.id];
      if (bound == kUnbound)
        bound = fact.constants[i];
      else if (bound != fact.constants[i])
        return false;
    }
    return true;
  }

  Fact instance(const Literal& literal) const {
    Fact fact{literal.relation(), {}};
    for (const Term& term : literal.terms)
      fact.constants.push_back(term.variable ? binding_[term.id] : term.id);
    return fact;
  }

  bool compares(const Literal& literal) const {
    const Fact two = instance(literal);
    const std::uint32_t a = two.constants[0], b = two.constants[1];
    if (*literal.comparison == Op::equal) return a == b;
    if (*literal.comparison == Op::not_equal) return a != b;
    const auto x = program_.numbers[a], y = program_.numbers[b];
    if (!x || !y) return false;  // names have no order
    switch (*literal.comparison) {
      case Op::less:
        return *x < *y;
      case Op::less_equal:
        return *x <= *y;
      case Op::greater:
        return *x > *y;
      default:
        return *x >= *y;
    }
  }

  void add(Fact fact, Model::Origin origin) {
    const auto number = static_cast<std::uint32_t>(model_.facts.size());
    const auto [place, fresh] = model_.numbers.emplace(fact, number);
    if (!fresh) return;
    if (model_.facts.size() >= budget_.facts) {
      model_.numbers.erase(place);
      model_.complete = false;
      return;
    }
    of_relation_[fact.relation].push_back(number);
    for (std::size_t i = 0; i < fact.constants.size(); ++i)
      index_[key(fact.relation, i, fact.constants[i])].push_back(number);
    model_.facts.push_back(std::move(fact));
    model_.origins.push_back(std::move(origin));
  }

  bool spend() {
    if (++steps_ > budget_.steps) model_.complete = false;
    if (steps_ % 4096 == 0 && watch_.milliseconds() > static_cast<double>(budget_.time.count()))
      model_.complete = false;
    return model_.complete;
  }

  static std::uint64_t key(std::uint32_t relation, std::size_t argument, std::uint32_t value) {
    return (static_cast<std::uint64_t>(relation) << 40) ^
           (static_cast<std::uint64_t>(argument & 0xFF) << 32) ^ value;
  }

  static constexpr std::uint32_t kUnbound = ~std::uint32_t{0};
  const HornProgram& program_;
  const Budget budget_;
  Model model_;
  std::vector<std::vector<std::uint32_t>> of_relation_;
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> index_;
  std::uint32_t rule_ = 0, old_ = 0, end_ = 0;
  std::size_t delta_ = 0, steps_ = 0;
  std::vector<std::uint32_t> binding_, used_;
  base::Stopwatch watch_;
};

}  // namespace

std::optional<std::uint32_t> Model::find(const Fact& fact) const {
  const auto found = numbers.find(fact);
  return found == numbers.end() ? std::nullopt : std::optional<std::uint32_t>(found->second);
}

Read<Model> derive(const HornProgram& program, const Budget& budget) {
  return Evaluation(program, budget).run();
}

std::vector<std::uint32_t> proof_of(const Model& model, std::uint32_t fact) {
  // What a fact was derived from has a smaller number.
  std::set<std::uint32_t> needed{fact};
  for (auto at = needed.rbegin(); at != needed.rend(); ++at)
    needed.insert(model.origins[*at].from.begin(), model.origins[*at].from.end());
  return {needed.begin(), needed.end()};
}

std::string to_text(const HornProgram& program, const Fact& fact) {
  std::string text = fact.relation % 2 ? "" : "not ";
  text += program.predicates[fact.relation / 2];
  for (std::size_t i = 0; i < fact.constants.size(); ++i)
    text += (i == 0 ? "(" : ", ") + program.constants[fact.constants[i]];
  return fact.constants.empty() ? text : text + ")";
}

}  // namespace genkai::logic::solve
