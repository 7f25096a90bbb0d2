// Operands of expressions: names, literals, calls, items, and what stands in brackets.

#include <utility>

#include "logic/program/code.h"
#include "logic/program/expression_parser.h"

namespace genkai::logic {

using base::fail;
using base::Result;
using base::Status;

Result<ExprId> ExpressionParser::postfix() {
  GENKAI_ASSIGN_OR_RETURN(ExprId value, atom());
  for (;;) {
    if (is_op("(")) {
      GENKAI_ASSIGN_OR_RETURN(value, call(value));
    } else if (is_op("[")) {
      GENKAI_ASSIGN_OR_RETURN(value, subscript(value));
    } else if (is_op(".")) {
      const std::uint32_t line = here().line;
      if (next().kind != TokenKind::name) return fail(unexpected());
      const std::string name = next().text;
      at_ += 2;
      if (!is_op("(") || !method_called(name))
        return fail(unsupported_at(line, "the attribute \"." + name.substr(0, 40) + "\""));
      ++at_;
      bool comma = false;
      GENKAI_ASSIGN_OR_RETURN(const std::vector<ExprId> items, items_until(")", comma));
      GENKAI_ASSIGN_OR_RETURN(
          value,
          add({.kind = ExprKind::method, .line = line, .first = value, .value = intern(name)}, items, items));
    } else {
      return value;
    }
  }
}

Status ExpressionParser::not_a_comprehension() const {
  if (is_keyword("for") || is_keyword("async")) return fail(unsupported_at(here().line, "a comprehension"));
  return {};
}

Result<std::vector<ExprId>> ExpressionParser::items_until(std::string_view close, bool& trailing_comma) {
  std::vector<ExprId> items;
  trailing_comma = false;
  while (!accept_op(close)) {
    if (is_op("*") || is_op("**")) return fail(unexpected());
    GENKAI_ASSIGN_OR_RETURN(const ExprId item, expression());
    GENKAI_RETURN_IF_ERROR(not_a_comprehension());
    if (is_op("=")) return fail(unsupported_at(here().line, "a named argument"));
    items.push_back(item);
    trailing_comma = accept_op(",");
    if (!trailing_comma && !is_op(close)) return fail(unexpected());
  }
  return items;
}

Result<ExprId> ExpressionParser::call(ExprId callee) {
  const std::uint32_t line = here().line;
  ++at_;
  std::vector<ExprId> items;
  Keywords keywords = Keywords::none;
  while (!accept_op(")")) {
    if (is_op("*") || is_op("**")) return fail(unexpected());
    const bool named = here().kind == TokenKind::name && next().kind == TokenKind::op && next().text == "=";
    if (named) {
      const bool sep = here().text == "sep", end = here().text == "end";
      if (sep && keywords == Keywords::none)
        keywords = Keywords::sep;
      else if (end && keywords == Keywords::none)
        keywords = Keywords::end;
      else if (end && keywords == Keywords::sep)
        keywords = Keywords::sep_end;
      else if (sep && keywords == Keywords::end)
        keywords = Keywords::end_sep;
      else
        return fail(unsupported_at(here().line, "the named argument \"" + here().text.substr(0, 40) + "\""));
      at_ += 2;
    } else if (keywords != Keywords::none) {
      return fail(unexpected());
    }
    GENKAI_ASSIGN_OR_RETURN(const ExprId item, expression());
    GENKAI_RETURN_IF_ERROR(not_a_comprehension());
    items.push_back(item);
    if (!accept_op(",") && !is_op(")")) return fail(unexpected());
  }
  return add(
      {.kind = ExprKind::call, .op = static_cast<std::uint8_t>(keywords), .line = line, .first = callee},
      items, items);
}

Result<ExprId> ExpressionParser::subscript(ExprId of) {
  const std::uint32_t line = here().line;
  ++at_;
  std::vector<ExprId> parts{kNoExpr};
  bool slice = false;
  while (!is_op("]")) {
    if (accept_op(":")) {
      slice = true;
      if (parts.size() == 3) return fail(unexpected());
      parts.push_back(kNoExpr);
      continue;
    }
    if (parts.back() != kNoExpr) return fail(unexpected());
    GENKAI_ASSIGN_OR_RETURN(parts.back(), slice ? expression() : expression_list());
    if (is_op(",")) return fail(unexpected());
  }
  if (!slice && parts.front() == kNoExpr) return fail(unexpected());
  ++at_;
  if (!slice) return add({.kind = ExprKind::index, .line = line, .first = of, .second = parts.front()});
  parts.resize(3, kNoExpr);
  return add({.kind = ExprKind::slice, .line = line, .first = of}, parts, parts);
}

Result<ExprId> ExpressionParser::atom() {
  const Token& token = here();
  const std::uint32_t line = token.line;
  if (token.kind == TokenKind::name) {
    const std::uint32_t name = intern(token.text);
    ++at_;
    return add({.kind = ExprKind::name, .line = line, .value = name});
  }
  if (token.kind == TokenKind::number) {
    tree_.numbers.push_back(token.number);
    ++at_;
    return add({.kind = ExprKind::number,
                .line = line,
                .value = static_cast<std::uint32_t>(tree_.numbers.size() - 1)});
  }
  if (token.kind == TokenKind::string) {
    std::string content;
    for (; here().kind == TokenKind::string; ++at_) content += here().text;
    return add({.kind = ExprKind::string, .line = line, .value = intern(content)});
  }
  if (accept_keyword("None")) return add({.kind = ExprKind::none, .line = line});
  if (accept_keyword("True")) return add({.kind = ExprKind::true_, .line = line});
  if (accept_keyword("False")) return add({.kind = ExprKind::false_, .line = line});
  bool comma = false;
  if (accept_op("[")) {
    GENKAI_ASSIGN_OR_RETURN(const std::vector<ExprId> items, items_until("]", comma));
    return add({.kind = ExprKind::list, .line = line}, items, items);
  }
  if (accept_op("(")) {
    if (is_keyword("yield")) return fail(unexpected());
    GENKAI_ASSIGN_OR_RETURN(const std::vector<ExprId> items, items_until(")", comma));
    if (items.size() == 1 && !comma) return items.front();
    return add({.kind = ExprKind::tuple, .line = line}, items, items);
  }
  return fail(unexpected());
}

}  // namespace genkai::logic
