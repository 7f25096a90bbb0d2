#include "model/native/kernels.h"

#include <cmath>
#include <cstring>

// Tiles are arrays of vectors, which sizeless vectors cannot be; those machines use the 128-bit target.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#define HWY_WANT_AVX3_DL  // with VNNI
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "model/native/kernels.cc"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include <hwy/contrib/math/math-inl.h>

#include "model/native/kernels_plain.h"

#if defined(__clang__)
#define GENKAI_UNROLL _Pragma("unroll")
#else
#define GENKAI_UNROLL _Pragma("GCC unroll 8")
#endif

HWY_BEFORE_NAMESPACE();
namespace genkai::model::native::kernels {
namespace HWY_NAMESPACE {
#if HWY_TARGET == HWY_SCALAR
constexpr auto& Multiply = plain::multiply;
constexpr auto& Quantise = plain::quantise;
constexpr auto& RmsNorm = plain::rms_norm;
constexpr auto& SiluMultiply = plain::silu_multiply;
constexpr auto& Attend = plain::attend;
#else
namespace hn = hwy::HWY_NAMESPACE;

using F32 = hn::CappedTag<float, 16>;
using V = decltype(hn::Zero(F32()));
constexpr std::size_t kLanes = hn::MaxLanes(F32());

/// Tokens in a tile of 4 rows: what the registers hold.
constexpr std::size_t kTokens = HWY_CAP_GE512 ? 4 : 2;
/// Rows of a tile of 1 token: as many independent sums as hide an addition's latency.
constexpr std::size_t kRows = 8;
/// Bytes to fetch ahead: the hardware's own prefetch stops at each page.
constexpr std::size_t kAhead = 4096;

/// out[0..4) = the sums of a, b, c, d.
HWY_INLINE void sum4(V a, V b, V c, V d, float* HWY_RESTRICT out) {
  const F32 df;
  const hn::Repartition<double, F32> dd;
  const V ab = hn::Add(hn::InterleaveLower(df, a, b), hn::InterleaveUpper(df, a, b));  // a02 b02 a13 b13
  const V cd = hn::Add(hn::InterleaveLower(df, c, d), hn::InterleaveUpper(df, c, d));
  const auto ab2 = hn::BitCast(dd, ab), cd2 = hn::BitCast(dd, cd);
  const V all = hn::Add(hn::BitCast(df, hn::InterleaveLower(dd, ab2, cd2)),
                        hn::BitCast(df, hn::InterleaveUpper(dd, ab2, cd2)));  // a b c d in each 128 bits
  const hn::FixedTag<float, 4> d4;
#if HWY_CAP_GE512
  const hn::Half<F32> dh;
  const auto half = hn::Add(hn::LowerHalf(dh, all), hn::UpperHalf(dh, all));
  hn::StoreU(hn::Add(hn::LowerHalf(d4, half), hn::UpperHalf(d4, half)), d4, out);
#elif HWY_CAP_GE256
  hn::StoreU(hn::Add(hn::LowerHalf(d4, all), hn::UpperHalf(d4, all)), d4, out);
#else
  hn::StoreU(all, d4, out);
#endif
}

/// Rows of float32 or float16: the weights of row r from column i on, as float.
template <class T>
struct PlainRows {
  static constexpr std::size_t kStep = kLanes;
  const std::byte* data;
  std::size_t row_bytes, columns;

  using D = hn::Rebind<T, F32>;
  HWY_INLINE V load(const void* from) const {
    if constexpr (sizeof(T) == 4) {
      return hn::LoadU(F32(), static_cast<const float*>(from));
    } else {
      return hn::PromoteTo(F32(), hn::LoadU(D(), static_cast<const T*>(from)));
    }
  }

