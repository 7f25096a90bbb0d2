#include <algorithm>
#include <utility>

#include "logic/solve/answer.h"
#include "logic/solve/horn.h"

namespace genkai::logic::solve {
namespace {

constexpr std::size_t kMostBodies = 64;  // of one rule, after its disjunctions are split

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

class HornReader {
 public:
  HornReader(const Source& source, std::vector<Repair>& repairs) : source_(source), repairs_(repairs) {}

  Read<HornProgram> read() {
    learn_spellings();
    for (const Statement& statement : source_.statements)
      if (auto done = take(statement); !done) return tl::unexpected(done.error());
    if (!queried_) return cannot_read(What::no_query, {});
    if (program_.facts.empty() && program_.rules.empty()) return cannot_read(What::empty_program, {});
    return std::move(program_);
  }

 private:
  static bool asks(Section section) { return section == Section::query || section == Section::conclusion; }

  // Declared spellings come first, so that the others are merged into them. Signatures also tell that the
  // last argument is a truth value.
  void learn_spellings() {
    std::vector<Repair> none;
    for (const Statement& statement : source_.statements) {
      if (statement.section != Section::predicates) continue;
      const auto parsed = parse(statement.text, statement.place, none);
      if (!parsed || parsed->op != Op::call || parsed->parts.empty()) continue;
      const Expression& last = parsed->parts.back();
      const bool truth =
          last.op == Op::truth ||
          (last.op == Op::name && (last.name == "bool" || last.name == "Bool" || last.name == "boolean"));
      program_.predicates.intern(parsed->name, parsed->parts.size() - truth);
    }
  }

  Read<bool> take(const Statement& statement) {
    std::vector<Repair> repairs;
    auto parsed = parse(statement.text, statement.place, repairs);
    const bool query = asks(statement.section);
    if (statement.section == Section::predicates && (!parsed || parsed->op != Op::rule)) return true;
    if (!parsed || is_prose(*parsed))
      if (const std::string formula = formula_of(statement); !formula.empty()) {
        repairs_.push_back({{What::sentence_read, {statement.text, formula}}, statement.place});
        repairs.clear();
        parsed = parse(formula, statement.place, repairs);
      }
    if (!parsed || is_prose(*parsed)) {
      const bool around = (statement.section == Section::none && source_.sectioned()) || (query && queried_);
      if (around) {
        repairs_.push_back({{What::prose_dropped, {statement.text.substr(0, 60)}}, statement.place});
        return true;
      }
      if (!parsed) return tl::unexpected(parsed.error());
      if (!repairs.empty())
        return cannot_read(What::not_an_atom, parsed->place, {statement.text.substr(0, 60)});
    }
    std::move(repairs.begin(), repairs.end(), std::back_inserter(repairs_));
    if (query) return take_query(*parsed, statement);
    if (parsed->op == Op::rule || parsed->op == Op::implication) {
      if (statement.section == Section::facts || statement.section == Section::predicates)
        note_once(What::rule_among_facts, statement.place);
      return take_rule(*parsed);
    }
    return take_facts(*parsed);
  }

  // "Tom is a cat.", "Every cat is an animal.", "Cats are not dogs", where the predicates are declared; empty
  // for any other sentence.
  std::string formula_of(const Statement& statement) {
    if (statement.section != Section::facts && statement.section != Section::rules) return {};
    std::vector<std::string> words = words_of(statement.text);
    const auto take = [&](std::size_t at, std::initializer_list<std::string_view> any) {
      if (at >= words.size() || std::find(any.begin(), any.end(), words[at]) == any.end()) return false;
      words.erase(words.begin() + static_cast<std::ptrdiff_t>(at));
      return true;
    };
    const bool every = take(0, {"Every", "Each", "All", "every", "each", "all"});
    if (words.size() < 3 || !take(1, {"is", "are"})) return {};
    const std::string truth = take(1, {"not"}) ? "False" : "True";
    take(1, {"a", "an"});
    if (words.size() != 2 || !known_with(words[1], 1)) return {};
    if (known_with(words[0], 1)) return words[0] + "($x, True) >>> " + words[1] + "($x, " + truth + ")";
    return every ? "" : words[1] + "(" + words[0] + ", " + truth + ")";
  }

  void note_once(What what, Place place) {
    const auto same = [what](const Repair& one) { return one.message.what == what; };
    if (std::none_of(repairs_.begin(), repairs_.end(), same)) repairs_.push_back({{what, {}}, place});
  }

  // Words, or a proposition of one word.
  static bool is_prose(const Expression& e) { return e.op == Op::name; }

