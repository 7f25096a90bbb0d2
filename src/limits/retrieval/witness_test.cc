#include "limits/retrieval/witness.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>

#include "base/rng.h"

namespace genkai::limits::retrieval {
namespace {

constexpr Rule kMajority{};
constexpr Rule kUnanimous{.lead = 1, .dissent = 0};

Ballot ballot_of(std::vector<int> says, std::size_t room) {
  Ballot ballot;
  ballot.dependent.resize(says.size());
  ballot.says = std::move(says);
  ballot.room = room;
  return ballot;
}

void depend(Ballot& ballot, std::size_t a, std::size_t b) {
  ballot.dependent[a] |= std::uint64_t{1} << b;
  ballot.dependent[b] |= std::uint64_t{1} << a;
}

TEST(WitnessTest, CopiesCountOnceAndNobodyWinsATie) {
  Ballot ballot = ballot_of({0, 0, 1, kAbstains}, 10);
  EXPECT_EQ(elect(ballot, kMajority), 0);
  EXPECT_EQ(elect(ballot, kUnanimous), std::nullopt) << "one speaks against it";
  depend(ballot, 0, 1);
  EXPECT_EQ(witnesses(ballot, 0, 4), 1U);
  EXPECT_EQ(elect(ballot, kMajority), std::nullopt);
  EXPECT_EQ(elect(ballot_of({}, 5), kMajority), std::nullopt);
  EXPECT_EQ(elect(ballot_of({kAbstains}, 5), kMajority), std::nullopt);
}

TEST(WitnessTest, AChainOfCopiesCountsWhatIsIndependentInIt) {
  Ballot ballot = ballot_of({0, 0, 0, 0, 0}, 0);
  for (std::size_t i = 0; i + 1 < 5; ++i) depend(ballot, i, i + 1);
  EXPECT_EQ(witnesses(ballot, 0, 5), 3U) << "the first, third and fifth";
  EXPECT_EQ(witnesses(ballot, 0, 2), 1U);
}

TEST(WitnessTest, OneWitnessWithstandsNothingAndSaysSo) {
  const auto safe = withstands(ballot_of({0}, 20), kMajority);
  EXPECT_EQ(safe.injected_unchanged, 0U);
  EXPECT_EQ(safe.injected_replaced, 1U) << "one makes it a tie, two outvote it";
  EXPECT_EQ(safe.modified_replaced, 0U) << "it is rewritten";
}

TEST(WitnessTest, AMajorityWithstandsHalfOfItsLead) {
  const auto safe = withstands(ballot_of({0, 0, 0, 0, 0, 1}, 30), kMajority);
  EXPECT_EQ(safe.injected_unchanged, 3U);
  EXPECT_EQ(safe.injected_replaced, 4U);
  EXPECT_EQ(safe.modified_unchanged, 1U);
}

TEST(WitnessTest, WhereOneVoiceIsEnoughToRefuseOnlyFloodingReplaces) {
  // The witness is second of 3 in a list of 10: it is pushed out once nine stand before it.
  const auto safe = withstands(ballot_of({kAbstains, 0, kAbstains}, 7), kUnanimous);
  EXPECT_EQ(safe.injected_unchanged, 0U);
  EXPECT_EQ(safe.injected_replaced, 8U);
  EXPECT_EQ(safe.modified_replaced, 0U);
}

TEST(WitnessTest, WhatIsPushedOffTheEndIsCounted) {
  // All five speak for it, but the list is full: three planted ones push out three.
  const auto safe = withstands(ballot_of({0, 0, 0, 0, 0}, 0), kMajority);
  EXPECT_EQ(safe.injected_unchanged, 2U);
  EXPECT_EQ(safe.injected_replaced, 2U);
}

TEST(WitnessTest, ManyPassagesThatAllDependOnEachOtherTakeNoTime) {
  Ballot ballot = ballot_of(std::vector<int>(kMostPassages, 0), 0);
  base::Rng random(7);
  for (std::size_t i = 0; i < kMostPassages; ++i)
    for (std::size_t j = i + 1; j < kMostPassages; ++j)
      if (i / 8 == j / 8 || random.below(20) == 0) depend(ballot, i, j);
  EXPECT_LE(witnesses(ballot, 0, kMostPassages), 8U);
  EXPECT_GE(withstands(ballot, kMajority).injected_unchanged, 1U);
}

// Every attack of `k` planted passages on a small ballot: their places, what they say, and whom they copy.
class BruteForce {
 public:
  BruteForce(const Ballot& honest, const Rule& rule)
      : honest_(honest), rule_(rule), elected_(elect(honest, rule)) {}

  bool changed = false, replaced = false;

  void inject(std::size_t k) { plant(honest_, k); }

  /// As many honest passages are rewritten as planted ones are not new.
  void modify(std::size_t k) {
    const std::size_t n = honest_.says.size();
    for (std::size_t removed = 0; removed < (std::size_t{1} << n); ++removed) {
      if (static_cast<std::size_t>(std::popcount(removed)) > k) continue;
      Ballot rest;
      std::vector<std::size_t> places;
      for (std::size_t i = 0; i < n; ++i)
        if ((removed >> i & 1U) == 0) places.push_back(i);
      rest.room = honest_.room + n - places.size();
      rest.dependent.resize(places.size());
      for (const std::size_t place : places) rest.says.push_back(honest_.says[place]);
      for (std::size_t a = 0; a < places.size(); ++a)
        for (std::size_t b = 0; b < places.size(); ++b)
          if (honest_.dependent[places[a]] >> places[b] & 1U) rest.dependent[a] |= std::uint64_t{1} << b;
      plant(rest, k);
    }
  }

