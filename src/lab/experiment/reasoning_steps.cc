// reasoning-steps: the same chains trained on answers only and on written steps, as they came and after the
// exact checker; and whether the answer follows the chain that is written.

#include <algorithm>
#include <cmath>

#include "lab/experiment/registry.h"
#include "lab/experiment/step_chains.h"
#include "limits/reasoning/bound/survival.h"

namespace genkai::lab::experiment {
namespace {

using base::Result;
namespace bound = limits::reasoning::bound;

constexpr double kWrong = 0.1;  // of the steps of the source that is trained on
constexpr std::size_t kLengths[] = {1, 2, 3, 4, 6, 8};

std::vector<std::string> conditions(Scale) {
  return {"answers", "unchecked", "checked"};
}

std::string at(const char* what, std::size_t steps) {
  return std::string(what) + "@" + std::to_string(steps);
}

/// Whether each step of the question is right in what was written; a missing one is not.
std::vector<bool> steps_right(const SumChain& question, const WrittenSum& written) {
  SumChain said{question.terms, written.totals};
  std::vector<bool> out(question.steps());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = i < said.totals.size() && step_right(said, i);
  return out;
}

/// Sampled chains: on the even questions the error of a step is counted, on the odd ones how many chains
/// survive.
base::Status measure_sampled(const train::Decoder& model, std::size_t n, base::Rng& rng, Numbers& out) {
  std::vector<bound::StepErrors> counted(kMostChainSteps);
  double outside = 0;
  for (const std::size_t steps : kLengths) {
    const auto asked = draw_questions(steps, n, rng);
    std::vector<Tokens> prompts;
    for (const SumChain& chain : asked) prompts.push_back(ask_for_steps(chain));
    const auto written = write_all(model, std::move(prompts), Choice::sampled, rng);
    out[at("sampled", steps)] = share_right(asked, written);
    std::vector<double> wrong(steps);
    double survived = 0, survived_odd = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const auto right = steps_right(asked[i], written[i]);
      const bool all = std::find(right.begin(), right.end(), false) == right.end();
      survived += all ? 1 : 0;
      if (i % 2 == 1) survived_odd += all ? 1 : 0;
      for (std::size_t s = 0; s < steps; ++s) {
        wrong[s] += right[s] ? 0 : 1;
        if (i % 2 == 0) {
          counted[s].n += 1;
          counted[s].wrong += right[s] ? 0 : 1;
        }
      }
    }
    for (double& share : wrong) share /= static_cast<double>(n);
    out[at("survived", steps)] = survived_odd / static_cast<double>(n / 2);
    GENKAI_ASSIGN_OR_RETURN(const bound::Survival chain, bound::survival(wrong, {}));
    const double share = survived / static_cast<double>(n);
    if (share < chain.any_dependence.low - 1e-9 || share > chain.any_dependence.high + 1e-9) outside += 1;
  }
  out["outside"] = outside;
  bound::StepErrors all;
  for (const bound::StepErrors& step : counted) {
    all.n += step.n;
    all.wrong += step.wrong;
  }
  out["step_error"] = static_cast<double>(all.wrong) / static_cast<double>(all.n);
  for (const std::size_t steps : kLengths) {
    GENKAI_ASSIGN_OR_RETURN(const bound::Survival chain,
                            bound::survival(std::span(counted).first(steps), {}));
    out[at("predicted", steps)] = chain.value;
  }
  return {};
}

/// True steps up to one that is false, the rest cut off: what the model answers from there, of those that it
/// answers right when that step is true.
void measure_corruption(const train::Decoder& model, std::size_t n, base::Rng& rng, Numbers& out) {
  std::vector<Tokens> whole, corrupted;
  std::vector<int> truth, followed;
  for (const std::size_t steps : {4, 6, 8})
    for (SumChain& chain : draw_questions(steps, n, rng)) {
      const std::size_t place = rng.below(steps - 1);
      const int shift = 1 + static_cast<int>(rng.below(kModulus - 1));
      truth.push_back(chain.totals.back());
      followed.push_back((chain.totals.back() + shift) % kModulus);
      whole.push_back(ask_for_steps(chain, place + 1));
      chain.totals[place] = (chain.totals[place] + shift) % kModulus;
      corrupted.push_back(ask_for_steps(chain, place + 1));
    }
  const auto as_it_was = write_all(model, std::move(whole), Choice::likeliest, rng);
  const auto after = write_all(model, std::move(corrupted), Choice::likeliest, rng);
  double asked = 0, follows = 0, keeps = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (as_it_was[i].answer != truth[i]) continue;
    asked += 1;
    follows += after[i].answer == followed[i] ? 1 : 0;
    keeps += after[i].answer == truth[i] ? 1 : 0;
  }
  out["corrupted_n"] = asked;
  if (asked == 0) return;
  out["follows"] = follows / asked;
  out["keeps"] = keeps / asked;
}

