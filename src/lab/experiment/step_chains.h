#pragma once
// Sums modulo 10 of many terms, written step by step: what the experiments on reasoning train on, write and
// check. One step adds one term; its token names the step and the running total.
//
//   const SumChain chain = draw_chain(6, 0.1, rng);           // six steps, each wrong with probability 0.1
//   first_refuted(chain)                                      // by the product's exact checker of steps
//   const auto written = write_all(model, prompts, Choice::sampled, rng);

#include <optional>
#include <span>
#include <vector>

#include "lab/experiment/small_models.h"

namespace genkai::lab::experiment {

constexpr int kModulus = 10;
constexpr std::size_t kMostChainSteps = 8;

struct SumChain {
  std::vector<int> terms;   // one more than steps, 0 to 9
  std::vector<int> totals;  // after each step, as written: right or not
  std::size_t steps() const { return terms.size() - 1; }
};
/// Terms drawn evenly. A wrong step states another total, and the steps after it go on from that.
SumChain draw_chain(std::size_t steps, double wrong, base::Rng& rng);
/// `n` questions, with their true totals.
std::vector<SumChain> draw_questions(std::size_t steps, std::size_t n, base::Rng& rng);
/// Of the terms, whatever was written.
int true_total(std::span<const int> terms);
/// Whether step `i` (from 0) follows from the total before it.
bool step_right(const SumChain& chain, std::size_t i);

/// The chain as lines for limits/reasoning/steps: "7 + 5 - 10 = 2".
std::vector<std::string> as_text(const SumChain& chain);
/// The first step that the exact checker refutes, without a model. Nothing: all pass.
std::optional<std::size_t> first_refuted(const SumChain& chain);

// Tokens. A term's token names its place and its digit, a step's its place and its total.
constexpr TokenId kThink = kFirstSymbol, kAnswer = kFirstSymbol + 1, kFirstDigit = kFirstSymbol + 2;
constexpr TokenId kFirstTerm = kFirstDigit + kModulus;
constexpr TokenId kFirstTotal = kFirstTerm + kModulus * (static_cast<TokenId>(kMostChainSteps) + 1);
constexpr std::size_t kSumVocabulary = kFirstTotal + kModulus * kMostChainSteps;

/// <s> terms, and then kAnswer (answers only) or kThink and the first `kept` totals.
Tokens ask_directly(const SumChain& chain);
Tokens ask_for_steps(const SumChain& chain, std::size_t kept = 0);
/// The loss is on the answer (the last total) or on all steps and the answer.
train::Sample answer_lesson(const SumChain& chain);
train::Sample step_lesson(const SumChain& chain);
TokenId total_token(std::size_t step, int total);

/// What a model wrote after a prompt.
struct WrittenSum {
  std::vector<int> totals;      // the prompt's included
  std::optional<int> answer{};  // none: it wrote something that is no chain
  std::size_t tokens = 0;       // written
};
/// Whether it answers with the true total; and of how many of the questions.
bool is_right(const SumChain& question, const WrittenSum& written);
double share_right(const std::vector<SumChain>& questions, const std::vector<WrittenSum>& written);

enum class Choice { likeliest, sampled };
/// Writes until the answer's digit or a token that has no place there. Equal prompts are computed once.
std::vector<WrittenSum> write_all(const train::Decoder& model, std::vector<Tokens> prompts, Choice choice,
                                  base::Rng& rng);
/// next_probabilities, equal prompts computed once; place[i] is the row of prompt i.
struct Distinct {
  NextProbabilities probabilities;
  std::vector<std::size_t> place;
};
Distinct next_of_distinct(const train::Decoder& model, std::span<const Tokens> prompts);

}  // namespace genkai::lab::experiment
