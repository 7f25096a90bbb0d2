#pragma once
// How often training shows a pair of tokens at a distance, from the lengths of its documents.
//
//   Lengths lengths{{512, 900}, {8'192, 100}};                   // length -> how many documents
//   const auto practice = position_frequency(lengths, {.window = 4'096});
//   practice->relative(2'048)                                    // f(2048) / f(0)
//   practice->within(0.1)                                        // first distance with less than a tenth

#include <cstdint>
#include <istream>
#include <map>
#include <vector>

#include "core/grounds.h"

namespace genkai::limits::context::bound {

using Lengths = std::map<std::uint64_t, std::uint64_t>;  // tokens -> documents

/// One length a line, or "length<TAB>count". Blank lines are skipped. Errors: invalid_argument that names the
/// first line that is none, or when there is none at all; unavailable when reading fails.
base::Result<Lengths> read_lengths(std::istream& in);

struct Windows {
  std::uint64_t window = 0;  // longest sequence that is trained on; longer documents are cut; 0: no limit
  bool packed = false;       // documents are joined into full windows, and attention crosses their borders
};

/// f(i) = sum over sequences of max(length - i, 0): pairs (query, key) at distance i under a causal mask.
/// Convex and falling; exact.
class Practice {
 public:
  /// REQUIRES: a sequence with tokens.
  explicit Practice(const Lengths& sequences);
  double at(std::uint64_t distance) const;
  double relative(std::uint64_t distance) const { return at(distance) / at(0); }
  /// The first distance whose relative frequency is below `share`, in (0, 1].
  std::uint64_t within(double share) const;
  /// Share of all pairs that are `distance` or further apart.
  double beyond(std::uint64_t distance) const;
  std::uint64_t longest() const { return lengths_.back(); }
  std::uint64_t sequences() const { return sequences_; }
  double tokens() const { return tokens_; }

  core::Grounds grounds;

 private:
  std::vector<std::uint64_t> lengths_;         // ascending
  std::vector<double> counts_, sums_, pairs_;  // of the sequences at least as long: number, tokens, n(n+1)/2
  std::uint64_t sequences_ = 0;
  double tokens_ = 0;
};

/// Errors: invalid_argument without a token, or packed without a window.
base::Result<Practice> position_frequency(const Lengths& documents, const Windows& windows);

}  // namespace genkai::limits::context::bound
