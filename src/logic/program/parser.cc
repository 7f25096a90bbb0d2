#include "logic/program/parser.h"

#include <algorithm>
#include <array>
#include <utility>

#include "logic/program/expression_parser.h"

namespace genkai::logic {
namespace {

using base::Code;
using base::fail;
using base::Result;
using base::Status;

constexpr std::array<std::pair<std::string_view, BinaryOp>, 11> kAugmented = {
    {{"+=", BinaryOp::add},
     {"-=", BinaryOp::subtract},
     {"*=", BinaryOp::multiply},
     {"//=", BinaryOp::floor_divide},
     {"%=", BinaryOp::modulo},
     {"**=", BinaryOp::power},
     {"&=", BinaryOp::bit_and},
     {"|=", BinaryOp::bit_or},
     {"^=", BinaryOp::bit_xor},
     {"<<=", BinaryOp::shift_left},
     {">>=", BinaryOp::shift_right}}};

class Parser : public ExpressionParser {
 public:
  using ExpressionParser::ExpressionParser;

  Result<Tree> program() {
    while (here().kind != TokenKind::end) GENKAI_RETURN_IF_ERROR(statement(tree_.body));
    return std::move(tree_);
  }

 private:
  struct Within {
    bool function = false, loop = false;
  };

  Status statement(std::vector<Stmt>& out) {
    if (is_keyword("if")) return if_statement(out);
    if (is_keyword("while")) return while_statement(out);
    if (is_keyword("for")) return for_statement(out);
    if (is_keyword("def") && !within_.function) return def_statement(out);
    do {
      if (here().kind == TokenKind::newline && !out.empty()) break;  // after a semicolon
      GENKAI_RETURN_IF_ERROR(simple_statement(out));
    } while (accept_op(";"));
    if (here().kind != TokenKind::newline) return fail(unexpected());
    ++at_;
    return {};
  }

  Status suite(std::vector<Stmt>& out) {
    GENKAI_RETURN_IF_ERROR(expect_op(":"));
    if (here().kind != TokenKind::newline) {
      if (is_keyword("if") || is_keyword("while") || is_keyword("for") || is_keyword("def"))
        return fail(error_at(Code::invalid_argument, here().line, "a block needs a line of its own here"));
      return statement(out);
    }
    ++at_;
    if (here().kind != TokenKind::indent)
      return fail(error_at(Code::invalid_argument, here().line, "an indented block is missing"));
    ++at_;
    while (here().kind != TokenKind::dedent) {
      if (here().kind == TokenKind::end) return fail(unexpected());
      GENKAI_RETURN_IF_ERROR(statement(out));
    }
    ++at_;
    return {};
  }

  Result<Arm> arm_with_test() {
    Arm arm;
    arm.line = here().line;
    ++at_;
    GENKAI_ASSIGN_OR_RETURN(arm.test, expression());
    GENKAI_RETURN_IF_ERROR(suite(arm.body));
    return arm;
  }

  Status if_statement(std::vector<Stmt>& out) {
    Stmt stmt{.kind = StmtKind::if_, .line = here().line};
    do {
      GENKAI_ASSIGN_OR_RETURN(Arm arm, arm_with_test());
      stmt.arms.push_back(std::move(arm));
    } while (is_keyword("elif"));
    if (accept_keyword("else")) GENKAI_RETURN_IF_ERROR(suite(stmt.otherwise));
    out.push_back(std::move(stmt));
    return {};
  }

  Status while_statement(std::vector<Stmt>& out) {
    Stmt stmt{.kind = StmtKind::while_, .line = here().line};
    const Within outer = std::exchange(within_, {within_.function, true});
    GENKAI_ASSIGN_OR_RETURN(Arm arm, arm_with_test());
    within_ = outer;
    stmt.arms.push_back(std::move(arm));
    if (accept_keyword("else")) GENKAI_RETURN_IF_ERROR(suite(stmt.otherwise));
    out.push_back(std::move(stmt));
    return {};
  }

