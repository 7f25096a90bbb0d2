#include <array>

#include "limits/hallucination/uncertainty/uncertainty.h"

namespace genkai::limits::hallucination {

std::span<const MeasureInfo> measure_table() {
  using M = Measures;
  constexpr bool kHigh = true, kLow = false, kProbability = true, kNone = false;
  static constexpr std::string_view kTokens = "token logprobs", kSamples = "2 samples";
  static constexpr std::array<MeasureInfo, 23> kTable{{
      {"sequence_logprob", &M::sequence_logprob, kHigh, kNone, "token logprobs or logprob", "definition"},
      {"sequence_probability", &M::sequence_probability, kHigh, kProbability, "token logprobs or logprob",
       "definition"},
      {"perplexity", &M::perplexity, kLow, kNone, "token logprobs, or logprob and token_count",
       "Jelinek et al. 1977"},
      {"token_entropy", &M::token_entropy, kLow, kNone, "token logprobs with alternatives",
       "Malinin and Gales 2021"},
      {"max_token_entropy", &M::max_token_entropy, kLow, kNone, "token logprobs with alternatives",
       "Manakul et al. 2023"},
      {"min_token_probability", &M::min_token_probability, kHigh, kProbability, kTokens,
       "Manakul et al. 2023"},
      {"stated_confidence", &M::stated_confidence, kHigh, kProbability, "stated confidence",
       "Tian et al. 2023"},
      {"p_true", &M::p_true, kHigh, kProbability, "p_true", "Kadavath et al. 2022"},
      {"self_consistency", &M::self_consistency, kHigh, kProbability, kSamples, "Wang et al. 2023"},
      {"answer_share", &M::answer_share, kHigh, kProbability, kSamples,
       "Wang et al. 2023, of the first sample"},
      {"lexical_similarity", &M::lexical_similarity, kHigh, kNone, kSamples,
       "Fomicheva et al. 2020, Lin 2004"},
      {"semantic_entropy", &M::semantic_entropy, kLow, kNone, "2 samples with token logprobs",
       "Kuhn et al. 2023, Farquhar et al. 2024"},
      {"discrete_semantic_entropy", &M::discrete_semantic_entropy, kLow, kNone, kSamples,
       "Farquhar et al. 2024"},
      {"semantic_sets", &M::semantic_sets, kLow, kNone, kSamples, "Lin et al. 2024"},
      {"graph_eigenvalues", &M::graph_eigenvalues, kLow, kNone, kSamples, "Lin et al. 2024"},
      {"graph_degree", &M::graph_degree, kLow, kNone, kSamples, "Lin et al. 2024"},
      {"graph_eccentricity", &M::graph_eccentricity, kLow, kNone, kSamples, "Lin et al. 2024"},
      {"selfcheck_unigram", &M::selfcheck_unigram, kLow, kNone, kSamples, "Manakul et al. 2023"},
      {"selfcheck_unigram_max", &M::selfcheck_unigram_max, kLow, kNone, kSamples, "Manakul et al. 2023"},
      {"two_sample_fusion", &M::two_sample_fusion, kHigh, kProbability, "2 samples and a stated confidence",
       "Del et al. 2026"},
      {"cross_model_agreement", &M::cross_model_agreement, kHigh, kProbability, "answers of other models",
       "share of them"},
      {"claim_consistency", &M::claim_consistency, kHigh, kProbability, "2 samples, the first of 2 sentences",
       "Manakul et al. 2023"},
      {"min_claim_consistency", &M::min_claim_consistency, kHigh, kProbability,
       "2 samples, the first of 2 sentences", "Manakul et al. 2023"},
  }};
  return kTable;
}

const MeasureInfo* find_measure(std::string_view name) {
  for (const MeasureInfo& one : measure_table())
    if (one.name == name) return &one;
  return nullptr;
}

}  // namespace genkai::limits::hallucination