  template <std::size_t kR, std::size_t kT>
  HWY_INLINE void tile(std::size_t row, const Activations& x, std::size_t token, V (&sum)[kR][kT]) const {
    const F32 df;
    const std::byte* w = data + row * row_bytes;
    const float* values = x.values + token * columns;
    std::size_t i = 0;
    for (; i + kLanes <= columns; i += kLanes) {
      V a[kT];
      GENKAI_UNROLL for (std::size_t t = 0; t < kT; ++t) a[t] = hn::LoadU(df, values + t * columns + i);
      GENKAI_UNROLL for (std::size_t r = 0; r < kR; ++r) {
        const std::byte* from = w + r * row_bytes + i * sizeof(T);
        const V b = load(from);
        GENKAI_UNROLL for (std::size_t t = 0; t < kT; ++t) sum[r][t] = hn::MulAdd(a[t], b, sum[r][t]);
      }
    }
    if (i == columns) return;
    HWY_ALIGN T rest[kLanes] = {};
    HWY_ALIGN float rest_x[kLanes] = {};
    for (std::size_t r = 0; r < kR; ++r) {
      std::memcpy(rest, w + r * row_bytes + i * sizeof(T), (columns - i) * sizeof(T));
      const V b = load(rest);
      for (std::size_t t = 0; t < kT; ++t) {
        std::memcpy(rest_x, values + t * columns + i, (columns - i) * sizeof(float));
        sum[r][t] = hn::MulAdd(hn::Load(df, rest_x), b, sum[r][t]);
      }
    }
  }
};

#if HWY_TARGET == HWY_AVX3_DL
/// sum + products of 4 unsigned bytes of `a` with 4 signed bytes of `b`, in each lane. Highway 1.0 has no
/// name for it, and its flags for this target leave out the intrinsic's.
HWY_INLINE hn::Vec512<std::int32_t> dot4(hn::Vec512<std::int32_t> sum, hn::Vec512<std::uint8_t> a,
                                         hn::Vec512<std::int8_t> b) {
  asm("vpdpbusd %2, %1, %0" : "+v"(sum.raw) : "v"(a.raw), "v"(b.raw));
  return sum;
}
#endif

/// Rows of q8_0, against quantised activations. The products of a block are summed exactly.
struct QuantisedRows {
  const std::byte* data;
  std::size_t row_bytes, columns;
  static constexpr std::size_t kBytes = 2 + kQuantum;

#if HWY_TARGET == HWY_AVX3_DL
  // Two blocks side by side, 8 lanes of 4 products each.
  template <std::size_t kR, std::size_t kT>
  HWY_INLINE void tile(std::size_t row, const Activations& x, std::size_t token, V (&sum)[kR][kT]) const {
    const F32 df;
    const hn::Full512<std::uint8_t> du8;
    const hn::Full512<std::int8_t> di8;
    const hn::Full512<std::int32_t> di32;
    const hn::Full256<std::uint8_t> half;
    const auto flip = hn::Set(du8, 0x80);  // w + 128, unsigned; `offsets` takes it back
    const std::size_t stride = padded(columns);
    const std::byte* w = data + row * row_bytes;
    const std::int8_t* quants = x.quants + token * stride;
    const std::int32_t* offsets = x.offsets + token * stride / 4;
    const float* scales = x.scales + token * stride / 4;
    const auto step = [&](std::size_t i, const std::byte* const from, std::size_t row_stride,
                          std::size_t second) HWY_ATTR {
      GENKAI_UNROLL for (std::size_t r = 0; r < kR; ++r) {
        const std::byte* block = from + r * row_stride;
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(block) + 2;
        const auto b =
            hn::Xor(flip, hn::Combine(du8, hn::LoadU(half, bytes + second), hn::LoadU(half, bytes)));
        std::uint16_t d0, d1;
        std::memcpy(&d0, block, 2);
        std::memcpy(&d1, block + second, 2);
        const hn::Full128<std::uint16_t> d16;
        const hn::Full256<std::uint16_t> d16x2;
        const V d = hn::PromoteTo(df, hn::BitCast(hn::Full256<hwy::float16_t>(),
                                                  hn::Combine(d16x2, hn::Set(d16, d1), hn::Set(d16, d0))));
        GENKAI_UNROLL for (std::size_t t = 0; t < kT; ++t) {
          const auto products = dot4(hn::LoadU(di32, offsets + (t * stride + i) / 4), b,
                                     hn::LoadU(di8, quants + t * stride + i));
          sum[r][t] = hn::MulAdd(hn::Mul(d, hn::LoadU(df, scales + (t * stride + i) / 4)),
                                 hn::ConvertTo(df, products), sum[r][t]);
        }
      }
    };
    std::size_t i = 0;
    for (; i + 64 <= columns; i += 64) step(i, w + i / kQuantum * kBytes, row_bytes, kBytes);
    if (i == columns) return;
    // An odd block: its partner is a block of zeros.
    std::byte rest[kR][2 * kBytes] = {};
    for (std::size_t r = 0; r < kR; ++r)
      std::memcpy(rest[r], w + r * row_bytes + i / kQuantum * kBytes, kBytes);
    step(i, rest[0], 2 * kBytes, kBytes);
  }
#else
  template <std::size_t kR, std::size_t kT>
  HWY_INLINE void tile(std::size_t row, const Activations& x, std::size_t token, V (&sum)[kR][kT]) const {
    const F32 df;
    const hn::RebindToSigned<F32> d32;
    const hn::Repartition<std::int16_t, decltype(d32)> d16;
    const hn::Rebind<std::int8_t, decltype(d16)> d8;
    const hn::Rebind<hwy::float16_t, F32> dh;
    const std::size_t n = hn::Lanes(d16), stride = padded(columns);
    const std::byte* w = data + row * row_bytes;
    for (std::size_t i = 0; i < columns; i += kQuantum) {
      GENKAI_UNROLL for (std::size_t r = 0; r < kR; ++r) {
        const std::byte* block = w + r * row_bytes + i / kQuantum * kBytes;
        const auto* q = reinterpret_cast<const std::int8_t*>(block) + 2;
        HWY_ALIGN hwy::float16_t scale[kLanes] = {};
        std::memcpy(scale, block, 2);
        const float d = hn::GetLane(hn::PromoteTo(df, hn::Load(dh, scale)));
        GENKAI_UNROLL for (std::size_t t = 0; t < kT; ++t) {
          const std::int8_t* p = x.quants + (token + t) * stride + i;
          auto even = hn::Zero(d32), odd = even;
          for (std::size_t j = 0; j < kQuantum; j += n)
            even = hn::ReorderWidenMulAccumulate(d32, hn::PromoteTo(d16, hn::LoadU(d8, q + j)),
                                                 hn::PromoteTo(d16, hn::LoadU(d8, p + j)), even, odd);
          const V products = hn::ConvertTo(df, hn::Add(even, odd));
          const float factor = d * x.scales[((token + t) * stride + i) / 4];
          sum[r][t] = hn::MulAdd(hn::Set(df, factor), products, sum[r][t]);
        }
      }
    }
  }
#endif
};

template <std::size_t kR, std::size_t kT, class Rows>
HWY_INLINE void tile(const Rows& rows, std::size_t row, const Activations& x, std::size_t token,
                     float* HWY_RESTRICT out, std::size_t stride, bool add) {
  V sum[kR][kT];
  GENKAI_UNROLL for (std::size_t r = 0; r < kR; ++r) {
    GENKAI_UNROLL for (std::size_t t = 0; t < kT; ++t) sum[r][t] = hn::Zero(F32());
  }
  rows.tile(row, x, token, sum);
  for (std::size_t t = 0; t < kT; ++t) {
    float* to = out + (token + t) * stride + row;
    HWY_ALIGN float four[4];
    if constexpr (kR % 4 == 0) {
      GENKAI_UNROLL for (std::size_t r = 0; r < kR; r += 4) {
        sum4(sum[r][t], sum[r + 1][t], sum[r + 2][t], sum[r + 3][t], four);
        for (std::size_t i = 0; i < 4; ++i) to[r + i] = add ? to[r + i] + four[i] : four[i];
      }
    } else {
      static_assert(kR == 1);  // the same additions as in a tile of four
      sum4(sum[0][t], sum[0][t], sum[0][t], sum[0][t], four);
      *to = add ? *to + four[0] : four[0];
    }
  }
}

template <class Rows>
HWY_INLINE void multiply_rows(const Rows& rows, std::size_t first, std::size_t last, const Activations& x,
                              std::size_t tokens, float* out, std::size_t stride, bool add) {
  std::size_t row = first;
  if (tokens == 1) {
    for (; row + kRows <= last; row += kRows) {
      const std::byte* next = rows.data + row * rows.row_bytes + kAhead;
      for (std::size_t line = 0; line < kRows * rows.row_bytes; line += 64) hwy::Prefetch(next + line);
      tile<kRows, 1>(rows, row, x, 0, out, stride, add);
    }
  }
  for (; row + 4 <= last; row += 4) {
    std::size_t token = 0;
    for (; token + kTokens <= tokens; token += kTokens)
      tile<4, kTokens>(rows, row, x, token, out, stride, add);
    for (; token < tokens; ++token) tile<4, 1>(rows, row, x, token, out, stride, add);
  }
  for (; row < last; ++row)
    for (std::size_t token = 0; token < tokens; ++token) tile<1, 1>(rows, row, x, token, out, stride, add);
}

void Multiply(const Matrix& matrix, std::size_t first, std::size_t last, const Activations& x,
              std::size_t tokens, float* out, std::size_t stride, bool add) {
  const std::size_t row_bytes = matrix.row_bytes(), columns = matrix.columns;
  switch (matrix.type) {
    case WeightType::f32:
      return multiply_rows(PlainRows<float>{matrix.data, row_bytes, columns}, first, last, x, tokens, out,
                           stride, add);
    case WeightType::f16:
      return multiply_rows(PlainRows<hwy::float16_t>{matrix.data, row_bytes, columns}, first, last, x, tokens,
                           out, stride, add);
    case WeightType::q8_0:
      return multiply_rows(QuantisedRows{matrix.data, row_bytes, columns}, first, last, x, tokens, out,
                           stride, add);
  }
}

void Quantise(const float* values, std::size_t columns, std::int8_t* quants, std::int32_t* offsets,
              float* scales) {
  const F32 df;
  const hn::RebindToSigned<F32> d32;
  const std::size_t n = hn::Lanes(df), whole = padded(columns);
  HWY_ALIGN std::int32_t rounded[kQuantum];
  for (std::size_t i = 0; i < columns; i += kQuantum) {
    V most = hn::Zero(df), sum = most;
    for (std::size_t j = 0; j < kQuantum; j += n) {
      const V size = hn::Abs(hn::LoadU(df, values + i + j));
      most = hn::Max(most, size);
      sum = hn::Add(sum, size);
    }
    const float largest = hn::GetLane(hn::MaxOfLanes(df, most));
    float d = largest / 127.0F;
    const bool finite = std::isfinite(hn::GetLane(hn::SumOfLanes(df, sum)));
    if (finite) d = plain::as_half(d);
    const float inverse = finite && d > 0 ? 127.0F / largest : 0.0F;
    if (!finite) d = std::nanf("");
    const V factor = hn::Set(df, std::isfinite(inverse) ? inverse : 0.0F);
    for (std::size_t j = 0; j < kQuantum; j += n)
      hn::Store(hn::NearestInt(hn::Mul(hn::LoadU(df, values + i + j), factor)), d32, rounded + j);
    if (!finite) std::memset(rounded, 0, sizeof rounded);  // NaN * 0 is no number to round
    for (std::size_t j = 0; j < kQuantum; ++j) quants[i + j] = static_cast<std::int8_t>(rounded[j]);
    for (std::size_t j = 0; j < kQuantum; j += 4) {
      offsets[(i + j) / 4] = -128 * (rounded[j] + rounded[j + 1] + rounded[j + 2] + rounded[j + 3]);
      scales[(i + j) / 4] = d;
    }
  }
  std::memset(quants + columns, 0, whole - columns);
  for (std::size_t i = columns / 4; i < whole / 4; ++i) offsets[i] = 0, scales[i] = 0;
}

float RmsNorm(const float* x, const float* weight, std::size_t count, float epsilon, float* out) {
  const F32 df;
  const std::size_t n = hn::Lanes(df);
  V sum = hn::Zero(df);
  std::size_t i = 0;
  for (; i + n <= count; i += n) {
    const V v = hn::LoadU(df, x + i);
    sum = hn::MulAdd(v, v, sum);
  }
  float squares = hn::GetLane(hn::SumOfLanes(df, sum));
  for (std::size_t j = i; j < count; ++j) squares += x[j] * x[j];
  const float mean = squares / static_cast<float>(count), factor = 1.0F / std::sqrt(mean + epsilon);
  const V f = hn::Set(df, factor);
  for (i = 0; i + n <= count; i += n)
    hn::StoreU(hn::Mul(hn::Mul(hn::LoadU(df, x + i), f), hn::LoadU(df, weight + i)), df, out + i);
  for (; i < count; ++i) out[i] = x[i] * factor * weight[i];
  return mean;
}

void SiluMultiply(float* gate, const float* up, std::size_t count) {
  const F32 df;
  const std::size_t n = hn::Lanes(df);
  const V one = hn::Set(df, 1.0F), least = hn::Set(df, -87.0F);
  const auto silu = [&](V g, V u) HWY_ATTR {
    const V e = hn::Exp(df, hn::Neg(hn::Max(g, least)));
    return hn::Mul(hn::Div(g, hn::Add(one, e)), u);
  };
  std::size_t i = 0;
  for (; i + n <= count; i += n)
    hn::StoreU(silu(hn::LoadU(df, gate + i), hn::LoadU(df, up + i)), df, gate + i);
  if (i == count) return;
  HWY_ALIGN float g[kLanes] = {}, u[kLanes] = {};
  std::memcpy(g, gate + i, (count - i) * sizeof(float));
  std::memcpy(u, up + i, (count - i) * sizeof(float));
  hn::Store(silu(hn::Load(df, g), hn::Load(df, u)), df, g);
  std::memcpy(gate + i, g, (count - i) * sizeof(float));
}

/// The running maximum, denominator and numerator of one query's softmax.
struct OnlineSoftmax {
  static constexpr std::size_t kMost = 1024;
  std::size_t head_size;
  float most = -HUGE_VALF, total = 0;
  HWY_ALIGN float values[kMost];

