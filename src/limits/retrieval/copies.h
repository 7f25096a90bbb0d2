#pragma once
// Passages that say the same in nearly the same words: no independent witnesses. Candidate pairs come from
// MinHash signatures (Broder 1997) in bands, and each pair is then compared exactly.
//
//   const auto copies = near_copies(evidence);   // copies[i]: places of the near-copies of evidence[i]
//   const auto groups = groups_of(copies);       // groups[i]: the first place of i's group

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/evidence.h"

namespace genkai::limits::retrieval {

constexpr double kCopyJaccard = 0.8;  // of 5-character shingles (15 bytes), letters and digits only
constexpr std::size_t kBins = 64;

/// Distinct hashes of the shingles of a normalised text, ascending; empty below 15 bytes of letters.
std::vector<std::uint64_t> shingles(std::string_view normalised);
/// |A ∩ B| / |A ∪ B| of two ascending lists; 0 when one is empty.
double jaccard(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b);

/// The least value in each of 64 bins of one fixed permutation of the shingles; an empty bin borrows from the
/// next (one-permutation hashing with rotation: Li, Owen and Zhang 2012; Shrivastava and Li 2014). Linear
/// time.
using Signature = std::array<std::uint32_t, kBins>;
Signature minhash(const std::vector<std::uint64_t>& shingles);
/// Share of equal values: an estimate of the Jaccard similarity without bias; its variance is about J (1 - J)
/// / 64.
double estimated_jaccard(const Signature& a, const Signature& b);

struct CopyGraph {
  std::vector<std::vector<std::size_t>> near;  // of each, ascending; symmetric, without itself
  std::vector<std::size_t> exact_copy_of;  // the first earlier one with the same shingles, else its own place
};
/// Of normalised texts. A pair of similarity .8 is missed with probability 2e-4 (16 bands of 4).
CopyGraph copy_graph(const std::vector<std::string_view>& normalised);

/// Near-copies of each passage by its place in the list: Jaccard >= 0.8 of shingles; symmetric.
std::vector<std::vector<std::size_t>> near_copies(const std::vector<core::Evidence>& evidence);

/// The first place of the connected component of each.
std::vector<std::size_t> groups_of(const std::vector<std::vector<std::size_t>>& near);

}  // namespace genkai::limits::retrieval