 private:
  void plant(const Ballot& rest, std::size_t k) {
    const std::size_t n = rest.says.size(), capacity = n + rest.room, total = n + k;
    const int new_answers = static_cast<int>(honest_.answers()) + 1;  // one that nobody gives
    // Places of the planted ones in the list of all, as a bit set of `total` with k bits.
    for (std::uint64_t bits = 0; bits < (std::uint64_t{1} << total); ++bits) {
      if (static_cast<std::size_t>(std::popcount(bits)) != k) continue;
      std::uint64_t votes = 1;
      for (std::size_t i = 0; i < k; ++i) votes *= static_cast<std::uint64_t>(new_answers + 1);
      const std::size_t pairs = k * n + k * (k - 1) / 2;
      for (std::uint64_t vote = 0; vote < votes; ++vote)
        for (std::uint64_t edges = 0; edges < (std::uint64_t{1} << pairs); ++edges)
          look(rest, bits, vote, edges, capacity, new_answers, k);
    }
  }

  void look(const Ballot& rest, std::uint64_t bits, std::uint64_t vote, std::uint64_t edges,
            std::size_t capacity, int new_answers, std::size_t k) {
    const std::size_t n = rest.says.size(), total = n + k;
    std::vector<int> says(total);
    std::vector<std::size_t> planted, honest;
    for (std::size_t i = 0; i < total; ++i) (bits >> i & 1U ? planted : honest).push_back(i);
    for (std::size_t i = 0; i < n; ++i) says[honest[i]] = rest.says[i];
    for (const std::size_t i : planted) {
      says[i] = static_cast<int>(vote % static_cast<std::uint64_t>(new_answers + 1)) - 1;
      vote /= static_cast<std::uint64_t>(new_answers + 1);
    }
    Ballot all = ballot_of(says, 0);
    for (std::size_t a = 0; a < n; ++a)
      for (std::size_t b = a + 1; b < n; ++b)
        if (rest.dependent[a] >> b & 1U) depend(all, honest[a], honest[b]);
    for (std::size_t p = 0; p < k; ++p) {
      for (std::size_t h = 0; h < n; ++h, edges >>= 1)
        if (edges & 1U) depend(all, planted[p], honest[h]);
      for (std::size_t q = p + 1; q < k; ++q, edges >>= 1)
        if (edges & 1U) depend(all, planted[p], planted[q]);
    }
    all.says.resize(std::min(total, capacity));
    const auto now = elect(all, rule_);
    changed |= now != elected_;
    replaced |= now && now != elected_;
  }

  const Ballot& honest_;
  const Rule rule_;
  const std::optional<int> elected_;
};

Ballot random_ballot(base::Rng& random, std::size_t n) {
  Ballot ballot = ballot_of(std::vector<int>(n, kAbstains), random.below(4));
  for (auto& answer : ballot.says)
    answer = static_cast<int>(random.below(10) < 7 ? 0 : random.below(3)) - (random.below(6) == 0);
  for (std::size_t a = 0; a < n; ++a)
    for (std::size_t b = a + 1; b < n; ++b)
      if (random.below(4) == 0) depend(ballot, a, b);
  return ballot;
}

bool nobody_depends(const Ballot& ballot) {
  return std::all_of(ballot.dependent.begin(), ballot.dependent.end(),
                     [](std::uint64_t row) { return row == 0; });
}

void compare_with_every_attack(const Rule& rule, std::uint64_t seed, std::size_t n, std::size_t most,
                               std::size_t cases) {
  base::Rng random(seed);
  std::size_t elected = 0, positive = 0;
  for (std::size_t i = 0; i < cases; ++i) {
    const Ballot ballot = random_ballot(random, n);
    if (!elect(ballot, rule)) continue;
    ++elected;
    const Withstands safe = withstands(ballot, rule);
    positive += safe.injected_unchanged > 0 || safe.modified_replaced > 0 ? 1 : 0;
    BruteForce injected(ballot, rule), modified(ballot, rule);
    for (std::size_t k = 1; k <= std::min(most, n + ballot.room - 1); ++k) {
      injected.inject(k);
      // Exact: neither more nor less than every attack shows.
      EXPECT_EQ(injected.changed, k > safe.injected_unchanged) << "case " << i << ", k " << k;
      EXPECT_EQ(injected.replaced, k > safe.injected_replaced) << "case " << i << ", k " << k;
      modified.modify(k);
      EXPECT_FALSE(modified.changed && k <= safe.modified_unchanged) << "case " << i << ", k " << k;
      EXPECT_FALSE(modified.replaced && k <= safe.modified_replaced) << "case " << i << ", k " << k;
      if (nobody_depends(ballot)) {
        EXPECT_EQ(modified.changed, k > safe.modified_unchanged) << "case " << i << ", k " << k;
        EXPECT_EQ(modified.replaced, k > safe.modified_replaced) << "case " << i << ", k " << k;
      }
    }
  }
  EXPECT_GT(elected, cases / 4);
  EXPECT_GT(positive, 0U) << "a test of zeros would show nothing";
}

TEST(WitnessTest, CertificatesOfMajoritiesAreWhatEveryAttackShows) {
  compare_with_every_attack(kMajority, 1, 3, 2, 60);
  compare_with_every_attack({.lead = 2}, 2, 3, 2, 60);
  compare_with_every_attack(kMajority, 3, 5, 1, 60);
}

TEST(WitnessTest, CertificatesOfUnanimityAreWhatEveryAttackShows) {
  compare_with_every_attack(kUnanimous, 4, 3, 2, 60);
  compare_with_every_attack({.lead = 1, .dissent = 1}, 5, 3, 2, 60);
  compare_with_every_attack(kUnanimous, 6, 5, 1, 60);
}

}  // namespace
}  // namespace genkai::limits::retrieval
