#include "limits/retrieval/witness.h"

#include <algorithm>
#include <bit>
#include <functional>

namespace genkai::limits::retrieval {
namespace {

using Set = std::uint64_t;

// The most vertices of `open` of which no two are neighbours. A vertex with at most one neighbour is always
// among some largest such set; else the one with most neighbours is either in it or not (Tarjan and
// Trojanowski 1977).
std::size_t independence_number(Set open, const std::vector<Set>& neighbours) {
  std::size_t taken = 0;
  while (open != 0) {
    int widest = -1, most = -1;
    bool took = false;
    for (Set rest = open; rest != 0; rest &= rest - 1) {
      const int vertex = std::countr_zero(rest);
      const Set around = neighbours[static_cast<std::size_t>(vertex)] & open & ~(Set{1} << vertex);
      const int degree = std::popcount(around);
      if (degree <= 1) {
        ++taken;
        open &= ~(around | (Set{1} << vertex));
        took = true;
        break;
      }
      if (degree > most) most = degree, widest = vertex;
    }
    if (took) continue;
    const Set own = Set{1} << widest;
    const Set around = neighbours[static_cast<std::size_t>(widest)] | own;
    return taken + std::max(independence_number(open & ~own, neighbours),
                            1 + independence_number(open & ~around, neighbours));
  }
  return taken;
}

std::size_t plus(std::size_t a, std::size_t b) {
  return a > std::numeric_limits<std::size_t>::max() - b ? std::numeric_limits<std::size_t>::max() : a + b;
}

// Witnesses of every answer among the first `kept` passages; one more answer, that nobody gives yet, at the
// end.
std::vector<std::size_t> tally(const Ballot& ballot, std::size_t kept) {
  std::vector<std::size_t> counts;
  for (std::size_t answer = 0; answer < ballot.answers(); ++answer)
    counts.push_back(witnesses(ballot, static_cast<int>(answer), kept));
  counts.push_back(0);
  return counts;
}

// True when `answer` would be given if it had `own` witnesses and every other as many as in `counts`.
bool wins(const std::vector<std::size_t>& counts, std::size_t answer, std::size_t own, const Rule& rule) {
  if (own == 0) return false;
  for (std::size_t other = 0; other < counts.size(); ++other)
    if (other != answer && (own < plus(counts[other], rule.lead) || counts[other] > rule.dissent))
      return false;
  return true;
}

struct Attack {
  std::size_t planted = 0;   // passages of the list that are the adversary's
  std::size_t replaced = 0;  // of these, so many in the place of an honest one
};

// Whether `answer` may no longer be given, or another one be given, after the attack.
struct Outcome {
  bool changed = false, replaced = false;
};

Outcome outcome_of(const std::vector<std::size_t>& counts, std::size_t answer, const Attack& attack,
                   const Rule& rule) {
  Outcome outcome;
  const auto less = [&](std::size_t count) { return count - std::min(count, attack.replaced); };
  for (std::size_t other = 0; other < counts.size(); ++other) {
    if (other == answer) continue;
    // The other gains all that is planted and loses nothing; the answer loses what is replaced.
    auto against = counts;
    against[other] += attack.planted;
    if (!wins(against, answer, less(counts[answer]), rule)) outcome.changed = true;
    // To put it in the answer's place, the adversary replaces witnesses of whoever stands against it; each of
    // them is granted the whole number, which is never less than what can be done.
    auto rivals = counts;
    for (auto& count : rivals) count = less(count);
    if (attack.planted > 0 && wins(rivals, other, counts[other] + attack.planted, rule))
      outcome.replaced = true;
  }
  return outcome;
}

}  // namespace

std::size_t Ballot::answers() const {
  int most = kAbstains;
  for (const int answer : says) most = std::max(most, answer);
  return static_cast<std::size_t>(most + 1);
}

std::size_t witnesses(const Ballot& ballot, int answer, std::size_t kept) {
  Set voters = 0;
  for (std::size_t i = 0; i < std::min({kept, ballot.says.size(), kMostPassages}); ++i)
    if (ballot.says[i] == answer) voters |= Set{1} << i;
  return independence_number(voters, ballot.dependent);
}

std::optional<int> elect(const Ballot& ballot, const Rule& rule) {
  const auto counts = tally(ballot, ballot.says.size());
  for (std::size_t answer = 0; answer + 1 < counts.size(); ++answer)
    if (wins(counts, answer, counts[answer], rule)) return static_cast<int>(answer);
  return std::nullopt;
}

Withstands withstands(const Ballot& ballot, const Rule& rule) {
  const auto elected = elect(ballot, rule);
  if (!elected) return {};
  const auto answer = static_cast<std::size_t>(*elected);
  const std::size_t n = ballot.says.size(), capacity = n + ballot.room;
  std::vector<std::vector<std::size_t>> counts;  // by the number of honest places that are left
  for (std::size_t kept = 0; kept <= n; ++kept) counts.push_back(tally(ballot, kept));

  Withstands safe;
  bool injected_same = true, injected_other = true, modified_same = true, modified_other = true;
  for (std::size_t k = 1; k < capacity; ++k) {
    // Fewer than k were looked at before. What is planted beyond the room pushes the last ones out.
    const auto& left = counts[std::min(n, capacity - k)];
    const Outcome injected = outcome_of(left, answer, {k, 0}, rule);
    Outcome modified = injected;
    for (std::size_t replaced = 1; replaced <= std::min(k, n); ++replaced) {
      const auto& rest = counts[std::min(n, capacity - (k - replaced))];
      const Outcome more = outcome_of(rest, answer, {k, replaced}, rule);
      modified.changed |= more.changed;
      modified.replaced |= more.replaced;
    }
    injected_same = injected_same && !injected.changed;
    injected_other = injected_other && !injected.replaced;
    modified_same = modified_same && !modified.changed;
    modified_other = modified_other && !modified.replaced;
    safe.injected_unchanged += injected_same ? 1 : 0;
    safe.injected_replaced += injected_other ? 1 : 0;
    safe.modified_unchanged += modified_same ? 1 : 0;
    safe.modified_replaced += modified_other ? 1 : 0;
  }
  return safe;
}

}  // namespace genkai::limits::retrieval
