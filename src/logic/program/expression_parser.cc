#include "logic/program/expression_parser.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace genkai::logic {
namespace {

using base::fail;
using base::Result;
using base::Status;

constexpr std::uint32_t kMaxChain = 5 * kMaxDepth;

struct Operator {
  std::string_view text;
  int precedence;  // higher binds closer
  BinaryOp op;
};
constexpr std::array<Operator, 10> kBinary = {{{"|", 1, BinaryOp::bit_or},
                                               {"^", 2, BinaryOp::bit_xor},
                                               {"&", 3, BinaryOp::bit_and},
                                               {"<<", 4, BinaryOp::shift_left},
                                               {">>", 4, BinaryOp::shift_right},
                                               {"+", 5, BinaryOp::add},
                                               {"-", 5, BinaryOp::subtract},
                                               {"*", 6, BinaryOp::multiply},
                                               {"//", 6, BinaryOp::floor_divide},
                                               {"%", 6, BinaryOp::modulo}}};
constexpr int kHighest = 6;

constexpr std::array<std::pair<std::string_view, CompareOp>, 6> kCompare = {
    {{"==", CompareOp::equal},
     {"!=", CompareOp::unequal},
     {"<", CompareOp::less},
     {"<=", CompareOp::less_equal},
     {">", CompareOp::greater},
     {">=", CompareOp::greater_equal}}};

}  // namespace

bool ExpressionParser::accept_op(std::string_view text) {
  if (!is_op(text)) return false;
  ++at_;
  return true;
}
bool ExpressionParser::accept_keyword(std::string_view text) {
  if (!is_keyword(text)) return false;
  ++at_;
  return true;
}
Status ExpressionParser::expect_op(std::string_view text) {
  if (accept_op(text)) return {};
  return fail(
      error_at(base::Code::invalid_argument, here().line, "\"" + std::string(text) + "\" is missing"));
}

base::Error ExpressionParser::unexpected() const {
  const Token& token = here();
  if (token.kind == TokenKind::keyword) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 16> known = {
        {{"lambda", "lambda"},
         {"await", "await"},
         {"yield", "yield"},
         {"import", "import"},
         {"from", "import"},
         {"class", "a class"},
         {"try", "try"},
         {"except", "try"},
         {"finally", "try"},
         {"raise", "raise"},
         {"with", "with"},
         {"async", "async"},
         {"del", "del"},
         {"nonlocal", "nonlocal"},
         {"def", "a function inside a function"},
         {"as", "as"}}};
    for (const auto& [keyword, name] : known)
      if (token.text == keyword) return unsupported_at(token.line, name);
  }
  if (token.kind == TokenKind::op) {
    if (token.text == "/" || token.text == "/=") return unsupported_at(token.line, "true division (/)");
    if (token.text == "{") return unsupported_at(token.line, "a dictionary or set");
    if (token.text == ":=") return unsupported_at(token.line, "assignment inside an expression (:=)");
    if (token.text == "@" || token.text == "@=") return unsupported_at(token.line, "@");
    if (token.text == "...") return unsupported_at(token.line, "an ellipsis (...)");
    if (token.text == "*" || token.text == "**") return unsupported_at(token.line, "unpacking with a star");
    if (token.text == ".") return unsupported_at(token.line, "an attribute");
  }
  std::string what = "\"" + token.text + "\" cannot stand here";
  if (token.kind == TokenKind::newline || token.kind == TokenKind::end) what = "the line ends too early";
  if (token.kind == TokenKind::indent) what = "an indentation that nothing asks for";
  if (token.kind == TokenKind::number || token.kind == TokenKind::string)
    what = "a literal cannot stand here";
  return error_at(base::Code::invalid_argument, token.line, what);
}

std::uint32_t ExpressionParser::intern(const std::string& text) {
  const auto [found, fresh] = interned_.try_emplace(text, static_cast<std::uint32_t>(tree_.texts.size()));
  if (fresh) tree_.texts.push_back(text);
  return found->second;
}