  Read<bool> take_facts(const Expression& e) {
    if (e.op == Op::conjunction) {
      for (const Expression& part : e.parts)
        if (auto done = take_facts(part); !done) return done;
      return true;
    }
    Scope scope;
    auto literal = atom(e, scope);
    if (!literal) return tl::unexpected(literal.error());
    if (literal->comparison || literal->absent)
      return cannot_read(What::not_an_atom, e.place, {solve::to_text(e)});
    Fact fact{literal->relation(), {}};
    for (const Term& term : literal->terms) {
      if (term.variable) {
        repairs_.push_back({{What::open_fact_ignored, {solve::to_text(e)}}, e.place});
        return true;
      }
      fact.constants.push_back(term.id);
    }
    program_.facts.emplace_back(std::move(fact), e.place);
    return true;
  }

  Read<bool> take_rule(const Expression& e) {
    if (e.parts[0].op == Op::rule || e.parts[1].op == Op::rule) return cannot_read(What::not_a_rule, e.place);
    auto bodies = alternatives(e.parts[0]);
    if (!bodies) return tl::unexpected(bodies.error());
    std::vector<const Expression*> heads{&e.parts[1]};
    if (e.parts[1].op == Op::conjunction) {
      heads.clear();
      for (const Expression& part : e.parts[1].parts) heads.push_back(&part);
    }
    for (const auto& body : *bodies)
      for (const Expression* head : heads)
        if (auto done = add_rule(body, *head, e); !done) return done;
    return true;
  }

  // A body with "or" is several bodies.
  static Read<std::vector<std::vector<const Expression*>>> alternatives(const Expression& e) {
    using Bodies = std::vector<std::vector<const Expression*>>;
    if (e.op == Op::disjunction) {
      Bodies all;
      for (const Expression& part : e.parts) {
        auto some = alternatives(part);
        if (!some) return some;
        all.insert(all.end(), some->begin(), some->end());
        if (all.size() > kMostBodies) return cannot_read(What::too_many_cases, e.place);
      }
      return all;
    }
    if (e.op != Op::conjunction) return Bodies{{&e}};
    Bodies all{{}};
    for (const Expression& part : e.parts) {
      auto some = alternatives(part);
      if (!some) return some;
      if (all.size() * some->size() > kMostBodies) return cannot_read(What::too_many_cases, e.place);
      Bodies product;
      for (const auto& one : all)
        for (const auto& more : *some) {
          product.push_back(one);
          product.back().insert(product.back().end(), more.begin(), more.end());
        }
      all = std::move(product);
    }
    return all;
  }

  Read<bool> add_rule(const std::vector<const Expression*>& body, const Expression& head,
                      const Expression& whole) {
    Scope scope{.rule = true, .prolog = whole.number == kPrologRule};
    HornRule rule;
    rule.place = whole.place;
    std::vector<Literal> later;
    std::vector<bool> bound;
    for (const Expression* part : body) {
      if (part->op == Op::truth && part->number == 1) continue;  // head :- true
      auto literal = atom(*part, scope);
      if (!literal) return tl::unexpected(literal.error());
      if (literal->absent || literal->comparison) {
        later.push_back(std::move(*literal));
        continue;
      }
      for (const Term& term : literal->terms)
        if (term.variable) {
          bound.resize(std::max<std::size_t>(bound.size(), term.id + 1));
          bound[term.id] = true;
        }
      rule.body.push_back(std::move(*literal));
    }
    std::move(later.begin(), later.end(), std::back_inserter(rule.body));
    auto made = atom(head, scope);
    if (!made) return tl::unexpected(made.error());
    if (made->comparison || made->absent)
      return cannot_read(What::not_an_atom, head.place, {solve::to_text(head)});
    rule.head = std::move(*made);
    rule.variables = static_cast<std::uint32_t>(scope.variables.size());
    bound.resize(rule.variables);
    for (std::size_t i = 0; i < bound.size(); ++i)
      if (!bound[i]) return cannot_read(What::unsafe_variable, whole.place, {scope.variables[i]});
    program_.rules.push_back(std::move(rule));
    return true;
  }

  Read<bool> take_query(const Expression& e, const Statement& statement) {
    if (e.op == Op::rule || e.op == Op::implication || e.op == Op::name)
      return queried_ ? Read<bool>(true) : cannot_read(What::not_an_atom, e.place, {solve::to_text(e)});
    Scope scope;
    Expression asked = e;
    HornQuery query;
    if (asked.op == Op::call && asked.parts.size() > 1) {
      Expression& last = asked.parts.back();
      const bool open =
          last.op == Op::variable ||
          (last.op == Op::name && (last.name == "X" || last.name == "bool" || last.name == "x"));
      if (open && known_with(asked.name, asked.parts.size() - 1) &&
          !known_with(asked.name, asked.parts.size())) {
        query.truth_open = true;
        repairs_.push_back({{What::truth_value_open, {solve::to_text(last)}}, last.place});
        last.op = Op::truth;
        last.number = 1;
      }
    }
    auto literal = atom(asked, scope);
    if (!literal) return tl::unexpected(literal.error());
    if (literal->comparison || literal->absent)
      return cannot_read(What::not_an_atom, e.place, {solve::to_text(e)});
    query.literal = std::move(*literal);
    query.variables = static_cast<std::uint32_t>(scope.variables.size());
    query.text = statement.text;
    if (queried_) {
      const Literal& first = program_.query.literal;
      const auto same = [](const Term& a, const Term& b) { return a.variable == b.variable && a.id == b.id; };
      if (first.relation() != query.literal.relation() ||
          !std::equal(first.terms.begin(), first.terms.end(), query.literal.terms.begin(),
                      query.literal.terms.end(), same))
        return cannot_read(What::several_queries, statement.place);
      repairs_.push_back({{What::query_repeated, {}}, statement.place});
      return true;
    }
    program_.query = std::move(query);
    queried_ = true;
    return true;
  }

