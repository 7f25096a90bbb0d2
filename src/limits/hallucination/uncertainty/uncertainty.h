#pragma once
// How certain a language model is of an answer, by every measure that the recorded output allows.
//
//   const Assessment scored = assess(output);                       // built-in entailment, no model
//   auto scored = co_await assess(output, entailment);              // any entailment
//   for (const MeasureInfo& measure : measure_table())
//     if (const auto& value = scored.measures.*measure.value) print(measure.name, *value);
//
// All is deterministic. Samples are compared pairwise once, and every measure shares the result.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.h"
#include "base/json.h"
#include "base/result.h"
#include "limits/hallucination/uncertainty/entailment.h"
#include "limits/hallucination/uncertainty/recorded_output.h"

namespace genkai::limits::hallucination {

/// Absent where its input is. Formulas and sources: docs/limits/hallucination.md; measure_table() names them.
struct Measures {
  using Value = std::optional<double>;
  // Of the first sample's tokens.
  Value sequence_logprob, sequence_probability, perplexity, token_entropy, max_token_entropy,
      min_token_probability;
  // What the model says of itself.
  Value stated_confidence, p_true;
  // Of several samples.
  Value self_consistency, answer_share, lexical_similarity, semantic_entropy, discrete_semantic_entropy,
      semantic_sets, graph_eigenvalues, graph_degree, graph_eccentricity, selfcheck_unigram,
      selfcheck_unigram_max, two_sample_fusion;
  // Of other models, and of the sentences of a long answer.
  Value cross_model_agreement, claim_consistency, min_claim_consistency;
};

struct MeasureInfo {
  std::string_view name;
  Measures::Value Measures::*value;
  bool higher_is_certain;
  bool probability;         // 0 to 1 and meant as the probability that the answer is right
  std::string_view needs;   // of the recorded output
  std::string_view source;  // author and year
};
std::span<const MeasureInfo> measure_table();
/// The measure of that name, or nullptr.
const MeasureInfo* find_measure(std::string_view name);

/// Beyond so many samples pairs are not compared: the work grows with their square.
constexpr std::size_t kMostComparedSamples = 100;
/// The same for sentences of the first sample, and for other models.
constexpr std::size_t kMostClaims = 200;

/// What was compared, once for all measures.
struct Comparisons {
  std::size_t samples = 0;      // n: of the recorded ones, at most kMostComparedSamples
  std::vector<double> weights;  // n x n, row by row: probability that sample i entails sample j; 1 at i = j
  std::vector<std::uint8_t> entails;                 // n x n, the same as yes or no
  std::vector<std::string> term_names;               // what the numbers of terms stand for
  std::vector<std::vector<std::uint32_t>> term_ids;  // index terms of each sample, in order
  std::vector<std::string> sentences;                // of the first sample
  std::vector<std::vector<std::uint32_t>> sentence_term_ids;
  std::vector<std::vector<std::uint8_t>>
      supports;                            // [sentence][i]: sample i + 1 entails it; with 2 sentences on
  std::vector<std::uint8_t> others_agree;  // other model and first sample entail each other
  std::vector<std::uint32_t> cluster_of;   // of each sample, 0-based in order of appearance
  std::optional<bool>
      judged_correct;  // the first sample entails a gold answer, or is entailed by it as a name
  bool equal(std::size_t i, std::size_t j) const {
    return entails[i * samples + j] != 0 && entails[j * samples + i] != 0;
  }
};

struct Assessment {
  Measures measures;
  Comparisons comparisons;
  std::string entailment;  // what compared: "built-in" or a model's name
};

/// Pure. `comparisons` are those of `output`.
Measures measure(const RecordedOutput& output, const Comparisons& comparisons);

Assessment assess(const RecordedOutput& output);
/// Errors: those of `entailment`.
base::Task<base::Result<Assessment>> assess(RecordedOutput output, const Entailment& entailment);

/// The measures by name; with `details` also what they were computed from: "terms" of each sample,
/// "sentence_terms", the "entails" and "weights" matrices, "supports" and "others_agree".
base::Json to_json(const Assessment& assessment, bool details);

// The parts, for those who need one only. Each is absent without its input.

/// Clusters by bidirectional entailment, in order: a sample joins the first cluster whose first member it
/// entails and is entailed by (Kuhn, Gal and Farquhar 2023). Returns the cluster of each sample.
std::vector<std::uint32_t> cluster(const Comparisons& comparisons);
/// ROUGE-L F1 of two sequences: 2 LCS / (|a| + |b|) (Lin 2004); 1 when both are empty.
double rouge_l(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b);
/// Length of the longest common subsequence, 64 places a step (Crochemore et al. 2001).
std::size_t common_subsequence(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b);
/// - sum p ln p of a distribution; zeros count 0.
double entropy(std::span<const double> distribution);

struct GraphMeasures {
  double eigenvalues = 0, degree = 0, eccentricity = 0;
};
/// Lin, Trivedi and Sun 2024 on the symmetric weights W = (w + w^T) / 2 of n samples, row by row, D = row
/// sums and L = I - D^-1/2 W D^-1/2: sum of max(0, 1 - lambda_k); trace(n I - D) / n^2; and the norm of the
/// samples' centred places in the eigenvectors of the eigenvalues below 0.9. REQUIRES: n >= 1, w(i, i) = 1.
GraphMeasures graph_measures(std::span<const double> weights, std::size_t n);

/// Fills the members that come from the first sample's tokens; from the samples together; from claims.
void measure_tokens(const RecordedOutput& output, Measures& measures);
void measure_samples(const RecordedOutput& output, const Comparisons& comparisons, Measures& measures);
void measure_claims(const Comparisons& comparisons, Measures& measures);

}  // namespace genkai::limits::hallucination
