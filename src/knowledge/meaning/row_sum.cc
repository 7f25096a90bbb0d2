#include "knowledge/meaning/row_sum.h"

#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "knowledge/meaning/row_sum.cc"
#include <hwy/foreach_target.h>
// After foreach_target.h, as Highway asks.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace genkai::knowledge {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void add_rows(const ScaledRow* rows, std::size_t count, std::size_t dimension, float* out) {
  const hn::ScalableTag<float> floats;
  const hn::Rebind<std::int32_t, decltype(floats)> ints;
  const hn::Rebind<std::int8_t, decltype(floats)> bytes;
  const std::size_t lanes = hn::Lanes(floats);
  const auto values = [&](const ScaledRow& row, std::size_t at) {
    return hn::ConvertTo(floats, hn::PromoteTo(ints, hn::LoadU(bytes, row.values + at)));
  };
  std::size_t at = 0;
  // Four accumulators stay in registers while all rows pass: the sum is stored once.
  for (; at + 4 * lanes <= dimension; at += 4 * lanes) {
    auto a = hn::Zero(floats), b = a, c = a, d = a;
    for (std::size_t r = 0; r < count; ++r) {
      const auto scale = hn::Set(floats, rows[r].scale);
      a = hn::MulAdd(values(rows[r], at), scale, a);
      b = hn::MulAdd(values(rows[r], at + lanes), scale, b);
      c = hn::MulAdd(values(rows[r], at + 2 * lanes), scale, c);
      d = hn::MulAdd(values(rows[r], at + 3 * lanes), scale, d);
    }
    hn::StoreU(a, floats, out + at);
    hn::StoreU(b, floats, out + at + lanes);
    hn::StoreU(c, floats, out + at + 2 * lanes);
    hn::StoreU(d, floats, out + at + 3 * lanes);
  }
  for (; at < dimension; ++at) {
    float sum = 0;
    for (std::size_t r = 0; r < count; ++r) sum += rows[r].scale * static_cast<float>(rows[r].values[at]);
    out[at] = sum;
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace genkai::knowledge
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genkai::knowledge {

HWY_EXPORT(add_rows);

void sum_to_unit(std::span<const ScaledRow> rows, std::size_t dimension, float* out) {
  HWY_DYNAMIC_DISPATCH(add_rows)(rows.data(), rows.size(), dimension, out);
  double squares = 0;
  for (std::size_t i = 0; i < dimension; ++i) squares += static_cast<double>(out[i]) * out[i];
  const float factor = squares > 0 ? static_cast<float>(1 / std::sqrt(squares)) : 0.0F;
  for (std::size_t i = 0; i < dimension; ++i) out[i] *= factor;
}

}  // namespace genkai::knowledge
#endif
