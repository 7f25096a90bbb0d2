#pragma once
// Compiled programs: instructions for a machine with one stack of values and one of frames.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "logic/program/ast.h"

namespace genkai::logic {

enum class Op : std::uint8_t {
  step,      // counts one step, and is where values that nothing reaches are let go
  constant,  // push constants[a]
  load_local,
  store_local,  // slot a
  load_global,
  store_global,  // slot a
  pop,
  duplicate,
  duplicate_two,
  swap,          // x y -> y x
  rotate_three,  // x y z -> z x y
  unary,         // a: UnaryOp
  binary,
  inplace,  // a: BinaryOp; in place a list changes itself
  compare,  // a: CompareOp
  jump,     // to a
  loop,     // to a, an edge backwards: here states are compared
  jump_if_false,
  jump_if_true,  // pops
  jump_if_false_or_pop,
  jump_if_true_or_pop,  // pops only when it does not jump
  build_list,
  build_tuple,  // of a values
  unpack,       // into a values, the first on top
  index,
  store_index,    // of index; value of index
  slice,          // of from to step (None where absent)
  iterate,        // a value to its iterator
  next,           // push the next item, or pop the iterator and jump to a
  call,           // a arguments below which the function lies; b: Keywords of the last of them
  attribute,      // whether the value on top has the method a, before its arguments are evaluated
  method,         // a arguments below which the object lies; b: Method
  make_function,  // a: functions[a]; pops its defaults
  return_,
  fail_assertion,  // a: whether a message lies on the stack
  end,
};

/// Which of print's named arguments are the last arguments of a call, in this order.
enum class Keywords : std::uint8_t { none, sep, end, sep_end, end_sep };

enum class Method : std::uint8_t {
  append,
  pop,
  insert,
  extend,
  remove,
  reverse,
  sort,
  clear,
  copy,  // of lists
  index,
  count,  // of lists and others
  join,
  split,
  strip,
  startswith,
  endswith,
  find,
  replace,
  upper,
  lower,  // of strings
};
/// The method of that name, or nullptr.
const Method* method_called(std::string_view name);
std::string_view name_of(Method method);

enum class Builtin : std::uint8_t {
  abs,
  all,
  any,
  bool_,
  chr,
  divmod,
  int_,
  len,
  list,
  max,
  min,
  ord,
  pow,
  print,
  range,
  sorted,
  str,
  sum,
  tuple,
};
const Builtin* builtin_called(std::string_view name);
std::string_view name_of(Builtin builtin);
/// Whether Python has a builtin of that name that is not one of the above.
bool is_foreign_builtin(std::string_view name);

struct Instruction {
  Op op = Op::end;
  std::int32_t a = 0, b = 0;
  std::uint32_t line = 0;
};

struct FunctionCode {
  std::string name;
  std::uint32_t required = 0, parameters = 0;  // the first locals
  std::vector<std::string> locals;
  std::vector<Instruction> instructions;
};

struct Constant {
  enum class Kind : std::uint8_t { none, true_, false_, number, string } kind = Kind::none;
  Integer number{};
  std::u32string text{};
};

struct Code {
  std::vector<FunctionCode> functions;  // the first is the program itself
  std::vector<Constant> constants;
  std::vector<std::string> globals;
  std::vector<std::uint32_t>
      defined;  // functions in order of definition, by index; the last of a name counts
  bool only_defines = false;
};

}  // namespace genkai::logic
