#pragma once
// The syntax tree of a program. Expressions lie in one table and name each other by index, so that neither
// building nor dropping a tree recurses; `depth` bounds whoever walks it.

#include <cstdint>
#include <string>
#include <vector>

#include "logic/program/integer.h"

namespace genkai::logic {

using ExprId = std::int32_t;
constexpr ExprId kNoExpr = -1;
constexpr std::uint32_t kMaxDepth = 100;  // of nesting, and of the longest chain of one operator times 1/5

enum class BinaryOp : std::uint8_t {
  add,
  subtract,
  multiply,
  floor_divide,
  modulo,
  power,
  bit_and,
  bit_or,
  bit_xor,
  shift_left,
  shift_right
};
enum class CompareOp : std::uint8_t {
  equal,
  unequal,
  less,
  less_equal,
  greater,
  greater_equal,
  in,
  not_in,
  is,
  is_not
};
enum class UnaryOp : std::uint8_t { negate, plus, invert, not_ };

enum class ExprKind : std::uint8_t {
  none,
  true_,
  false_,
  number,       // value: index into numbers
  string,       // value: index into texts
  name,         // value: index into texts
  unary,        // op; first
  binary,       // op; first, second
  logical,      // op 0 and, 1 or; items
  compare,      // items: operand, (CompareOp, operand)...
  conditional,  // first if second else third
  call,         // first(items); op: which keywords the last items are (see code.h)
  method,       // first.texts[value](items)
  index,        // first[second]
  slice,        // first[items[0]:items[1]:items[2]]
  list,         // items
  tuple,        // items
};

struct Expr {
  ExprKind kind = ExprKind::none;
  std::uint8_t op = 0;
  std::uint32_t line = 0;
  std::uint32_t depth = 1;
  ExprId first = kNoExpr, second = kNoExpr, third = kNoExpr;
  std::uint32_t value = 0;
  std::uint32_t items_begin = 0, items_size = 0;  // range of Tree::items
};

enum class StmtKind : std::uint8_t {
  expression,
  assign,
  augmented,
  if_,
  while_,
  for_,
  break_,
  continue_,
  pass,
  return_,
  def,
  global,
  assert_
};

struct Stmt;
struct Arm {
  ExprId test = kNoExpr;
  std::uint32_t line = 0;
  std::vector<Stmt> body;
};

struct Stmt {
  StmtKind kind = StmtKind::pass;
  std::uint32_t line = 0;
  ExprId value = kNoExpr;   // expression, assigned, returned, iterated, asserted; the function's defaults
  ExprId detail = kNoExpr;  // the message of assert
  std::vector<ExprId> targets{};       // of assign (left to right), augmented and for; defaults of def
  BinaryOp op = BinaryOp::add;         // of augmented
  std::vector<Arm> arms{};             // if and elif; the one arm of while; the body of for and def
  std::vector<Stmt> otherwise{};       // else
  std::vector<std::uint32_t> names{};  // def: its name, then its parameters; global: the names
};

struct Tree {
  std::vector<Expr> exprs;
  std::vector<std::int32_t> items;
  std::vector<Integer> numbers;
  std::vector<std::string> texts;  // names and string literals, each once
  std::vector<Stmt> body;
};

}  // namespace genkai::logic