Result<ExprId> ExpressionParser::add(Expr expr) {
  for (const ExprId child : {expr.first, expr.second, expr.third})
    if (child != kNoExpr)
      expr.depth = std::max(expr.depth, tree_.exprs[static_cast<std::size_t>(child)].depth + 1);
  if (expr.depth > kMaxChain)
    return fail(error_at(base::Code::resource_exhausted, expr.line, "an expression is nested too deep"));
  tree_.exprs.push_back(expr);
  return static_cast<ExprId>(tree_.exprs.size() - 1);
}

Result<ExprId> ExpressionParser::add(Expr expr, const std::vector<std::int32_t>& items,
                                     const std::vector<ExprId>& children) {
  expr.items_begin = static_cast<std::uint32_t>(tree_.items.size());
  expr.items_size = static_cast<std::uint32_t>(items.size());
  tree_.items.insert(tree_.items.end(), items.begin(), items.end());
  for (const ExprId child : children)
    if (child != kNoExpr)
      expr.depth = std::max(expr.depth, tree_.exprs[static_cast<std::size_t>(child)].depth + 1);
  return add(expr);
}

Result<ExprId> ExpressionParser::expression() {
  const Nested nested(depth_);
  if (depth_ > kMaxDepth)
    return fail(error_at(base::Code::resource_exhausted, here().line, "an expression is nested too deep"));
  const std::uint32_t line = here().line;
  GENKAI_ASSIGN_OR_RETURN(const ExprId value, logical(true));
  if (is_op(":=")) return fail(unexpected());
  if (!is_keyword("if")) return value;
  ++at_;
  GENKAI_ASSIGN_OR_RETURN(const ExprId test, logical(true));
  if (!accept_keyword("else")) return fail(unexpected());
  GENKAI_ASSIGN_OR_RETURN(const ExprId other, expression());
  return add({.kind = ExprKind::conditional, .line = line, .first = value, .second = test, .third = other});
}

bool ExpressionParser::list_ends() const {
  const Token& token = here();
  if (token.kind == TokenKind::newline || token.kind == TokenKind::end) return true;
  if (token.kind != TokenKind::op) return false;
  return token.text == "=" || token.text == ";" || token.text == ")" || token.text == "]" ||
         token.text == ":" || (token.text.size() > 1 && token.text.back() == '=' && token.text != "==");
}
bool ExpressionParser::targets_end() const {
  return is_keyword("in") || list_ends();
}

Result<ExprId> ExpressionParser::list_until(bool (ExpressionParser::*ends)() const, bool target) {
  const std::uint32_t line = here().line;
  // A target stops before `in`, which would be a comparison.
  const auto one = [&] { return target ? postfix() : expression(); };
  if (is_op("*")) return fail(unexpected());
  GENKAI_ASSIGN_OR_RETURN(const ExprId first, one());
  if (!is_op(",")) return first;
  std::vector<ExprId> items{first};
  while (accept_op(",")) {
    if ((this->*ends)()) break;
    if (is_op("*")) return fail(unexpected());
    GENKAI_ASSIGN_OR_RETURN(const ExprId item, one());
    items.push_back(item);
  }
  return add({.kind = ExprKind::tuple, .line = line}, items, items);
}
Result<ExprId> ExpressionParser::expression_list() {
  return list_until(&ExpressionParser::list_ends, false);
}
Result<ExprId> ExpressionParser::target_list() {
  return list_until(&ExpressionParser::targets_end, true);
}

Result<ExprId> ExpressionParser::logical(bool any) {
  const std::uint32_t line = here().line;
  const std::string_view word = any ? "or" : "and";
  const auto operand = [&] { return any ? logical(false) : inversion(); };
  GENKAI_ASSIGN_OR_RETURN(const ExprId first, operand());
  if (!is_keyword(word)) return first;
  std::vector<ExprId> items{first};
  while (accept_keyword(word)) {
    GENKAI_ASSIGN_OR_RETURN(const ExprId item, operand());
    items.push_back(item);
  }
  return add({.kind = ExprKind::logical, .op = static_cast<std::uint8_t>(any), .line = line}, items, items);
}

