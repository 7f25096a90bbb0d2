#include "limits/hallucination/bound/capacity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace genkai::limits::hallucination::bound {
namespace {

constexpr double kFew = 100, kMany = 1000;     // the exposures that were measured ...
constexpr double kFewBits = 1, kManyBits = 2;  // ... and the bits per parameter found there
constexpr double kInt4Bits = 0.7;

base::Status check_positive(std::string_view what, double value) {
  if (value > 0 && std::isfinite(value)) return {};
  return base::fail(base::Code::invalid_argument, fmt::format("{} is {}", what, value),
                    "give a finite number above 0");
}

}  // namespace

std::string_view to_string(Precision precision) {
  switch (precision) {
    case Precision::float32:
      return "fp32";
    case Precision::float16:
      return "fp16";
    case Precision::int8:
      return "int8";
    case Precision::int4:
      return "int4";
  }
  return "fp16";
}

std::optional<Precision> precision_of(std::string_view name) {
  if (name == "fp32") return Precision::float32;
  if (name == "fp16" || name == "bf16") return Precision::float16;
  if (name == "int8") return Precision::int8;
  if (name == "int4") return Precision::int4;
  return std::nullopt;
}

base::Result<FactCapacity> fact_capacity(const CapacityOptions& options) {
  GENKAI_RETURN_IF_ERROR(check_positive("the number of parameters", options.parameters));
  GENKAI_RETURN_IF_ERROR(check_positive("the bits of a fact", options.bits_per_fact));
  if (!(options.exposures >= 1) || !std::isfinite(options.exposures))
    return base::fail(base::Code::invalid_argument,
                      fmt::format("the number of exposures is {}", options.exposures),
                      "a fact that is to be known has to be shown at least once");
  if (options.facts) GENKAI_RETURN_IF_ERROR(check_positive("the number of facts", *options.facts));
  FactCapacity capacity;
  const double place = std::log(options.exposures / kFew) / std::log(kMany / kFew);
  capacity.bits_per_parameter = kFewBits + (kManyBits - kFewBits) * std::clamp(place, 0.0, 1.0);
  capacity.interpolated = options.exposures > kFew && options.exposures < kMany;
  capacity.outside = options.exposures < kFew;
  if (options.precision == Precision::int4) {
    capacity.bits_per_parameter = std::min(capacity.bits_per_parameter, kInt4Bits);
    capacity.interpolated = false;
    capacity.outside = options.exposures < kMany;
  }
  capacity.bits = capacity.bits_per_parameter * options.parameters;
  capacity.facts = capacity.bits / options.bits_per_fact;
  if (options.facts) capacity.known_share = std::min(1.0, capacity.facts / *options.facts);
  Basis& basis = capacity.basis;
  basis.source =
      "Allen-Zhu and Li 2024, Physics of language models: part 3.3, knowledge capacity scaling laws";
  basis.assumptions = {
      {"What was measured on synthetic facts in models of up to about a billion parameters holds for this "
       "model; it is an empirical regularity, not a theorem.",
       "最大約10億パラメータのモデルと人工的な事実での測定が、このモデルにも当てはまります。定理ではなく"
       "経験則です。"},
      {"All parameters are free for facts. Other skills, unhelpful data and some architectures take from "
       "it: gated layers and 32 experts stored about 1.3 times less, where that mattered.",
       "全パラメータを事実に使えます。他の能力、役に立たないデータ、構造の違いで減ります。ゲート付きの層や"
       "32個の専門家では、差の出る条件で約1.3分の1でした。"},
      {"Facts are independent and each carries the given number of bits.",
       "事実は互いに独立で、一つずつが与えたビット数を持ちます。"}};
  if (capacity.interpolated)
    basis.assumptions.push_back(
        {"Between 100 and 1,000 exposures nothing was published: the value is interpolated in the logarithm "
         "of the exposures.",
         "100回と1,000回の間の値は公表されておらず、回数の対数で補間しました。"});
  if (capacity.outside)
    basis.assumptions.push_back(
        {"Nothing was measured at so few exposures (int4: below 1,000): the value is only an upper limit.",
         "これほど少ない回数(int4では1,000回未満)の測定はなく、値は上限にすぎません。"});
  if (options.exposures > kMany)
    basis.assumptions.push_back({"More than 1,000 exposures are taken to add nothing.",
                                 "1,000回を超える提示では増えないものとします。"});
  return capacity;
}

}  // namespace genkai::limits::hallucination::bound
