#include <algorithm>
#include <optional>
#include <utility>

#include "logic/solve/expression.h"

namespace genkai::logic::solve {
namespace {

constexpr std::size_t kDeepest = 100;
constexpr std::size_t kMostTokens = 20'000;

struct Infix {
  std::string_view symbol;
  Op op;
  int strength;  // larger binds tighter
  bool right = false;
};
constexpr Infix kInfix[] = {
    {">>>", Op::rule, 1},
    {":-", Op::rule, 1},
    {"<->", Op::equivalence, 2},
    {"->", Op::implication, 3, true},
    {"|", Op::disjunction, 4},
    {"xor", Op::exclusive, 5},
    {"&", Op::conjunction, 6},
    {"==", Op::equal, 8},
    {"!=", Op::not_equal, 8},
    {"<", Op::less, 8},
    {"<=", Op::less_equal, 8},
    {">", Op::greater, 8},
    {">=", Op::greater_equal, 8},
    {"in", Op::member, 8},
    {"+", Op::add, 9},
    {"-", Op::subtract, 9},
    {"*", Op::multiply, 10},
    {"%", Op::modulo, 10},
};
constexpr int kNegation = 7, kMinus = 11;

// Written as functions: And(a, b), Implies(a, b).
std::optional<Op> function_form(const std::string& name) {
  if (name == "And") return Op::conjunction;
  if (name == "Or") return Op::disjunction;
  if (name == "Xor") return Op::exclusive;
  if (name == "Implies") return Op::implication;
  if (name == "Iff") return Op::equivalence;
  return std::nullopt;
}

std::optional<std::int64_t> truth_of(const std::string& word) {
  if (word == "True" || word == "true" || word == "TRUE" || word == "⊤") return 1;
  if (word == "False" || word == "false" || word == "FALSE" || word == "⊥") return 0;
  return std::nullopt;
}

class Parser {
 public:
  Parser(std::vector<Token> tokens, std::vector<Repair>& repairs)
      : tokens_(std::move(tokens)), repairs_(repairs) {}

  Read<Expression> whole() {
    if (tokens_.size() > kMostTokens) return cannot_read(What::too_long, tokens_[0].place);
    auto parsed = expression(0);
    if (!parsed) return parsed;
    while (is(".") || is(";")) ++at_;  // the end of a sentence
    if (here().kind != TokenKind::end) return unexpected();
    return parsed;
  }

 private:
  const Token& here() const { return tokens_[at_]; }
  const Token& next() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  bool is(std::string_view symbol) const { return here().kind == TokenKind::symbol && here().text == symbol; }
  tl::unexpected<SyntaxError> unexpected() const {
    if (is("^")) return cannot_read(What::unclear_caret, here().place);
    if (here().kind == TokenKind::end) return cannot_read(What::missing, here().place, {"an expression"});
    return cannot_read(What::unexpected, here().place, {here().text});
  }
  Read<bool> expect(std::string_view symbol) {
    if (!is(symbol)) {
      if (is("^")) return unexpected();
      return cannot_read(What::missing, here().place, {std::string(symbol)});
    }
    ++at_;
    return true;
  }

  Read<Expression> expression(int least) {
    if (++depth_ > kDeepest) return cannot_read(What::nested_too_deep, here().place);
    auto left = operand();
    while (left && here().kind == TokenKind::symbol) {
      const auto* infix = std::find_if(std::begin(kInfix), std::end(kInfix),
                                       [&](const Infix& one) { return one.symbol == here().text; });
      // A rule's body may separate its atoms by commas.
      if (least == 0 && depth_ == 1 && is(",")) {
        infix = &kInfix[6];
      } else if (infix == std::end(kInfix) || infix->strength < least) {
        break;
      }
      const bool backwards = is(":-");
      const Place place = here().place;
      ++at_;
      auto right = expression(infix->right ? infix->strength : infix->strength + 1);
      while (right && backwards && is(",")) {
        const Place comma = here().place;
        ++at_;
        auto more = expression(infix->strength + 1);
        if (!more) return more;
        right = joined(Op::conjunction, std::move(*right), std::move(*more), comma);
      }
      if (!right) return right;
      if (backwards) std::swap(*left, *right);
      left = joined(infix->op, std::move(*left), std::move(*right), place);
      if (backwards) left->number = kPrologRule;
    }
    --depth_;
    return left;
  }

