#pragma once
// A float query in the forms that the scans need.

#include <span>
#include <vector>

#include "knowledge/vector/kernels.h"
#include "knowledge/vector/rows.h"

namespace genkai::knowledge {

/// The rotated query as 16-bit integers: an inner product with int8 codes is then exact integer arithmetic,
/// off from the float query's by less than 2e-5 of a unit vector's length.
class Query {
 public:
  explicit Query(std::span<const float> vector);
  /// False for a query without direction (all zero, not finite, or beyond kMaxScale): it has no neighbours.
  bool usable() const { return scale_ > 0; }
  /// [row_stride(dimension)], padded with zeros.
  const std::vector<float>& values() const { return values_; }
  const std::int16_t* codes() const { return codes_.data(); }
  float score(std::int32_t dot, float vector_scale) const {
    return static_cast<float>(dot) * (scale_ * vector_scale);
  }

 private:
  std::vector<float> values_;
  std::vector<std::int16_t> codes_;  // row_stride(dimension)
  float scale_ = 0;
};

/// The rotated query as table of byte sums, which kernels::scan_blocks reads.
class QueryTable {
 public:
  /// REQUIRES: query.usable().
  explicit QueryTable(const Query& query);
  kernels::ScanTable table() const { return {bytes_.data() + begin_, step_, bias_}; }

 private:
  std::vector<std::uint8_t> bytes_;
  std::size_t begin_ = 0;  // of the 64-byte aligned table
  float step_ = 0, bias_ = 0;
};

}  // namespace genkai::knowledge