  explicit OnlineSoftmax(std::size_t size) : head_size(size) {
    std::memset(values, 0, value_stride(size) * sizeof(float));
  }

  /// Adds tokens [from, to) of a block of 32.
  HWY_INLINE void add(const float* HWY_RESTRICT query, const float* HWY_RESTRICT keys, std::size_t from,
                      std::size_t to) {
    const F32 df;
    constexpr std::size_t kTokensInBlock = 32, kVectors = kTokensInBlock / kLanes;
    HWY_ALIGN float weight[kTokensInBlock];
    V even[kVectors], odd[kVectors];
    GENKAI_UNROLL for (std::size_t v = 0; v < kVectors; ++v) even[v] = odd[v] = hn::Zero(df);
    for (std::size_t i = 0; i < head_size; i += 2) {
      const V a = hn::Set(df, query[i]), b = hn::Set(df, query[i + 1]);
      GENKAI_UNROLL for (std::size_t v = 0; v < kVectors; ++v) {
        const float* at = keys + i * kTokensInBlock + v * kLanes;
        even[v] = hn::MulAdd(a, hn::LoadU(df, at), even[v]);
        odd[v] = hn::MulAdd(b, hn::LoadU(df, at + kTokensInBlock), odd[v]);
      }
    }
    const V lowest = hn::Set(df, -HUGE_VALF);
    const V start = hn::Set(df, static_cast<float>(from)), end = hn::Set(df, static_cast<float>(to));
    V top = lowest;
    GENKAI_UNROLL for (std::size_t v = 0; v < kVectors; ++v) {
      const V place = hn::Iota(df, static_cast<float>(v * kLanes));
      const auto seen = hn::And(hn::Ge(place, start), hn::Lt(place, end));
      even[v] = hn::IfThenElse(seen, hn::Add(even[v], odd[v]), lowest);
      top = hn::Max(top, even[v]);
    }
    const float highest = hn::GetLane(hn::MaxOfLanes(df, top));
    const float* v0 = keys + head_size * kTokensInBlock;
    const std::size_t stride = value_stride(head_size);
    if (highest > most) {
      const float shrink = std::exp(most - highest);  // 0 at first
      total *= shrink;
      const V s = hn::Set(df, shrink);
      for (std::size_t i = 0; i < stride; i += kLanes)
        hn::StoreU(hn::Mul(hn::LoadU(df, values + i), s), df, values + i);
      most = highest;
    }
    const V m = hn::Set(df, most);
    V sum = hn::Zero(df);
    GENKAI_UNROLL for (std::size_t v = 0; v < kVectors; ++v) {
      const V e = hn::Exp(df, hn::Sub(even[v], m));
      hn::StoreU(e, df, weight + v * kLanes);
      sum = hn::Add(sum, e);
    }
    total += hn::GetLane(hn::SumOfLanes(df, sum));
    std::size_t i = 0;
    for (; i + 4 * kLanes <= stride; i += 4 * kLanes)
      accumulate<4>(weight, v0 + i, stride, from, to, values + i);
    for (; i < stride; i += kLanes) accumulate<1>(weight, v0 + i, stride, from, to, values + i);
  }

