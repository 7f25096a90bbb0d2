#include "logic/program/literal.h"

#include <utility>

#include "logic/program/parser.h"
#include "logic/program/unicode.h"

namespace genkai::logic {
namespace {

bool build(const Tree& tree, ExprId id, Context& context, Value& out) {  // the parser bounds the depth
  const Expr& expr = tree.exprs[static_cast<std::size_t>(id)];
  switch (expr.kind) {
    case ExprKind::none:
      out = Value::none();
      return true;
    case ExprKind::true_:
    case ExprKind::false_:
      out = Value::boolean(expr.kind == ExprKind::true_);
      return true;
    case ExprKind::number:
      return context.make_integer(tree.numbers[expr.value], out);
    case ExprKind::string:
      return context.make_string(to_code_points(tree.texts[expr.value]), out);
    case ExprKind::unary: {
      if (tree.exprs[static_cast<std::size_t>(expr.first)].kind != ExprKind::number) return false;
      Value operand;
      return build(tree, expr.first, context, operand) &&
             apply_unary(context, static_cast<UnaryOp>(expr.op), operand, out);
    }
    case ExprKind::list:
    case ExprKind::tuple: {
      std::vector<Value> items(expr.items_size);
      for (std::uint32_t i = 0; i < expr.items_size; ++i)
        if (!build(tree, tree.items[expr.items_begin + i], context, items[i])) return false;
      return context.make_sequence(expr.kind == ExprKind::list ? Kind::list : Kind::tuple, std::move(items),
                                   out);
    }
    default:
      return false;
  }
}

}  // namespace

base::Result<Value> read_literal(std::string_view text, Context& context) {
  const auto refuse = [&] {
    return base::fail(base::Code::invalid_argument,
                      "\"" + std::string(text.substr(0, 60)) + "\" is no literal",
                      "write an argument as 3, -1, True, None, 'text', [1, 2] or (1, 2)");
  };
  const base::Result<Tree> tree = parse_program(text);
  if (!tree || tree->body.size() != 1 || tree->body.front().kind != StmtKind::expression) return refuse();
  Value out;
  if (!build(*tree, tree->body.front().value, context, out)) {
    if (context.stop.stopped)
      return base::fail(base::Code::resource_exhausted, "an argument is too large for the budget");
    return refuse();
  }
  return out;
}

}  // namespace genkai::logic
