#pragma once
// Upper bounds of what any allowed set is worth.
//
//   double bound = bound_from(state);                    // at every state of the greedy: keep the least
//   bound = std::min(bound, dual_bound(layout, state, bound));

#include <span>

#include "limits/context/select_state.h"

namespace genkai::limits::context {

/// The most that items of these gains and costs are worth within a budget when they may be cut (Dantzig
/// 1957), items without a gain left out; expected linear time. With `taken`, the share taken of each item is
/// written there.
double fractional_knapsack(std::span<const double> gains, std::span<const double> costs, double budget,
                           std::vector<double>* taken = nullptr);

/// f(S) + the most that the marginal gains of all other items add within the budget (Nemhauser, Wolsey and
/// Fisher 1978; for costs Leskovec et al. 2007, section 3.2), S being the state: for monotone submodular f no
/// allowed set is worth more, since f(T) <= f(S) + sum over T of the gains at S. At most `most` items are
/// counted. Items that cannot be chosen are left out.
double bound_from(const Layout& layout, const State& state);

/// The linear relaxation from above, by its dual. For any l_a in [0, 1] and t_p >= 0
///
///   f(T) <= sum w_a (1 - l_a) + sum t_p + sum over i in T of m_i,
///   m_i = own_i + sum w_a l_a degree_ia + sum over its parts of max(0, worth_ip - t_p),
///
/// because min(1, x) <= 1 - l + l x and max x_i <= t + sum max(0, x_i - t). What is summed over T is a
/// knapsack. l and t start at what `state` covers and are improved by subgradient steps of Polyak's length
/// (1969), whose aim is `aim`, a value that is reached. Every step gives a valid bound; the least is
/// returned.
double dual_bound(const Layout& layout, const State& state, double aim);

}  // namespace genkai::limits::context