  Status for_statement(std::vector<Stmt>& out) {
    Stmt stmt{.kind = StmtKind::for_, .line = here().line};
    ++at_;
    GENKAI_ASSIGN_OR_RETURN(const ExprId target, target_list());
    GENKAI_RETURN_IF_ERROR(check_target(target, true));
    stmt.targets.push_back(target);
    if (!accept_keyword("in")) return fail(unexpected());
    GENKAI_ASSIGN_OR_RETURN(stmt.value, expression_list());
    const Within outer = std::exchange(within_, {within_.function, true});
    Arm arm;
    GENKAI_RETURN_IF_ERROR(suite(arm.body));
    within_ = outer;
    stmt.arms.push_back(std::move(arm));
    if (accept_keyword("else")) GENKAI_RETURN_IF_ERROR(suite(stmt.otherwise));
    out.push_back(std::move(stmt));
    return {};
  }

  /// int, list[int], None: what says nothing to the program. Others are evaluated by Python and refused here.
  Status annotation() {
    constexpr std::array<std::string_view, 6> plain = {"int", "str", "bool", "list", "tuple", "range"};
    const std::uint32_t line = here().line;
    if (accept_keyword("None")) return {};
    if (here().kind != TokenKind::name || std::find(plain.begin(), plain.end(), here().text) == plain.end())
      return fail(unsupported_at(line, "this annotation"));
    const bool open = here().text == "list" || here().text == "tuple";
    ++at_;
    if (!open || !is_op("[")) return {};
    ++at_;
    if (here().kind != TokenKind::name ||
        std::find(plain.begin(), plain.begin() + 3, here().text) == plain.begin() + 3)
      return fail(unsupported_at(line, "this annotation"));
    ++at_;
    if (!accept_op("]")) return fail(unsupported_at(line, "this annotation"));
    return {};
  }

  Status def_statement(std::vector<Stmt>& out) {
    Stmt stmt{.kind = StmtKind::def, .line = here().line};
    ++at_;
    if (here().kind != TokenKind::name) return fail(unexpected());
    stmt.names.push_back(intern(here().text));
    ++at_;
    GENKAI_RETURN_IF_ERROR(expect_op("("));
    while (!accept_op(")")) {
      if (is_op("*") || is_op("**")) return fail(unsupported_at(here().line, "a parameter with a star"));
      if (is_op("/")) return fail(unsupported_at(here().line, "positional-only parameters"));
      if (here().kind != TokenKind::name) return fail(unexpected());
      const std::uint32_t name = intern(here().text);
      if (std::find(stmt.names.begin() + 1, stmt.names.end(), name) != stmt.names.end())
        return fail(error_at(Code::invalid_argument, here().line, "two parameters have one name"));
      if (stmt.names.size() > 255)
        return fail(error_at(Code::resource_exhausted, here().line, "too many parameters"));
      stmt.names.push_back(name);
      ++at_;
      if (accept_op(":")) GENKAI_RETURN_IF_ERROR(annotation());
      if (accept_op("=")) {
        GENKAI_ASSIGN_OR_RETURN(const ExprId value, expression());
        stmt.targets.push_back(value);
      } else if (!stmt.targets.empty()) {
        return fail(
            error_at(Code::invalid_argument, here().line, "a parameter without default follows one with"));
      }
      if (!accept_op(",") && !is_op(")")) return fail(unexpected());
    }
    if (accept_op("->")) GENKAI_RETURN_IF_ERROR(annotation());
    const Within outer = std::exchange(within_, {true, false});
    Arm arm;
    GENKAI_RETURN_IF_ERROR(suite(arm.body));
    within_ = outer;
    stmt.arms.push_back(std::move(arm));
    out.push_back(std::move(stmt));
    return {};
  }