  // a < b < c says a < b and b < c; a and b and c is one conjunction.
  static Expression joined(Op op, Expression left, Expression right, Place place) {
    if ((op == Op::conjunction || op == Op::disjunction) && left.op == op) {
      left.parts.push_back(std::move(right));
      return left;
    }
    if (is_comparison(op)) {
      const Expression* last = left.op == Op::conjunction && left.number == 1 ? &left.parts.back() : &left;
      if (is_comparison(last->op)) {
        Expression second{op, {}, 0, {last->parts[1], std::move(right)}, {}, place};
        if (last != &left) {
          left.parts.push_back(std::move(second));
          return left;
        }
        return {Op::conjunction, {}, 1, {std::move(left), std::move(second)}, {}, place};  // 1: a chain
      }
    }
    return {op, {}, 0, {std::move(left), std::move(right)}, {}, place};
  }

  Read<Expression> operand() {
    const Token token = here();
    switch (token.kind) {
      case TokenKind::number:
        ++at_;
        return Expression{Op::number, {}, token.number, {}, {}, token.place};
      case TokenKind::variable:
        ++at_;
        return Expression{Op::variable, token.text, 0, {}, {}, token.place};
      case TokenKind::name:
        return named();
      case TokenKind::end:
        return unexpected();
      case TokenKind::symbol:
        break;
    }
    if (is("(")) {
      ++at_;
      auto inside = nested();
      if (!inside) return inside;
      if (auto closed = expect(")"); !closed) return tl::unexpected(closed.error());
      inside->number = inside->op == Op::conjunction ? 0 : inside->number;  // no longer a chain
      return inside;
    }
    if (is("[") || is("{")) return list();
    if (is("!") || is("unless") || is("-")) {
      const Op op = is("!") ? Op::negation : is("-") ? Op::minus : Op::failure;
      ++at_;
      auto inside = expression(op == Op::minus ? kMinus : kNegation);
      if (!inside) return inside;
      return Expression{op, {}, 0, {std::move(*inside)}, {}, token.place};
    }
    if (is("forall") || is("exists")) return quantified();
    if (is("?")) {
      ++at_;
      return Expression{Op::variable, "?", 0, {}, {}, token.place};
    }
    return unexpected();
  }

  // Within brackets a comma separates; it is no conjunction.
  Read<Expression> nested() { return expression(1); }

  Read<Expression> named() {
    const Token token = here();
    ++at_;
    if (const auto truth = truth_of(token.text); truth && !token.quoted)
      return Expression{Op::truth, {}, *truth, {}, {}, token.place};
    std::string name = token.text;
    while (here().kind == TokenKind::name && !here().quoted && !token.quoted && !truth_of(here().text)) {
      name += "_" + here().text;
      ++at_;
    }
    if (name != token.text) repairs_.push_back({{What::words_joined, {name}}, token.place});
    if (name == "all" || name.starts_with("all_")) {  // all x. (...)
      const std::string variable = name == "all" ? "" : name.substr(4);
      if (!variable.empty() && (is(".") || is("("))) return scope(Op::for_all, {{variable, ""}}, token.place);
    }
    if (!is("(")) return Expression{Op::name, std::move(name), 0, {}, {}, token.place};
    if (next().kind == TokenKind::symbol && next().text == "[" && comprehends()) {  // Count([m:meals], ...)
      auto made = bracketed(Op::call, token.place);
      if (made) made->name = std::move(name);
      return made;
    }
    auto arguments = list();
    if (!arguments) return arguments;
    arguments->place = token.place;
    arguments->op = Op::call;
    if (const auto form = function_form(name); form && !arguments->parts.empty()) {
      const bool pair = *form == Op::implication || *form == Op::equivalence;
      if (pair && arguments->parts.size() != 2)
        return cannot_read(What::missing, token.place, {"two arguments of " + name});
      if (*form == Op::exclusive && arguments->parts.size() != 2)
        return cannot_read(What::missing, token.place, {"two arguments of " + name});
      arguments->op = *form;
      return arguments;
    }
    arguments->name = std::move(name);
    return arguments;
  }

  // ( ... ), [ ... ] or { ... }, where 1 .. 5 in square brackets is the list of these numbers.
  Read<Expression> list() {
    const std::string_view close = is("(") ? ")" : is("[") ? "]" : "}";
    Expression all{Op::list, {}, 0, {}, {}, here().place};
    ++at_;
    while (!is(close)) {
      auto one = nested();
      if (!one) return one;
      all.parts.push_back(std::move(*one));
      if (is(".") && next().kind == TokenKind::symbol && next().text == ".") {
        at_ += 2;
        auto last = nested();
        if (!last) return last;
        if (all.parts.back().op != Op::number || last->op != Op::number)
          return cannot_read(What::missing, all.parts.back().place, {"numbers around .."});
        all.parts = {
            {Op::call, "range", kInclusiveRange, {all.parts.back(), std::move(*last)}, {}, all.place}};
        break;
      }
      if (!is(",")) break;
      ++at_;
    }
    if (auto closed = expect(close); !closed) return tl::unexpected(closed.error());
    return all;
  }

