#include "logic/maxsat/peer/z3_optimum.h"

#include <z3.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace genkai::logic {
namespace {

struct Context {
  Context() {
    Z3_config config = Z3_mk_config();
    context = Z3_mk_context(config);
    Z3_del_config(config);
  }
  ~Context() { Z3_del_context(context); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  Z3_context context;
};

std::vector<Z3_ast> literals_of(Z3_context context, int variables) {
  std::vector<Z3_ast> positive;
  for (int v = 1; v <= variables; ++v)
    positive.push_back(Z3_mk_const(context, Z3_mk_int_symbol(context, v), Z3_mk_bool_sort(context)));
  return positive;
}

Z3_ast clause_of(Z3_context context, const std::vector<Z3_ast>& positive, const Clause& clause) {
  std::vector<Z3_ast> literals;
  for (const Literal literal : clause) {
    const Z3_ast variable = positive[static_cast<std::size_t>(std::abs(literal)) - 1];
    literals.push_back(literal > 0 ? variable : Z3_mk_not(context, variable));
  }
  return Z3_mk_or(context, static_cast<unsigned>(literals.size()), literals.data());
}

}  // namespace

Z3Optimum z3_optimum(const WeightedFormula& formula, unsigned milliseconds) {
  const Context owner;
  Z3_context context = owner.context;
  Z3_optimize optimiser = Z3_mk_optimize(context);
  Z3_optimize_inc_ref(context, optimiser);
  Z3_params parameters = Z3_mk_params(context);
  Z3_params_inc_ref(context, parameters);
  Z3_params_set_uint(context, parameters, Z3_mk_string_symbol(context, "timeout"), milliseconds);
  Z3_optimize_set_params(context, optimiser, parameters);
  const std::vector<Z3_ast> positive = literals_of(context, formula.variables);
  for (const Clause& clause : formula.hard)
    Z3_optimize_assert(context, optimiser, clause_of(context, positive, clause));
  unsigned objective = 0;
  bool any = false;
  for (const SoftClause& soft : formula.soft) {
    if (soft.weight == 0) continue;
    objective = Z3_optimize_assert_soft(context, optimiser, clause_of(context, positive, soft.literals),
                                        std::to_string(soft.weight).c_str(), nullptr);
    any = true;
  }
  Z3Optimum found;
  const Z3_lbool answer = Z3_optimize_check(context, optimiser, 0, nullptr);
  if (answer == Z3_L_FALSE) found.status = MaxSatStatus::unsatisfiable;
  if (answer == Z3_L_TRUE) {
    found.status = MaxSatStatus::optimal;
    found.cost = 0;
    if (any)
      found.cost = std::strtoull(
          Z3_get_numeral_string(context, Z3_optimize_get_upper(context, optimiser, objective)), nullptr, 10);
  }
  Z3_params_dec_ref(context, parameters);
  Z3_optimize_dec_ref(context, optimiser);
  return found;
}

}  // namespace genkai::logic