  Status simple_statement(std::vector<Stmt>& out) {
    Stmt stmt{.line = here().line};
    const auto flow = [&](StmtKind kind, bool allowed, std::string_view message) -> Status {
      if (!allowed) return fail(error_at(Code::invalid_argument, stmt.line, message));
      stmt.kind = kind;
      return {};
    };
    if (accept_keyword("pass")) {
    } else if (accept_keyword("break")) {
      GENKAI_RETURN_IF_ERROR(flow(StmtKind::break_, within_.loop, "break outside a loop"));
    } else if (accept_keyword("continue")) {
      GENKAI_RETURN_IF_ERROR(flow(StmtKind::continue_, within_.loop, "continue outside a loop"));
    } else if (accept_keyword("return")) {
      GENKAI_RETURN_IF_ERROR(flow(StmtKind::return_, within_.function, "return outside a function"));
      if (here().kind != TokenKind::newline && !is_op(";")) {
        GENKAI_ASSIGN_OR_RETURN(stmt.value, expression_list());
      }
    } else if (accept_keyword("global")) {
      stmt.kind = StmtKind::global;
      do {
        if (here().kind != TokenKind::name) return fail(unexpected());
        stmt.names.push_back(intern(here().text));
        ++at_;
      } while (accept_op(","));
    } else if (accept_keyword("assert")) {
      stmt.kind = StmtKind::assert_;
      GENKAI_ASSIGN_OR_RETURN(stmt.value, expression());
      if (accept_op(",")) {
        GENKAI_ASSIGN_OR_RETURN(stmt.detail, expression());
      }
    } else {
      GENKAI_RETURN_IF_ERROR(expression_statement(stmt));
    }
    out.push_back(std::move(stmt));
    return {};
  }

  Status expression_statement(Stmt& stmt) {
    GENKAI_ASSIGN_OR_RETURN(ExprId value, expression_list());
    if (is_op(":") && tree_.exprs[static_cast<std::size_t>(value)].kind == ExprKind::name) {
      ++at_;
      GENKAI_RETURN_IF_ERROR(annotation());
      if (!is_op("=")) return fail(unsupported_at(stmt.line, "an annotation without a value"));
    }
    for (const auto& [text, op] : kAugmented) {
      if (!accept_op(text)) continue;
      GENKAI_RETURN_IF_ERROR(check_target(value, false));
      stmt.kind = StmtKind::augmented;
      stmt.op = op;
      stmt.targets.push_back(value);
      GENKAI_ASSIGN_OR_RETURN(stmt.value, expression_list());
      return {};
    }
    stmt.kind = StmtKind::expression;
    while (accept_op("=")) {
      GENKAI_RETURN_IF_ERROR(check_target(value, true));
      stmt.kind = StmtKind::assign;
      stmt.targets.push_back(value);
      GENKAI_ASSIGN_OR_RETURN(value, expression_list());
    }
    stmt.value = value;
    return {};
  }

  /// Names, items of a list, and (`several`) tuples or lists of them.
  Status check_target(ExprId id, bool several) const {
    const Expr& expr = tree_.exprs[static_cast<std::size_t>(id)];
    switch (expr.kind) {
      case ExprKind::name:
      case ExprKind::index:
        return {};
      case ExprKind::slice:
        return fail(unsupported_at(expr.line, "assignment to a slice"));
      case ExprKind::tuple:
      case ExprKind::list:
        if (!several) break;
        for (std::uint32_t i = 0; i < expr.items_size; ++i)
          GENKAI_RETURN_IF_ERROR(check_target(tree_.items[expr.items_begin + i], true));
        return {};
      default:
        break;
    }
    return fail(error_at(Code::invalid_argument, expr.line, "this cannot be assigned to"));
  }

  Within within_;
};

}  // namespace

Result<Tree> parse_program(std::string_view source) {
  GENKAI_ASSIGN_OR_RETURN(std::vector<Token> tokens, tokenise(source));
  return Parser(std::move(tokens)).program();
}

}  // namespace genkai::logic
