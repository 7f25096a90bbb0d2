#pragma once
// Isolate, then aggregate: each passage answers alone, independent witnesses are counted, and the count says
// how many planted passages could not have changed it.
//
//   Ballot ballot{.says = {0, 0, -1, 1}, .dependent = {...}, .room = 44};
//   if (const auto answer = elect(ballot, rule)) print(withstands(ballot, rule).injected_unchanged);
//
// The witnesses of an answer are the most passages that give it, no two of which depend on each other: near
// copies, and passages of one document or one source, count once (the independence number of that graph). A
// planted passage can add one witness and never takes one away, except by pushing a passage off the end of
// the list; so the worst case can be computed exactly.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace genkai::limits::retrieval {

constexpr std::size_t kMostPassages = 64;  // of one ballot
constexpr int kAbstains = -1;

/// What each passage of a ranked list answers when it is read alone.
struct Ballot {
  std::vector<int> says;                 // by rank: the number of its answer, from 0, or kAbstains
  std::vector<std::uint64_t> dependent;  // bit j of [i]: i and j are not independent; symmetric
  std::size_t room = 0;                  // passages that the list would take beyond these

  std::size_t answers() const;  // one more than the largest number in `says`
};

/// When an answer is given.
struct Rule {
  std::size_t lead = 1;  // witnesses that it needs beyond any other answer's, at least 1
  /// Witnesses of another answer that are borne; with 0 one independent witness against it is enough.
  std::size_t dissent = std::numeric_limits<std::size_t>::max();
};

/// Witnesses of `answer` among the first `kept` passages.
std::size_t witnesses(const Ballot& ballot, int answer, std::size_t kept);

/// The answer that the rule gives, or none. REQUIRES: at most kMostPassages.
std::optional<int> elect(const Ballot& ballot, const Rule& rule);

/// What no adversary can do to the elected answer by planting k passages anywhere in the list, whatever they
/// say and whomever they copy ("injected"), or by k that are planted or take the place of others
/// ("modified").
struct Withstands {
  std::size_t injected_unchanged = 0;  // the largest k with which the same answer is still given
  std::size_t injected_replaced = 0;   // the largest k with which no other answer is given in its place
  std::size_t modified_unchanged = 0;
  std::size_t modified_replaced = 0;
};

/// Exact for injected passages; for modified ones exact where no passages depend on each other, else never
/// more than the truth. All zero when nothing is elected. Each is below passages + room. Assumes that what an
/// honest passage says when read alone does not depend on the others, and that honest passages keep their
/// order.
Withstands withstands(const Ballot& ballot, const Rule& rule);

}  // namespace genkai::limits::retrieval
