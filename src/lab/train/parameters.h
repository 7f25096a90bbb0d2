#pragma once
// The named matrices that are trained, in one array, so that summing gradients, the optimiser and checkpoints
// are loops.
//
//   Parameters parameters;
//   const ParameterId weight = parameters.add("blk.0.attn_q.weight", 128, 128);
//   parameters.fill_normal(weight, 1 / std::sqrt(128.0), rng);
//
// Row-major. A vector is a matrix of one row. Not thread-safe while it is changed.

#include <span>
#include <string>
#include <vector>

#include "base/rng.h"
#include "lab/train/arena.h"

namespace genkai::lab::train {

using ParameterId = std::size_t;

class Parameters {
 public:
  struct Entry {
    std::string name;
    std::size_t rows, cols, offset;  // the offset is a multiple of kLineFloats
    std::size_t size() const { return rows * cols; }
    bool decays() const { return rows > 1; }  // matrices, not gains and biases
  };

  /// All values 0.
  ParameterId add(std::string name, std::size_t rows, std::size_t cols) {
    entries_.push_back({std::move(name), rows, cols, values_.size()});
    values_.resize(values_.size() + to_lines(rows * cols), 0.0F);
    return entries_.size() - 1;
  }
  void fill(ParameterId id, float value) {
    for (float& v : matrix(id)) v = value;
  }
  void fill_normal(ParameterId id, double deviation, base::Rng& rng) {
    for (float& v : matrix(id)) v = static_cast<float>(rng.normal() * deviation);
  }

  const std::vector<Entry>& entries() const { return entries_; }
  const Entry& entry(ParameterId id) const { return entries_[id]; }
  std::span<float> matrix(ParameterId id) {
    return values().subspan(entries_[id].offset, entries_[id].size());
  }
  std::span<const float> matrix(ParameterId id) const {
    return values().subspan(entries_[id].offset, entries_[id].size());
  }
  /// Everything, with the gaps between matrices, which are 0.
  std::span<float> values() { return {values_.data(), values_.size()}; }
  std::span<const float> values() const { return {values_.data(), values_.size()}; }
  /// Trained numbers, without the gaps.
  std::size_t count() const {
    std::size_t total = 0;
    for (const Entry& e : entries_) total += e.size();
    return total;
  }

 private:
  std::vector<Entry> entries_;
  Floats values_;
};

}  // namespace genkai::lab::train