  template <std::size_t kV>
  HWY_INLINE void accumulate(const float* weight, const float* v0, std::size_t stride, std::size_t from,
                             std::size_t to, float* out) {
    const F32 df;
    V sum[kV];
    GENKAI_UNROLL for (std::size_t v = 0; v < kV; ++v) sum[v] = hn::LoadU(df, out + v * kLanes);
    for (std::size_t t = from; t < to; ++t) {
      const V w = hn::Set(df, weight[t]);
      GENKAI_UNROLL for (std::size_t v = 0; v < kV; ++v) sum[v] =
          hn::MulAdd(w, hn::LoadU(df, v0 + t * stride + v * kLanes), sum[v]);
    }
    GENKAI_UNROLL for (std::size_t v = 0; v < kV; ++v) hn::StoreU(sum[v], df, out + v * kLanes);
  }
};

void Attend(const Query& query, const Block* blocks, std::size_t count, std::size_t offset,
            std::size_t head_size, float* out) {
  OnlineSoftmax softmax(head_size);
  for (const Block* block = blocks; block < blocks + count; ++block) {
    const std::size_t start = block->start, end = start + 32;
    const float* keys = block->data + offset;
    if (start > query.position) break;
    if (const std::size_t to = HWY_MIN(HWY_MIN(query.sinks, query.first), end); start < to)
      softmax.add(query.sink_query, keys, 0, to - start);
    const std::size_t from = HWY_MAX(query.first, start), to = HWY_MIN(query.position + 1, end);
    if (from < to) softmax.add(query.query, keys, from - start, to - start);
  }
  const float inverse = 1.0F / softmax.total;
  for (std::size_t i = 0; i < head_size; ++i) out[i] = softmax.values[i] * inverse;
}

#endif
}  // namespace HWY_NAMESPACE
}  // namespace genkai::model::native::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genkai::model::native::kernels {

