// snowball: what a chain of steps does after a wrong one was injected.

#include <algorithm>
#include <cmath>

#include "lab/experiment/registry.h"
#include "lab/experiment/small_models.h"
#include "limits/reasoning/bound/survival.h"

namespace genkai::lab::experiment {
namespace {

using base::Result;

// <s> a_0 a_1 ... a_K = r_1 ... r_K with r_k the sum of a_0 ... a_k modulo m.
constexpr std::size_t kSteps = 6, kInjected = 2;  // the step that is made wrong, counted from 1
constexpr const char* kConditions[] = {"right-chains", "mended-chains"};
constexpr TokenId kEquals = kFirstSymbol, kDigit = kFirstSymbol + 1;

std::size_t modulus(Scale scale) {
  return scale == Scale::ci ? 3 : 5;
}

std::vector<std::string> conditions(Scale) {
  return {std::begin(kConditions), std::end(kConditions)};
}

struct Chain {
  std::vector<std::size_t> terms;    // a_0 ... a_K
  std::vector<std::size_t> results;  // r_1 ... r_K, true

  Tokens prompt() const {
    Tokens out{kBegin};
    for (const std::size_t term : terms) out.push_back(kDigit + static_cast<TokenId>(term));
    out.push_back(kEquals);
    return out;
  }
};

Chain draw_chain(std::size_t m, base::Rng& rng) {
  Chain out;
  for (std::size_t i = 0; i <= kSteps; ++i) out.terms.push_back(rng.below(m));
  std::size_t sum = out.terms[0];
  for (std::size_t i = 1; i <= kSteps; ++i) out.results.push_back(sum = (sum + out.terms[i]) % m);
  return out;
}

/// A wrong result in place of `right`.
std::size_t another(std::size_t right, std::size_t m, base::Rng& rng) {
  return (right + 1 + rng.below(m - 1)) % m;
}

/// The true chain with the loss on each step; when `mended`, half of the chains have one wrong step, which is
/// not learnt, and go on with what is true all the same.
train::Sample lesson_of(std::size_t m, bool mended, base::Rng& rng) {
  const Chain chain = draw_chain(m, rng);
  Tokens tokens = chain.prompt();
  const std::size_t first = tokens.size();
  for (const std::size_t r : chain.results) tokens.push_back(kDigit + static_cast<TokenId>(r));
  train::Sample sample = sample_of(std::move(tokens), first);
  if (mended && rng.uniform() < 0.5) {
    const std::size_t wrong = rng.below(kSteps);
    sample.tokens[first + wrong] = kDigit + static_cast<TokenId>(another(chain.results[wrong], m, rng));
    sample.weights[first + wrong] = 0;
  }
  return sample;
}

/// The results that the model writes after each prompt until there are kSteps.
std::vector<std::vector<std::size_t>> written(const train::Decoder& model, const std::vector<Chain>& chains,
                                              std::vector<std::vector<std::size_t>> so_far) {
  while (so_far[0].size() < kSteps) {
    std::vector<Tokens> prompts;
    for (std::size_t i = 0; i < chains.size(); ++i) {
      prompts.push_back(chains[i].prompt());
      for (const std::size_t r : so_far[i]) prompts.back().push_back(kDigit + static_cast<TokenId>(r));
    }
    const auto next = next_probabilities(model, prompts);
    for (std::size_t i = 0; i < chains.size(); ++i)
      so_far[i].push_back(static_cast<std::size_t>(std::max(0, next.likeliest(i) - kDigit)));
  }
  return so_far;
}

Result<Numbers> measure(const CellKey& key, const CellContext& context) {
  const bool ci = context.scale == Scale::ci;
  const std::size_t m = modulus(context.scale);
  train::Decoder model = make_model(
      {.vocabulary = static_cast<std::size_t>(kDigit) + m, .width = 64, .layers = ci ? 2UL : 3UL}, key.seed);
  const bool mended = key.condition == "mended-chains";
  GENKAI_RETURN_IF_ERROR(teach(
      model, [&](base::Rng& rng) { return lesson_of(m, mended, rng); },
      {.steps = ci ? 400UL : 2500UL, .samples = ci ? 32UL : 64UL, .rate = 2e-3}, key.seed, context.stop));
  base::Rng rng(key.seed + 9000);
  const std::size_t n = ci ? 200 : 1000;
  std::vector<Chain> chains;
  std::vector<std::vector<std::size_t>> none(n), right(n), wrong(n);
  for (std::size_t i = 0; i < n; ++i) {
    chains.push_back(draw_chain(m, rng));
    const auto& results = chains.back().results;
    right[i].assign(results.begin(), results.begin() + kInjected);
    wrong[i] = right[i];
    wrong[i].back() = another(results[kInjected - 1], m, rng);
  }
  const auto free = written(model, chains, none), after_right = written(model, chains, right),
             after_wrong = written(model, chains, wrong);
  const double share = 1.0 / static_cast<double>(n);
  Numbers out{{"whole", 0}, {"broken_steps", 0}, {"healed", 0}, {"step_error", 0}};
  std::vector<double> first_wrong(kSteps);  // share of chains whose first wrong step it is
  for (std::size_t i = 0; i < n; ++i) {
    const auto& truth = chains[i].results;
    const auto at = std::mismatch(free[i].begin(), free[i].end(), truth.begin()).first - free[i].begin();
    if (at == static_cast<std::ptrdiff_t>(kSteps))
      out["whole"] += share;
    else
      first_wrong[static_cast<std::size_t>(at)] += share;
    for (std::size_t k = kInjected; k < kSteps; ++k) {
      const std::string step = "@" + std::to_string(k - kInjected + 1);
      const std::size_t shift = (after_wrong[i][kInjected - 1] + m - truth[kInjected - 1]) % m;
      const std::size_t follows = (truth[k] + shift) % m;
      const std::size_t local = (after_wrong[i][k - 1] + chains[i].terms[k + 1]) % m;
      const bool healed = after_wrong[i][k] == truth[k] && after_wrong[i][k - 1] != truth[k - 1];
      out["right_after_right" + step] += after_right[i][k] == truth[k] ? share : 0;
      out["right_after_wrong" + step] += after_wrong[i][k] == truth[k] ? share : 0;
      out["follows" + step] += after_wrong[i][k] == follows ? share : 0;
      out["broken_steps"] += after_wrong[i][k] != local ? share : 0;
      out["healed"] += healed ? share : 0;
    }
  }
  std::vector<double> errors;  // of each step after right ones alone
  double alive = 1;
  for (const double wrong_first : first_wrong) {
    errors.push_back(alive > 0 ? std::min(1.0, wrong_first / alive) : 0);
    alive -= wrong_first;
    out["step_error"] += errors.back() / static_cast<double>(kSteps);
  }
  const std::vector<double> alike(kSteps, out["step_error"]);
  GENKAI_ASSIGN_OR_RETURN(const auto predicted, limits::reasoning::bound::survival(alike, {}));
  out["whole_predicted"] = predicted.value;
  return out;
}

Finding find(const Results& results) {
  Finding out;
  std::vector<std::string> since;
  for (std::size_t step = 1; step <= kSteps - kInjected; ++step) since.push_back(std::to_string(step));
  out.figure = {
      .title = "Snowballing after an injected error",
      .description =
          "Share of right steps after an injected wrong step and after a right one, by steps since, "
          "for training on right chains and on chains that go on rightly after a wrong step.",
      .x = {.title = "steps since", .categories = std::move(since)},
      .y = {.title = "share of steps", .percent = true, .low = 0, .high = 1}};
  out.columns = {"trained on",        "first step after a right one: right", "after a wrong one: right",
                 "follows the error", "last step after a wrong one: right",  "whole chains: predicted",
                 "measured"};
  double healed = 0, broken = 0;  // per chain
  const auto models = static_cast<double>(results.cells().size());
  bool within = true;
  for (const char* condition : kConditions) {
    const bool mended = std::string_view(condition) == "mended-chains";
    const std::string name = mended ? "mended" : "right";
    stats::FigureSeries after_right{name + " chains, after right", {}, stats::SeriesStyle::line_dots},
        after_wrong{name + " chains, after wrong", {}, stats::SeriesStyle::line_dots};
    const auto at = [&](const char* what, std::size_t step) {
      return results.over_seeds(condition, std::string(what) + "@" + std::to_string(step)).within(0, 1);
    };
    for (std::size_t step = 1; step <= kSteps - kInjected; ++step) {
      after_right.points.push_back(at("right_after_right", step).at(static_cast<double>(step - 1)));
      after_wrong.points.push_back(at("right_after_wrong", step).at(static_cast<double>(step - 1)));
    }
    out.figure.series.push_back(std::move(after_right));
    out.figure.series.push_back(std::move(after_wrong));
    out.rows.push_back({name + " chains", at("right_after_right", 1).text(),
                        at("right_after_wrong", 1).text(), at("follows", 1).text(),
                        at("right_after_wrong", kSteps - kInjected).text(),
                        results.over_seeds(condition, "whole_predicted").within(0, 1).text(),
                        results.over_seeds(condition, "whole").within(0, 1).text()});
    for (const double v : results.values(condition, "healed")) healed += v / models;
    for (const double v : results.values(condition, "broken_steps")) broken += v / models;
    within = within && std::abs(results.over_seeds(condition, "whole_predicted").mean -
                                results.over_seeds(condition, "whole").mean) < 0.05;
  }
  const auto of = [&](const char* condition, const char* what) {
    return results.over_seeds(condition, what).within(0, 1);
  };
  const Estimate good = of("right-chains", "right_after_right@1"),
                 bad = of("right-chains", "right_after_wrong@1"), follows = of("right-chains", "follows@1"),
                 mended = of("mended-chains", "right_after_wrong@1");
  out.claims.push_back({ClaimKind::bound,
                        "a wrong chain becomes right again only by a step that does not follow from the one "
                        "before: " +
                            number(healed, 3) + " such returns, " + number(broken, 3) + " such steps a chain",
                        healed <= broken + 1e-9});
  out.claims.push_back({ClaimKind::phenomenon,
                        "after an injected error the next step is wrong too: right " + bad.text() +
                            " of the time, after a right step " + good.text(),
                        bad.interval.high < good.interval.low});
  out.claims.push_back({ClaimKind::phenomenon,
                        "it is wrong because it follows the error: " + follows.text() + " of the steps do",
                        follows.mean > 0.5});
  out.claims.push_back({ClaimKind::phenomenon,
                        "training on chains that go on rightly after a wrong step mends it: right " +
                            mended.text() + " of the time",
                        mended.interval.low > bad.interval.high});
  out.claims.push_back({ClaimKind::phenomenon,
                        "whole chains are as frequent as a product of equal step errors says, within .05",
                        within});
  out.paragraph =
      "A model trained on right chains goes on rightly after a right step " + good.text() +
      " of the time and after an injected wrong one " + bad.text() + "; " + follows.text() +
      " of its steps follow from the error as if it were true. All terms are still in view, so that "
      "it could have counted anew. Trained on chains that go on rightly after a wrong step it does "
      "so " +
      mended.text() + " of the time.";
  return out;
}

}  // namespace

const Experiment kSnowball = {
    .name = "snowball",
    .limit = "hallucination",
    .question = "What does a chain of steps do after a wrong one was injected?",
    .predicted =
        "A step computed from the step before hands an error on: the chain is right again only by a second "
        "error. Chains of K steps that err with e each are whole with (1 - e)^K "
        "(`limits/reasoning/bound/survival.h`), where steps are alike and independent. Language models were "
        "found to go on from their own errors (Zhang et al. 2023).",
    .measured =
        "Six running sums modulo 5 (ci: 3) of terms that stand before them; a decoder of 3 layers (ci: 2), "
        "width "
        "64, trained on right chains, or on chains of which half have a wrong step that is not learnt, with "
        "what "
        "follows true of the terms. 1,000 fresh chains (ci: 200) are continued greedily after a right and "
        "after a "
        "wrong second step, the same chains for both.",
    .assumes =
        "Steps whose result is another for every other previous result, as sums are: where many states lead "
        "to "
        "one, errors can die out by themselves.",
    .conditions = conditions,
    .measure = measure,
    .find = find,
};

}  // namespace genkai::lab::experiment
