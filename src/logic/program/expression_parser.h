#pragma once
// The expressions of the subset, by precedence climbing over tokens; the statements are in parser.cc.

#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "logic/program/ast.h"
#include "logic/program/lexer.h"

namespace genkai::logic {

class ExpressionParser {
 public:
  explicit ExpressionParser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

 protected:
  const Token& here() const { return tokens_[at_]; }
  const Token& next() const { return tokens_[at_ + 1 < tokens_.size() ? at_ + 1 : at_]; }
  bool is(TokenKind kind, std::string_view text) const { return here().kind == kind && here().text == text; }
  bool is_op(std::string_view text) const { return is(TokenKind::op, text); }
  bool is_keyword(std::string_view text) const { return is(TokenKind::keyword, text); }
  bool accept_op(std::string_view text);
  bool accept_keyword(std::string_view text);
  base::Status expect_op(std::string_view text);
  base::Error unexpected() const;

  std::uint32_t intern(const std::string& text);
  base::Result<ExprId> add(Expr expr);
  base::Result<ExprId> add(Expr expr, const std::vector<std::int32_t>& items,
                           const std::vector<ExprId>& children);

  base::Result<ExprId> expression();       // no tuple without parentheses
  base::Result<ExprId> expression_list();  // a, b is a tuple
  base::Result<ExprId> target_list();      // of for: as far as `in`

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  Tree tree_;

 private:
  /// Counts nesting while it lives.
  struct Nested {
    explicit Nested(std::uint32_t& depth) : depth_(depth) { ++depth_; }
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;
    ~Nested() { --depth_; }
    std::uint32_t& depth_;
  };
  base::Result<ExprId> list_until(bool (ExpressionParser::*ends)() const, bool target);
  bool list_ends() const;
  bool targets_end() const;
  base::Result<ExprId> logical(bool any);
  base::Result<ExprId> inversion();
  base::Result<ExprId> comparison();
  base::Result<ExprId> binary(int precedence);
  base::Result<ExprId> unary();
  base::Result<ExprId> power();
  base::Result<ExprId> postfix();
  base::Result<ExprId> atom();
  base::Result<ExprId> call(ExprId callee);
  base::Result<ExprId> subscript(ExprId of);
  base::Result<std::vector<ExprId>> items_until(std::string_view close, bool& trailing_comma);
  base::Status not_a_comprehension() const;

  std::uint32_t depth_ = 0;
  std::unordered_map<std::string, std::uint32_t> interned_;
};

}  // namespace genkai::logic
