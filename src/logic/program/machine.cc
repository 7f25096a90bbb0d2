#include "logic/program/machine.h"

#include <algorithm>
#include <utility>

#include "logic/program/unicode.h"

namespace genkai::logic {
namespace {

constexpr std::size_t kMaxSnapshot = std::size_t{8} << 20;  // words: a larger state is not looked for again
constexpr std::uint64_t kFreeComparing = 100'000;           // words compared before it has to pay

}  // namespace

Machine::Machine(const Code& code, const Budget& budget) : code_(code), context_(code, budget) {
  globals_.resize(code.globals.size());
  for (const Constant& constant : code.constants) {
    Value value = Value::none();
    if (constant.kind == Constant::Kind::true_ || constant.kind == Constant::Kind::false_)
      value = Value::boolean(constant.kind == Constant::Kind::true_);
    if (constant.kind == Constant::Kind::string && !context_.make_string(constant.text, value)) return;
    if (constant.kind == Constant::Kind::number) {
      if (constant.number.bits() > budget.integer_bits) context_.reached(Bound::integer_bits);
      if (context_.stop.stopped || !context_.make_integer(constant.number, value)) return;
    }
    constants_.push_back(value);
  }
}

bool Machine::run() {
  if (context_.stop.stopped) return false;
  frames_.push_back({});
  return execute(0);
}

bool Machine::call(std::size_t global, const std::vector<Value>& arguments) {
  const Value callee = globals_[global];
  if (callee.kind != Kind::function) return context_.raise("TypeError: the name is no function any more");
  arguments_ = arguments;
  stack_.push_back(callee);
  stack_.insert(stack_.end(), arguments.begin(), arguments.end());
  const auto* function = static_cast<const FunctionObject*>(callee.object);
  const std::size_t frames = frames_.size();
  if (!enter(function->index, arguments.size(), function->defaults)) return false;
  return execute(frames);
}

bool Machine::execute(std::size_t until_frames) {
  while (frames_.size() > until_frames) {
    Frame& frame = frames_.back();
    const Instruction& now = code_.functions[frame.function].instructions[frame.next++];
    line_ = now.line;
    if (!context_.charge(1) || !one(now)) return false;
  }
  return true;
}

Value Machine::pop() {
  const Value value = stack_.back();
  stack_.pop_back();
  return value;
}

void Machine::replace(std::size_t count, Value value) {
  stack_.resize(stack_.size() - count);
  stack_.push_back(value);
}

bool Machine::one(const Instruction& now) {
  Value out;
  const auto count = static_cast<std::size_t>(now.a);
  const auto push_result = [&](bool done, std::size_t taken) {
    if (done) replace(taken, out);
    return done;
  };
  switch (now.op) {
    case Op::step:
      return step();
    case Op::constant:
      stack_.push_back(constants_[count]);
      return true;
    case Op::load_local:
      out = stack_[frames_.back().base + count];
      if (out.kind == Kind::undefined)
        return context_.raise("UnboundLocalError: cannot access local variable '" +
                              code_.functions[frames_.back().function].locals[count] +
                              "' before it has a value");
      stack_.push_back(out);
      return true;
    case Op::store_local:
      stack_[frames_.back().base + count] = pop();
      return true;
    case Op::load_global:
      return load_global(now);
    case Op::store_global:
      globals_[count] = pop();
      return true;
    case Op::pop:
      stack_.pop_back();
      return true;
    case Op::duplicate:
      stack_.push_back(Value(top()));
      return true;
    case Op::duplicate_two:
      stack_.push_back(Value(top(1)));
      stack_.push_back(Value(top(1)));
      return true;
    case Op::swap:
      std::swap(top(), top(1));
      return true;
    case Op::rotate_three:
      std::swap(top(), top(1));
      std::swap(top(1), top(2));
      return true;
    case Op::unary:
      return push_result(apply_unary(context_, static_cast<UnaryOp>(now.a), top(), out), 1);
    case Op::binary:
    case Op::inplace:
      return push_result(
          apply_binary(context_, static_cast<BinaryOp>(now.a), top(1), top(), now.op == Op::inplace, out), 2);
    case Op::compare:
      return push_result(apply_compare(context_, static_cast<CompareOp>(now.a), top(1), top(), out), 2);
    case Op::jump:
      frames_.back().next = static_cast<std::uint32_t>(now.a);
      return true;
    case Op::loop:
      frames_.back().next = static_cast<std::uint32_t>(now.a);
      seen();
      return !repeats_;
    case Op::jump_if_false:
    case Op::jump_if_true:
    case Op::jump_if_false_or_pop:
    case Op::jump_if_true_or_pop:
      return jump_if(now);
    case Op::build_list:
    case Op::build_tuple: {
      std::vector<Value> items(stack_.end() - now.a, stack_.end());
      const Kind kind = now.op == Op::build_list ? Kind::list : Kind::tuple;
      return push_result(context_.charge(count / 4) && context_.make_sequence(kind, std::move(items), out),
                         count);
    }
    case Op::unpack:
      return unpack(count);
    case Op::index:
      return push_result(apply_index(context_, top(1), top(), out), 2);
    case Op::store_index:
      if (!store_index(context_, top(1), top(), top(2))) return false;
      stack_.resize(stack_.size() - 3);
      return true;
    case Op::slice:
      return push_result(apply_slice(context_, top(3), top(2), top(1), top(), out), 4);
    case Op::iterate: {
      const Kind kind = top().kind;
      if (kind != Kind::list && kind != Kind::tuple && kind != Kind::string && kind != Kind::range)
        return context_.raise("TypeError: '" + std::string(type_name(top())) + "' object is not iterable");
      return push_result(context_.put(context_.heap.make<IteratorObject>(0, top()), out), 1);
    }
    case Op::next:
      return next_item(now);
    case Op::call:
      return call_value(now);
    case Op::attribute:
      return has_method(context_, static_cast<Method>(now.a), top());
    case Op::method: {
      const std::vector<Value> arguments(stack_.end() - now.a, stack_.end());
      return push_result(call_method(context_, static_cast<Method>(now.b), top(count), arguments, out),
                         count + 1);
    }
    case Op::make_function:
      return make_function(static_cast<std::uint32_t>(now.a));
    case Op::return_:
      return leave();
    case Op::fail_assertion:
      return fail_assertion(now.a != 0);
    case Op::end:
      frames_.pop_back();
      return true;
  }
  return false;
}

bool Machine::step() {
  if (steps_ >= context_.budget.steps) return context_.reached(Bound::steps);
  ++steps_;
  return !context_.heap.wants_collection() || collect();
}

bool Machine::collect() {
  const std::vector<Value> result{result_};
  return context_.charge(context_.heap.collect({&constants_, &globals_, &stack_, &arguments_, &result}));
}

bool Machine::jump_if(const Instruction& now) {
  const bool wanted = now.op == Op::jump_if_true || now.op == Op::jump_if_true_or_pop;
  const bool keeps = now.op == Op::jump_if_false_or_pop || now.op == Op::jump_if_true_or_pop;
  const bool jumps = truth(top()) == wanted;
  if (!jumps || !keeps) stack_.pop_back();
  if (jumps) frames_.back().next = static_cast<std::uint32_t>(now.a);
  return true;
}

bool Machine::load_global(const Instruction& now) {
  const auto slot = static_cast<std::size_t>(now.a);
  Value value = globals_[slot];
  if (value.kind == Kind::undefined) {
    const std::string& name = code_.globals[slot];
    const Builtin* builtin = builtin_called(name);
    if (builtin == nullptr && is_foreign_builtin(name)) return context_.unsupported(name + "()");
    if (builtin == nullptr) return context_.raise("NameError: name '" + name + "' is not defined");
    value = Value::builtin(*builtin);
  }
  stack_.push_back(value);
  return true;
}

bool Machine::next_item(const Instruction& now) {
  auto* iterator = static_cast<IteratorObject*>(top().object);
  std::uint64_t size = 0;
  if (!length(context_, iterator->of, size)) return false;
  if (iterator->next >= size) {
    stack_.pop_back();
    frames_.back().next = static_cast<std::uint32_t>(now.a);
    return true;
  }
  Value item;
  if (!item_at(context_, iterator->of, iterator->next, item)) return false;
  ++iterator->next;
  stack_.push_back(item);
  return true;
}

bool Machine::unpack(std::size_t count) {
  const Value of = top();
  if (!of.is_sequence() && of.kind != Kind::string && of.kind != Kind::range)
    return context_.raise("TypeError: cannot unpack non-iterable " + std::string(type_name(of)) + " object");
  std::uint64_t size = 0;
  if (!length(context_, of, size)) return false;
  if (size != count)
    return context_.raise("ValueError: " + std::string(size < count ? "not enough" : "too many") +
                          " values to unpack (expected " + std::to_string(count) + ")");
  std::vector<Value> items;
  if (!items_in(context_, of, items)) return false;
  stack_.pop_back();
  stack_.insert(stack_.end(), items.rbegin(), items.rend());
  return true;
}

bool Machine::call_value(const Instruction& now) {
  const auto count = static_cast<std::size_t>(now.a);
  const Value callee = top(count);
  const auto keywords = static_cast<Keywords>(now.b);
  if (callee.kind == Kind::builtin) {
    const std::vector<Value> arguments(stack_.end() - now.a, stack_.end());
    Value out;
    if (!call_builtin(context_, static_cast<Builtin>(callee.number), arguments, keywords, out)) return false;
    replace(count + 1, out);
    return true;
  }
  if (callee.kind != Kind::function)
    return context_.raise("TypeError: '" + std::string(type_name(callee)) + "' object is not callable");
  if (keywords != Keywords::none) return context_.unsupported("a named argument");
  const auto* function = static_cast<const FunctionObject*>(callee.object);
  return enter(function->index, count, function->defaults);
}

bool Machine::enter(std::uint32_t index, std::size_t arguments, const std::vector<Value>& defaults) {
  const FunctionCode& function = code_.functions[index];
  if (arguments < function.required || arguments > function.parameters)
    return context_.raise("TypeError: " + function.name + "() takes " + std::to_string(function.parameters) +
                          " arguments, " + std::to_string(arguments) + " were given");
  if (frames_.size() > context_.budget.depth) return context_.reached(Bound::depth);
  const std::size_t size = stack_.size() + function.locals.size();
  if (!context_.charge(function.locals.size() / 4)) return false;
  if (!context_.heap.has_room((size + frames_.size()) * sizeof(Value)))
    return context_.reached(Bound::memory);
  frames_.push_back({index, 0, stack_.size() - arguments});
  for (std::size_t i = arguments; i < function.parameters; ++i)
    stack_.push_back(defaults[i - function.required]);
  stack_.resize(frames_.back().base + function.locals.size());
  return true;
}

/// Leaves the called function's value where the function itself lay.
bool Machine::leave() {
  result_ = pop();
  stack_.resize(frames_.back().base);
  frames_.pop_back();
  top() = result_;
  return true;
}

bool Machine::make_function(std::uint32_t index) {
  const FunctionCode& function = code_.functions[index];
  const std::size_t count = function.parameters - function.required;
  std::vector<Value> defaults(stack_.end() - static_cast<std::ptrdiff_t>(count), stack_.end());
  Value out;
  if (!context_.put(context_.heap.make<FunctionObject>(count * sizeof(Value), index, std::move(defaults)),
                    out))
    return false;
  replace(count, out);
  return true;
}

bool Machine::fail_assertion(bool message) {
  if (!message) return context_.raise("AssertionError");
  std::u32string text;
  if (!to_text(context_, top(), false, text)) return false;
  if (text.size() > 200) text.resize(200);
  return context_.raise("AssertionError: " + to_utf8(text));
}

/// At the edge back to a loop's head. The state is compared with one saved earlier, which is replaced at edge
/// 1, 2, 4, 8 ...: a cycle of length c that begins at edge b is found by edge 3 max(b, c) or so. Comparing
/// may take as much as executing; when it has taken more it waits, which can only miss a repetition.
void Machine::seen() {
  ++edges_;
  if (compared_ > context_.operations + kFreeComparing) return;
  const MachineState state{frames_, stack_, globals_};
  if (has_saved_ && walk_.equals(state, saved_, compared_)) {
    repeats_ = true;
    return;
  }
  if (edges_ < save_at_) return;
  while (save_at_ <= edges_) save_at_ *= 2;
  has_saved_ = walk_.write(state, kMaxSnapshot, saved_, compared_);
  saved_step_ = steps_;
}

}  // namespace genkai::logic
