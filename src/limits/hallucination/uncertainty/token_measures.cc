#include <algorithm>
#include <cmath>

#include "limits/hallucination/uncertainty/uncertainty.h"

namespace genkai::limits::hallucination {
namespace {

// Entropy of the alternatives, what they leave over being one more: never above the true one. A sampled token
// that its alternatives leave out is one of them.
std::optional<double> token_entropy(const model::TokenLogprob& token) {
  if (token.top.empty()) return {};
  double mass = 0, sum = 0;
  const auto add = [&](double probability) {
    mass += probability;
    if (probability > 0) sum -= probability * std::log(probability);
  };
  bool listed = false;
  for (const auto& [text, logprob] : token.top) {
    if (std::isnan(logprob) || logprob == HUGE_VAL) return {};
    add(std::exp(std::min(0.0, logprob)));
    listed = listed || text == token.token;
  }
  if (!listed && !token.token.empty()) add(std::exp(std::min(0.0, token.logprob)));
  if (mass < 1) add(1 - mass);
  return sum;
}

}  // namespace

void measure_tokens(const RecordedOutput& output, Measures& measures) {
  if (output.samples.empty()) return;
  const RecordedSample& answer = output.samples.front();
  measures.sequence_logprob = sequence_logprob(answer);
  if (!measures.sequence_logprob) return;
  measures.sequence_probability = std::exp(*measures.sequence_logprob);
  if (const auto mean = mean_token_logprob(answer)) measures.perplexity = std::exp(-*mean);
  if (answer.tokens.empty()) return;
  double least = 0, sum = 0, most = 0;
  std::size_t known = 0;
  for (const auto& token : answer.tokens) {
    least = std::min(least, token.logprob);
    if (const auto own = token_entropy(token)) {
      sum += *own;
      most = std::max(most, *own);
      ++known;
    }
  }
  measures.min_token_probability = std::exp(least);
  if (known == 0) return;
  measures.token_entropy = sum / static_cast<double>(known);
  measures.max_token_entropy = most;
}

}  // namespace genkai::limits::hallucination
