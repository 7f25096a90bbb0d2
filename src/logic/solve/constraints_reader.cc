#include <algorithm>
#include <set>
#include <utility>

#include "logic/solve/answer.h"
#include "logic/solve/constraints.h"
#include "logic/solve/gloss.h"

namespace genkai::logic::solve {
namespace {

using Code = Constraint::Code;

constexpr std::int64_t kFirstSymbol = 2'000'000'000'000;  // above every number that is read
constexpr std::size_t kMostValues = 200'000;              // of all domains together

class ConstraintReader {
 public:
  ConstraintReader(const Source& source, const Problem& problem, std::vector<Repair>& repairs)
      : source_(source), options_(options_of(problem.options)), repairs_(repairs) {}

  Read<ConstraintProgram> read() {
    for (const Statement& one : source_.statements)
      if (one.section == Section::domain) bounds(one);
    for (const Statement& one : source_.statements)
      if (one.section == Section::variables ||
          (one.section == Section::none && !source_.has(Section::variables) && declares(one)))
        if (auto done = declare(one); !done) return tl::unexpected(done.error());
    for (const Statement& one : source_.statements)
      if (auto done = take(one); !done) return tl::unexpected(done.error());
    if (program_.variables.size() == 0) return cannot_read(What::empty_program, {});
    if (program_.queries.empty() && !program_.asked) return cannot_read(What::no_query, {});
    name_queries();
    return std::move(program_);
  }

 private:
  // "1: leftmost", "5: rightmost": the values that a variable without a domain of its own may have.
  void bounds(const Statement& one) {
    const auto tokens = tokens_of(one.text, one.place);
    if (!tokens) return;
    for (const Token& token : *tokens) {
      if (token.kind != TokenKind::number) continue;
      lowest_ = lowest_ ? std::min(*lowest_, token.number) : token.number;
      highest_ = highest_ ? std::max(*highest_, token.number) : token.number;
      if (const std::size_t colon = one.text.find(':'); colon != std::string::npos) {
        labels_[token.number] = one.text.substr(colon + 1);
        return;
      }
    }
  }

  static bool declares(const Statement& one) {
    return one.text.find("[IN]") != std::string::npos || one.text.find("∈") != std::string::npos;
  }

  Read<bool> declare(const Statement& one) {
    std::string text = one.text;  // "x: [1, 2]" is "x in [1, 2]"
    if (const std::size_t colon = text.find(':'); colon != std::string::npos) text.replace(colon, 1, " in ");
    auto parsed = parse(text, one.place, repairs_);
    if (!parsed) return tl::unexpected(parsed.error());
    std::vector<Expression> names{std::move(*parsed)};
    if (names[0].op == Op::conjunction) names = std::vector<Expression>(names[0].parts);
    std::optional<Expression> domain;
    if (names.back().op == Op::member) {
      domain = std::move(names.back().parts[1]);
      names.back() = Expression(names.back().parts[0]);
    }
    const auto values = domain ? values_of(*domain) : default_domain(one.place);
    if (!values) return tl::unexpected(values.error());
    for (const Expression& name : names) {
      if (name.op != Op::name) return cannot_read(What::not_a_constraint, name.place, {to_text(name)});
      total_ += values->size();
      if (total_ > kMostValues) return cannot_read(What::too_many_cases, name.place);
      if (const auto number = program_.variables.declare(name.name))
        program_.domains.push_back(*values);
      else
        program_.domains[program_.variables.find(name.name)->number] = *values;
    }
    return true;
  }

