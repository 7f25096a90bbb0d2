#include "knowledge/lexical/block_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "knowledge/lexical/block_kernels.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace genkai::knowledge::lexical {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Words = hn::CappedTag<std::uint32_t, 16>;

void ScoreBlock(float weight, float base, float slope, const std::uint32_t* HWY_RESTRICT frequencies,
                const std::uint32_t* HWY_RESTRICT lengths, std::uint32_t* HWY_RESTRICT parts) {
  const Words words;
  const hn::RebindToSigned<Words> whole;
  const hn::RebindToFloat<Words> real;
  const auto w = hn::Set(real, weight), b = hn::Set(real, base), s = hn::Set(real, slope);
  for (std::size_t i = 0; i < kBlockSize; i += hn::Lanes(words)) {
    const auto frequency = hn::ConvertTo(real, hn::BitCast(whole, hn::LoadU(words, frequencies + i)));
    const auto length = hn::ConvertTo(real, hn::BitCast(whole, hn::LoadU(words, lengths + i)));
    const auto product = hn::Mul(s, length);
    const auto norm = hn::Add(b, product);
    const auto share = hn::Div(frequency, hn::Add(frequency, norm));
    hn::StoreU(hn::BitCast(words, hn::ConvertTo(whole, hn::Mul(w, share))), words, parts + i);
  }
}

std::size_t CountBelow(const std::uint32_t* HWY_RESTRICT documents, std::uint32_t document) {
  const Words words;
  const auto limit = hn::Set(words, document);
  auto below = hn::Zero(words);
  for (std::size_t i = 0; i < kBlockSize; i += hn::Lanes(words))
    below = hn::Sub(below, hn::VecFromMask(words, hn::Lt(hn::LoadU(words, documents + i), limit)));
  return hn::GetLane(hn::SumOfLanes(words, below));
}

}  // namespace HWY_NAMESPACE
}  // namespace genkai::knowledge::lexical
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genkai::knowledge::lexical {

HWY_EXPORT(ScoreBlock);
HWY_EXPORT(CountBelow);

void score_block(float weight, const Norm& norm, const std::uint32_t* frequencies,
                 const std::uint32_t* lengths, std::uint32_t* parts) {
  HWY_DYNAMIC_DISPATCH(ScoreBlock)(weight, norm.base, norm.slope, frequencies, lengths, parts);
}

std::size_t count_below(const std::uint32_t* documents, std::uint32_t document) {
  return HWY_DYNAMIC_DISPATCH(CountBelow)(documents, document);
}

}  // namespace genkai::knowledge::lexical
#endif
