#include "knowledge/vector/query.h"

#include <algorithm>
#include <cmath>

#include "knowledge/vector/rotation.h"

namespace genkai::knowledge {

Query::Query(std::span<const float> vector) : values_(rotated(vector)), codes_(row_stride(vector.size()), 0) {
  values_.resize(codes_.size(), 0.0F);
  float largest = 0;
  for (const float x : values_) {
    if (!std::isfinite(x)) return;
    largest = std::max(largest, std::abs(x));
  }
  if (!(largest >= 1e-30F && largest <= kMaxScale)) return;
  const float top =
      std::min(32767.0F, std::floor(2147483647.0F / (128.0F * static_cast<float>(codes_.size()))) - 1);
  scale_ = largest / top;
  for (std::size_t i = 0; i < codes_.size(); ++i)
    codes_[i] = static_cast<std::int16_t>(std::lround(std::clamp(values_[i] / scale_, -top, top)));
}

QueryTable::QueryTable(const Query& query) {
  const std::vector<float>& values = query.values();
  const std::size_t groups = values.size() / 4;

  // For the signs of 4 dimensions the sum lies in [-reach, reach], reach = sum of |q|. As bytes: (sum +
  // reach) / step, with the step so that the total of all groups still fits 16 bits.
  std::vector<float> reach(groups);
  float widest = 0;
  double total = 0;
  for (std::size_t g = 0; g < groups; ++g) {
    for (std::size_t bit = 0; bit < 4; ++bit) reach[g] += std::abs(values[4 * g + bit]);
    widest = std::max(widest, reach[g]);
    total += reach[g];
  }
  const auto most = static_cast<float>(std::min<std::size_t>(255, 65535 / std::max<std::size_t>(1, groups)));
  step_ = std::max(2 * widest / most, 1e-37F);
  bias_ = static_cast<float>(-total);
  bytes_.resize(groups * 16 + 63);
  begin_ = (64 - reinterpret_cast<std::uintptr_t>(bytes_.data()) % 64) % 64;
  for (std::size_t g = 0; g < groups; ++g) {
    for (unsigned signs = 0; signs < 16; ++signs) {
      float sum = reach[g];
      for (std::size_t bit = 0; bit < 4; ++bit)
        sum += (signs >> bit & 1) != 0 ? values[4 * g + bit] : -values[4 * g + bit];
      bytes_[begin_ + g * 16 + signs] =
          static_cast<std::uint8_t>(std::lround(std::clamp(sum / step_, 0.0F, most)));
    }
  }
}

}  // namespace genkai::knowledge