  Read<std::vector<std::int64_t>> default_domain(Place place) {
    if (!lowest_ || *highest_ - *lowest_ > 10'000) return cannot_read(What::no_domain, place);
    repairs_.push_back(
        {{What::domain_assumed, {std::to_string(*lowest_), std::to_string(*highest_)}}, place});
    return numbers(*lowest_, *highest_);
  }
  static std::vector<std::int64_t> numbers(std::int64_t first, std::int64_t last) {
    std::vector<std::int64_t> all;
    for (std::int64_t i = first; i <= last; ++i) all.push_back(i);
    return all;
  }

  Read<std::vector<std::int64_t>> values_of(const Expression& e) {
    if (e.op == Op::list && e.parts.size() == 1 && e.parts[0].op == Op::call) return values_of(e.parts[0]);
    if (e.op == Op::call && e.name == "range" && !e.parts.empty() && e.parts.size() <= 2) {
      const bool python = e.number != kInclusiveRange;
      const auto first = e.parts.size() == 2 ? constant(e.parts[0]) : Read<std::int64_t>(0);
      const auto last = constant(e.parts.back());
      if (!first) return tl::unexpected(first.error());
      if (!last) return tl::unexpected(last.error());
      const std::int64_t end = *last - python;
      if (end < *first) return cannot_read(What::no_domain, e.place);
      if (end - *first >= static_cast<std::int64_t>(kMostValues))
        return cannot_read(What::too_many_cases, e.place);
      return numbers(*first, end);
    }
    if (e.op != Op::list) return cannot_read(What::no_domain, e.place);
    std::set<std::int64_t> values;
    for (const Expression& part : e.parts) {
      if (part.op == Op::name) {
        const auto found = program_.symbols.intern(part.name);
        values.insert(kFirstSymbol + static_cast<std::int64_t>(found.number));
        continue;
      }
      const auto value = constant(part);
      if (!value) return tl::unexpected(value.error());
      values.insert(*value);
    }
    if (values.empty()) return cannot_read(What::no_domain, e.place);
    return std::vector<std::int64_t>(values.begin(), values.end());
  }
  static Read<std::int64_t> constant(const Expression& e) {
    if (e.op == Op::number) return e.number;
    if (e.op == Op::minus && e.parts[0].op == Op::number) return -e.parts[0].number;
    return cannot_read(What::not_a_constraint, e.place, {to_text(e)});
  }

  Read<bool> take(const Statement& one) {
    const bool query = one.section == Section::query || one.section == Section::options ||
                       one.section == Section::conclusion;
    const bool constraint =
        one.section == Section::constraints || one.section == Section::rules ||
        one.section == Section::facts || one.section == Section::premises ||
        (one.section == Section::none && !source_.has(Section::constraints) && !declares(one));
    if (!query && !constraint) return true;
    std::vector<Repair> repairs;
    auto parsed = parse(one.text, one.place, repairs);
    const bool beside = (one.section == Section::none && source_.sectioned()) ||
                        (query && one.label.empty() && (!program_.queries.empty() || program_.asked));
    if (beside && (!parsed || parsed->op == Op::name)) {
      repairs_.push_back({{What::prose_dropped, {one.text.substr(0, 60)}}, one.place});
      return true;
    }
    if (!parsed) return tl::unexpected(parsed.error());
    std::move(repairs.begin(), repairs.end(), std::back_inserter(repairs_));
    if (query && one.label.empty() && parsed->op == Op::name) {
      const auto variable = variable_called(*parsed);
      if (!variable) return tl::unexpected(variable.error());
      program_.asked = static_cast<std::uint32_t>(*variable);
      return true;
    }
    follow_sentence(*parsed, one);
    Constraint made;
    made.text = one.text;
    if (auto done = compile(*parsed, made, true); !done) return done;
    std::set<std::uint32_t> scope;
    for (const auto& step : made.steps)
      if (step.code == Code::variable) scope.insert(static_cast<std::uint32_t>(step.value));
    made.scope.assign(scope.begin(), scope.end());
    made.different = parsed->op == Op::call && made.steps.back().op == Op::call &&
                     made.scope.size() + 1 == made.steps.size();
    if (query)
      program_.queries.push_back({one.label, std::move(made), one.text});
    else
      program_.constraints.push_back(std::move(made));
    return true;
  }

  // The sentence beside a constraint is what is translated: where it is plain, its order is followed.
  void follow_sentence(Expression& e, const Statement& one) {
    if (one.comment.empty() || e.parts.size() != 2 || e.parts[0].op != Op::name) return;
    const Scale scale(labels_);
    if ((e.op == Op::less || e.op == Op::greater) && e.parts[1].op == Op::name) {
      const auto order = scale.order(one.comment, e.parts[0].name, e.parts[1].name);
      const Op said = order == Scale::Order::less ? Op::less : Op::greater;
      if (!order || said == e.op) return;
      repairs_.push_back({{What::order_from_sentence, {one.text, one.comment}}, one.place});
      e.op = said;
    } else if (e.op == Op::equal && e.parts[1].op == Op::number) {
      const auto place = scale.place(one.comment);
      if (!place || *place == e.parts[1].number) return;
      repairs_.push_back({{What::place_from_sentence, {one.text, one.comment}}, one.place});
      e.parts[1].number = *place;
    }
  }

  void push(Constraint& out, Op op, std::size_t operands) {
    out.steps.push_back({Code::apply, op, static_cast<std::int64_t>(operands)});
  }

  // `truth`: a truth value is wanted, so that a bare variable is an error.
  Read<bool> compile(const Expression& e, Constraint& out, bool truth) {
    switch (e.op) {
      case Op::number:
      case Op::name:
      case Op::variable:
        if (truth) return cannot_read(What::not_a_constraint, e.place, {to_text(e)});
        return leaf(e, out);
      case Op::truth:
        out.steps.push_back({Code::number, Op::number, e.number});
        return true;
      case Op::call:
        return function(e, out);
      case Op::member: {
        auto values = values_of(e.parts[1]);
        if (!values) return tl::unexpected(values.error());
        if (values->size() > 1000) return cannot_read(What::too_many_cases, e.place);
        for (const std::int64_t value : *values) {
          if (auto done = compile(e.parts[0], out, false); !done) return done;
          out.steps.push_back({Code::number, Op::number, value});
          push(out, Op::equal, 2);
        }
        push(out, Op::disjunction, values->size());
        return true;
      }
      case Op::list:
      case Op::for_all:
      case Op::exists:
      case Op::rule:
        return cannot_read(What::not_a_constraint, e.place, {to_text(e).substr(0, 60)});
      default:
        break;
    }
    const bool connective = e.op >= Op::negation && e.op <= Op::equivalence;
    for (const Expression& part : e.parts)
      if (auto done = compile(part, out, connective); !done) return done;
    const bool ordered = e.op >= Op::less && e.op <= Op::modulo;
    if (ordered)
      for (const Expression& part : e.parts)
        if (symbolic(part)) return cannot_read(What::sort_clash, part.place, {to_text(part), "a number"});
    push(out, e.op == Op::failure ? Op::negation : e.op, e.parts.size());
    return true;
  }

  Read<bool> leaf(const Expression& e, Constraint& out) {
    if (e.op == Op::number) {
      out.steps.push_back({Code::number, Op::number, e.number});
      return true;
    }
    const auto value = program_.symbols.find(e.name);
    const auto exact = program_.variables.find(e.name);
    if (value && (!exact || (exact->merged && !value->merged))) {
      out.steps.push_back(
          {Code::number, Op::number, kFirstSymbol + static_cast<std::int64_t>(value->number)});
      return true;
    }
    const auto variable = variable_called(e);
    if (!variable) return tl::unexpected(variable.error());
    out.steps.push_back({Code::variable, Op::variable, static_cast<std::int64_t>(*variable)});
    return true;
  }

  Read<std::size_t> variable_called(const Expression& e) {
    const auto found = program_.variables.find(e.name);
    if (!found)
      return cannot_read(What::unknown_variable, e.place, {e.name, program_.variables.nearest(e.name)});
    if (found->merged)
      repairs_.push_back({{What::spelling_merged, {e.name, program_.variables[found->number]}}, e.place});
    return found->number;
  }

  bool symbolic(const Expression& e) const {
    if (e.op != Op::name) return false;
    const auto variable = program_.variables.find(e.name);
    if (!variable) return program_.symbols.find(e.name).has_value();
    return program_.domains[variable->number].back() >= kFirstSymbol;
  }

  Read<bool> function(const Expression& e, Constraint& out) {
    std::string name;
    for (const char c : e.name)
      if (c != '_') name += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    const auto& parts = e.parts.size() == 1 && e.parts[0].op == Op::list ? e.parts[0].parts : e.parts;
    const bool different =
        name == "alldifferentconstraint" || name == "alldifferent" || name == "alldiff" || name == "distinct";
    const bool known = different || name == "abs" || name == "min" || name == "max" || name == "sum";
    if (!known || parts.empty() || parts.size() > 1000 || (name == "abs" && parts.size() != 1))
      return cannot_read(What::unknown_name, e.place, {e.name, different ? "" : "AllDifferentConstraint"});
    for (const Expression& part : parts)
      if (auto done = compile(part, out, false); !done) return done;
    push(out, different ? Op::call : name == "sum" ? Op::add : Op::list, parts.size());
    out.steps.back().absolute = name == "abs";
    out.steps.back().extreme = name == "max" ? 1 : name == "min" ? -1 : 0;
    return true;
  }

  // Queries without labels are the options in their order, when there are as many.
  void name_queries() {
    const bool named = std::all_of(program_.queries.begin(), program_.queries.end(),
                                   [](const auto& one) { return !one.name.empty(); });
    if (named || program_.queries.size() != options_.size() || program_.queries.size() < 2) return;
    for (std::size_t i = 0; i < options_.size(); ++i) program_.queries[i].name = options_[i].name();
    repairs_.push_back({{What::labels_by_order, {}}, {}});
  }

  const Source& source_;
  const std::vector<Option> options_;
  std::vector<Repair>& repairs_;
  ConstraintProgram program_;
  std::optional<std::int64_t> lowest_, highest_;
  std::map<std::int64_t, std::string> labels_;  // of the domain
  std::size_t total_ = 0;
};

}  // namespace

Read<ConstraintProgram> read_constraints(const Source& source, const Problem& problem,
                                         std::vector<Repair>& repairs) {
  return ConstraintReader(source, problem, repairs).read();
}

}  // namespace genkai::logic::solve
