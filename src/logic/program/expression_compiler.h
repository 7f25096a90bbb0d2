#pragma once
// Expressions to instructions; the statements are in compiler.cc.

#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "logic/program/ast.h"
#include "logic/program/code.h"

namespace genkai::logic {

class ExpressionCompiler {
 public:
  explicit ExpressionCompiler(const Tree& tree) : tree_(tree) {}

 protected:
  using Names = std::unordered_set<std::uint32_t>;
  using Slots = std::unordered_map<std::uint32_t, std::int32_t>;

  const Expr& at(ExprId id) const { return tree_.exprs[static_cast<std::size_t>(id)]; }
  std::vector<Instruction>& code() { return code_.functions[function_].instructions; }
  /// The index of the instruction, for land().
  std::size_t emit(Op op, std::int32_t a, std::int32_t b, std::uint32_t line) {
    code().push_back({op, a, b, line});
    return code().size() - 1;
  }
  std::int32_t here() { return static_cast<std::int32_t>(code().size()); }
  void land(std::size_t jump) { code()[jump].a = here(); }

  base::Status load(std::uint32_t name, std::uint32_t line);
  void store(std::uint32_t name, std::uint32_t line);
  base::Status expression(ExprId id);

  const Tree& tree_;
  Code code_;
  std::size_t function_ = 0;  // that is being compiled
  Names assigned_;            // names that the program gives a global meaning somewhere
  Slots locals_;              // of the function, by name

 private:
  std::int32_t global_slot(std::uint32_t name);
  const std::int32_t* local_slot(std::uint32_t name) const;
  std::int32_t constant(const Expr& expr);
  base::Status items(const Expr& expr);
  base::Status comparison(const Expr& expr);

  Slots global_slots_, string_constants_;
};

}  // namespace genkai::logic
