#include "knowledge/vector/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "knowledge/vector/kernels.cc"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include "knowledge/vector/kernels_plain.h"

HWY_BEFORE_NAMESPACE();
namespace genkai::knowledge::kernels {
namespace HWY_NAMESPACE {
#if HWY_TARGET == HWY_SCALAR
constexpr auto& DotRows = plain::dot_rows;
constexpr auto& DotGather = plain::dot_gather;
constexpr auto& Nearest = plain::nearest;
constexpr auto& ScanBlocks = plain::scan_blocks;
#else
namespace hn = hwy::HWY_NAMESPACE;

/// Bytes to fetch ahead in sequential scans: the hardware's own prefetch stops at each page.
constexpr std::size_t kScanAhead = 4096;

using I32 = hn::CappedTag<std::int32_t, 16>;
using I16 = hn::Repartition<std::int16_t, I32>;
using I8 = hn::Rebind<std::int8_t, I16>;
using F32 = hn::CappedTag<float, 16>;

HWY_INLINE std::int32_t dot(const std::int16_t* HWY_RESTRICT query, const std::int8_t* HWY_RESTRICT codes,
                            std::size_t stride) {
  const I32 d32;
  const I16 d16;
  const I8 d8;
  const std::size_t n = hn::Lanes(d16);
  auto sum0 = hn::Zero(d32), sum1 = hn::Zero(d32), sum2 = hn::Zero(d32), sum3 = hn::Zero(d32);
  for (std::size_t i = 0; i < stride; i += 2 * n) {
    sum0 = hn::ReorderWidenMulAccumulate(d32, hn::LoadU(d16, query + i),
                                         hn::PromoteTo(d16, hn::LoadU(d8, codes + i)), sum0, sum1);
    sum2 = hn::ReorderWidenMulAccumulate(d32, hn::LoadU(d16, query + i + n),
                                         hn::PromoteTo(d16, hn::LoadU(d8, codes + i + n)), sum2, sum3);
  }
  return hn::GetLane(hn::SumOfLanes(d32, hn::Add(hn::Add(sum0, sum1), hn::Add(sum2, sum3))));
}

void DotRows(const std::int16_t* query, const std::int8_t* codes, std::size_t stride, std::size_t count,
             std::int32_t* out) {
  for (std::size_t i = 0; i < count; ++i, codes += stride) {
    for (std::size_t line = 0; line < stride; line += 64) hwy::Prefetch(codes + kScanAhead + line);
    out[i] = dot(query, codes, stride);
  }
}

void DotGather(const std::int16_t* query, const std::int8_t* codes, std::size_t stride,
               const std::uint32_t* rows, std::size_t count, std::int32_t* out) {
  constexpr std::size_t kAhead = 8;
  for (std::size_t i = 0; i < count; ++i) {
    if (i + kAhead < count) {
      const std::int8_t* next = codes + std::size_t{rows[i + kAhead]} * stride;
      for (std::size_t line = 0; line < stride; line += 64) hwy::Prefetch(next + line);
    }
    out[i] = dot(query, codes + std::size_t{rows[i]} * stride, stride);
  }
}

HWY_INLINE void nearest_batch(const float* HWY_RESTRICT vectors, const float* HWY_RESTRICT inverse,
                              std::size_t stride, const float* HWY_RESTRICT centroids,
                              const float* HWY_RESTRICT scale, const float* HWY_RESTRICT half,
                              std::size_t groups, std::uint32_t* HWY_RESTRICT best) {
  const F32 df;
  const std::size_t n = hn::Lanes(df);
  using V = decltype(hn::Zero(df));
  static_assert(kBatch == 6);
  const float *v0 = vectors, *v1 = v0 + stride, *v2 = v1 + stride, *v3 = v2 + stride, *v4 = v3 + stride,
              *v5 = v4 + stride;
  HWY_ALIGN float scores[kBatch][kGroup];
  float top[kBatch];
  for (auto& score : top) score = -3.0e38F;
  for (std::size_t group = 0; group < groups; ++group) {
    for (std::size_t offset = 0; offset < kGroup; offset += 2 * n) {
      const float* column = centroids + group * stride * kGroup + offset;
      V a0 = hn::Zero(df), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0;
      V b0 = a0, b1 = a0, b2 = a0, b3 = a0, b4 = a0, b5 = a0;
      for (std::size_t i = 0; i < stride; ++i, column += kGroup) {
        const V a = hn::LoadU(df, column), b = hn::LoadU(df, column + n);
        V x = hn::Set(df, v0[i]);
        a0 = hn::MulAdd(x, a, a0), b0 = hn::MulAdd(x, b, b0);
        x = hn::Set(df, v1[i]);
        a1 = hn::MulAdd(x, a, a1), b1 = hn::MulAdd(x, b, b1);
        x = hn::Set(df, v2[i]);
        a2 = hn::MulAdd(x, a, a2), b2 = hn::MulAdd(x, b, b2);
        x = hn::Set(df, v3[i]);
        a3 = hn::MulAdd(x, a, a3), b3 = hn::MulAdd(x, b, b3);
        x = hn::Set(df, v4[i]);
        a4 = hn::MulAdd(x, a, a4), b4 = hn::MulAdd(x, b, b4);
        x = hn::Set(df, v5[i]);
        a5 = hn::MulAdd(x, a, a5), b5 = hn::MulAdd(x, b, b5);
      }
      const std::size_t first = group * kGroup + offset;
      const V scale_a = hn::LoadU(df, scale + first), scale_b = hn::LoadU(df, scale + first + n);
      const V half_a = hn::LoadU(df, half + first), half_b = hn::LoadU(df, half + first + n);
      const auto store = [&](std::size_t v, V a, V b) HWY_ATTR {
        const V factor = hn::Set(df, inverse[v]);
        hn::StoreU(hn::Sub(hn::Mul(a, scale_a), hn::Mul(half_a, factor)), df, scores[v] + offset);
        hn::StoreU(hn::Sub(hn::Mul(b, scale_b), hn::Mul(half_b, factor)), df, scores[v] + offset + n);
      };
      store(0, a0, b0), store(1, a1, b1), store(2, a2, b2);
      store(3, a3, b3), store(4, a4, b4), store(5, a5, b5);
    }
    for (std::size_t v = 0; v < kBatch; ++v) {
      V greatest = hn::LoadU(df, scores[v]);
      for (std::size_t i = n; i < kGroup; i += n) greatest = hn::Max(greatest, hn::LoadU(df, scores[v] + i));
      const float score = hn::GetLane(hn::MaxOfLanes(df, greatest));
      if (score <= top[v]) continue;
      top[v] = score;
      std::size_t i = 0;
      while (i + 1 < kGroup && scores[v][i] != score) ++i;
      best[v] = static_cast<std::uint32_t>(group * kGroup + i);
    }
  }
}

void Nearest(const float* vectors, const float* inverse, std::size_t count, std::size_t stride,
             const float* centroids, const float* scale, const float* half, std::size_t groups,
             std::uint32_t* best) {
  for (std::size_t i = 0; i < count; i += kBatch) {
    for (std::size_t v = 0; v < kBatch; ++v) best[i + v] = 0;
    nearest_batch(vectors + i * stride, inverse + i, stride, centroids, scale, half, groups, best + i);
  }
}

// Each byte of codes holds 4 signs of vector j in its low and of vector j + 16 in its high half; the table
// answers 16 vectors with one byte shuffle ("fast scan": Andre, Kermarrec, Le Scouarnec 2015). Bytes are
// added as 16-bit pairs: `even` collects low + 256 * high modulo 2^16, `odd` collects high, and even - 256 *
// odd leaves low.
void ScanBlocks(const ScanTable& query, const std::uint8_t* block, std::size_t block_bytes,
                std::size_t stride, std::size_t blocks, float base, float threshold, float* estimates,
                std::uint32_t* above) {
  const hn::CappedTag<std::uint8_t, 64> d8;
  const hn::Repartition<std::uint16_t, decltype(d8)> d16;
  const hn::FixedTag<std::uint16_t, 8> quarter;
  const F32 df;
  const hn::Rebind<std::uint16_t, F32> du16;
  const hn::Rebind<std::int32_t, F32> di32;
  const std::size_t n8 = hn::Lanes(d8), n = hn::Lanes(df);
  const std::size_t code_bytes = stride * 4;
  const auto low_half = hn::Set(d8, 15);
  const auto step = hn::Set(df, query.step), bias = hn::Set(df, query.bias);
  const auto base_v = hn::Set(df, base), threshold_v = hn::Set(df, threshold);
  HWY_ALIGN std::uint16_t parts[4][32];
  HWY_ALIGN std::uint16_t sums[kBlock];
  for (std::size_t b = 0; b < blocks; ++b, block += block_bytes) {
    const std::uint8_t* codes = block + 8 * kBlock;
    auto even0 = hn::Zero(d16), odd0 = even0, even1 = even0, odd1 = even0;
    for (std::size_t i = 0; i < code_bytes; i += n8) {
      hwy::Prefetch(codes + i + kScanAhead);
      const auto code = hn::LoadU(d8, codes + i);
      const auto table = hn::LoadU(d8, query.table + i);
      const auto low = hn::And(code, low_half);
      const auto high = hn::And(hn::BitCast(d8, hn::ShiftRight<4>(hn::BitCast(d16, code))), low_half);
      const auto value0 = hn::BitCast(d16, hn::TableLookupBytes(table, low));
      const auto value1 = hn::BitCast(d16, hn::TableLookupBytes(table, high));
      even0 = hn::Add(even0, value0);
      odd0 = hn::Add(odd0, hn::ShiftRight<8>(value0));
      even1 = hn::Add(even1, value1);
      odd1 = hn::Add(odd1, hn::ShiftRight<8>(value1));
    }
    hn::StoreU(hn::Sub(even0, hn::ShiftLeft<8>(odd0)), d16, parts[0]);
    hn::StoreU(odd0, d16, parts[1]);
    hn::StoreU(hn::Sub(even1, hn::ShiftLeft<8>(odd1)), d16, parts[2]);
    hn::StoreU(odd1, d16, parts[3]);
    for (std::size_t half = 0; half < 2; ++half) {
      auto even = hn::LoadU(quarter, parts[2 * half]), odd = hn::LoadU(quarter, parts[2 * half + 1]);
      for (std::size_t i = 8; i < n8 / 2; i += 8) {
        even = hn::Add(even, hn::LoadU(quarter, parts[2 * half] + i));
        odd = hn::Add(odd, hn::LoadU(quarter, parts[2 * half + 1] + i));
      }
      hn::StoreU(hn::InterleaveLower(quarter, even, odd), quarter, sums + 16 * half);
      hn::StoreU(hn::InterleaveUpper(quarter, even, odd), quarter, sums + 16 * half + 8);
    }
    const auto* factors = reinterpret_cast<const float*>(block + 4 * kBlock);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < kBlock; i += n) {
      const auto sum = hn::ConvertTo(df, hn::PromoteTo(di32, hn::LoadU(du16, sums + i)));
      const auto estimate = hn::MulAdd(hn::LoadU(df, factors + i), hn::MulAdd(step, sum, bias), base_v);
      hn::StoreU(estimate, df, estimates + b * kBlock + i);
      std::uint8_t mask[8] = {};
      hn::StoreMaskBits(df, hn::Gt(estimate, threshold_v), mask);
      bits |= (std::uint32_t{mask[0]} | std::uint32_t{mask[1]} << 8) << i;
    }
    above[b] = bits;
  }
}

#endif  // HWY_SCALAR
}  // namespace HWY_NAMESPACE
}  // namespace genkai::knowledge::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genkai::knowledge::kernels {

