#include <algorithm>
#include <bit>
#include <cmath>
#include <unordered_map>

#include "limits/hallucination/uncertainty/uncertainty.h"

namespace genkai::limits::hallucination {
namespace {

constexpr double kFusionWeight = 0.5;  // of agreement against stated confidence (Del et al. 2026)

std::vector<double> cluster_sizes(const Comparisons& compared) {
  std::vector<double> sizes;
  for (const std::uint32_t at : compared.cluster_of) {
    if (at >= sizes.size()) sizes.resize(at + 1, 0);
    sizes[at] += 1;
  }
  return sizes;
}

// Samples of equal terms are compared once.
double mean_pair_rouge(const Comparisons& compared) {
  const auto& terms = compared.term_ids;
  std::vector<std::size_t> first_alike(compared.samples);
  std::vector<std::size_t> distinct;
  for (std::size_t i = 0; i < compared.samples; ++i) {
    const auto same = std::find_if(distinct.begin(), distinct.end(),
                                   [&](std::size_t other) { return terms[other] == terms[i]; });
    if (same == distinct.end()) {
      first_alike[i] = distinct.size();
      distinct.push_back(i);
    } else {
      first_alike[i] = static_cast<std::size_t>(same - distinct.begin());
    }
  }
  const std::size_t kinds = distinct.size();
  std::vector<double> scores(kinds * kinds, 1);
  for (std::size_t a = 0; a < kinds; ++a)
    for (std::size_t b = a + 1; b < kinds; ++b)
      scores[a * kinds + b] = scores[b * kinds + a] = rouge_l(terms[distinct[a]], terms[distinct[b]]);
  double sum = 0;
  for (std::size_t i = 0; i < compared.samples; ++i)
    for (std::size_t j = i + 1; j < compared.samples; ++j)
      sum += scores[first_alike[i] * kinds + first_alike[j]];
  return sum / (static_cast<double>(compared.samples) * static_cast<double>(compared.samples - 1) / 2);
}

// p(cluster) = sum of exp(mean token logprob) of its members, over the sum of all.
Measures::Value semantic_entropy(const RecordedOutput& output, const Comparisons& compared,
                                 std::size_t clusters) {
  std::vector<double> logprobs;
  for (std::size_t i = 0; i < compared.samples; ++i) {
    const auto own = mean_token_logprob(output.samples[i]);
    if (!own) return {};
    logprobs.push_back(*own);
  }
  const double most = *std::max_element(logprobs.begin(), logprobs.end());
  std::vector<double> mass(clusters, 0);
  double total = 0;
  for (std::size_t i = 0; i < compared.samples; ++i) {
    const double own = std::exp(logprobs[i] - most);
    mass[compared.cluster_of[i]] += own;
    total += own;
  }
  for (double& one : mass) one /= total;
  return entropy(mass);
}

// The first two samples and what they state: half the share of the leading answer, half the mean confidence
// that its samples state. Of two answers the first leads.
Measures::Value fuse(const RecordedOutput& output, const Comparisons& compared) {
  const bool agree = compared.cluster_of[0] == compared.cluster_of[1];
  double stated = 0;
  std::size_t stating = 0;
  for (std::size_t i = 0; i < (agree ? 2U : 1U); ++i) {
    const auto& own = i == 0 ? output.stated_confidence : output.samples[i].stated_confidence;
    if (!own) continue;
    stated += *own;
    ++stating;
  }
  if (stating == 0) return {};
  return kFusionWeight * (agree ? 1.0 : 0.5) + (1 - kFusionWeight) * stated / static_cast<double>(stating);
}

// Unigrams of all samples, the first included, one added to each count: p = (count + 1) / (terms + kinds).
void selfcheck(const Comparisons& compared, Measures& measures) {
  if (compared.term_ids.front().empty()) return;
  std::unordered_map<std::uint32_t, double> counts;
  double total = 0;
  for (const auto& terms : compared.term_ids)
    for (const std::uint32_t term : terms) {
      counts[term] += 1;
      total += 1;
    }
  const double all = total + static_cast<double>(counts.size());
  const auto surprise = [&](std::uint32_t term) {
    const auto found = counts.find(term);
    return -std::log(((found == counts.end() ? 0 : found->second) + 1) / all);
  };
  double sum = 0;
  for (const std::uint32_t term : compared.term_ids.front()) sum += surprise(term);
  measures.selfcheck_unigram = sum / static_cast<double>(compared.term_ids.front().size());
  double maxima = 0;
  std::size_t sentences = 0;
  for (const auto& terms : compared.sentence_term_ids) {
    if (terms.empty()) continue;
    double most = 0;
    for (const std::uint32_t term : terms) most = std::max(most, surprise(term));
    maxima += most;
    ++sentences;
  }
  if (sentences > 0) measures.selfcheck_unigram_max = maxima / static_cast<double>(sentences);
}

}  // namespace

double entropy(std::span<const double> distribution) {
  double sum = 0;
  for (const double p : distribution)
    if (p > 0) sum -= p * std::log(p);
  return std::max(0.0, sum);
}

std::size_t common_subsequence(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
  const std::size_t words = (a.size() + 63) / 64;
  if (words == 0 || b.empty()) return 0;
  std::unordered_map<std::uint32_t, std::vector<std::uint64_t>> places;
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto& mask = places[a[i]];
    mask.resize(words);
    mask[i / 64] |= std::uint64_t{1} << (i % 64);
  }
  std::vector<std::uint64_t> open(words, ~std::uint64_t{0});
  for (const std::uint32_t term : b) {
    const auto found = places.find(term);
    if (found == places.end()) continue;
    std::uint64_t carry = 0;
    for (std::size_t w = 0; w < words; ++w) {
      const std::uint64_t matched = open[w] & found->second[w];
      const std::uint64_t sum = open[w] + matched;
      const std::uint64_t with_carry = sum + carry;
      carry = (sum < matched ? 1U : 0U) | (with_carry < sum ? 1U : 0U);
      open[w] = with_carry | (open[w] - matched);
    }
  }
  std::size_t length = 0;
  for (std::size_t w = 0; w < words; ++w) {
    const std::size_t used = std::min<std::size_t>(64, a.size() - 64 * w);
    const std::uint64_t inside = used == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << used) - 1;
    length += static_cast<std::size_t>(std::popcount(~open[w] & inside));
  }
  return length;
}

