#include "logic/solve/z3_engine.h"

#include <z3.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace genkai::logic::solve {
namespace {

constexpr std::size_t kMostNodes = 200'000;  // built of one theory, quantifiers over members written out
constexpr unsigned kResources = 50'000'000;  // Z3's own count, the same on every machine

void limit_memory(std::uint32_t megabytes) {
  static std::once_flag once;
  std::call_once(once,
                 [megabytes] { Z3_global_param_set("memory_max_size", std::to_string(megabytes).c_str()); });
}

Check check_of(Z3_lbool result) {
  return result == Z3_L_TRUE ? Check::sat : result == Z3_L_FALSE ? Check::unsat : Check::unknown;
}

}  // namespace

struct Z3Engine::Impl {
  Z3_context context = nullptr;
  Z3_solver solver = nullptr;
  std::map<std::string, Z3_sort> sorts;
  std::map<std::pair<std::string, std::size_t>, Z3_func_decl> symbols;
  std::map<std::string, std::vector<Z3_ast>> members;  // of each enumeration
  std::vector<std::pair<std::string, Z3_ast>> scope;
  std::size_t nodes = 0;
  bool overflow = false;

  bool failed() const { return Z3_get_error_code(context) != Z3_OK; }
  std::string failure() const {
    std::string text = Z3_get_error_msg(context, Z3_get_error_code(context));
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    return text.substr(0, 300);
  }
  Z3_symbol symbol(const std::string& name) const { return Z3_mk_string_symbol(context, name.c_str()); }

  Z3_sort sort(const std::string& name) {
    const auto [at, fresh] = sorts.emplace(name, nullptr);
    if (fresh) at->second = Z3_mk_uninterpreted_sort(context, symbol("sort " + name));
    return at->second;
  }

  void declare(const Theory& theory) {
    sorts["Bool"] = Z3_mk_bool_sort(context);
    sorts["Int"] = Z3_mk_int_sort(context);
    for (const auto& [name, enumeration] : theory.enumerations) {
      auto& all = members[name];
      for (const std::int64_t number : enumeration.numbers)
        all.push_back(Z3_mk_int64(context, number, sorts["Int"]));
      if (enumeration.members.empty()) {
        sorts[name] = sorts["Int"];
        continue;
      }
      const auto count = static_cast<unsigned>(enumeration.members.size());
      std::vector<Z3_symbol> names;
      for (const std::string& member : enumeration.members) names.push_back(symbol(member));
      std::vector<Z3_func_decl> constants(count), testers(count);
      sorts[name] = Z3_mk_enumeration_sort(context, symbol("sort " + name), count, names.data(),
                                           constants.data(), testers.data());
      for (unsigned i = 0; i < count; ++i) {
        symbols[{enumeration.members[i], 0}] = constants[i];
        all.push_back(Z3_mk_app(context, constants[i], 0, nullptr));
      }
    }
    for (const auto& [key, one] : theory.symbols) {
      if (symbols.contains(key)) continue;
      std::vector<Z3_sort> arguments;
      for (const std::string& argument : one.arguments) arguments.push_back(sort(argument));
      symbols[key] = Z3_mk_func_decl(context, symbol(key.first), static_cast<unsigned>(arguments.size()),
                                     arguments.data(), sort(one.result));
    }
  }

  using Operands = std::vector<Z3_ast>;
  Z3_ast all(const Operands& x) { return Z3_mk_and(context, static_cast<unsigned>(x.size()), x.data()); }
  Z3_ast any(const Operands& x) { return Z3_mk_or(context, static_cast<unsigned>(x.size()), x.data()); }
  Z3_ast number(std::int64_t value) { return Z3_mk_int64(context, value, sorts["Int"]); }
  Z3_ast distinct(const Operands& x) {
    return x.size() < 2 ? Z3_mk_true(context)
                        : Z3_mk_distinct(context, static_cast<unsigned>(x.size()), x.data());
  }
  Z3_ast sum(const Operands& x) {
    return x.empty() ? number(0) : Z3_mk_add(context, static_cast<unsigned>(x.size()), x.data());
  }

