// abstention: what training to say "unknown" does for a certificate of the answers that are given.

#include <algorithm>
#include <cmath>
#include <limits>

#include "lab/experiment/closed_world.h"
#include "lab/experiment/registry.h"
#include "stats/risk_control.h"

namespace genkai::lab::experiment {
namespace {

using base::Result;

constexpr const char* kConditions[] = {"plain", "unknown"};
constexpr double kRisk = 0.05, kDelta = 0.05;
constexpr double kCoverages[] = {0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0};

std::vector<std::string> conditions(Scale) {
  return {std::begin(kConditions), std::end(kConditions)};
}

/// What a model does with the question about each entity.
struct Answers {
  std::vector<double> score;        // its confidence; not a number where it says "unknown"
  std::vector<std::uint8_t> right;  // never where it says "unknown"
  std::vector<double> up_to;        // of the probabilities of being asked
  std::vector<double> probability;

  std::size_t draw(base::Rng& rng) const {
    const auto at =
        std::upper_bound(up_to.begin(), up_to.end(), rng.uniform() * up_to.back()) - up_to.begin();
    return std::min(static_cast<std::size_t>(at), up_to.size() - 1);
  }
};

struct Exact {
  double answered = 0, wrong = 0, right = 0;  // shares of all questions
  double risk() const { return answered > 0 ? wrong / answered : 0; }
};

/// The long-run shares when answers of at least `threshold` are given: the world is known.
Exact exact(const Answers& answers, double threshold) {
  Exact out;
  for (std::size_t e = 0; e < answers.score.size(); ++e)
    if (answers.score[e] >= threshold) {
      out.answered += answers.probability[e];
      (answers.right[e] != 0 ? out.right : out.wrong) += answers.probability[e];
    }
  return out;
}

/// Certificates made from `repetitions` fresh sets of questions, held against the truth.
void certify(const Answers& answers, std::size_t questions, std::size_t repetitions, base::Rng& rng,
             Numbers& out) {
  double broken = 0, certified = 0, coverage = 0, kept = 0, risk = 0;
  const Exact all = exact(answers, 0);
  for (std::size_t i = 0; i < repetitions; ++i) {
    std::vector<double> scores;
    std::vector<std::uint8_t> right;
    for (std::size_t q = 0; q < questions; ++q) {
      const std::size_t e = answers.draw(rng);
      scores.push_back(answers.score[e]);
      right.push_back(answers.right[e]);
    }
    const auto found = stats::certify_threshold(scores, right, {.risk = kRisk, .delta = kDelta});
    if (!found.certified()) continue;
    const Exact truth = exact(answers, found.threshold);
    certified += 1;
    coverage += truth.answered;
    risk += truth.risk();
    kept += truth.right / all.right;
    if (truth.risk() > kRisk) broken += 1;
  }
  const auto n = static_cast<double>(repetitions);
  out["certificates"] = n;
  out["certified"] = certified / n;
  out["broken"] = broken;
  out["certified_coverage"] = coverage / n;
  out["certified_kept"] = kept / n;
  if (certified > 0) out["certified_risk"] = risk / certified;
}

Result<Numbers> measure(const CellKey& key, const CellContext& context) {
  const bool ci = context.scale == Scale::ci;
  const bool taught = key.condition == "unknown";
  const ClosedWorld world({.side = ci ? std::size_t{20} : std::size_t{50},
                           .values = ci ? std::size_t{20} : std::size_t{50},
                           .draws = ci ? std::size_t{800} : std::size_t{5000},
                           .zipf = 0.5},
                          key.seed);
  base::Rng rng(key.seed + 700);
  std::vector<std::size_t> lesson, fresh;  // never stated: used for training, and kept back
  for (std::size_t e = 0; e < world.entities(); ++e)
    if (world.exposures(e) == 0) (rng.uniform() < 0.5 ? lesson : fresh).push_back(e);
  if (lesson.empty() || fresh.empty())
    return base::fail(base::Code::internal, "every fact of the world was stated", "a shorter log");
  train::Decoder model = make_model({.vocabulary = world.vocabulary()}, key.seed);
  const auto draw = [&](base::Rng& from) {
    if (taught && from.uniform() < 0.2) {
      Tokens tokens = world.question(lesson[from.below(lesson.size())]);
      tokens.push_back(kUnknown);
      return sample_of(std::move(tokens), 3);
    }
    const std::size_t e = world.log()[from.below(world.log().size())];
    return sample_of(world.statement(e, world.value(e)), 3);
  };
  const std::uint64_t epochs = ci ? 12 : 16;
  GENKAI_RETURN_IF_ERROR(teach(model, draw,
                               {.steps = epochs * world.log().size() / 64, .samples = 64, .rate = 2e-3},
                               key.seed, context.stop));
  std::vector<Tokens> questions;
  for (std::size_t e = 0; e < world.entities(); ++e) questions.push_back(world.question(e));
  const auto said = next_probabilities(model, questions);
  Answers answers;
  double total = 0;
  for (std::size_t e = 0; e < world.entities(); ++e) {
    const TokenId best = said.likeliest(e);
    answers.score.push_back(best == kUnknown
                                ? std::numeric_limits<double>::quiet_NaN()
                                : static_cast<double>(said.of(e)[static_cast<std::size_t>(best)]));
    answers.right.push_back(best == world.value_token(world.value(e)) ? 1 : 0);
    answers.probability.push_back(world.probability(e));
    answers.up_to.push_back(total += world.probability(e));
  }
  const Exact all = exact(answers, 0);
  Numbers out{{"coverage", all.answered},
              {"risk", all.risk()},
              {"right", all.right},
              {"missing_mass", world.missing_mass()},
              {"chance", 1.0 / static_cast<double>(world.values())}};
  const auto silent = [&](const std::vector<std::size_t>& entities) {
    double n = 0;
    for (const std::size_t e : entities) n += std::isnan(answers.score[e]) ? 1 : 0;
    return n / static_cast<double>(entities.size());
  };
  out["unknown@taught"] = silent(lesson);
  out["unknown@fresh"] = silent(fresh);
  std::vector<std::size_t> stated;
  for (std::size_t e = 0; e < world.entities(); ++e)
    if (world.exposures(e) > 0) stated.push_back(e);
  out["unknown@stated"] = silent(stated);
  // Risk at a coverage: the surest answers first.
  std::vector<std::size_t> order;
  for (std::size_t e = 0; e < world.entities(); ++e)
    if (!std::isnan(answers.score[e])) order.push_back(e);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return answers.score[a] != answers.score[b] ? answers.score[a] > answers.score[b] : a < b;
  });
  Exact until;
  std::size_t next = 0;
  for (const std::size_t e : order) {
    until.answered += answers.probability[e];
    (answers.right[e] != 0 ? until.right : until.wrong) += answers.probability[e];
    for (; next < std::size(kCoverages) && until.answered >= kCoverages[next] - 1e-9; ++next)
      out["risk@" + number(kCoverages[next])] = until.risk();
  }
  certify(answers, ci ? 300 : 1000, ci ? 100 : 400, rng, out);
  return out;
}