double rouge_l(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
  if (a.empty() && b.empty()) return 1;
  return 2 * static_cast<double>(common_subsequence(a, b)) / static_cast<double>(a.size() + b.size());
}

std::vector<std::uint32_t> cluster(const Comparisons& comparisons) {
  std::vector<std::uint32_t> cluster_of;
  std::vector<std::size_t> firsts;
  for (std::size_t i = 0; i < comparisons.samples; ++i) {
    const auto own = std::find_if(firsts.begin(), firsts.end(),
                                  [&](std::size_t first) { return comparisons.equal(first, i); });
    cluster_of.push_back(static_cast<std::uint32_t>(own - firsts.begin()));
    if (own == firsts.end()) firsts.push_back(i);
  }
  return cluster_of;
}

void measure_samples(const RecordedOutput& output, const Comparisons& compared, Measures& measures) {
  if (compared.samples < 2) return;
  const auto n = static_cast<double>(compared.samples);
  const auto sizes = cluster_sizes(compared);
  measures.self_consistency = *std::max_element(sizes.begin(), sizes.end()) / n;
  measures.answer_share = sizes.front() / n;
  measures.lexical_similarity = mean_pair_rouge(compared);
  measures.semantic_entropy = semantic_entropy(output, compared, sizes.size());
  std::vector<double> shares = sizes;
  for (double& one : shares) one /= n;
  measures.discrete_semantic_entropy = entropy(shares);
  measures.semantic_sets = static_cast<double>(sizes.size());
  const GraphMeasures graph = graph_measures(compared.weights, compared.samples);
  measures.graph_eigenvalues = graph.eigenvalues;
  measures.graph_degree = graph.degree;
  measures.graph_eccentricity = graph.eccentricity;
  selfcheck(compared, measures);
  measures.two_sample_fusion = fuse(output, compared);
}

}  // namespace genkai::limits::hallucination
