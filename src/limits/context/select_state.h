#pragma once
// A selection problem laid out flat, and a set that grows and shrinks: what select() and its bound work on.
//
//   const Layout layout(problem);
//   State state(layout);
//   if (state.fits(i)) state.add(i);                   // with all that it needs
//   double more = state.gain(j);

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "limits/context/select.h"

namespace genkai::limits::context {

using Index = std::uint32_t;

/// Rows of different lengths, one after the other.
template <class T>
struct Rows {
  std::vector<Index> begin{0};
  std::vector<T> values;
  void end_row() { begin.push_back(static_cast<Index>(values.size())); }
  std::span<const T> operator[](std::size_t row) const {
    return std::span<const T>(values).subspan(begin[row], begin[row + 1] - begin[row]);
  }
};

struct Layout {
  explicit Layout(const Problem& problem);
  std::size_t size() const { return cost.size(); }

  struct Share {
    Index of = 0;     // an aspect, or a part
    double much = 0;  // degree, or relevance per part
  };
  std::vector<double> cost;
  std::vector<double> own;  // relevance of the parts that no other item holds
  std::vector<double> weight;
  Rows<Share> covers;   // of each item
  Rows<Share> parts;    // of each item: those that others hold too
  Rows<Share> holders;  // of each such part: the items
  Rows<Index> bundle;   // each item with all that it needs; empty when it can never be chosen
  Rows<Index> leaning;  // each item with all that need it
  double budget = 0;
  std::size_t most = 0;
};

/// A set that holds all that its items need.
class State {
 public:
  explicit State(const Layout& layout);

  bool has(Index i) const { return chosen_[i] != 0; }
  /// Whether i, with what it needs and is not there, is choosable, new and within budget and number.
  bool fits(Index i) const;
  double cost_of(Index i) const;     // of i with what it needs and is not there
  double gain(Index i) const;        // the same of its worth
  double gain_alone(Index i) const;  // of i without what it needs: the marginal gain
  void add(Index i);
  void remove(Index i);  // and all that need it

  double value() const { return value_; }
  double cost() const { return cost_; }
  std::size_t count() const { return count_; }
  double covered(Index aspect) const { return covered_[aspect]; }
  double best_of(Index part) const { return best_[part]; }
  std::vector<Index> chosen() const;  // ascending

 private:
  void put(Index i);
  void take(Index i);
  const Layout* layout_;
  std::vector<std::uint8_t> chosen_;
  std::vector<double> covered_;  // sum of degrees, of each aspect
  std::vector<double> best_;     // of each shared part
  double value_ = 0, cost_ = 0;
  std::size_t count_ = 0;
};

}  // namespace genkai::limits::context
