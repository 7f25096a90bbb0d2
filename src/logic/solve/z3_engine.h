#pragma once
// Z3 behind one door: formulas of a theory, or the text of an SMT-LIB script, under limits of time and
// memory.
//
//   Z3Engine engine(budget);
//   engine.assert_theory(theory);
//   engine.check_with(goal, false)        // Check::unsat: the theory says that goal is false

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "logic/solve/expression.h"
#include "logic/solve/first_order.h"

namespace genkai::logic::solve {

enum class Check { sat, unsat, unknown };

/// Not thread-safe; several may work at once. The limit of memory is the whole process's, as Z3 has it.
class Z3Engine {
 public:
  explicit Z3Engine(const Budget& budget);
  ~Z3Engine();
  Z3Engine(const Z3Engine&) = delete;
  Z3Engine& operator=(const Z3Engine&) = delete;

  /// REQUIRES: infer_sorts succeeded. Error: too many cases of a quantifier over listed members.
  Read<bool> assert_theory(const Theory& theory);
  Check check();
  /// With `goal` (or its negation) added for this check only.
  Read<Check> check_with(const Expression& goal, bool negated);

  /// Asserts a script that has only declarations, definitions and assertions. Error: Z3's own message.
  Read<bool> assert_smt(std::string_view script);
  /// Value of a term in the model of a check that was sat, and whether no other value is possible. The term
  /// is the script's own; nothing when it has no value. `script` is the one that was asserted.
  struct Value {
    std::string text;
    Check another = Check::unknown;
  };
  Read<std::optional<Value>> value_of(std::string_view script, std::string_view term);

  /// Why the last check was unknown.
  std::string reason() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace genkai::logic::solve
