// false-sources: the floor that false statements in the training put under a model's error.

#include <algorithm>
#include <cmath>

#include "lab/experiment/closed_world.h"
#include "lab/experiment/registry.h"

namespace genkai::lab::experiment {
namespace {

using base::Result;

constexpr const char* kRates[] = {"0", "0.1", "0.2", "0.3", "0.4"};
constexpr std::size_t kStatements = 9;  // of each fact

std::vector<std::string> conditions(Scale) {
  std::vector<std::string> out;
  for (const char* rate : kRates) out.push_back(std::string("false=") + rate);
  return out;
}

Result<Numbers> measure(const CellKey& key, const CellContext& context) {
  const bool ci = context.scale == Scale::ci;
  const double rate = std::stod(key.condition.substr(6));
  const ClosedWorld world(
      {.side = ci ? std::size_t{16} : std::size_t{40}, .values = 50, .draws = 0, .zipf = 0}, key.seed);
  // One false source: what it says of an entity is one other value, always the same.
  base::Rng rng(key.seed + 1000);
  std::vector<std::size_t> lie(world.entities()), lies(world.entities());
  double majority_false = 0, share_false = 0, larger_share = 0;
  for (std::size_t e = 0; e < world.entities(); ++e) {
    lie[e] = (world.value(e) + 1 + rng.below(world.values() - 1)) % world.values();
    for (std::size_t i = 0; i < kStatements; ++i) lies[e] += rng.uniform() < rate ? 1 : 0;
    if (2 * lies[e] > kStatements) majority_false += 1;
    share_false += static_cast<double>(lies[e]) / kStatements;
    larger_share += static_cast<double>(std::max(lies[e], kStatements - lies[e])) / kStatements;
  }
  train::Decoder model = make_model({.vocabulary = world.vocabulary()}, key.seed);
  const auto draw = [&](base::Rng& from) {
    const std::size_t e = from.below(world.entities());
    const bool is_lie = from.below(kStatements) < lies[e];
    return sample_of(world.statement(e, is_lie ? lie[e] : world.value(e)), 3);
  };
  const std::uint64_t epochs = ci ? 20 : 40;  // of entities times statements
  GENKAI_RETURN_IF_ERROR(
      teach(model, draw, {.steps = epochs * world.entities() * kStatements / 64, .samples = 64, .rate = 2e-3},
            key.seed, context.stop));
  std::vector<Tokens> questions;
  for (std::size_t e = 0; e < world.entities(); ++e) questions.push_back(world.question(e));
  const auto answers = next_probabilities(model, questions);
  const auto n = static_cast<double>(world.entities());
  double greedy = 0, sampled = 0, confidence = 0;
  for (std::size_t e = 0; e < world.entities(); ++e) {
    const TokenId truth = world.value_token(world.value(e));
    const TokenId said = answers.likeliest(e);
    greedy += said != truth ? 1 : 0;
    confidence += static_cast<double>(answers.of(e)[static_cast<std::size_t>(said)]);
    sampled += 1 - static_cast<double>(answers.of(e)[static_cast<std::size_t>(truth)]);
  }
  return Numbers{{"greedy", greedy / n},
                 {"sampled", sampled / n},
                 {"underconfidence", ((n - greedy) - confidence) / n},
                 {"underconfidence_predicted", ((n - majority_false) - larger_share) / n},
                 {"majority_false", majority_false / n},
                 {"share_false", share_false / n}};
}

/// P(X > 4) for X of Binomial(9, rate).
double majority_of(double rate) {
  double sum = 0;
  for (int k = 5; k <= 9; ++k) {
    double ways = 1;
    for (int i = 0; i < k; ++i) ways = ways * (9 - i) / (i + 1);
    sum += ways * std::pow(rate, k) * std::pow(1 - rate, 9 - k);
  }
  return sum;
}

Finding find(const Results& results) {
  Finding out;
  out.figure = {
      .title = "The floor of false sources",
      .description =
          "Error of sampled and of greedy answers against the share of false statements, with what the "
          "statements predict.",
      .x = {.title = "false statements", .percent = true},
      .y = {.title = "wrong answers", .percent = true, .low = 0}};
  out.columns = {"false statements", "sampled: predicted",        "measured", "likeliest: predicted",
                 "measured",         "underconfident: predicted", "measured"};
  stats::FigureSeries sampled{"sampled", {}, stats::SeriesStyle::points},
      greedy{"likeliest", {}, stats::SeriesStyle::points};
  stats::FigureSeries share{"predicted, sampled", {}, stats::SeriesStyle::reference},
      vote{"predicted, likeliest", {}, stats::SeriesStyle::reference};
  double worst_sampled = 0, worst_greedy = 0, worst_confidence = 0;
  for (const char* rate : kRates) {
    const std::string condition = std::string("false=") + rate;
    const double x = std::stod(rate);
    const Estimate s = results.over_seeds(condition, "sampled").within(0, 1);
    const Estimate g = results.over_seeds(condition, "greedy").within(0, 1);
    const Estimate ps = results.over_seeds(condition, "share_false"),
                   pg = results.over_seeds(condition, "majority_false");
    sampled.points.push_back(s.at(x));
    greedy.points.push_back(g.at(x));
    worst_sampled = std::max(worst_sampled, std::abs(s.mean - ps.mean));
    worst_greedy = std::max(worst_greedy, std::abs(g.mean - pg.mean));
    const Estimate c = results.over_seeds(condition, "underconfidence").within(-1, 1),
                   pc = results.over_seeds(condition, "underconfidence_predicted");
    worst_confidence = std::max(worst_confidence, std::abs(c.mean - pc.mean));
    out.rows.push_back({number(x, 1), number(ps.mean, 3), s.text(3), number(pg.mean, 3), g.text(3),
                        number(pc.mean, 3), c.text(3)});
  }
  for (double x = 0; x <= 0.4001; x += 0.02) {
    share.points.push_back({.x = x, .y = x});
    vote.points.push_back({.x = x, .y = majority_of(x)});
  }
  out.figure.series = {std::move(sampled), std::move(greedy), std::move(share), std::move(vote)};
  out.claims.push_back(
      {ClaimKind::phenomenon,
       "sampled answers are wrong as often as statements are false: within " + number(worst_sampled, 3),
       worst_sampled < 0.04});
  out.claims.push_back({ClaimKind::phenomenon,
                        "the likeliest answer is wrong where most statements of the fact are false: within " +
                            number(worst_greedy, 3),
                        worst_greedy < 0.04});
  out.claims.push_back({ClaimKind::phenomenon,
                        "its probabilities are those of the statements, not of the truth: underconfidence "
                        "as predicted, within " +
                            number(worst_confidence, 3),
                        worst_confidence < 0.04});
  const Estimate s3 = results.over_seeds("false=0.3", "sampled"),
                 g3 = results.over_seeds("false=0.3", "greedy"),
                 c3 = results.over_seeds("false=0.3", "underconfidence"),
                 c4 = results.over_seeds("false=0.4", "underconfidence");
  out.paragraph =
      "With three of ten statements false, sampled answers are wrong " + s3.text(3) +
      " of the time and the likeliest ones " + g3.text(3) +
      ": a model that fits its data repeats false statements as often as they stand there, and "
      "taking its likeliest "
      "answer takes the vote of the sources. Their probability is the share of the statements, which is " +
      c3.text(3) + " below the share of right ones with three of ten false and " + c4.text(3) +
      " with four: disagreeing sources make a model less sure than a vote deserves, "
      "and calibration has to be learnt from answers, not from the data. No training on "
      "the same data goes below the error; another source does.";
  return out;
}

}  // namespace

const Experiment kFalseSources = {
    .name = "false-sources",
    .limit = "hallucination",
    .question = "What error do false statements in the training leave under a model, however well it fits?",
    .predicted =
        "A model that fits its data says a false value with the share of false statements about that fact "
        "when it is "
        "sampled, and says it always when they are the majority when its likeliest answer is taken: with 9 "
        "statements each false with e, P(Binomial(9, e) > 4). Its probability of that answer is the larger "
        "share of "
        "statements: which falls short of the share of true majorities.",
    .measured =
        "1,600 facts (ci: 256) with nine statements each; a false one gives the same other value of 50. A "
        "decoder of 2 "
        "layers, width 64, trained until it has the shares; predictions are counted on the statements drawn.",
    .assumes =
        "False statements that agree with each other, as copies of one source do; scattered ones lose every "
        "vote. Exposures are "
        "even: rare facts are forgotten before they are outvoted (see exposure).",
    .revision = 2,
    .conditions = conditions,
    .measure = measure,
    .find = find,
};

}  // namespace genkai::lab::experiment
