#pragma once
// What is trained on: samples of tokens with the weight of the loss on each, and batches of them laid end to
// end.
//
//   Sample sample{.tokens = {1, 40, 41, 2}, .weights = {0, 0, 1, 1}};  // loss on predicting 41 and 2
//   Batch batch;
//   append(batch, sample);  // 3 rows: 1 -> 40, 40 -> 41, 41 -> 2

#include <cassert>
#include <cstdint>
#include <vector>

#include "lab/train/tape.h"

namespace genkai::lab::train {

struct Sample {
  std::vector<TokenId> tokens;
  std::vector<float>
      weights;  // as many; weights[i] is of the loss on predicting tokens[i]; the first is not used
};

/// Rows of samples end to end; no row attends across samples, and positions begin at 0 in each.
struct Batch {
  std::vector<TokenId> tokens;
  std::vector<std::int32_t> positions;
  std::vector<TokenId> targets;  // what row i should predict
  std::vector<float> weights;    // of the loss on it
  Segments segments = {0};
  std::size_t rows() const { return tokens.size(); }
};

/// Rows for all tokens but the last, which is only predicted. A sample of fewer than two tokens adds nothing.
inline void append(Batch& batch, const Sample& sample) {
  assert(sample.tokens.size() == sample.weights.size());
  if (sample.tokens.size() < 2) return;
  for (std::size_t i = 0; i + 1 < sample.tokens.size(); ++i) {
    batch.tokens.push_back(sample.tokens[i]);
    batch.positions.push_back(static_cast<std::int32_t>(i));
    batch.targets.push_back(sample.tokens[i + 1]);
    batch.weights.push_back(sample.weights[i + 1]);
  }
  batch.segments.push_back(batch.rows());
}

/// What the trainer needs of an architecture.
class Model {
 public:
  virtual ~Model() = default;
  virtual Parameters& parameters() = 0;
  virtual const Parameters& parameters() const = 0;
  /// Tokens are 0 ... vocabulary() - 1.
  virtual std::size_t vocabulary() const = 0;
  /// sum of weight * -ln p(target) over the rows, 1 x 1. Thread-safe: each caller with its own tape.
  virtual Value loss(Tape& tape, const Batch& batch) const = 0;
};

}  // namespace genkai::lab::train
