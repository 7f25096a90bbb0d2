// exposure: which facts of its training a model can recall, by how often they were stated, and what no model
// can.

#include <cmath>

#include "lab/experiment/closed_world.h"
#include "lab/experiment/registry.h"
#include "limits/hallucination/bound/missing_mass.h"

namespace genkai::lab::experiment {
namespace {

using base::Result;

struct Bucket {
  std::size_t low, high;  // exposures
  const char* name;
};
constexpr Bucket kBuckets[] = {{0, 0, "0"},   {1, 1, "1"},     {2, 2, "2"},       {3, 4, "3-4"},
                               {5, 8, "5-8"}, {9, 16, "9-16"}, {17, 32, "17-32"}, {33, 1'000'000, "33+"}};
constexpr std::uint64_t kEpochs[] = {2, 6};

std::vector<std::string> conditions(Scale) {
  return {"epochs=2", "epochs=6"};
}

Result<Numbers> measure(const CellKey& key, const CellContext& context) {
  const bool ci = context.scale == Scale::ci;
  const ClosedWorld world({.side = ci ? std::size_t{40} : std::size_t{100},
                           .values = ci ? std::size_t{50} : std::size_t{200},
                           .draws = ci ? std::size_t{4000} : std::size_t{40000},
                           .zipf = 1},
                          key.seed);
  train::Decoder model = make_model({.vocabulary = world.vocabulary()}, key.seed);
  constexpr std::size_t kSamples = 64;
  const auto epochs = static_cast<std::uint64_t>(std::stoul(key.condition.substr(7)));
  const auto draw = [&](base::Rng& rng) {
    const std::size_t e = world.log()[rng.below(world.log().size())];
    return sample_of(world.statement(e, world.value(e)), 3);
  };
  GENKAI_RETURN_IF_ERROR(
      teach(model, draw, {.steps = epochs * world.log().size() / kSamples, .samples = kSamples, .rate = 2e-3},
            key.seed, context.stop));
  namespace bound = limits::hallucination::bound;
  GENKAI_ASSIGN_OR_RETURN(const bound::MissingMass mass, bound::estimate_missing_mass(world.frequencies()));
  std::vector<Tokens> questions;
  for (std::size_t e = 0; e < world.entities(); ++e) questions.push_back(world.question(e));
  const auto answers = next_probabilities(model, questions);
  Numbers out;
  double error = 0, unknown_right = 0, unknown_confidence = 0, unknown = 0;
  std::vector<double> right(std::size(kBuckets)), asked(std::size(kBuckets));
  for (std::size_t e = 0; e < world.entities(); ++e) {
    const TokenId said = answers.likeliest(e);
    const bool is_right = said == world.value_token(world.value(e));
    if (!is_right) error += world.probability(e);
    for (std::size_t b = 0; b < std::size(kBuckets); ++b)
      if (world.exposures(e) >= kBuckets[b].low && world.exposures(e) <= kBuckets[b].high) {
        asked[b] += 1;
        right[b] += is_right ? 1 : 0;
      }
    if (world.exposures(e) == 0) {
      unknown += 1;
      unknown_right += is_right ? 1 : 0;
      unknown_confidence += static_cast<double>(answers.of(e)[static_cast<std::size_t>(said)]);
    }
  }
  for (std::size_t b = 0; b < std::size(kBuckets); ++b)
    if (asked[b] >= 5) out[std::string("recall@") + kBuckets[b].name] = right[b] / asked[b];
  out["error"] = error;
  out["missing_mass"] = world.missing_mass();
  out["good_turing"] = mass.value;
  out["good_turing_low"] = mass.interval.low;
  out["good_turing_high"] = mass.interval.high;
  out["unknown"] = unknown;
  out["unknown_right"] = unknown_right;
  out["unknown_confidence"] = unknown_confidence / unknown;
  out["chance"] = 1.0 / static_cast<double>(world.values());
  return out;
}

Finding find(const Results& results) {
  Finding out;
  std::vector<std::string> names;
  for (const Bucket& bucket : kBuckets) names.emplace_back(bucket.name);
  out.figure = {.title = "Recall by exposure",
                .description =
                    "Share of facts recalled against how often the training stated them, for two lengths of "
                    "training; chance for facts never stated.",
                .x = {.title = "times stated in the log", .categories = names},
                .y = {.title = "recalled", .percent = true, .low = 0, .high = 1}};
  out.columns = {"stated", "after 2 epochs", "after 6 epochs"};
  for (const std::uint64_t epochs : kEpochs) {
    const std::string condition = "epochs=" + std::to_string(epochs);
    stats::FigureSeries series{std::to_string(epochs) + " epochs", {}, stats::SeriesStyle::line_dots};
    for (std::size_t b = 0; b < std::size(kBuckets); ++b) {
      const Estimate recall =
          results.over_seeds(condition, std::string("recall@") + kBuckets[b].name).within(0, 1);
      if (recall.n == 0) continue;
      series.points.push_back(recall.at(static_cast<double>(b)));
    }
    out.figure.series.push_back(std::move(series));
  }
  for (const Bucket& bucket : kBuckets) {
    std::vector<std::string> row{bucket.name};
    for (const std::uint64_t epochs : kEpochs)
      row.push_back(
          results.over_seeds("epochs=" + std::to_string(epochs), std::string("recall@") + bucket.name)
              .within(0, 1)
              .text());
    out.rows.push_back(std::move(row));
  }
  std::size_t covered = 0, below = 0, runs = 0;
  double unknown = 0, unknown_right = 0, chance = 0;
  for (const Cell& cell : results.cells()) {
    ++runs;
    const Numbers& n = cell.numbers;
    if (n.at("missing_mass") >= n.at("good_turing_low") && n.at("missing_mass") <= n.at("good_turing_high"))
      ++covered;
    // Who knows all that was stated and guesses the rest errs on the missing mass but for lucky guesses.
    const double slack = 4 * std::sqrt(n.at("chance") / n.at("unknown"));
    if (n.at("error") < n.at("missing_mass") * (1 - n.at("chance") - slack)) ++below;
    unknown += n.at("unknown");
    unknown_right += n.at("unknown_right");
    chance = n.at("chance");
  }
  const stats::Interval lucky =
      stats::wilson(static_cast<std::size_t>(unknown_right), static_cast<std::size_t>(unknown), 0.999);
  out.claims.push_back({ClaimKind::bound,
                        "the missing mass lies in the interval estimated from the log alone: " +
                            std::to_string(covered) + " of " + std::to_string(runs) + " runs",
                        covered == runs});
  out.claims.push_back({ClaimKind::bound,
                        "no model errs less than the missing mass, lucky guesses apart: " +
                            std::to_string(below) + " of " + std::to_string(runs) + " below",
                        below == 0});
  out.claims.push_back({ClaimKind::bound,
                        "facts never stated are guessed at chance: " + number(unknown_right / unknown, 4) +
                            " right, chance " + number(chance, 4),
                        lucky.low <= chance && chance <= lucky.high});
  const Estimate rare = results.over_seeds("epochs=6", "recall@1"),
                 often = results.over_seeds("epochs=6", "recall@33+");
  out.claims.push_back({ClaimKind::phenomenon,
                        "recall rises with exposure: " + rare.text() + " of facts stated once, " +
                            often.text() + " of those stated 33 times and more (6 epochs)",
                        often.interval.low > rare.interval.high});
  const Estimate confidence = results.over_seeds("epochs=6", "unknown_confidence");
  out.paragraph = "After two epochs the model recalls " + results.over_seeds("epochs=2", "recall@1").text() +
                  " of the facts stated once and " + results.over_seeds("epochs=2", "recall@33+").text() +
                  " of those stated 33 times or more; after six, " + rare.text() + " and " + often.text() +
                  ". Asked about what was never stated it answers all the same, with a mean confidence of " +
                  confidence.text() +
                  ". The share of such questions can be read off the log before anything is trained: " +
                  results.over_seeds("epochs=6", "good_turing").text(3) + " by Good and Turing, " +
                  results.over_seeds("epochs=6", "missing_mass").text(3) + " in truth; the model errs on " +
                  results.over_seeds("epochs=6", "error").text(3) + " of questions drawn as the log was.";
  return out;
}

}  // namespace

const Experiment kExposure = {
    .name = "exposure",
    .limit = "hallucination",
    .question = "Which facts of its training can a model recall, by how often they were stated?",
    .predicted =
        "Who answers every question errs at least on the missing mass: the probability that the next "
        "question is about a "
        "fact never stated. Good and Turing estimate it from the log, with an interval that holds for every "
        "distribution (`limits/hallucination/bound/missing_mass.h`).",
    .measured =
        "10,000 entities with one of 200 values each, stated by Zipf's law in a log of 40,000 (ci: 1,600, "
        "50, 4,000); a "
        "decoder of 2 layers, width 64, trained for 2 and for 6 epochs; every entity is asked once, answers "
        "are the "
        "likeliest token.",
    .assumes =
        "That questions are drawn as the statements of the log were. Facts that can be derived from others "
        "are not missing; "
        "here none can.",
    .conditions = conditions,
    .measure = measure,
    .find = find,
};

}  // namespace genkai::lab::experiment
