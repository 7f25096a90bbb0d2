#include "limits/retrieval/copies.h"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <string>
#include <utility>

#include "base/hash.h"
#include "text/hidden.h"
#include "text/text.h"

namespace genkai::limits::retrieval {
namespace {

constexpr std::size_t kWidth = 15;  // bytes of a shingle: 15 Latin letters or 5 kana and kanji
constexpr std::size_t kRows = 4;    // values in a band
constexpr std::size_t kBands = kBins / kRows;

constexpr std::uint32_t kEmpty = UINT32_MAX;

// A fixed permutation of the 64-bit numbers (the finaliser of SplitMix64).
std::uint64_t permuted(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

std::vector<std::uint64_t> unsorted_shingles(std::string_view normalised) {
  std::string bare;
  bare.reserve(normalised.size());
  for (const char c : normalised)
    if (static_cast<unsigned char>(c) >= 0x80 || std::isalnum(static_cast<unsigned char>(c)) != 0) bare += c;
  std::vector<std::uint64_t> out;
  out.reserve(bare.size());
  for (std::size_t i = 0; i + kWidth <= bare.size(); ++i) {
    if ((static_cast<unsigned char>(bare[i]) & 0xC0U) == 0x80U) continue;
    out.push_back(base::hash64(std::string_view(bare).substr(i, kWidth)));
  }
  return out;
}

void make_set(std::vector<std::uint64_t>& hashes) {
  std::sort(hashes.begin(), hashes.end());
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
}

}  // namespace

std::vector<std::uint64_t> shingles(std::string_view normalised) {
  auto hashes = unsorted_shingles(normalised);
  make_set(hashes);
  return hashes;
}

double jaccard(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b) {
  if (a.empty() || b.empty()) return 0;
  std::size_t both = 0;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i] == b[j]) {
      ++both;
      ++i;
      ++j;
    } else if (a[i] < b[j]) {
      ++i;
    } else {
      ++j;
    }
  }
  return static_cast<double>(both) / static_cast<double>(a.size() + b.size() - both);
}

Signature minhash(const std::vector<std::uint64_t>& shingles) {
  Signature least;
  least.fill(kEmpty);
  for (const std::uint64_t shingle : shingles) {
    const std::uint64_t value = permuted(shingle);
    std::uint32_t& bin = least[value % kBins];
    bin = std::min(bin, static_cast<std::uint32_t>(value >> 33));
  }
  if (shingles.empty()) return least;
  // An empty bin takes the value of the next that is not, with its distance.
  Signature dense = least;
  for (std::size_t i = 0; i < kBins; ++i)
    for (std::size_t step = 1; dense[i] == kEmpty; ++step)
      if (const std::uint32_t value = least[(i + step) % kBins]; value != kEmpty)
        dense[i] = value + static_cast<std::uint32_t>(step) * 0x9E3779B1U;
  return dense;
}

double estimated_jaccard(const Signature& a, const Signature& b) {
  std::size_t equal = 0;
  for (std::size_t i = 0; i < kBins; ++i) equal += a[i] == b[i] ? 1 : 0;
  return static_cast<double>(equal) / static_cast<double>(kBins);
}

CopyGraph copy_graph(const std::vector<std::string_view>& normalised) {
  const std::size_t n = normalised.size();
  CopyGraph graph{std::vector<std::vector<std::size_t>>(n), std::vector<std::size_t>(n)};
  std::iota(graph.exact_copy_of.begin(), graph.exact_copy_of.end(), std::size_t{0});
  std::vector<std::vector<std::uint64_t>> sets(n);
  std::vector<Signature> signatures(n);
  for (std::size_t i = 0; i < n; ++i) {
    sets[i] = unsorted_shingles(normalised[i]);
    signatures[i] = minhash(sets[i]);
  }
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  std::vector<std::pair<std::uint64_t, std::size_t>> keys(n);
  for (std::size_t band = 0; band < kBands; ++band) {
    keys.clear();
    for (std::size_t i = 0; i < n; ++i)
      if (!sets[i].empty())
        keys.emplace_back(base::hash64({reinterpret_cast<const char*>(&signatures[i][band * kRows]),
                                        kRows * sizeof(std::uint32_t)}),
                          i);
    std::sort(keys.begin(), keys.end());
    for (std::size_t a = 0; a < keys.size(); ++a)
      for (std::size_t b = a + 1; b < keys.size() && keys[b].first == keys[a].first; ++b)
        pairs.emplace_back(keys[a].second, keys[b].second);
  }
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  std::vector<bool> sorted(n, false);
  for (const auto& [a, b] : pairs) {
    for (const std::size_t i : {a, b}) {
      if (!sorted[i]) make_set(sets[i]);
      sorted[i] = true;
    }
    const double similarity = jaccard(sets[a], sets[b]);
    if (similarity < kCopyJaccard) continue;
    graph.near[a].push_back(b);
    graph.near[b].push_back(a);
    if (similarity == 1) graph.exact_copy_of[b] = std::min(graph.exact_copy_of[b], a);
  }
  for (auto& near : graph.near) std::sort(near.begin(), near.end());
  return graph;
}

std::vector<std::vector<std::size_t>> near_copies(const std::vector<core::Evidence>& evidence) {
  std::vector<std::string> texts;
  texts.reserve(evidence.size());
  for (const core::Evidence& item : evidence)
    texts.push_back(text::normalise(text::strip_hidden(item.passage.text)));
  return copy_graph({texts.begin(), texts.end()}).near;
}

std::vector<std::size_t> groups_of(const std::vector<std::vector<std::size_t>>& near) {
  std::vector<std::size_t> group(near.size());
  std::iota(group.begin(), group.end(), std::size_t{0});
  std::vector<std::size_t> open;
  for (std::size_t first = 0; first < near.size(); ++first) {
    if (group[first] != first) continue;
    open.assign(1, first);
    while (!open.empty()) {
      const std::size_t at = open.back();
      open.pop_back();
      for (const std::size_t other : near[at])
        if (group[other] > first) {
          group[other] = first;
          open.push_back(other);
        }
    }
  }
  return group;
}

}  // namespace genkai::limits::retrieval
