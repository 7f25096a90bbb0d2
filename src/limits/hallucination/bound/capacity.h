#pragma once
// How many facts fit into the parameters of a language model.
//
//   const auto fits = fact_capacity({.parameters = 7e9, .exposures = 1000, .bits_per_fact = 48});
//   print(fits->facts);                       // about 290 million; a wanted share of more cannot be known

#include <optional>
#include <string_view>

#include "limits/hallucination/bound/basis.h"

namespace genkai::limits::hallucination::bound {

enum class Precision { float32, float16, int8, int4 };
std::string_view to_string(Precision precision);
std::optional<Precision> precision_of(std::string_view name);  // fp32, fp16, bf16, int8, int4

struct CapacityOptions {
  double parameters = 0;    // of the whole model, above 0
  double exposures = 1000;  // how often training showed each fact, at least 1
  Precision precision = Precision::float16;
  double bits_per_fact = 0;  // entropy of a fact for who does not know it, above 0: log2 of its alternatives
  std::optional<double> facts{};  // that the model would have to know
};

struct FactCapacity {
  double bits_per_parameter = 0;
  double bits = 0;                      // bits_per_parameter x parameters
  double facts = 0;                     // that fit: bits / bits_per_fact
  std::optional<double> known_share{};  // at most this share of the wanted facts fits
  bool interpolated = false;            // between the two measured numbers of exposures
  bool outside = false;                 // fewer than 100 exposures, or int4 below 1,000: an upper limit only
  Basis basis;
};

/// Bits per parameter that trained transformers were found to store (Allen-Zhu and Li 2024, Physics of
/// language models 3.3): 2 at 1,000 exposures, 1 at 100, the same in int8, 0.7 in int4. Between 100 and 1,000
/// interpolated linearly in the logarithm of the exposures (ours); above 1,000 it stays 2; below 100, where
/// nothing was measured, 1 is given as an upper limit. Int4 takes the smaller of 0.7 and the former.
/// Errors: invalid_argument for numbers out of range.
base::Result<FactCapacity> fact_capacity(const CapacityOptions& options);

}  // namespace genkai::limits::hallucination::bound