  Read<Expression> quantified() {
    const Op op = is("forall") ? Op::for_all : Op::exists;
    const Place place = here().place;
    ++at_;
    if (is("(") && next().kind == TokenKind::symbol && next().text == "[") return bracketed(op, place);
    auto bound = variables();
    if (!bound) return tl::unexpected(bound.error());
    return scope(op, std::move(*bound), place);
  }

  // "([x:" begins a function over the members of a sort.
  bool comprehends() const {
    return at_ + 3 < tokens_.size() && tokens_[at_ + 2].kind == TokenKind::name &&
           tokens_[at_ + 3].kind == TokenKind::symbol && tokens_[at_ + 3].text == ":";
  }
  // ([x:Sort, y:Sort], body)
  Read<Expression> bracketed(Op op, Place place) {
    at_ += 2;
    auto bound = variables();
    if (!bound) return tl::unexpected(bound.error());
    if (auto closed = expect("]"); !closed) return tl::unexpected(closed.error());
    if (auto comma = expect(","); !comma) return tl::unexpected(comma.error());
    auto body = nested();
    if (!body) return body;
    if (auto closed = expect(")"); !closed) return tl::unexpected(closed.error());
    return Expression{op, {}, 0, {std::move(*body)}, std::move(*bound), place};
  }

  Read<std::vector<Expression::Bound>> variables() {
    std::vector<Expression::Bound> bound;
    while (here().kind == TokenKind::name || here().kind == TokenKind::variable) {
      // Cat(x) after "∀x " begins the body, x does not.
      if (!bound.empty() && next().kind == TokenKind::symbol && next().text == "(" && !next().spaced) break;
      bound.push_back({here().text, {}});
      ++at_;
      if (is(":") || is("in")) {
        ++at_;
        if (here().kind != TokenKind::name) return cannot_read(What::missing, here().place, {"a sort"});
        bound.back().sort = here().text;
        ++at_;
      }
      if (is(",")) ++at_;
    }
    if (bound.empty()) return cannot_read(What::missing, here().place, {"a variable"});
    return bound;
  }

  Read<Expression> scope(Op op, std::vector<Expression::Bound> bound, Place place) {
    const bool stop = is(".") || is(":");
    if (stop) ++at_;
    auto body = !stop && is("(") ? guarded_operand() : expression(2);
    if (!body) return body;
    return Expression{op, {}, 0, {std::move(*body)}, std::move(bound), place};
  }
  Read<Expression> guarded_operand() {
    if (++depth_ > kDeepest) return cannot_read(What::nested_too_deep, here().place);
    auto body = operand();
    --depth_;
    return body;
  }

  std::vector<Token> tokens_;
  std::vector<Repair>& repairs_;
  std::size_t at_ = 0, depth_ = 0;
};

std::string_view symbol_of(Op op) {
  if (op == Op::rule) return ">>>";
  for (const Infix& infix : kInfix)
    if (infix.op == op) return infix.symbol;
  return "";
}

std::string joined_parts(const Expression& e, std::string_view between) {
  std::string text;
  for (const Expression& part : e.parts) text += (text.empty() ? "" : std::string(between)) + to_text(part);
  return text;
}

}  // namespace

Read<Expression> parse(std::string_view text, Place at, std::vector<Repair>& repairs) {
  auto tokens = tokens_of(text, at);
  if (!tokens) return tl::unexpected(tokens.error());
  return Parser(std::move(*tokens), repairs).whole();
}

std::string to_text(const Expression& e) {
  switch (e.op) {
    case Op::name:
      return e.name;
    case Op::variable:
      return e.name == "?" ? e.name : "$" + e.name;
    case Op::number:
      return std::to_string(e.number);
    case Op::truth:
      return e.number ? "True" : "False";
    case Op::call:
      return e.name + "(" + joined_parts(e, ", ") + ")";
    case Op::list:
      return "[" + joined_parts(e, ", ") + "]";
    case Op::negation:
      return "not " + to_text(e.parts[0]);
    case Op::failure:
      return "unless " + to_text(e.parts[0]);
    case Op::minus:
      return "-" + to_text(e.parts[0]);
    case Op::for_all:
    case Op::exists: {
      std::string text = e.op == Op::for_all ? "forall" : "exists";
      for (const auto& one : e.bound) text += " " + one.name + (one.sort.empty() ? "" : ":" + one.sort);
      return text + " (" + to_text(e.parts[0]) + ")";
    }
    default: {
      const std::string between = " " + std::string(symbol_of(e.op)) + " ";
      return is_comparison(e.op) || e.op == Op::rule ? joined_parts(e, between)
                                                     : "(" + joined_parts(e, between) + ")";
    }
  }
}

}  // namespace genkai::logic::solve
