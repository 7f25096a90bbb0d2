#include "logic/expression/parser.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "logic/expression/calendar.h"
#include "logic/expression/operands.h"

namespace genkai::logic::expression {
namespace {

using Type = Token::Type;

class Parser {
 public:
  Parser(std::string_view source, const Budget& budget, Script& script, Failure& failure)
      : budget_(budget),
        script_(script),
        failure_(failure),
        words_(source, tokens_, script.literals, failure) {}

  bool run(std::string_view source) {
    if (!tokenize(source, budget_, tokens_, failure_)) return false;
    for (;;) {
      while (now().type == Type::separator) words_.next();
      if (now().type == Type::end) break;
      if (!statement()) return false;
      if (now().type != Type::separator && now().type != Type::end) return words_.unexpected();
    }
    if (script_.statements.empty())
      return words_.fail(Fault::syntax, "there is nothing to compute", "計算する式がありません");
    for (std::size_t i = 0; i + 1 < script_.statements.size(); ++i)
      if (script_.statements[i].name.empty()) {
        const Node& node = script_.statements[i].node;
        return words_.fail_at(node.begin, node.end, Fault::syntax,
                              "only the last statement may be a value without a name",
                              "名前のない値を書けるのは最後の文だけです");
      }
    return true;
  }

 private:
  const Token& now() const { return words_.now(); }

  bool statement() {
    Statement statement;
    if (now().is_word("let")) words_.next();
    if (now().type == Type::word && words_.ahead().is("=")) {
      statement.name = now().text;
      if (is_reserved(statement.name))
        return words_.fail(Fault::syntax, "this word cannot be a name", "この語は名前にできません");
      words_.next();
      words_.next();
    }
    if (!expression(statement.node)) return false;
    if (!statement.name.empty()) words_.declare(statement.name);
    script_.statements.push_back(std::move(statement));
    return true;
  }

  Node begin_node(Op op) const {
    Node node;
    node.op = op;
    node.begin = now().begin;
    return node;
  }
  // Makes `node` the first child of a new one.
  static void wrap(Op op, Node& node) {
    Node outer;
    outer.op = op;
    outer.begin = node.begin;
    outer.end = node.end;
    outer.children.push_back(std::move(node));
    node = std::move(outer);
  }

  bool expression(Node& out) {
    if (depth_ >= budget_.depth)
      return words_.fail(Fault::too_large, "there are too many brackets within brackets",
                         "括弧の入れ子が深すぎます");
    ++depth_;
    const bool done = now().is_word("if") && !words_.ahead().is("(") ? choice(out) : conversion(out);
    --depth_;
    return done;
  }

  bool choice(Node& out) {
    out = begin_node(Op::choose);
    for (const std::string_view word : {"if", "then", "else"}) {
      if (!now().is_word(word))
        return words_.fail(Fault::syntax, "\"" + std::string(word) + "\" is missing here",
                           "ここには「" + std::string(word) + "」が必要です");
      words_.next();
      if (!expression(out.children.emplace_back())) return false;
    }
    out.end = words_.last_end();
    return true;
  }

  bool conversion(Node& out) {
    if (!alternative(out)) return false;
    while (now().is_word("in") || now().is_word("to") || now().is_word("as")) {
      words_.next();
      wrap(Op::convert, out);
      if (!words_.unit_expression(out.target)) return false;
      out.end = words_.last_end();
    }
    return true;
  }

  template <class Inner>
  bool joined(Node& out, Op op, std::initializer_list<std::string_view> words, Inner inner) {
    if (!(this->*inner)(out)) return false;
    const auto is = [&] {
      return (now().type == Type::word || now().type == Type::sign) &&
             std::find(words.begin(), words.end(), now().text) != words.end();
    };
    if (!is()) return true;
    wrap(op, out);
    while (is()) {
      out.operators.push_back(now().text);
      words_.next();
      if (!(this->*inner)(out.children.emplace_back())) return false;
    }
    out.end = words_.last_end();
    return true;
  }

