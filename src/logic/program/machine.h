#pragma once
// Executes compiled programs, step by step, in bounds.
//
//   Machine machine(code, budget);
//   if (machine.run() && machine.call(index, arguments)) machine.result();
//   else machine.context().stop                     // or machine.repeats()

#include <cstdint>
#include <vector>

#include "logic/program/operations.h"
#include "logic/program/state.h"

namespace genkai::logic {

class Machine {
 public:
  Machine(const Code& code, const Budget& budget);

  /// The program from its first line to its end. False when it stopped before.
  bool run();
  /// A call of the function that the global `name` holds. REQUIRES: run() was true; the values live in the
  /// heap of context(). False when it stopped before its return.
  bool call(std::size_t global, const std::vector<Value>& arguments);
  Value result() const { return result_; }

  Context& context() { return context_; }
  std::uint64_t steps() const { return steps_; }
  std::uint32_t line() const { return line_; }
  /// Whether it stopped because a state repeated: the steps after which it was seen first and again.
  bool repeats() const { return repeats_; }
  std::uint64_t earlier_step() const { return saved_step_; }

 private:
  bool execute(std::size_t until_frames);
  bool one(const Instruction& now);
  bool step();
  bool jump_if(const Instruction& now);
  bool next_item(const Instruction& now);
  bool unpack(std::size_t count);
  bool load_global(const Instruction& now);
  bool call_value(const Instruction& now);
  bool enter(std::uint32_t function, std::size_t arguments, const std::vector<Value>& defaults);
  bool leave();
  bool make_function(std::uint32_t function);
  bool fail_assertion(bool message);
  void seen();
  bool collect();

  Value pop();
  Value& top(std::size_t below = 0) { return stack_[stack_.size() - 1 - below]; }
  /// Replaces the `count` top values by one.
  void replace(std::size_t count, Value value);

  const Code& code_;
  Context context_;
  std::vector<Value> constants_, globals_, stack_, arguments_;
  std::vector<Frame> frames_;
  Value result_;
  std::uint64_t steps_ = 0;
  std::uint32_t line_ = 0;

  // Brent's algorithm over the states at loop edges.
  StateWalk walk_;
  std::vector<std::uint64_t> saved_;
  std::uint64_t saved_step_ = 0, edges_ = 0, save_at_ = 1, compared_ = 0;
  bool has_saved_ = false, repeats_ = false;
};

}  // namespace genkai::logic
