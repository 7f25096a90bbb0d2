#pragma once
// What values do with each other. Every operation is charged for its work and stops the program when a bound
// is reached or Python would raise an error; it then returns false (or an undefined value) and the stop is in
// the context.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "logic/program/program.h"
#include "logic/program/value.h"

namespace genkai::logic {

/// Why a program stopped before its end.
struct Stop {
  bool stopped = false;
  bool failed = false;  // Python raises `text`; else a bound was reached
  Bound bound = Bound::none;
  std::string text;
};

struct Context {
  Context(const Code& of, const Budget& within) : code(of), budget(within), heap(within.memory_bytes) {}
  const Code& code;
  const Budget& budget;
  Heap heap;
  std::uint64_t operations = 0;
  Stop stop;
  std::string output;
  bool output_cut = false;

  /// All return false, for `return context.raise(...)`.
  bool raise(std::string text);
  bool reached(Bound bound);
  bool unsupported(std::string what);

  /// Counts `work` (1 is about what an instruction takes).
  bool charge(std::uint64_t work) {
    operations += work;
    return operations <= budget.operations || reached(Bound::operations);
  }

  bool put(Object* object, Value& out) {
    if (object == nullptr) return reached(Bound::memory);
    out = Value::of(object);
    return true;
  }
  bool make_integer(Integer value, Value& out);
  bool make_string(std::u32string text, Value& out);
  bool make_sequence(Kind kind, std::vector<Value> items, Value& out);
  void print(std::string_view text);
};

std::string_view type_name(Value value);
bool truth(Value value);

bool apply_unary(Context& context, UnaryOp op, Value value, Value& out);
bool apply_binary(Context& context, BinaryOp op, Value a, Value b, bool in_place, Value& out);
bool apply_compare(Context& context, CompareOp op, Value a, Value b, Value& out);
bool equals(Context& context, Value a, Value b, bool& out, std::size_t depth = 0);
/// a < b, for sorting, min and max.
bool less(Context& context, Value a, Value b, bool& out);
bool contains(Context& context, Value in, Value item, bool& out);

/// Items of a string, list, tuple or range; a number for others and a TypeError when there are none.
bool length(Context& context, Value of, std::uint64_t& out);
/// The item at an index below length().
bool item_at(Context& context, Value of, std::uint64_t index, Value& out);
bool apply_index(Context& context, Value of, Value index, Value& out);
bool store_index(Context& context, Value of, Value index, Value value);
bool apply_slice(Context& context, Value of, Value from, Value to, Value step, Value& out);
/// All items, as a vector; charged.
bool items_in(Context& context, Value of, std::vector<Value>& out);

/// str(value) or, quoted, repr(value).
bool to_text(Context& context, Value value, bool quoted, std::u32string& out);

bool call_builtin(Context& context, Builtin builtin, const std::vector<Value>& arguments, Keywords keywords,
                  Value& out);
/// Whether the object has the method; AttributeError otherwise.
bool has_method(Context& context, Method method, Value object);
/// REQUIRES: has_method().
bool call_method(Context& context, Method method, Value object, const std::vector<Value>& arguments,
                 Value& out);
bool call_string_method(Context& context, Method method, Value object, const std::vector<Value>& arguments,
                        Value& out);
/// Stable, smallest first.
bool sort_items(Context& context, std::vector<Value>& items);

}  // namespace genkai::logic
