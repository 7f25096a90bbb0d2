#include "logic/expression/expression.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <utility>

#include "logic/expression/functions.h"
#include "logic/expression/operations.h"
#include "logic/expression/parser.h"
#include "text/utf8.h"

namespace genkai::logic::expression {
namespace {

// Of copying it, in steps.
std::uint64_t weight(const Value& value) {
  std::uint64_t sum = 1 + value.number.bits() / 64;
  for (const Value& item : value.items) sum += 1 + item.number.bits() / 64;
  return sum;
}

class Evaluator {
 public:
  Evaluator(const Budget& budget, Failure& failure) : context_(budget, failure), failure_(failure) {}

  bool run(const Script& script, Value& out) {
    for (const Statement& statement : script.statements) {
      if (!worth(statement.node, out)) return false;
      if (!statement.name.empty()) names_[statement.name] = out;
    }
    return true;
  }
  std::uint64_t steps() const { return context_.steps(); }

 private:
  // Names the place of a failure, unless a part of it has done so.
  bool at(std::size_t begin, std::size_t end, bool done) {
    if (!done && failure_.end == 0) {
      failure_.begin = begin;
      failure_.end = end;
    }
    return done;
  }
  bool at(const Node& node, bool done) { return at(node.begin, node.end, done); }

  bool worth(const Node& node, Value& out) {
    if (!at(node, context_.charge())) return false;
    switch (node.op) {
      case Op::value:
        out = node.value;
        return true;
      case Op::name:
        out = names_.at(node.name);
        return at(node, context_.charge(weight(out)));
      case Op::call:
        return call(node, out);
      case Op::list:
        return list(node, out);
      case Op::chain:
        return chain(node, out);
      case Op::negate: {
        Value inner;
        return worth(node.children[0], inner) && at(node, negate(context_, inner, out));
      }
      case Op::power: {
        Value base, exponent;
        return worth(node.children[0], base) && worth(node.children[1], exponent) &&
               at(node, raise(context_, base, exponent, out));
      }
      case Op::convert: {
        Value inner;
        return worth(node.children[0], inner) && at(node, convert(context_, inner, node.target, out));
      }
      case Op::compare:
        return comparison(node, out);
      case Op::all:
      case Op::any:
        return connected(node, node.op == Op::any, out);
      case Op::invert: {
        Value inner;
        if (!worth(node.children[0], inner) || !at(node.children[0], want(context_, inner, Kind::truth)))
          return false;
        out = truth(!inner.truth);
        return true;
      }
      case Op::choose:
        return choice(node, out);
    }
    return false;
  }

  bool each(const Node& node, std::vector<Value>& values) {
    values.reserve(node.children.size());
    for (const Node& child : node.children)
      if (!worth(child, values.emplace_back())) return false;
    return true;
  }

  bool list(const Node& node, Value& out) {
    Value made;
    made.kind = Kind::list;
    for (const Node& child : node.children) {  // a list within a list stands for what it holds
      Value item;
      if (!worth(child, item)) return false;
      if (item.kind == Kind::list)
        std::move(item.items.begin(), item.items.end(), std::back_inserter(made.items));
      else
        made.items.push_back(std::move(item));
    }
    out = std::move(made);
    return at(node, context_.charge(weight(out)));
  }

  bool chain(const Node& node, Value& out) {
    Value total;
    if (!worth(node.children[0], total)) return false;
    for (std::size_t i = 1; i < node.children.size(); ++i) {
      Value term;
      if (!worth(node.children[i], term)) return false;
      const std::string& sign = node.operators[i - 1];
      const bool done = sign == "+"   ? add(context_, total, term, 1, total)
                        : sign == "-" ? add(context_, total, term, -1, total)
                        : sign == "*" ? multiply(context_, total, term, total)
                        : sign == "/" ? divide(context_, total, term, total)
                                      : divide_whole(context_, total, term, RationalOp::floor_divide, total);
      if (!at(node.begin, node.children[i].end, done)) return false;
    }
    out = std::move(total);
    return true;
  }

  bool comparison(const Node& node, Value& out) {
    Value a, b;
    int found = 0;
    if (!worth(node.children[0], a) || !worth(node.children[1], b)) return false;
    const std::string& sign = node.operators.front();
    const bool equality = sign == "==" || sign == "!=";
    if (!equality && (a.kind == Kind::text || a.kind == Kind::truth))
      return at(node, want(context_, a, Kind::number));
    if (!at(node, order(context_, a, b, found))) return false;
    out = truth(sign == "=="   ? found == 0
                : sign == "!=" ? found != 0
                : sign == "<"  ? found < 0
                : sign == "<=" ? found <= 0
                : sign == ">"  ? found > 0
                               : found >= 0);
    return true;
  }