Result<Numbers> measure(const CellKey& key, const CellContext& context) {
  const bool ci = context.scale == Scale::ci;
  const bool answers = key.condition == "answers";
  base::Rng rng(key.seed + 700);
  std::vector<SumChain> pool;
  double offered = 0;
  for (std::size_t i = 0; i < (ci ? std::size_t{2000} : std::size_t{40000}); ++i) {
    SumChain chain = draw_chain(1 + rng.below(kMostChainSteps), kWrong, rng);
    offered += 1;
    if (key.condition == "unchecked" || !first_refuted(chain)) pool.push_back(std::move(chain));
  }
  train::Decoder model = make_model({.vocabulary = kSumVocabulary}, key.seed);
  const auto draw = [&](base::Rng& from) {
    const SumChain& chain = pool[from.below(pool.size())];
    return answers ? answer_lesson(chain) : step_lesson(chain);
  };
  // A lesson in steps is about twice as long: as many tokens for all.
  const std::uint64_t steps = (ci ? 20U : 2500U) * (answers ? 2U : 1U);
  GENKAI_RETURN_IF_ERROR(
      teach(model, draw, {.steps = steps, .samples = 64, .rate = 2e-3}, key.seed, context.stop));

  const std::size_t n = ci ? 20 : 1000;
  Numbers out{{"passed", static_cast<double>(pool.size()) / offered}};
  for (const std::size_t length : kLengths) {
    const auto asked = draw_questions(length, n, rng);
    std::vector<Tokens> prompts;
    for (const SumChain& chain : asked)
      prompts.push_back(answers ? ask_directly(chain) : ask_for_steps(chain));
    out[at("right", length)] =
        share_right(asked, write_all(model, std::move(prompts), Choice::likeliest, rng));
  }
  if (answers) return out;
  GENKAI_RETURN_IF_ERROR(measure_sampled(model, n, rng, out));
  measure_corruption(model, n / 5, rng, out);
  return out;
}

