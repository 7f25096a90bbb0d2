#pragma once
// A small network over named features: a linear part and one hidden layer of tanh units, both over
// standardised values. Kept in JSON that a person can read (docs/formats/reader-weights.md).

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace genkai::model {

class Network {
 public:
  /// `names` are the features that the program computes, in its order; the JSON must name each of them
  /// exactly once. Anything else, sizes that do not match and numbers that are missing are invalid_argument.
  static base::Result<Network> parse(const base::Json& json, std::span<const std::string_view> names);
  /// REQUIRES: as many values as names.
  double operator()(std::span<const double> values) const;

 private:
  struct Column {
    double mean = 0, scale = 1, linear = 0;
    std::vector<double> hidden;
  };
  std::vector<Column> columns_;
  std::vector<double> hidden_bias_, output_;
  double bias_ = 0;
};

}  // namespace genkai::model
