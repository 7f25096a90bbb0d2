#include "limits/reasoning/consistency/network.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "text/utf8.h"

namespace genkai::limits::reasoning {
namespace {

using Bindings = std::map<std::string, std::string>;
using List = std::vector<std::size_t>;

constexpr std::size_t kIndexedWords = 12;  // of a predicate are looked up by
constexpr std::size_t kLatentWords = 64;   // "?x ?p -> ?x is very ?p" would grow without end

std::size_t constant_words(const Statement& pattern) {
  const std::size_t size = pattern.predicate.size();
  return is_variable(pattern.predicate.back()) ? size - 1 : size;
}

bool assign(Bindings& bindings, const std::string& name, const std::string& value) {
  const auto [place, added] = bindings.emplace(name, value);
  return added || place->second == value;
}

// Extends `bindings` so that the pattern is the statement; negation aside.
bool match(const Statement& pattern, const Statement& statement, Bindings& bindings) {
  const std::size_t constant = constant_words(pattern);
  if (statement.predicate.size() < pattern.predicate.size() ||
      (constant == pattern.predicate.size() && statement.predicate.size() != constant))
    return false;
  for (std::size_t i = 0; i < constant; ++i)
    if (pattern.predicate[i] != statement.predicate[i]) return false;
  if (!is_variable(pattern.subject)) {
    if (pattern.subject != statement.subject) return false;
  } else if (statement.subject.empty() || !assign(bindings, pattern.subject, statement.subject)) {
    return false;
  }
  return constant == pattern.predicate.size() ||
         assign(bindings, pattern.predicate.back(), join(statement.predicate, constant));
}

std::string value_of(const Bindings& bindings, const std::string& word) {
  const auto found = bindings.find(word);
  return found == bindings.end() ? word : found->second;
}

std::vector<std::string> split(const std::string& words) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at <= words.size();) {
    const std::size_t end = std::min(words.find(' ', at), words.size());
    if (end > at) out.push_back(words.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

Statement substitute(const Pattern& pattern, const Bindings& bindings) {
  Statement out = pattern.statement;
  out.subject = value_of(bindings, out.subject);
  if (is_variable(out.predicate.back())) {
    auto words = split(value_of(bindings, out.predicate.back()));
    out.predicate.pop_back();
    out.predicate.insert(out.predicate.end(), words.begin(), words.end());
  }
  if (out.relation == Relation::other && out.predicate.size() > 1 && out.predicate[0] == "is")
    out.relation = Relation::is, out.object = 1;  // "?x ?p" with p "is mammal"
  out.negated = false;
  return out;
}

// The pattern's own words with the variables' values: "?x is a mammal" is "poodle is a mammal".
std::string words_with(const Pattern& pattern, const Bindings& bindings) {
  std::string out, text = pattern.text.starts_with("not: ") ? pattern.text.substr(5) : pattern.text;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    if (text[at] == '?')
      while (end < text.size() &&
             (text::is_ascii_letter(static_cast<unsigned char>(text[end])) ||
              text::is_ascii_digit(static_cast<unsigned char>(text[end])) || text[end] == '_'))
        ++end;
    const std::string word = text.substr(at, end - at);
    out += value_of(bindings, word);
    at = end;
  }
  return out;
}

class Builder {
 public:
  Builder(const std::vector<Rule>& rules, const NetworkBounds& bounds) : rules_(rules), bounds_(bounds) {
    for (std::size_t i = 0; i < rules.size(); ++i) {
      const Rule& rule = rules[i];
      network_.rules.push_back({rule.text, rule.japanese, rule.reliability, rule.hard, rule.built_in});
      const auto& members = rule.kind == Rule::Kind::implication ? rule.premises : rule.conclusions;
      if (members.empty()) facts_.push_back(i);
      for (std::size_t k = 0; k < members.size(); ++k) {
        const Statement& pattern = members[k].statement;
        const std::size_t constant = constant_words(pattern);
        if (constant < pattern.predicate.size()) longest_start_ = std::max(longest_start_, constant);
        auto& table = constant == pattern.predicate.size() ? by_whole_ : by_start_;
        table[join(pattern.predicate, 0, constant)].push_back({i, k});
      }
    }
  }

  void claim(const Claim& claim) {
    const auto place = proposition(claim.statement, claim.text, false);
    if (!place) return;
    Proposition& found = network_.propositions[*place];
    found.kind |= claim.statement.scope == Scope::kind;
    found.denied_of_kind |= claim.statement.negated && claim.value && claim.statement.scope == Scope::kind;
    network_.claimed.push_back(*place);
  }

  Network build() {
    for (const std::size_t rule : facts_) emit(rules_[rule], {}, {});
    for (; next_ < network_.propositions.size() && !network_.cut; ++next_) expand(next_);
    prune();
    return std::move(network_);
  }

 private:
  struct Place {
    std::size_t rule, member;
  };

  std::optional<std::size_t> proposition(const Statement& statement, const std::string& text, bool latent) {
    const std::string key = statement.key();
    if (const auto found = by_key_.find(key); found != by_key_.end()) return found->second;
    if (latent &&
        (network_.propositions.size() >= bounds_.propositions || statement.predicate.size() > kLatentWords)) {
      network_.cut = true;
      return std::nullopt;
    }
    const std::size_t place = network_.propositions.size();
    by_key_.emplace(key, place);
    for (std::size_t words = 0; words <= std::min(statement.predicate.size(), kIndexedWords); ++words)
      by_words_[join(statement.predicate, 0, words)].push_back(place);
    by_subject_[statement.subject].push_back(place);
    Proposition added;
    added.statement = statement;
    added.said_negated = statement.negated;
    added.statement.negated = false;
    added.text = text;
    added.latent = latent;
    network_.propositions.push_back(std::move(added));
    return place;
  }

  void expand(std::size_t place) {
    const auto words = network_.propositions[place].statement.predicate;
    if (const auto whole = by_whole_.find(join(words)); whole != by_whole_.end())
      for (const Place& at : whole->second) instances(at, place);
    for (std::size_t n = 0; n < std::min(words.size(), longest_start_ + 1); ++n)
      if (const auto start = by_start_.find(join(words, 0, n)); start != by_start_.end())
        for (const Place& at : start->second) instances(at, place);
  }

  bool allowed(const Pattern& pattern, const Proposition& instance) const {
    if (pattern.only == Pattern::Only::kind) return instance.kind;
    if (pattern.only == Pattern::Only::denied_of_kind) return instance.denied_of_kind;
    return true;
  }

  // Every instance of the rule in which this member is this proposition.
  void instances(const Place& at, std::size_t place) {
    const Rule& rule = rules_[at.rule];
    const bool implies = rule.kind == Rule::Kind::implication;
    const Pattern& member = implies ? rule.premises[at.member] : rule.conclusions[at.member];
    Bindings bindings;
    if (!allowed(member, network_.propositions[place]) ||
        !match(member.statement, network_.propositions[place].statement, bindings))
      return;
    if (!implies) {
      alternatives(rule, bindings);
      return;
    }
    List used(rule.premises.size(), place);
    join_rest(rule, at.member, 0, place, bindings, used);
  }

  // Premises but `fixed` are looked for among propositions up to `newest`; those before `fixed` strictly
  // below it, so that each combination is found once.
  void join_rest(const Rule& rule, std::size_t fixed, std::size_t premise, std::size_t newest,
                 const Bindings& bindings, List& used) {
    if (network_.cut) return;
    if (premise == rule.premises.size()) {
      const bool same = std::any_of(rule.distinct.begin(), rule.distinct.end(), [&](const auto& pair) {
        return value_of(bindings, pair.first) == value_of(bindings, pair.second);
      });
      if (!same) emit(rule, bindings, used);
      return;
    }
    if (premise == fixed) return join_rest(rule, fixed, premise + 1, newest, bindings, used);
    const Pattern& pattern = rule.premises[premise];
    const List candidates = candidates_of(pattern, bindings);
    for (const std::size_t candidate : candidates) {
      if (candidate > newest || (candidate == newest && premise < fixed)) continue;
      Bindings extended = bindings;
      if (!allowed(pattern, network_.propositions[candidate]) ||
          !match(pattern.statement, network_.propositions[candidate].statement, extended))
        continue;
      used[premise] = candidate;
      join_rest(rule, fixed, premise + 1, newest, extended, used);
    }
  }

  // The shorter of the propositions about the subject and those that begin with the pattern's words.
  List candidates_of(const Pattern& pattern, const Bindings& bindings) const {
    static const List none;
    const Statement wanted = substitute(pattern, bindings);
    const bool open = is_variable(wanted.predicate.back());
    if (!is_variable(wanted.subject) && !open) {
      const auto found = by_key_.find(wanted.key());
      return found == by_key_.end() ? none : List{found->second};
    }
    const auto words = by_words_.find(
        join(wanted.predicate, 0, std::min(kIndexedWords, wanted.predicate.size() - (open ? 1 : 0))));
    if (words == by_words_.end()) return none;
    if (is_variable(wanted.subject)) return words->second;
    const auto subject = by_subject_.find(wanted.subject);
    if (subject == by_subject_.end()) return none;
    return subject->second.size() < words->second.size() ? subject->second : words->second;
  }

  void alternatives(const Rule& rule, const Bindings& bindings) {
    std::vector<Sign> members;
    for (const Pattern& member : rule.conclusions) {
      const Statement wanted = substitute(member, bindings);
      // At most one is silent about what nobody claims; exactly one needs them all.
      if (rule.kind == Rule::Kind::at_most_one && !by_key_.contains(wanted.key())) continue;
      const auto place = proposition(wanted, words_with(member, bindings), true);
      if (!place) return;
      members.push_back(sign_of(*place, member.positive()));
    }
    for (std::size_t i = 0; i < members.size(); ++i)
      for (std::size_t j = i + 1; j < members.size(); ++j) add({-members[i], -members[j]}, 1, rule);
    if (rule.kind == Rule::Kind::exactly_one) add(members, 0, rule);
  }

  void emit(const Rule& rule, const Bindings& bindings, const List& used) {
    std::vector<Sign> literals;
    bool kind = false;
    for (std::size_t i = 0; i < rule.premises.size(); ++i) {
      literals.push_back(-sign_of(used[i], rule.premises[i].positive()));
      const Proposition& premise = network_.propositions[used[i]];
      if (rule.premises[i].statement.subject == rule.conclusions[0].statement.subject) kind |= premise.kind;
    }
    for (const Pattern& conclusion : rule.conclusions) {
      const Statement wanted = substitute(conclusion, bindings);
      if (rule.among_claims) {
        const auto there = by_key_.find(wanted.key());
        if (there == by_key_.end() || network_.propositions[there->second].latent) continue;
      }
      const auto place = proposition(wanted, words_with(conclusion, bindings), true);
      if (!place) return;
      Proposition& concluded = network_.propositions[*place];
      if (concluded.latent) concluded.kind |= kind;
      auto clause = literals;
      const Sign sign = sign_of(*place, conclusion.positive());
      if (std::find(clause.begin(), clause.end(), -sign) != clause.end()) continue;  // it gives itself
      const bool denies_premise = std::find(clause.begin(), clause.end(), sign) != clause.end();
      if (!denies_premise) clause.push_back(sign);
      add(std::move(clause), denies_premise ? literals.size() - 1 : literals.size(), rule);
    }
  }

  void add(std::vector<Sign> literals, std::size_t premises, const Rule& rule) {
    auto sorted = literals;
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {  // a premise used twice
      std::vector<Sign> once;
      for (const Sign sign : literals)
        if (std::find(once.begin(), once.end(), sign) == once.end()) once.push_back(sign);
      literals = once;
      premises = std::min(premises, literals.size() - 1);
      sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    }
    if (!seen_.insert(sorted).second) return;
    if (network_.constraints.size() >= bounds_.constraints) {
      network_.cut = true;
      return;
    }
    Constraint made;
    made.literals = std::move(literals);
    made.premises = premises;
    made.rule = static_cast<std::size_t>(&rule - rules_.data());
    network_.constraints.push_back(std::move(made));
  }

  // A latent proposition that constraints only affirm, or only deny, can be what they want: they go.
  void prune() {
    auto& constraints = network_.constraints;
    for (bool changed = true; changed;) {
      std::vector<char> affirmed(network_.propositions.size()), denied(network_.propositions.size());
      for (const Constraint& one : constraints)
        for (const Sign sign : one.literals) (sign > 0 ? affirmed : denied)[proposition_of(sign)] = 1;
      changed = std::erase_if(constraints, [&](const Constraint& one) {
                  return std::any_of(one.literals.begin(), one.literals.end(), [&](Sign sign) {
                    const std::size_t place = proposition_of(sign);
                    return network_.propositions[place].latent && !(affirmed[place] && denied[place]);
                  });
                }) > 0;
    }
    drop_unused();
  }

  // Numbers close up over latent propositions that no constraint names any more.
  void drop_unused() {
    auto& propositions = network_.propositions;
    std::vector<char> used(propositions.size());
    for (const std::size_t place : network_.claimed) used[place] = 1;
    for (const Constraint& one : network_.constraints)
      for (const Sign sign : one.literals) used[proposition_of(sign)] = 1;
    std::vector<std::size_t> renamed(propositions.size());
    std::size_t count = 0;
    for (std::size_t i = 0; i < propositions.size(); ++i) {
      if (!used[i]) continue;
      if (count != i) propositions[count] = std::move(propositions[i]);
      renamed[i] = count++;
    }
    propositions.resize(count);
    for (std::size_t& place : network_.claimed) place = renamed[place];
    for (Constraint& one : network_.constraints)
      for (Sign& sign : one.literals) sign = sign_of(renamed[proposition_of(sign)], sign > 0);
  }

  const std::vector<Rule>& rules_;
  const NetworkBounds bounds_;
  Network network_;
  std::size_t next_ = 0, longest_start_ = 0;
  std::vector<std::size_t> facts_;
  std::unordered_map<std::string, std::vector<Place>> by_whole_, by_start_;
  std::unordered_map<std::string, std::size_t> by_key_;
  std::unordered_map<std::string, List> by_words_, by_subject_;
  std::set<std::vector<Sign>> seen_;
};

}  // namespace

Network build_network(const std::vector<Claim>& claims, const std::vector<Rule>& rules,
                      const NetworkBounds& bounds) {
  Builder builder(rules, bounds);
  for (const Claim& claim : claims) builder.claim(claim);
  return builder.build();
}

bool fails(const Constraint& constraint, const std::vector<char>& assignment) {
  return std::none_of(constraint.literals.begin(), constraint.literals.end(),
                      [&](Sign sign) { return (assignment[proposition_of(sign)] != 0) == (sign > 0); });
}

}  // namespace genkai::limits::reasoning