HWY_EXPORT(DotRows);
HWY_EXPORT(DotGather);
HWY_EXPORT(Nearest);
HWY_EXPORT(ScanBlocks);

void dot_rows(const std::int16_t* query, const std::int8_t* codes, std::size_t stride, std::size_t count,
              std::int32_t* out) {
  HWY_DYNAMIC_DISPATCH(DotRows)(query, codes, stride, count, out);
}

void dot_gather(const std::int16_t* query, const std::int8_t* codes, std::size_t stride,
                const std::uint32_t* rows, std::size_t count, std::int32_t* out) {
  HWY_DYNAMIC_DISPATCH(DotGather)(query, codes, stride, rows, count, out);
}

void nearest(const float* vectors, const float* inverse, std::size_t count, std::size_t stride,
             const float* centroids, const float* scale, const float* half, std::size_t groups,
             std::uint32_t* best) {
  HWY_DYNAMIC_DISPATCH(Nearest)(vectors, inverse, count, stride, centroids, scale, half, groups, best);
}

void scan_blocks(const ScanTable& query, const std::uint8_t* block, std::size_t block_bytes,
                 std::size_t stride, std::size_t blocks, float base, float threshold, float* estimates,
                 std::uint32_t* above) {
  HWY_DYNAMIC_DISPATCH(ScanBlocks)
  (query, block, block_bytes, stride, blocks, base, threshold, estimates, above);
}

}  // namespace genkai::knowledge::kernels
#endif
