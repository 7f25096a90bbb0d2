#include "logic/program/expression_compiler.h"

#include <utility>

#include "logic/program/lexer.h"
#include "logic/program/unicode.h"

namespace genkai::logic {

using base::fail;
using base::Status;

std::int32_t ExpressionCompiler::global_slot(std::uint32_t name) {
  const auto [found, fresh] =
      global_slots_.try_emplace(name, static_cast<std::int32_t>(code_.globals.size()));
  if (fresh) code_.globals.push_back(tree_.texts[name]);
  return found->second;
}

const std::int32_t* ExpressionCompiler::local_slot(std::uint32_t name) const {
  const auto found = locals_.find(name);
  return found == locals_.end() ? nullptr : &found->second;
}

Status ExpressionCompiler::load(std::uint32_t name, std::uint32_t line) {
  if (const std::int32_t* slot = local_slot(name)) {
    emit(Op::load_local, *slot, 0, line);
    return {};
  }
  const std::string& text = tree_.texts[name];
  if (text == "__name__" && !assigned_.contains(name)) {
    Constant main;
    main.kind = Constant::Kind::string;
    main.text = U"__main__";
    code_.constants.push_back(std::move(main));
    emit(Op::constant, static_cast<std::int32_t>(code_.constants.size() - 1), 0, line);
    return {};
  }
  if (!assigned_.contains(name) && is_foreign_builtin(text)) return fail(unsupported_at(line, text + "()"));
  emit(Op::load_global, global_slot(name), 0, line);
  return {};
}

void ExpressionCompiler::store(std::uint32_t name, std::uint32_t line) {
  if (const std::int32_t* slot = local_slot(name))
    emit(Op::store_local, *slot, 0, line);
  else
    emit(Op::store_global, global_slot(name), 0, line);
}

std::int32_t ExpressionCompiler::constant(const Expr& expr) {
  if (expr.kind == ExprKind::none) return 0;
  if (expr.kind == ExprKind::true_) return 1;
  if (expr.kind == ExprKind::false_) return 2;
  Constant value;
  if (expr.kind == ExprKind::number) {
    value.kind = Constant::Kind::number;
    value.number = tree_.numbers[expr.value];
  } else {
    const auto found = string_constants_.find(expr.value);
    if (found != string_constants_.end()) return found->second;
    string_constants_.emplace(expr.value, static_cast<std::int32_t>(code_.constants.size()));
    value.kind = Constant::Kind::string;
    value.text = to_code_points(tree_.texts[expr.value]);
  }
  code_.constants.push_back(std::move(value));
  return static_cast<std::int32_t>(code_.constants.size() - 1);
}

Status ExpressionCompiler::items(const Expr& expr) {
  for (std::uint32_t i = 0; i < expr.items_size; ++i)
    GENKAI_RETURN_IF_ERROR(expression(tree_.items[expr.items_begin + i]));
  return {};
}

Status ExpressionCompiler::expression(ExprId id) {
  const Expr expr = at(id);
  const std::uint32_t line = expr.line;
  const auto size = static_cast<std::int32_t>(expr.items_size);
  switch (expr.kind) {
    case ExprKind::none:
    case ExprKind::true_:
    case ExprKind::false_:
    case ExprKind::number:
    case ExprKind::string:
      emit(Op::constant, constant(expr), 0, line);
      return {};
    case ExprKind::name:
      return load(expr.value, line);
    case ExprKind::unary:
      GENKAI_RETURN_IF_ERROR(expression(expr.first));
      emit(Op::unary, expr.op, 0, line);
      return {};
    case ExprKind::binary:
    case ExprKind::index:
      GENKAI_RETURN_IF_ERROR(expression(expr.first));
      GENKAI_RETURN_IF_ERROR(expression(expr.second));
      emit(expr.kind == ExprKind::index ? Op::index : Op::binary, expr.op, 0, line);
      return {};
    case ExprKind::logical: {
      std::vector<std::size_t> exits;
      for (std::uint32_t i = 0; i < expr.items_size; ++i) {
        GENKAI_RETURN_IF_ERROR(expression(tree_.items[expr.items_begin + i]));
        if (i + 1 < expr.items_size)
          exits.push_back(
              emit(expr.op == 0 ? Op::jump_if_false_or_pop : Op::jump_if_true_or_pop, 0, 0, line));
      }
      for (const std::size_t exit : exits) land(exit);
      return {};
    }
    case ExprKind::compare:
      return comparison(expr);
    case ExprKind::conditional: {
      GENKAI_RETURN_IF_ERROR(expression(expr.second));
      const std::size_t no = emit(Op::jump_if_false, 0, 0, line);
      GENKAI_RETURN_IF_ERROR(expression(expr.first));
      const std::size_t done = emit(Op::jump, 0, 0, line);
      land(no);
      GENKAI_RETURN_IF_ERROR(expression(expr.third));
      land(done);
      return {};
    }
    case ExprKind::call:
      GENKAI_RETURN_IF_ERROR(expression(expr.first));
      GENKAI_RETURN_IF_ERROR(items(expr));
      emit(Op::call, size, expr.op, line);
      return {};
    case ExprKind::method:
      GENKAI_RETURN_IF_ERROR(expression(expr.first));
      emit(Op::attribute, static_cast<std::int32_t>(*method_called(tree_.texts[expr.value])), 0, line);
      GENKAI_RETURN_IF_ERROR(items(expr));
      emit(Op::method, size, static_cast<std::int32_t>(*method_called(tree_.texts[expr.value])), line);
      return {};
    case ExprKind::slice:
      GENKAI_RETURN_IF_ERROR(expression(expr.first));
      for (std::uint32_t i = 0; i < 3; ++i) {
        const ExprId part = tree_.items[expr.items_begin + i];
        if (part == kNoExpr)
          emit(Op::constant, 0, 0, line);
        else
          GENKAI_RETURN_IF_ERROR(expression(part));
      }
      emit(Op::slice, 0, 0, line);
      return {};
    case ExprKind::list:
    case ExprKind::tuple:
      GENKAI_RETURN_IF_ERROR(items(expr));
      emit(expr.kind == ExprKind::list ? Op::build_list : Op::build_tuple, size, 0, line);
      return {};
  }
  return {};
}

/// a < b < c: b is evaluated once, and c not at all when a < b is false.
Status ExpressionCompiler::comparison(const Expr& expr) {
  GENKAI_RETURN_IF_ERROR(expression(tree_.items[expr.items_begin]));
  std::vector<std::size_t> exits;
  for (std::uint32_t i = 1; i < expr.items_size; i += 2) {
    const std::int32_t op = tree_.items[expr.items_begin + i];
    GENKAI_RETURN_IF_ERROR(expression(tree_.items[expr.items_begin + i + 1]));
    if (i + 2 < expr.items_size) {
      emit(Op::duplicate, 0, 0, expr.line);
      emit(Op::rotate_three, 0, 0, expr.line);  // x y y -> y x y
      emit(Op::compare, op, 0, expr.line);
      exits.push_back(emit(Op::jump_if_false_or_pop, 0, 0, expr.line));
    } else {
      emit(Op::compare, op, 0, expr.line);
    }
  }
  if (exits.empty()) return {};
  const std::size_t done = emit(Op::jump, 0, 0, expr.line);
  for (const std::size_t exit : exits) land(exit);
  emit(Op::swap, 0, 0, expr.line);
  emit(Op::pop, 0, 0, expr.line);
  land(done);
  return {};
}

}  // namespace genkai::logic