  bool known_with(const std::string& name, std::size_t arity) {
    Names trial = program_.predicates;
    return !trial.intern(name, arity).fresh;
  }

  struct Scope {
    bool rule = false;    // a single small letter is a variable
    bool prolog = false;  // so is a name with a capital
    std::vector<std::string> variables{};
  };

  Read<Literal> atom(const Expression& e, Scope& scope) {
    if (e.op == Op::negation || e.op == Op::failure) {
      auto inside = atom(e.parts[0], scope);
      if (!inside) return inside;
      if (inside->comparison || inside->absent)
        return cannot_read(What::not_an_atom, e.place, {solve::to_text(e)});
      if (e.op == Op::negation)
        inside->positive = !inside->positive;
      else
        inside->absent = true;
      return inside;
    }
    if (is_comparison(e.op)) {
      Literal literal;
      literal.comparison = e.op;
      for (const Expression& part : e.parts) {
        auto made = term(part, scope);
        if (!made) return tl::unexpected(made.error());
        literal.terms.push_back(*made);
      }
      return literal;
    }
    if (e.op != Op::call && e.op != Op::name)
      return cannot_read(What::not_an_atom, e.place, {solve::to_text(e)});
    Literal literal;
    for (std::size_t i = 0; i < e.parts.size(); ++i) {
      const Expression& part = e.parts[i];
      if (part.op == Op::truth && i + 1 == e.parts.size()) {
        literal.positive = part.number == 1;
        continue;
      }
      if (part.op == Op::name && (part.name == "bool" || part.name == "Bool"))
        return cannot_read(What::truth_value_expected, part.place, {part.name});
      auto made = term(part, scope);
      if (!made) return tl::unexpected(made.error());
      literal.terms.push_back(*made);
    }
    const auto found = program_.predicates.intern(e.name, literal.terms.size());
    if (found.merged) merged(e.name, program_.predicates[found.number], e.place);
    literal.predicate = static_cast<std::uint32_t>(found.number);
    return literal;
  }

  Read<Term> term(const Expression& e, Scope& scope) {
    const bool letter =
        e.op == Op::name && scope.rule && e.name.size() == 1 && e.name[0] >= 'a' && e.name[0] <= 'z';
    const bool capital =
        e.op == Op::name && scope.prolog && !e.name.empty() && (is_upper(e.name[0]) || e.name[0] == '_');
    if (e.op == Op::variable || letter || capital) {
      if (letter) repairs_.push_back({{What::letter_is_variable, {e.name}}, e.place});
      const auto known = std::find(scope.variables.begin(), scope.variables.end(), e.name);
      const auto id = static_cast<std::uint32_t>(known - scope.variables.begin());
      if (known == scope.variables.end()) scope.variables.push_back(e.name);
      return Term{true, id};
    }
    const bool negative = e.op == Op::minus && e.parts[0].op == Op::number;
    if (e.op != Op::name && e.op != Op::number && !negative)
      return cannot_read(What::not_an_atom, e.place, {solve::to_text(e)});
    const auto found = program_.constants.intern(solve::to_text(e), e.op == Op::name ? 0 : 1);
    if (found.merged) merged(e.name, program_.constants[found.number], e.place);
    if (found.fresh)
      program_.numbers.push_back(e.op == Op::name ? std::optional<std::int64_t>()
                                 : negative       ? -e.parts[0].number
                                                  : e.number);
    return Term{false, static_cast<std::uint32_t>(found.number)};
  }

  void merged(const std::string& name, const std::string& into, Place place) {
    repairs_.push_back({{What::spelling_merged, {name, into}}, place});
  }

  const Source& source_;
  std::vector<Repair>& repairs_;
  HornProgram program_;
  bool queried_ = false;
};

}  // namespace

Read<HornProgram> read_horn(const Source& source, std::vector<Repair>& repairs) {
  return HornReader(source, repairs).read();
}

}  // namespace genkai::logic::solve
