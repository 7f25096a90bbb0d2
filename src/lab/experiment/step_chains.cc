#include "lab/experiment/step_chains.h"

#include <map>
#include <numeric>

#include "limits/reasoning/steps/step_check.h"

namespace genkai::lab::experiment {
namespace {

Tokens terms_of(const SumChain& chain) {
  Tokens out{kBegin};
  for (std::size_t i = 0; i < chain.terms.size(); ++i)
    out.push_back(kFirstTerm + static_cast<TokenId>(i) * kModulus + chain.terms[i]);
  return out;
}

int before(const SumChain& chain, std::size_t i) {
  return i == 0 ? chain.terms[0] : chain.totals[i - 1];
}

}  // namespace

SumChain draw_chain(std::size_t steps, double wrong, base::Rng& rng) {
  SumChain chain;
  const auto digit = [&] { return static_cast<int>(rng.below(kModulus)); };
  chain.terms.push_back(digit());
  for (std::size_t i = 0; i < steps; ++i) {
    chain.terms.push_back(digit());
    int total = (before(chain, i) + chain.terms[i + 1]) % kModulus;
    if (rng.uniform() < wrong) total = (total + 1 + static_cast<int>(rng.below(kModulus - 1))) % kModulus;
    chain.totals.push_back(total);
  }
  return chain;
}

std::vector<SumChain> draw_questions(std::size_t steps, std::size_t n, base::Rng& rng) {
  std::vector<SumChain> out;
  for (std::size_t i = 0; i < n; ++i) out.push_back(draw_chain(steps, 0, rng));
  return out;
}

bool is_right(const SumChain& question, const WrittenSum& written) {
  return written.answer == true_total(question.terms);
}

double share_right(const std::vector<SumChain>& questions, const std::vector<WrittenSum>& written) {
  double right = 0;
  for (std::size_t i = 0; i < questions.size(); ++i) right += is_right(questions[i], written[i]) ? 1 : 0;
  return right / static_cast<double>(questions.size());
}

int true_total(std::span<const int> terms) {
  return std::accumulate(terms.begin(), terms.end(), 0) % kModulus;
}

bool step_right(const SumChain& chain, std::size_t i) {
  return chain.totals[i] == (before(chain, i) + chain.terms[i + 1]) % kModulus;
}

std::vector<std::string> as_text(const SumChain& chain) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < chain.totals.size(); ++i) {
    const int total = before(chain, i), term = chain.terms[i + 1];
    std::string line = std::to_string(total) + " + " + std::to_string(term);
    if (total + term >= kModulus) line += " - " + std::to_string(kModulus);
    lines.push_back(line + " = " + std::to_string(chain.totals[i]));
  }
  return lines;
}

std::optional<std::size_t> first_refuted(const SumChain& chain) {
  return limits::reasoning::steps::check_steps("", as_text(chain)).first_wrong;
}

TokenId total_token(std::size_t step, int total) {
  return kFirstTotal + static_cast<TokenId>(step) * kModulus + total;
}

Tokens ask_directly(const SumChain& chain) {
  Tokens out = terms_of(chain);
  out.push_back(kAnswer);
  return out;
}

Tokens ask_for_steps(const SumChain& chain, std::size_t kept) {
  Tokens out = terms_of(chain);
  out.push_back(kThink);
  for (std::size_t i = 0; i < kept; ++i) out.push_back(total_token(i, chain.totals[i]));
  return out;
}

train::Sample answer_lesson(const SumChain& chain) {
  Tokens out = ask_directly(chain);
  out.push_back(kFirstDigit + chain.totals.back());
  const std::size_t asked = out.size() - 1;
  return sample_of(std::move(out), asked);
}

train::Sample step_lesson(const SumChain& chain) {
  Tokens out = ask_for_steps(chain, chain.steps());
  out.push_back(kAnswer);
  out.push_back(kFirstDigit + chain.totals.back());
  return sample_of(std::move(out), chain.terms.size() + 2);
}

Distinct next_of_distinct(const train::Decoder& model, std::span<const Tokens> prompts) {
  std::map<Tokens, std::size_t> rows;
  std::vector<Tokens> distinct;
  std::vector<std::size_t> place;
  for (const Tokens& prompt : prompts) {
    const auto [found, is_new] = rows.try_emplace(prompt, distinct.size());
    if (is_new) distinct.push_back(prompt);
    place.push_back(found->second);
  }
  return {next_probabilities(model, distinct), std::move(place)};
}

std::vector<WrittenSum> write_all(const train::Decoder& model, std::vector<Tokens> prompts, Choice choice,
                                  base::Rng& rng) {
  std::vector<WrittenSum> out(prompts.size());
  std::vector<std::size_t> open(prompts.size());
  std::iota(open.begin(), open.end(), std::size_t{0});
  for (std::size_t i = 0; i < prompts.size(); ++i)
    for (const TokenId token : prompts[i])
      if (token >= kFirstTotal) out[i].totals.push_back((token - kFirstTotal) % kModulus);
  while (!open.empty()) {
    std::vector<Tokens> asked;
    for (const std::size_t i : open) asked.push_back(prompts[i]);
    const Distinct next = next_of_distinct(model, asked);
    std::vector<std::size_t> still;
    for (std::size_t j = 0; j < open.size(); ++j) {
      WrittenSum& sum = out[open[j]];
      Tokens& tokens = prompts[open[j]];
      const TokenId token = choice == Choice::likeliest
                                ? next.probabilities.likeliest(next.place[j])
                                : draw_token(next.probabilities.of(next.place[j]), rng);
      const bool answers = tokens.back() == kAnswer;
      tokens.push_back(token);
      ++sum.tokens;
      const auto step = static_cast<TokenId>(sum.totals.size());
      if (answers) {
        if (token >= kFirstDigit && token < kFirstTerm) sum.answer = token - kFirstDigit;
      } else if (token == kAnswer) {
        still.push_back(open[j]);
      } else if (token >= kFirstTotal && (token - kFirstTotal) / kModulus == step) {
        sum.totals.push_back((token - kFirstTotal) % kModulus);
        still.push_back(open[j]);
      }
    }
    open = std::move(still);
  }
  return out;
}

}  // namespace genkai::lab::experiment