  bool alternative(Node& out) { return joined(out, Op::any, {"or", "または"}, &Parser::conjunction); }
  bool conjunction(Node& out) { return joined(out, Op::all, {"and", "かつ"}, &Parser::negation); }
  bool negation(Node& out) {
    std::size_t times = 0;
    const std::size_t begin = now().begin;
    for (; now().is_word("not"); ++times) words_.next();
    if (!comparison(out)) return false;
    for (times = times > 1 ? 2 - times % 2 : times; times > 0; --times) {  // not not not is not
      wrap(Op::invert, out);
      out.begin = begin;
    }
    return true;
  }
  bool comparison(Node& out) {
    if (!joined(out, Op::compare, {"==", "!=", "<", "<=", ">", ">="}, &Parser::sum)) return false;
    if (out.op == Op::compare && out.children.size() > 2)
      return words_.fail_at(out.begin, out.end, Fault::syntax, "two comparisons are joined by \"and\"",
                            "二つの比較は and でつなぎます");
    if (now().is("="))
      return words_.fail(Fault::syntax, "equality is written ==", "等しいことは == で書きます");
    return true;
  }
  bool sum(Node& out) { return joined(out, Op::chain, {"+", "-"}, &Parser::product); }
  bool product(Node& out) { return joined(out, Op::chain, {"*", "/", "//"}, &Parser::signed_operand); }

  bool signed_operand(Node& out) {
    bool minus = false;
    const std::size_t begin = now().begin;
    for (; now().is("-") || now().is("+"); words_.next()) minus ^= now().is("-");
    if (!power(out)) return false;
    if (minus) {
      wrap(Op::negate, out);
      out.begin = begin;
    }
    return true;
  }

  bool power(Node& out) {
    if (!operand(out)) return false;
    for (; now().is("^2") || now().is("^3"); words_.next()) {
      wrap(Op::power, out);
      Node& exponent = out.children.emplace_back();
      exponent.value = plain(Rational(now().is("^2") ? 2 : 3));
      exponent.begin = now().begin;
      out.end = exponent.end = now().end;
    }
    if (!now().is("^")) return true;
    words_.next();
    wrap(Op::power, out);
    if (depth_ >= budget_.depth)
      return words_.fail(Fault::too_large, "there are too many powers of powers",
                         "べき乗の入れ子が深すぎます");
    ++depth_;
    const bool done = signed_operand(out.children.emplace_back());
    --depth_;
    out.end = words_.last_end();
    return done;
  }

  bool operand(Node& out) {
    out = begin_node(Op::value);
    if (now().is("(")) {
      words_.next();
      const std::size_t begin = out.begin;
      if (!expression(out) || !words_.expect(")")) return false;
      out.begin = begin;
    } else if (now().is("[")) {
      out.op = Op::list;
      words_.next();
      if (!values(out, "]")) return false;
    } else if (now().type == Type::word && words_.ahead().is("(")) {
      out.op = Op::call;
      out.name = now().text;
      words_.next();
      words_.next();
      if (!values(out, ")")) return false;
    } else if (now().type == Type::word && words_.is_declared(now().text)) {
      out.op = Op::name;
      out.name = now().text;
      words_.next();
    } else if (!words_.constant(out.value)) {
      return false;
    }
    out.end = words_.last_end();
    return true;
  }

  bool values(Node& out, std::string_view close) {
    while (!now().is(close)) {
      if (!expression(out.children.emplace_back())) return false;
      if (now().is(close)) break;
      if (!now().is(",")) return words_.unexpected();
      words_.next();
    }
    words_.next();
    return true;
  }

  const Budget& budget_;
  Script& script_;
  Failure& failure_;
  std::vector<Token> tokens_;
  Operands words_;
  std::size_t depth_ = 0;
};

}  // namespace

bool parse(std::string_view source, const Budget& budget, Script& script, Failure& failure) {
  return Parser(source, budget, script, failure).run(source);
}

}  // namespace genkai::logic::expression