Finding find(const Results& results) {
  Finding out;
  out.figure = {.title = "Abstention, trained and certified",
                .description =
                    "Share of wrong answers among the answers given against the share of questions answered, "
                    "surest first, with and without training to say unknown; where certificates stop.",
                .x = {.title = "questions answered", .percent = true, .low = 0, .high = 1},
                .y = {.title = "wrong among the answers given", .percent = true, .low = 0}};
  out.columns = {
      "training",           "answered", "wrong among them", "certified: answered", "wrong among them",
      "right answers kept", "broken"};
  double broken = 0, certificates = 0, floor_broken = 0;
  for (const char* condition : kConditions) {
    const bool taught = std::string_view(condition) == "unknown";
    const std::string name = taught ? "taught unknown" : "not taught";
    stats::FigureSeries curve{name, {}, stats::SeriesStyle::line};
    for (const double at : kCoverages) {
      const Estimate risk = results.over_seeds(condition, "risk@" + number(at)).within(0, 1);
      if (risk.n == results.over_seeds(condition, "risk").n) curve.points.push_back(risk.at(at));
    }
    const Estimate coverage = results.over_seeds(condition, "certified_coverage").within(0, 1),
                   risk = results.over_seeds(condition, "certified_risk").within(0, 1);
    out.figure.series.push_back(std::move(curve));
    if (risk.n > 0)
      out.figure.series.push_back(
          {name + ", certified", {risk.at(coverage.mean)}, stats::SeriesStyle::points});
    double here = 0, of = 0;
    for (const double v : results.values(condition, "broken")) here += v;
    for (const double v : results.values(condition, "certificates")) of += v;
    broken += here;
    certificates += of;
    out.rows.push_back({name, results.over_seeds(condition, "coverage").within(0, 1).text(),
                        results.over_seeds(condition, "risk").within(0, 1).text(3), coverage.text(),
                        risk.text(3), results.over_seeds(condition, "certified_kept").within(0, 1).text(),
                        number(here, 0) + " of " + number(of, 0)});
  }
  out.figure.series.push_back({"promised", {{0, kRisk}, {1, kRisk}}, stats::SeriesStyle::reference});
  for (const Cell& cell : results.cells()) {
    const Numbers& n = cell.numbers;
    // Wrong at least where the fact was never stated and an answer is given all the same.
    if (cell.key.condition == "plain" && n.at("risk") < n.at("missing_mass") * (1 - 4 * n.at("chance")))
      floor_broken += 1;
  }
  const double least = stats::clopper_pearson_lower(static_cast<std::size_t>(broken),
                                                    static_cast<std::size_t>(certificates), 0.999);
  out.claims.push_back({ClaimKind::bound,
                        "a certificate of risk " + number(kRisk) + " is broken with probability at most " +
                            number(kDelta) + ": " + number(broken, 0) + " of " + number(certificates, 0),
                        least <= kDelta});
  out.claims.push_back({ClaimKind::bound,
                        "who always answers errs at least on what was never stated: " +
                            number(floor_broken, 0) + " models below the missing mass",
                        floor_broken == 0});
  const Estimate fresh = results.over_seeds("unknown", "unknown@fresh").within(0, 1),
                 lesson = results.over_seeds("unknown", "unknown@taught").within(0, 1),
                 stated = results.over_seeds("unknown", "unknown@stated").within(0, 1);
  out.claims.push_back(
      {ClaimKind::phenomenon,
       "\"unknown\" carries over to most facts that were neither stated nor used to teach it: " +
           fresh.text() + " of them, against " + stated.text() + " of the stated facts",
       fresh.mean > 0.5});
  const Estimate plain_kept = results.over_seeds("plain", "certified_kept").within(0, 1),
                 taught_kept = results.over_seeds("unknown", "certified_kept").within(0, 1);
  out.claims.push_back({ClaimKind::phenomenon,
                        "teaching it lets the same promise keep more of the right answers: " +
                            plain_kept.text() + " without, " + taught_kept.text() + " with",
                        taught_kept.interval.low > plain_kept.interval.high});
  out.paragraph =
      "Untaught, the model answers everything and is wrong in " +
      results.over_seeds("plain", "risk").text(3) +
      " of its answers; taught to say \"unknown\" on half of the facts never stated it answers " +
      results.over_seeds("unknown", "coverage").text() + " of the questions and is wrong in " +
      results.over_seeds("unknown", "risk").text(3) + " of them. It says \"unknown\" to " + lesson.text() +
      " of the facts that taught it, to " + fresh.text() + " of the other half, and to " + stated.text() +
      " of stated ones. Training alone promises nothing: a threshold certified on fresh questions does, and "
      "at a "
      "risk of " +
      number(kRisk) + " it keeps " + plain_kept.text() + " of the right answers of the untaught model and " +
      taught_kept.text() + " of the taught one's.";
  return out;
}

}  // namespace

const Experiment kAbstention = {
    .name = "abstention",
    .limit = "hallucination",
    .question = "What does training to say \"unknown\" do, and what does a certificate add?",
    .predicted =
        "A threshold certified on questions drawn as those to come keeps the share of wrong answers at most "
        ".05, "
        "but for .05 of such sets of questions, whatever the model (Learn then Test with exact binomial "
        "tests, "
        "`stats/risk_control.h`). Without abstention no model errs less than the missing mass.",
    .measured =
        "2,500 entities (ci: 400) with one of 50 values each (20), a log of 5,000 statements (800) by a Zipf "
        "law "
        "of exponent .5; a decoder of 2 layers, width 64. Taught: a fifth of its lessons ask for entities of "
        "one "
        "half of those never stated, with the answer \"unknown\". 400 certificates for each model (100), "
        "each "
        "from 1,000 fresh questions (300) drawn with the log's probabilities; what each then does is "
        "computed "
        "exactly, since the world is known. The score is the probability of the likeliest answer.",
    .assumes =
        "Questions to come are drawn as those certified on. The entities of the lessons are of the same kind "
        "as "
        "those asked about.",
    .conditions = conditions,
    .measure = measure,
    .find = find,
};

}  // namespace genkai::lab::experiment