Finding find(const Results& results) {
  Finding out;
  out.figure = {
      .title = "Steps of reasoning",
      .description =
          "Share of right answers by the number of steps: trained on answers only, on steps as they "
          "came and on steps that the exact checker passed, with the prediction for chains of "
          "independent errors.",
      .x = {.title = "steps of the sum"},
      .y = {.title = "right", .percent = true, .low = 0, .high = 1}};
  out.columns = {"steps",          "answers only",     "checked steps",
                 "checked, drawn", "unchecked, drawn", "all steps right, predicted",
                 "measured"};
  stats::FigureSeries answers{"answers only", {}, stats::SeriesStyle::line_dots},
      checked{"checked steps", {}, stats::SeriesStyle::line_dots},
      unchecked{"unchecked steps, drawn", {}, stats::SeriesStyle::points},
      predicted{"predicted from the steps' errors", {}, stats::SeriesStyle::reference},
      chance{"chance", {}, stats::SeriesStyle::reference};
  double apart = 0;
  for (const std::size_t steps : kLengths) {
    const auto x = static_cast<double>(steps);
    const auto share = [&](const char* condition, const char* what) {
      return results.over_seeds(condition, at(what, steps)).within(0, 1);
    };
    const Estimate a = share("answers", "right"), c = share("checked", "right"),
                   u = share("unchecked", "survived"), p = share("unchecked", "predicted");
    answers.points.push_back(a.at(x));
    checked.points.push_back(c.at(x));
    unchecked.points.push_back(u.at(x));
    predicted.points.push_back({.x = x, .y = p.mean});
    chance.points.push_back({.x = x, .y = 1.0 / kModulus});
    apart = std::max(apart, std::abs(u.mean - p.mean));
    out.rows.push_back({number(x, 0), a.text(), c.text(), share("checked", "sampled").text(),
                        share("unchecked", "sampled").text(), p.text(), u.text()});
  }
  unchecked.name = "unchecked, drawn: all steps right";
  out.figure.series = {std::move(checked), std::move(unchecked), std::move(predicted), std::move(answers),
                       std::move(chance)};
  const auto longest = [&](const char* condition, const char* what) {
    return results.over_seeds(condition, at(what, kMostChainSteps)).within(0, 1);
  };
  double outside = 0;
  for (const char* condition : {"unchecked", "checked"})
    for (const double v : results.values(condition, "outside")) outside += v;
  out.claims.push_back(
      {ClaimKind::bound,
       "the share of chains with every step right lies between 1 less the sum and 1 less the "
       "largest of its steps' errors (Fréchet): " +
           number(outside, 0) + " lengths outside",
       outside == 0});
  const Estimate direct = longest("answers", "right"), with_steps = longest("checked", "right");
  out.claims.push_back({ClaimKind::phenomenon,
                        "at eight steps answers alone stay near chance (" + direct.text() +
                            ") and written steps do not (" + with_steps.text() + ")",
                        direct.mean < 0.3 && with_steps.mean > 0.9});
  out.claims.push_back(
      {ClaimKind::phenomenon,
       "independent errors predict how many drawn chains survive, within .05 at each length: "
       "at most " +
           number(apart, 3) + " apart",
       apart <= 0.05});
  const Estimate e_unchecked = results.over_seeds("unchecked", "step_error"),
                 e_checked = results.over_seeds("checked", "step_error");
  out.claims.push_back({ClaimKind::phenomenon,
                        "the checker's choice of chains shows in the steps that are drawn: error " +
                            e_checked.within(0, 1).text(4) + " a step against " +
                            e_unchecked.within(0, 1).text(4),
                        e_checked.mean < e_unchecked.mean / 3});
  const Estimate follows = results.over_seeds("checked", "follows").within(0, 1);
  out.claims.push_back({ClaimKind::phenomenon,
                        "after one false step the answer is the one that the chain leads to: " +
                            follows.text() + " of the questions",
                        follows.mean > 0.9});
  out.paragraph =
      "The source errs in one step of ten; the exact checker of the product passes " +
      results.over_seeds("checked", "passed").text() +
      " of its chains. Trained on as many tokens, answers alone reach " + direct.text() +
      " at eight steps, where chance is .10 and checked steps reach " + with_steps.text() +
      ". What was not checked is learnt as it is: drawn steps err with " + e_unchecked.within(0, 1).text(3) +
      " each (checked: " + e_checked.within(0, 1).text(4) + "), and of chains of eight " +
      longest("unchecked", "survived").text() + " survive where " + longest("unchecked", "predicted").text() +
      " were predicted; the likeliest token at each step hides it (" + longest("unchecked", "right").text() +
      " right). With one step made false and the rest cut off, the answer is the one that the false chain "
      "leads "
      "to in " +
      follows.text() + " and the true one in " + results.over_seeds("checked", "keeps").within(0, 1).text() +
      ": here the chain carries the answer. A model trained on answers alone writes no chain that could be "
      "corrupted.";
  return out;
}

}  // namespace

const Experiment kReasoningSteps = {
    .name = "reasoning-steps",
    .limit = "reasoning",
    .question =
        "What do written steps that an exact checker passed give to a model that is asked for long chains?",
    .predicted =
        "Chains whose steps err independently, step i with e_i, survive with (1 - e_1) ... (1 - e_k); "
        "whatever their "
        "dependence, between 1 - sum e_i and 1 - max e_i (Fréchet; `limits/reasoning/bound/survival.h`). "
        "Answers alone ask a decoder of fixed depth for the whole sum at once.",
    .measured =
        "Sums modulo 10 of 2 to 9 terms; 40,000 chains (ci: 2,000) of a source that errs in one step of ten; "
        "a "
        "decoder of 2 layers, width 64, trained on as many tokens of answers only, of all chains, and of "
        "those "
        "that `limits/reasoning/steps` passes. 1,000 fresh questions a length; the errors are counted on one "
        "half of the "
        "drawn chains and survival on the other.",
    .assumes =
        "One kind of step, named places, lengths within those trained. Errors that cancel are not counted as "
        "survival. A larger or longer trained model may learn the sum without steps.",
    .conditions = conditions,
    .measure = measure,
    .find = find,
};

}  // namespace genkai::lab::experiment
