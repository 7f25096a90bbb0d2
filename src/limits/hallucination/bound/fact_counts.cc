#include "limits/hallucination/bound/fact_counts.h"

#include <utility>

#include "base/hash.h"

namespace genkai::limits::hallucination::bound {
namespace {

constexpr std::uint64_t kSecondSeed = 0x9E3779B97F4A7C15ULL;

}  // namespace

FactCounts::Slot& FactCounts::place(std::uint64_t high, std::uint64_t low) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = static_cast<std::size_t>(low) & mask;
  while (slots_[at].count != 0 && (slots_[at].high != high || slots_[at].low != low)) at = (at + 1) & mask;
  return slots_[at];
}

void FactCounts::grow() {
  std::vector<Slot> old(slots_.empty() ? 1024 : 2 * slots_.size());
  std::swap(old, slots_);
  for (const Slot& slot : old)
    if (slot.count != 0) place(slot.high, slot.low) = slot;
}

base::Status FactCounts::add(std::string_view fact, std::uint64_t times) {
  if (times == 0) return {};
  if (times > kMostDraws - draws_)
    return base::fail(base::Code::resource_exhausted, "the counts add up to more than 2^53",
                      "count in larger units, or take a sample");
  if (5 * (used_ + 1) > 4 * slots_.size()) {
    if (used_ >= kMostFacts)
      return base::fail(base::Code::resource_exhausted, "there are more than 2^29 different facts",
                        "take a random sample of the log: the estimate then holds for a log of that length");
    grow();
  }
  const std::uint64_t high = base::hash64(fact, kSecondSeed), low = base::hash64(fact);
  Slot& slot = place(high, low);
  if (slot.count == 0) ++used_;
  slot.high = high, slot.low = low;
  slot.count += times;
  draws_ += times;
  return {};
}

Frequencies FactCounts::frequencies() const {
  Frequencies seen{draws_, used_, 0, 0};
  for (const Slot& slot : slots_) {
    seen.once += slot.count == 1 ? 1U : 0U;
    seen.twice += slot.count == 2 ? 1U : 0U;
  }
  return seen;
}

}  // namespace genkai::limits::hallucination::bound
