#pragma once
// BM25 in whole numbers. Each part of a score, weight * idf * tf / (tf + norm), is cut to a whole number of
// units; a unit is a power of two chosen for the query so that the sum of all parts stays below 2^24. Sums of
// whole numbers don't depend on their order, bounds can be compared exactly, and a score fits a float without
// loss.

#include <cmath>
#include <cstdint>

#include "knowledge/lexical/block_codec.h"
#include "knowledge/lexical/lexical.h"
#include "knowledge/lexical/segment_format.h"

namespace genkai::knowledge::lexical {

/// Of the whole index, at the moment of a query.
struct Statistics {
  std::uint64_t passages = 0;
  std::uint64_t tokens = 0;
  float mean_length() const {
    return passages > 0 ? static_cast<float>(static_cast<double>(tokens) / static_cast<double>(passages))
                        : 0.0F;
  }
  /// 0 when no passage holds the term.
  float idf(std::uint64_t holding) const {
    if (holding == 0) return 0;
    const auto n = static_cast<double>(holding);
    const auto others = std::max(static_cast<double>(passages) - n, 0.0);
    return static_cast<float>(std::log1p((others + 0.5) / (n + 0.5)));
  }
};

/// The length normalisation k1 * (1 - b + b * length / mean_length) as a line in the length.
struct Norm {
  float base = 0, slope = 0;
  Norm(Bm25 parameters, float mean_length)
      : base(parameters.k1 * (1 - parameters.b)),
        slope(mean_length > 0 ? parameters.k1 * parameters.b / mean_length : 0) {}
  float operator()(float length) const { return base + slope * length; }
};

constexpr float kMaxTotal = 16777216.0F - 256.0F;  // below 2^24, with room for rounding

/// A part of a score in units; `weight` is weight * idf in units.
inline std::uint32_t part(float weight, float frequency, float norm) {
  return static_cast<std::uint32_t>(static_cast<std::int32_t>(weight * (frequency / (frequency + norm))));
}

/// Not below the part of any posting that `best` stands for. The slack covers every rounding of part().
inline std::uint32_t bound(float weight, const Competitive& best, const Norm& norm) {
  float most = 0;
  for (std::size_t i = 0; i < best.frequency.size(); ++i) {
    const auto frequency = static_cast<float>(frequency_ceiling(best.frequency[i]));
    const auto length = static_cast<float>(length_floor(best.length[i]));
    most = std::max(most, frequency / (frequency + norm(length)));
  }
  return static_cast<std::uint32_t>(static_cast<std::int32_t>(weight * most * 1.000001F)) + 1;
}

}  // namespace genkai::knowledge::lexical
