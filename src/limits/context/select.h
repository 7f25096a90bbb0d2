#pragma once
// The best set of items under a budget: what to keep when not everything fits. Knows nothing of passages.
//
//   Problem problem{.items = items, .aspects = {1.0, 0.4}, .budget = 1500};
//   const Selection best = select(problem);
//   use(best.chosen, best.value / best.bound);         // and how near to the best possible that is

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace genkai::limits::context {

/// An item covers aspect `aspect` (an index into Problem::aspects) to `degree`, 0 to 1.
struct Cover {
  std::size_t aspect = 0;
  double degree = 1;
};

struct Item {
  double cost = 0;              // in the unit of the budget
  double relevance = 0;         // what the item is worth by itself
  std::vector<Cover> covers{};  // an aspect that is named twice counts at its higher degree
  std::vector<std::uint64_t>
      parts{};  // what it consists of (hashes of its sentences); empty: a part of its own
  std::vector<std::size_t> needs{};  // items that have to be chosen with it
};

/// A set S of items is worth
///
///   f(S) = sum over aspects a of w_a min(1, sum over i in S of degree_ia)
///        + sum over parts p of max over i in S that hold p of relevance_i / (number of parts of i)
///
/// which is monotone and submodular: what is covered already, or said already, does not pay again. S is
/// allowed when it costs at most `budget`, has at most `most` items and holds all that its items need.
/// Numbers that are negative or not finite count as 0, but a cost that is not finite is never paid; a degree
/// above 1 counts as 1; indices out of range are ignored.
struct Problem {
  std::vector<Item> items;
  std::vector<double> aspects;  // their weights
  double budget = 0;
  std::size_t most = std::numeric_limits<std::size_t>::max();
};

struct Selection {
  std::vector<std::size_t> chosen;  // ascending
  double value = 0;                 // f of them
  double cost = 0;
  double bound = 0;  // no allowed set is worth more; at least `value`
  /// Share of the best possible that is reached at least, 0 to 1.
  double reached() const { return bound > 0 ? value / bound : 1; }
};

/// Greedy by gain per cost and by gain, each with a lazy priority queue (Minoux 1978; Leskovec et al. 2007,
/// CELF), the better of the two improved by exchange (out one, in one or two; out two, in one; out one and
/// fill) until nothing gains. The better greedy alone reaches (1 - 1/e)/2 of the best where nothing needs
/// anything (Khuller, Moss and Naor 1999; with all triples to begin with 1 - 1/e, Sviridenko 2004). The bound
/// is the least of those in select_bound.h. Deterministic.
Selection select(const Problem& problem);

/// f of a set of items, from its definition.
double value_of(const Problem& problem, const std::vector<std::size_t>& chosen);

}  // namespace genkai::limits::context