HWY_EXPORT(Multiply);
HWY_EXPORT(Quantise);
HWY_EXPORT(RmsNorm);
HWY_EXPORT(SiluMultiply);
HWY_EXPORT(Attend);

void quantise(const float* values, std::size_t columns, std::int8_t* quants, std::int32_t* offsets,
              float* scales) {
  HWY_DYNAMIC_DISPATCH(Quantise)(values, columns, quants, offsets, scales);
}

void multiply(const Matrix& matrix, std::size_t first, std::size_t last, const Activations& x,
              std::size_t tokens, float* out, std::size_t stride, bool add) {
  HWY_DYNAMIC_DISPATCH(Multiply)(matrix, first, last, x, tokens, out, stride, add);
}

float rms_norm(const float* x, const float* weight, std::size_t n, float epsilon, float* out) {
  return HWY_DYNAMIC_DISPATCH(RmsNorm)(x, weight, n, epsilon, out);
}

void silu_multiply(float* gate, const float* up, std::size_t n) {
  HWY_DYNAMIC_DISPATCH(SiluMultiply)(gate, up, n);
}

void attend(const Query& query, const Block* blocks, std::size_t count, std::size_t offset,
            std::size_t head_size, float* out) {
  HWY_DYNAMIC_DISPATCH(Attend)(query, blocks, count, offset, head_size, out);
}

}  // namespace genkai::model::native::kernels
#endif
