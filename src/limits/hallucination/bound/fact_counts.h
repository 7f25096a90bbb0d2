#pragma once
// How often each fact of a log was seen, in 24 bytes a slot: facts are kept as 128 bits of hash, not as text.
//
//   FactCounts counts;
//   GENKAI_RETURN_IF_ERROR(counts.add("Paris is the capital of France"));
//   const Frequencies seen = counts.frequencies();      // seen.once of seen.n draws were singletons

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace genkai::limits::hallucination::bound {

/// All that the estimators need of a log.
struct Frequencies {
  std::uint64_t n = 0;         // draws
  std::uint64_t distinct = 0;  // different facts
  std::uint64_t once = 0;      // facts seen exactly once
  std::uint64_t twice = 0;     // facts seen exactly twice
};

/// Open addressing with linear probing; doubles at 80 % load. Two of 100 million facts share their 128 bits
/// with probability below 1e-22. Not thread-safe.
class FactCounts {
 public:
  static constexpr std::uint64_t kMostFacts = std::uint64_t{1} << 29;  // 24 GiB of table
  static constexpr std::uint64_t kMostDraws = std::uint64_t{1} << 53;  // counts stay exact as doubles

  /// One more draw (or `times`) of a fact; `times` 0 changes nothing. resource_exhausted beyond kMostFacts or
  /// kMostDraws.
  base::Status add(std::string_view fact, std::uint64_t times = 1);
  Frequencies frequencies() const;

 private:
  struct Slot {
    std::uint64_t high = 0, low = 0, count = 0;  // count 0: free
  };
  void grow();
  Slot& place(std::uint64_t high, std::uint64_t low);

  std::vector<Slot> slots_;
  std::uint64_t used_ = 0, draws_ = 0;
};

}  // namespace genkai::limits::hallucination::bound