  Z3_ast build(const Expression& e) {
    if (++nodes > kMostNodes) overflow = true;
    if (overflow) return Z3_mk_true(context);
    switch (e.op) {
      case Op::number:
        return number(e.number);
      case Op::truth:
        return e.number ? Z3_mk_true(context) : Z3_mk_false(context);
      case Op::variable:
        return std::find_if(scope.rbegin(), scope.rend(),
                            [&](const auto& one) { return one.first == e.name; })
            ->second;
      case Op::for_all:
      case Op::exists:
        return quantified(e);
      default:
        break;
    }
    if (!e.bound.empty()) return comprehended(e);
    Operands x;
    for (const Expression& part : e.parts) x.push_back(build(part));
    switch (e.op) {
      case Op::name:
      case Op::call:
        return applied(e, x);
      case Op::negation:
      case Op::failure:
        return Z3_mk_not(context, x[0]);
      case Op::conjunction:
        return all(x);
      case Op::disjunction:
        return any(x);
      case Op::exclusive:
        return Z3_mk_xor(context, x[0], x[1]);
      case Op::implication:
        return Z3_mk_implies(context, x[0], x[1]);
      case Op::equivalence:
        return Z3_mk_iff(context, x[0], x[1]);
      case Op::equal:
        return Z3_mk_eq(context, x[0], x[1]);
      case Op::not_equal:
        return Z3_mk_not(context, Z3_mk_eq(context, x[0], x[1]));
      case Op::less:
        return Z3_mk_lt(context, x[0], x[1]);
      case Op::less_equal:
        return Z3_mk_le(context, x[0], x[1]);
      case Op::greater:
        return Z3_mk_gt(context, x[0], x[1]);
      case Op::greater_equal:
        return Z3_mk_ge(context, x[0], x[1]);
      case Op::add:
        return Z3_mk_add(context, 2, x.data());
      case Op::subtract:
        return Z3_mk_sub(context, 2, x.data());
      case Op::multiply:
        return Z3_mk_mul(context, 2, x.data());
      case Op::modulo:
        return Z3_mk_mod(context, x[0], x[1]);
      default:
        return Z3_mk_unary_minus(context, x[0]);
    }
  }

  Z3_ast applied(const Expression& e, const Operands& x) {
    if (e.name == "Distinct" && e.op == Op::call) return distinct(x);
    if (e.name == "abs" && x.size() == 1)
      return Z3_mk_ite(context, Z3_mk_ge(context, x[0], number(0)), x[0], Z3_mk_unary_minus(context, x[0]));
    return Z3_mk_app(context, symbols.at({e.name, x.size()}), static_cast<unsigned>(x.size()), x.data());
  }

  // One for each choice of members for the variables from `at` on; those of other sorts are refused.
  bool cases(const Expression& e, std::size_t at, Operands& out) {
    if (at == e.bound.size()) {
      out.push_back(build(e.parts[0]));
      return !overflow;
    }
    const auto found = members.find(e.bound[at].sort);
    if (found == members.end()) return false;
    for (const Z3_ast member : found->second) {
      scope.emplace_back(e.bound[at].name, member);
      const bool done = cases(e, at + 1, out);
      scope.pop_back();
      if (!done) return false;
    }
    return true;
  }

  Z3_ast quantified(const Expression& e) {
    const bool listed = std::all_of(e.bound.begin(), e.bound.end(),
                                    [&](const auto& one) { return members.contains(one.sort); });
    Operands x;
    if (listed) {
      cases(e, 0, x);
      return e.op == Op::for_all ? all(x) : any(x);
    }
    std::vector<Z3_app> variables;
    Operands guards;
    for (const auto& one : e.bound) {
      const Z3_ast variable = Z3_mk_fresh_const(context, one.name.c_str(), sort(one.sort));
      variables.push_back(Z3_to_app(context, variable));
      scope.emplace_back(one.name, variable);
      if (members.contains(one.sort)) guards.push_back(among(variable, one.sort));
    }
    Z3_ast body = build(e.parts[0]);
    scope.resize(scope.size() - e.bound.size());
    if (!guards.empty()) {
      guards.push_back(body);
      const Z3_ast last = guards.back();
      guards.pop_back();
      body = e.op == Op::for_all ? Z3_mk_implies(context, all(guards), last) : all({all(guards), last});
    }
    const auto count = static_cast<unsigned>(variables.size());
    return e.op == Op::for_all ? Z3_mk_forall_const(context, 0, count, variables.data(), 0, nullptr, body)
                               : Z3_mk_exists_const(context, 0, count, variables.data(), 0, nullptr, body);
  }
  Z3_ast among(Z3_ast value, const std::string& range) {
    Operands x;
    for (const Z3_ast member : members[range]) x.push_back(Z3_mk_eq(context, value, member));
    return any(x);
  }

  // Count, Sum and Distinct over listed members.
  Z3_ast comprehended(const Expression& e) {
    Operands x;
    if (!cases(e, 0, x)) {
      overflow = true;
      return Z3_mk_true(context);
    }
    if (e.name == "Distinct") return distinct(x);
    if (e.name == "Count")
      for (Z3_ast& one : x) one = Z3_mk_ite(context, one, number(1), number(0));
    return sum(x);
  }
};

Z3Engine::Z3Engine(const Budget& budget) : impl_(std::make_unique<Impl>()) {
  limit_memory(budget.z3_megabytes);
  const Z3_config config = Z3_mk_config();
  impl_->context = Z3_mk_context(config);  // frees its terms itself, when it goes
  Z3_del_config(config);
  Z3_set_error_handler(impl_->context, nullptr);
  impl_->solver = Z3_mk_solver(impl_->context);
  Z3_solver_inc_ref(impl_->context, impl_->solver);
  const Z3_params params = Z3_mk_params(impl_->context);
  Z3_params_inc_ref(impl_->context, params);
  const auto set = [&](const char* name, unsigned value) {
    Z3_params_set_uint(impl_->context, params, Z3_mk_string_symbol(impl_->context, name), value);
  };
  set("timeout", static_cast<unsigned>(budget.time.count()));
  set("rlimit", kResources);
  set("random_seed", 1);
  Z3_solver_set_params(impl_->context, impl_->solver, params);
  Z3_params_dec_ref(impl_->context, params);
}