Result<ExprId> ExpressionParser::inversion() {
  if (!is_keyword("not")) return comparison();
  const Nested nested(depth_);
  if (depth_ > kMaxDepth)
    return fail(error_at(base::Code::resource_exhausted, here().line, "an expression is nested too deep"));
  const std::uint32_t line = here().line;
  ++at_;
  GENKAI_ASSIGN_OR_RETURN(const ExprId operand, inversion());
  return add({.kind = ExprKind::unary,
              .op = static_cast<std::uint8_t>(UnaryOp::not_),
              .line = line,
              .first = operand});
}

Result<ExprId> ExpressionParser::comparison() {
  const std::uint32_t line = here().line;
  GENKAI_ASSIGN_OR_RETURN(const ExprId first, binary(1));
  std::vector<std::int32_t> items{first};
  std::vector<ExprId> children{first};
  for (;;) {
    std::optional<CompareOp> op;
    if (here().kind == TokenKind::op)
      for (const auto& [text, found] : kCompare)
        if (here().text == text) op = found;
    if (is_keyword("in")) op = CompareOp::in;
    if (is_keyword("is")) op = CompareOp::is;
    if (is_keyword("not") && next().kind == TokenKind::keyword && next().text == "in") op = CompareOp::not_in;
    if (!op) break;
    ++at_;
    if (*op == CompareOp::not_in) ++at_;
    if (*op == CompareOp::is && accept_keyword("not")) op = CompareOp::is_not;
    GENKAI_ASSIGN_OR_RETURN(const ExprId operand, binary(1));
    items.push_back(static_cast<std::int32_t>(*op));
    items.push_back(operand);
    children.push_back(operand);
  }
  if (children.size() == 1) return first;
  return add({.kind = ExprKind::compare, .line = line}, items, children);
}

Result<ExprId> ExpressionParser::binary(int precedence) {
  if (precedence > kHighest) return unary();
  GENKAI_ASSIGN_OR_RETURN(ExprId left, binary(precedence + 1));
  for (;;) {
    if (precedence == kHighest && (is_op("/") || is_op("@"))) return fail(unexpected());
    const Operator* found = nullptr;
    for (const Operator& op : kBinary)
      if (op.precedence == precedence && is_op(op.text)) found = &op;
    if (found == nullptr) return left;
    const std::uint32_t line = here().line;
    ++at_;
    GENKAI_ASSIGN_OR_RETURN(const ExprId right, binary(precedence + 1));
    GENKAI_ASSIGN_OR_RETURN(left, add({.kind = ExprKind::binary,
                                       .op = static_cast<std::uint8_t>(found->op),
                                       .line = line,
                                       .first = left,
                                       .second = right}));
  }
}

Result<ExprId> ExpressionParser::unary() {
  std::optional<UnaryOp> op;
  if (is_op("-")) op = UnaryOp::negate;
  if (is_op("+")) op = UnaryOp::plus;
  if (is_op("~")) op = UnaryOp::invert;
  if (!op) return power();
  const Nested nested(depth_);
  if (depth_ > kMaxDepth)
    return fail(error_at(base::Code::resource_exhausted, here().line, "an expression is nested too deep"));
  const std::uint32_t line = here().line;
  ++at_;
  GENKAI_ASSIGN_OR_RETURN(const ExprId operand, unary());
  return add({.kind = ExprKind::unary, .op = static_cast<std::uint8_t>(*op), .line = line, .first = operand});
}

Result<ExprId> ExpressionParser::power() {
  GENKAI_ASSIGN_OR_RETURN(const ExprId value, postfix());
  if (!is_op("**")) return value;
  const Nested nested(depth_);
  if (depth_ > kMaxDepth)
    return fail(error_at(base::Code::resource_exhausted, here().line, "an expression is nested too deep"));
  const std::uint32_t line = here().line;
  ++at_;
  GENKAI_ASSIGN_OR_RETURN(const ExprId exponent, unary());
  return add({.kind = ExprKind::binary,
              .op = static_cast<std::uint8_t>(BinaryOp::power),
              .line = line,
              .first = value,
              .second = exponent});
}

}  // namespace genkai::logic