  bool connected(const Node& node, bool any, Value& out) {
    for (const Node& child : node.children) {
      Value part;
      if (!worth(child, part) || !at(child, want(context_, part, Kind::truth))) return false;
      out = truth(part.truth);
      if (part.truth == any) return true;
    }
    return true;
  }

  bool choice(const Node& node, Value& out) {
    Value condition;
    if (!worth(node.children[0], condition) || !at(node.children[0], want(context_, condition, Kind::truth)))
      return false;
    return worth(node.children[condition.truth ? 1 : 2], out);
  }

  bool call(const Node& node, Value& out) {
    const bool is_if = node.name == "if" || node.name == "もし";
    const Function* function = is_if ? nullptr : find_function(node.name);
    if (!is_if && !function)
      return at(node, context_.fail(Fault::unknown_name, "there is no function \"" + node.name + "\"",
                                    "「" + node.name + "」という関数はありません"));
    const std::size_t least = is_if ? 3 : function->least, most = is_if ? 3 : function->most,
                      given = node.children.size();
    if (given < least || given > most) {
      const std::string bounds = least == most  ? std::to_string(least)
                                 : most == kAny ? "at least " + std::to_string(least)
                                                : std::to_string(least) + " to " + std::to_string(most);
      return at(node,
                context_.fail(Fault::wrong_count,
                              node.name + " takes " + bounds + " value(s), not " + std::to_string(given),
                              node.name + " に渡す値の数が違います (" + std::to_string(given) + ")"));
    }
    if (is_if) return choice(node, out);
    std::vector<Value> values;
    return each(node, values) && at(node, function->run(context_, values, out));
  }

  Context context_;
  Failure& failure_;
  std::map<std::string, Value> names_;
};

void place(std::string_view source, Failure& failure) {
  constexpr std::size_t kExcerpt = 60;
  failure.end = std::min(failure.end, source.size());
  failure.begin = std::min(failure.begin, failure.end);
  for (std::size_t at = 0; at < failure.begin;) {
    const text::CodePoint c = text::code_point_at(source, at);
    ++failure.column;
    if (c.value == '\n') {
      ++failure.line;
      failure.column = 1;
    }
    at += c.length;
  }
  const std::string shown = text::to_valid_utf8(source.substr(failure.begin, failure.end - failure.begin));
  failure.excerpt = text::prefix(shown, kExcerpt);
  if (failure.excerpt.size() < shown.size()) failure.excerpt += "...";
  std::replace(failure.excerpt.begin(), failure.excerpt.end(), '\n', ' ');
}

}  // namespace

std::string_view to_string(Fault fault) {
  constexpr std::array<std::string_view, 8> kNames{"syntax",      "unknown_name",  "wrong_type",
                                                   "wrong_count", "zero_division", "no_such_day",
                                                   "not_exact",   "too_large"};
  return kNames[static_cast<std::size_t>(fault)];
}

std::string describe(const Failure& failure, text::Language language) {
  std::string out = std::to_string(failure.line) + ":" + std::to_string(failure.column) + ": ";
  if (!failure.excerpt.empty()) out += failure.excerpt + ": ";
  return out + (language == text::Language::japanese ? failure.japanese : failure.english);
}

base::Error to_error(const Failure& failure, text::Language language) {
  return {failure.fault == Fault::too_large ? base::Code::resource_exhausted : base::Code::invalid_argument,
          describe(failure, language),
          {}};
}

tl::expected<Outcome, Failure> evaluate(std::string_view source, const Budget& budget) {
  Failure failure;
  Script script;
  Outcome outcome;
  Evaluator evaluator(budget, failure);
  const auto failed = [&] {
    place(source, failure);
    return tl::unexpected<Failure>(std::move(failure));
  };
  if (source.size() > budget.source_bytes) {
    failure.fault = Fault::too_large;
    failure.english = "the expression is longer than " + std::to_string(budget.source_bytes) + " bytes";
    failure.japanese = "式が" + std::to_string(budget.source_bytes) + "バイトより長いです";
    return failed();
  }
  if (!parse(source, budget, script, failure) || !evaluator.run(script, outcome.value)) return failed();
  outcome.exact = exact_text(outcome.value);
  outcome.decimal = decimal_text(outcome.value, text::Language::english, outcome.rounded);
  outcome.type = type_of(outcome.value);
  outcome.literals = std::move(script.literals);
  outcome.steps = evaluator.steps();
  return outcome;
}

}  // namespace genkai::logic::expression
