#include <algorithm>
#include <cstddef>
#include <numeric>

#include "stats/recalibration.h"

namespace genkai::stats {

IsotonicMap IsotonicMap::fit(std::span<const double> scores, Outcomes correct) {
  IsotonicMap map;
  if (scores.empty()) return map;
  map.scores_.clear();
  map.values_.clear();
  struct Block {
    double first = 0, last = 0, correct_sum = 0, items = 0;  // first and last: scores
    double value() const { return correct_sum / items; }
  };
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
  std::vector<Block> blocks;
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin + 1;
    while (end < order.size() && scores[order[end]] == scores[order[begin]]) ++end;
    Block block{scores[order[begin]], scores[order[begin]]};
    for (std::size_t i = begin; i < end; ++i) {
      block.correct_sum += correct[order[i]];
      block.items += 1;
    }
    while (!blocks.empty() && blocks.back().value() >= block.value()) {
      block.first = blocks.back().first;
      block.correct_sum += blocks.back().correct_sum;
      block.items += blocks.back().items;
      blocks.pop_back();
    }
    blocks.push_back(block);
    begin = end;
  }
  for (const Block& block : blocks) {
    map.scores_.push_back(block.first);
    map.values_.push_back(block.value());
    if (block.last == block.first) continue;
    map.scores_.push_back(block.last);
    map.values_.push_back(block.value());
  }
  return map;
}

double IsotonicMap::operator()(double score) const {
  const auto above = std::upper_bound(scores_.begin(), scores_.end(), score);
  if (above == scores_.begin()) return values_.front();
  if (above == scores_.end()) return values_.back();
  const auto i = static_cast<std::size_t>(above - scores_.begin());
  const double share = (score - scores_[i - 1]) / (scores_[i] - scores_[i - 1]);
  return values_[i - 1] + share * (values_[i] - values_[i - 1]);
}

}  // namespace genkai::stats
