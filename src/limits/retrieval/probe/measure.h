#pragma once
// What the replies say of how a reader uses passages: pure functions of items and recorded replies.
// docs/limits/retrieval.md explains each; intervals hold with 95 %, differences are of the same items
// (McNemar).
//
//   const ProbeReport report = measure(items, replies, options);
//   report.order->best            // "edges", "best_first", "best_last", "" when no difference was found

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "limits/retrieval/probe/cases.h"
#include "limits/retrieval/probe/items.h"
#include "model/asking/replies.h"
#include "stats/share.h"

namespace genkai::limits::retrieval::probe {

using stats::Share;

/// Two shares of the same items: so many only in the first, only in the second, and McNemar's exact p.
struct Paired {
  std::size_t only_first = 0, only_second = 0, n = 0;
  double p = 1;
};

struct OrderReport {
  std::array<Share, kPlaces> right;  // first, middle, last
  Paired first_middle, last_middle, first_last;
  /// Which order of passages suits the reader: "edges" when it reads both ends better than the middle,
  /// "best_first" and "best_last" when one end is better; "" when no difference is significant at 5 % after
  /// Bonferroni's correction for three comparisons.
  std::string best;
};
struct DistractorReport {
  std::array<Share, std::size(kAdded)> right;
  Paired none_most;       // without any against with the most
  Share answered_absent;  // no passage holds the answer, and one is given all the same
};
struct FragmentReport {
  Share near, far;
  Paired near_far;
};
struct PoisonReport {
  std::array<Share, kCounters>
      adopted;  // the wrong value alone is answered; by number of wrong passages less 1
  std::array<Share, kCounters> right;  // the right value alone is
};
struct ConflictReport {
  Share says_so, picks_right,
      picks_wrong;           // without dates: both values, or that they differ; one of them silently
  Share newer, older, both;  // with dates
};
struct AmbiguityReport {
  Share both, asks_back, picks_one, declines;
};
struct MemoryReport {
  Share known;  // closed book, right: without any passage
  Share adopted,
      kept;  // of those that it answered otherwise than the passage: follows it, or stays by its own
};

struct ProbeReport {
  Share blind;     // baseline: right without any passage
  Share constant;  // baseline: the one answer that fits most often, always
  std::optional<OrderReport> order;
  std::optional<DistractorReport> distractors;
  std::optional<FragmentReport> fragmentation;
  std::optional<PoisonReport> poisoning;
  std::optional<ConflictReport> conflict;
  std::optional<AmbiguityReport> ambiguity;
  std::optional<MemoryReport> memory;
  std::size_t unusable = 0;  // replies without a text; they count as not right
};

/// Deterministic, whatever the order in which the replies came. What has no reply is left out.
ProbeReport measure(const Items& items, const model::asking::Replies& replies, const ProbeOptions& options);

}  // namespace genkai::limits::retrieval::probe