Z3Engine::~Z3Engine() {
  Z3_solver_dec_ref(impl_->context, impl_->solver);
  Z3_del_context(impl_->context);
}

Read<bool> Z3Engine::assert_theory(const Theory& theory) {
  impl_->declare(theory);
  for (const Expression& premise : theory.premises) {
    const Z3_ast made = impl_->build(premise);
    if (impl_->overflow) return cannot_read(What::too_many_cases, premise.place);
    if (impl_->failed()) return cannot_read(What::solver_refused, premise.place, {impl_->failure()});
    Z3_solver_assert(impl_->context, impl_->solver, made);
  }
  return true;
}

Check Z3Engine::check() {
  const Check result = check_of(Z3_solver_check(impl_->context, impl_->solver));
  return impl_->failed() ? Check::unknown : result;
}

Read<Check> Z3Engine::check_with(const Expression& goal, bool negated) {
  Z3_ast made = impl_->build(goal);
  if (impl_->overflow) return cannot_read(What::too_many_cases, goal.place);
  if (impl_->failed()) return cannot_read(What::solver_refused, goal.place, {impl_->failure()});
  if (negated) made = Z3_mk_not(impl_->context, made);
  Z3_solver_push(impl_->context, impl_->solver);
  Z3_solver_assert(impl_->context, impl_->solver, made);
  const Check result = check();
  Z3_solver_pop(impl_->context, impl_->solver, 1);
  return result;
}

Read<bool> Z3Engine::assert_smt(std::string_view script) {
  const Z3_ast_vector parsed = Z3_parse_smtlib2_string(impl_->context, std::string(script).c_str(), 0,
                                                       nullptr, nullptr, 0, nullptr, nullptr);
  if (impl_->failed()) return cannot_read(What::solver_refused, {}, {impl_->failure()});
  Z3_ast_vector_inc_ref(impl_->context, parsed);
  for (unsigned i = 0; i < Z3_ast_vector_size(impl_->context, parsed); ++i)
    Z3_solver_assert(impl_->context, impl_->solver, Z3_ast_vector_get(impl_->context, parsed, i));
  Z3_ast_vector_dec_ref(impl_->context, parsed);
  return true;
}

Read<std::optional<Z3Engine::Value>> Z3Engine::value_of(std::string_view script, std::string_view term) {
  // The only way to a term in the script's own names is an assertion that has it.
  const std::string with =
      std::string(script) + "(assert (= " + std::string(term) + " " + std::string(term) + "))";
  Z3_ast_vector parsed =
      Z3_parse_smtlib2_string(impl_->context, with.c_str(), 0, nullptr, nullptr, 0, nullptr, nullptr);
  if (impl_->failed()) return cannot_read(What::solver_refused, {}, {impl_->failure()});
  Z3_ast_vector_inc_ref(impl_->context, parsed);
  const Z3_ast equation =
      Z3_ast_vector_get(impl_->context, parsed, Z3_ast_vector_size(impl_->context, parsed) - 1);
  std::optional<Value> found;
  if (Z3_get_app_num_args(impl_->context, Z3_to_app(impl_->context, equation)) == 2 &&
      check() == Check::sat) {
    const Z3_ast asked = Z3_get_app_arg(impl_->context, Z3_to_app(impl_->context, equation), 0);
    const Z3_model model = Z3_solver_get_model(impl_->context, impl_->solver);
    Z3_model_inc_ref(impl_->context, model);
    Z3_ast value = nullptr;
    if (Z3_model_eval(impl_->context, model, asked, true, &value)) {
      const bool numeral = Z3_get_ast_kind(impl_->context, value) == Z3_NUMERAL_AST;
      found.emplace();
      found->text =
          numeral ? Z3_get_numeral_string(impl_->context, value) : Z3_ast_to_string(impl_->context, value);
      Z3_solver_push(impl_->context, impl_->solver);
      Z3_solver_assert(impl_->context, impl_->solver,
                       Z3_mk_not(impl_->context, Z3_mk_eq(impl_->context, asked, value)));
      found->another = check();
      Z3_solver_pop(impl_->context, impl_->solver, 1);
    }
    Z3_model_dec_ref(impl_->context, model);
  }
  Z3_ast_vector_dec_ref(impl_->context, parsed);
  return found;
}

std::string Z3Engine::reason() const {
  return impl_->failed() ? impl_->failure() : Z3_solver_get_reason_unknown(impl_->context, impl_->solver);
}

}  // namespace genkai::logic::solve
