#pragma once
// A share that was counted, with its interval.
//
//   const Share right = share_of(37, 50);
//   right.value()                                // 0.74
//   right.interval                               // Wilson's, 95 %

#include <cstddef>

#include "stats/intervals.h"

namespace genkai::stats {

struct Share {
  std::size_t hits = 0, n = 0;
  Interval interval{};
  double value() const { return n == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(n); }
};

inline Share share_of(std::size_t hits, std::size_t n) {
  return {hits, n, wilson(hits, n)};
}

}  // namespace genkai::stats
