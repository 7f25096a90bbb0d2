// monofact: what a pretrained model makes up, against the share of facts that its data state once and its
// miscalibration.

#include <algorithm>
#include <cmath>

#include "lab/experiment/closed_world.h"
#include "lab/experiment/registry.h"
#include "limits/hallucination/bound/monofact.h"

namespace genkai::lab::experiment {
namespace {

using base::Result;

constexpr const char* kZipf[] = {"0", "0.7", "1.1"};
constexpr std::uint64_t kEpochs[] = {1, 2, 4, 8, 16, 32};

/// A value is two symbols, of `side` each: many false statements for each true one, and few enough symbols
/// that the log tells how frequent each is.
struct ValueNames {
  std::size_t side;
  TokenId begin;
  TokenId first(std::size_t value) const { return begin + static_cast<TokenId>(value / side); }
  TokenId second(std::size_t value) const { return begin + static_cast<TokenId>(side + value % side); }
  std::size_t vocabulary() const { return static_cast<std::size_t>(begin) + 2 * side; }
};

std::vector<std::string> conditions(Scale) {
  std::vector<std::string> out;
  for (const char* zipf : kZipf) out.push_back(std::string("zipf=") + zipf);
  return out;
}

std::uint64_t most_epochs(Scale scale) {
  return scale == Scale::ci ? 4 : 32;
}

/// What the model says when it is asked for nothing, over every statement that there is.
struct Spoken {
  double made_up = 0;         // probability of what is no true statement
  double miscalibration = 0;  // see Coarsened
  double calibrated = 0;      // made_up, were each bin given the probability that its truths have
};

/// Statements are put into bins of equal probability to a factor 1.25, the truth is spread evenly within
/// each, and the total variation distance to the model is taken: the coarsening of Kalai and Vempala. Any
/// bins that are made without looking at the truth serve their theorem.
class Coarsened {
 public:
  explicit Coarsened(std::size_t statements) { said_.reserve(statements); }

  void see(double model, double truth, bool is_true) {
    const auto g = static_cast<float>(model);
    said_.push_back(g);
    Bin& bin = bins_[bin_of(g)];
    bin.statements += 1;
    bin.truth += truth;
    if (is_true) bin.truths += 1;
    mass_ += model;
    if (is_true) true_mass_ += model;
  }
  Spoken spoken() const {
    double distance = std::max(0.0, 1 - mass_);  // what is no statement at all
    for (const float g : said_) {
      const Bin& bin = bins_[bin_of(g)];
      distance += std::abs(bin.truth / bin.statements - static_cast<double>(g));
    }
    double true_if_calibrated = 0;
    for (const Bin& bin : bins_)
      if (bin.statements > 0) true_if_calibrated += bin.truths * bin.truth / bin.statements;
    return {1 - true_mass_, std::min(1.0, distance / 2), 1 - true_if_calibrated};
  }

 private:
  struct Bin {
    double statements = 0, truths = 0;
    double truth = 0;  // their probability
  };
  static std::size_t bin_of(float g) {
    return static_cast<std::size_t>(
        std::clamp(-std::log(std::max(static_cast<double>(g), 1e-30)) / std::log(1.25), 0.0, 399.0));
  }
  std::vector<Bin> bins_ = std::vector<Bin>(400);
  std::vector<float> said_;
  double mass_ = 0, true_mass_ = 0;
};

Spoken spoken(const train::Decoder& model, const ClosedWorld& world, const ValueNames& names) {
  const std::size_t n = world.entities();
  const auto at = [](std::span<const float> row, TokenId token) {
    return static_cast<double>(row[static_cast<std::size_t>(token)]);
  };
  std::vector<Tokens> firsts;
  for (std::size_t e = 0; e < n; ++e)
    if (firsts.empty() || firsts.back().back() != world.first_name(e))
      firsts.push_back({kBegin, world.first_name(e)});
  const auto begin = next_probabilities(model, std::vector<Tokens>{{kBegin}});
  const auto second = next_probabilities(model, firsts);
  Coarsened all(n * world.values());
  constexpr std::size_t kAtOnce = 64;  // entities
  for (std::size_t from = 0; from < n; from += kAtOnce) {
    const std::size_t to = std::min(n, from + kAtOnce);
    std::vector<Tokens> questions, halves;
    for (std::size_t e = from; e < to; ++e) {
      questions.push_back(world.question(e));
      for (std::size_t a = 0; a < names.side; ++a) {
        halves.push_back(questions.back());
        halves.back().push_back(names.first(a * names.side));
      }
    }
    const auto first_half = next_probabilities(model, questions),
               second_half = next_probabilities(model, halves);
    for (std::size_t e = from; e < to; ++e) {
      const double name =
          at(begin.of(0), world.first_name(e)) *
          at(second.of(static_cast<std::size_t>(world.first_name(e) - kFirstSymbol)), world.second_name(e));
      for (std::size_t v = 0; v < world.values(); ++v) {
        const double g = name * at(first_half.of(e - from), names.first(v)) *
                         at(second_half.of((e - from) * names.side + v / names.side), names.second(v));
        const bool is_true = v == world.value(e);
        all.see(g, is_true ? world.probability(e) : 0, is_true);
      }
    }
  }
  return all.spoken();
}

Result<Numbers> measure(const CellKey& key, const CellContext& context) {
  const bool ci = context.scale == Scale::ci;
  const std::size_t value_side = ci ? 20 : 48;
  const ClosedWorld world({.side = ci ? std::size_t{30} : std::size_t{110},
                           .values = value_side * value_side,
                           .draws = ci ? std::size_t{1000} : std::size_t{12100},
                           .zipf = std::stod(key.condition.substr(5))},
                          key.seed);
  const ValueNames names{value_side, world.value_token(0)};
  train::Decoder model = make_model({.vocabulary = names.vocabulary()}, key.seed);
  namespace bound = limits::hallucination::bound;
  const auto seen = world.frequencies();
  const double unseen = static_cast<double>(world.entities() - seen.distinct);
  const double all = static_cast<double>(world.entities() * world.values());
  // Of an entity never stated each value is as likely; of one that was, no other is true.
  const double regularity =
      (all - static_cast<double>(seen.distinct)) / (static_cast<double>(world.values()) * unseen);
  Numbers out;
  std::optional<base::Error> failed;
  constexpr std::size_t kSamples = 64;
  const std::uint64_t epoch = (world.log().size() + kSamples - 1) / kSamples;
  const auto look = [&](std::uint64_t step) {
    if (step % epoch != 0 ||
        std::find(std::begin(kEpochs), std::end(kEpochs), step / epoch) == std::end(kEpochs))
      return false;
    const Spoken found = spoken(model, world, names);
    const auto bound_at = [&](double miscalibration) {
      return bound::monofact_bound(seen, {.miscalibration = miscalibration,
                                          .false_per_fact = static_cast<double>(world.values() - 1),
                                          .regularity = std::max(1.0, regularity)});
    };
    const auto least = bound_at(found.miscalibration), calibrated = bound_at(0);
    if (!least || !calibrated) {
      failed = least ? calibrated.error() : least.error();
      return true;
    }
    const std::string at = "@" + std::to_string(step / epoch);
    out["made_up" + at] = found.made_up;
    out["miscalibration" + at] = found.miscalibration;
    out["bound" + at] = least->value;
    out["calibrated" + at] = found.calibrated;
    out["calibrated_bound"] = calibrated->value;
    out["rate"] = least->rate;
    out["terms"] = least->candidates_term + least->sample_term;
    return false;
  };
  const auto draw = [&](base::Rng& rng) {
    const std::size_t e = world.log()[rng.below(world.log().size())];
    Tokens statement = world.question(e);
    statement.push_back(names.first(world.value(e)));
    statement.push_back(names.second(world.value(e)));
    return sample_of(std::move(statement), 1);
  };
  GENKAI_RETURN_IF_ERROR(teach(model, draw,
                               {.steps = most_epochs(context.scale) * epoch,
                                .samples = kSamples,
                                .rate = 2e-3,
                                .look = look,
                                .look_every = epoch},
                               key.seed, context.stop));
  if (failed) return base::fail(*failed);
  return out;
}

Finding find(const Results& results) {
  Finding out;
  out.figure = {
      .title = "Made-up statements against the monofact bound",
      .description =
          "Share of made-up statements against monofact rate less miscalibration, for three worlds "
          "at several moments of training, and of the same models calibrated by the truth; all points "
          "should lie above the diagonal.",
      .x = {.title = "monofact rate - miscalibration", .percent = true},
      .y = {.title = "made up", .percent = true, .low = 0, .high = 1}};
  out.columns = {"world", "epochs",  "monofact rate",        "miscalibration",
                 "bound", "made up", "if calibrated: bound", "made up"};
  std::size_t below = 0, checked = 0, telling = 0, calibrated_below = 0;
  double early = 0, late = 0;
  const std::uint64_t last = most_epochs(results.scale());
  stats::FigureSeries calibrated{"calibrated", {}, stats::SeriesStyle::points};
  for (const char* zipf : kZipf) {
    const std::string condition = std::string("zipf=") + zipf;
    const Estimate rate = results.over_seeds(condition, "rate"),
                   least = results.over_seeds(condition, "calibrated_bound");
    stats::FigureSeries series{"Zipf " + std::string(zipf), {}, stats::SeriesStyle::line_dots};
    for (const std::uint64_t epochs : kEpochs) {
      const std::string at = "@" + std::to_string(epochs);
      const auto made_up = results.values(condition, "made_up" + at);
      const auto bounds = results.values(condition, "bound" + at);
      const auto if_calibrated = results.values(condition, "calibrated" + at);
      const auto if_bounds = results.values(condition, "calibrated_bound");
      if (made_up.empty()) continue;
      for (std::size_t i = 0; i < made_up.size(); ++i) {
        ++checked;
        if (bounds[i] > 0) ++telling;
        if (made_up[i] < bounds[i]) ++below;
        if (if_calibrated[i] < if_bounds[i]) ++calibrated_below;
      }
      const Estimate measured = estimate(made_up).within(0, 1), other = estimate(if_calibrated).within(0, 1);
      const Estimate mis = results.over_seeds(condition, "miscalibration" + at).within(0, 1);
      series.points.push_back(measured.at(rate.mean - mis.mean));
      calibrated.points.push_back(other.at(rate.mean));
      out.rows.push_back({"Zipf " + std::string(zipf), std::to_string(epochs), number(rate.mean), mis.text(),
                          estimate(bounds).text(), measured.text(), number(least.mean), other.text()});
    }
    early += results.over_seeds(condition, "made_up@1").mean / 3;
    late += results.over_seeds(condition, "made_up@" + std::to_string(last)).mean / 3;
    out.figure.series.push_back(std::move(series));
  }
  out.figure.series.push_back(std::move(calibrated));
  out.figure.series.push_back({"rate - miscalibration", {{0, 0}, {0.5, 0.5}}, stats::SeriesStyle::reference});
  out.claims.push_back(
      {ClaimKind::bound,
       "a model makes up at least its monofact rate less its miscalibration and the terms of the "
       "theorem: " +
           std::to_string(below) + " of " + std::to_string(checked) + " models below it (" +
           std::to_string(telling) + " where it says something)",
       below == 0 && checked > 0});
  out.claims.push_back(
      {ClaimKind::phenomenon,
       "calibrated by the truth, the same models make up at least the monofact rate less the other "
       "terms: " +
           std::to_string(calibrated_below) + " of " + std::to_string(checked) + " below it",
       calibrated_below == 0 && checked > 0});
  out.claims.push_back({ClaimKind::phenomenon,
                        "more training makes up less: " + number(early) + " after one epoch, " +
                            number(late) + " after " + std::to_string(last),
                        late < early});
  const auto even = [&](const char* what, std::uint64_t epochs) {
    return results.over_seeds("zipf=0", std::string(what) + "@" + std::to_string(epochs)).within(0, 1).text();
  };
  out.paragraph =
      "Where facts are stated evenly (monofact rate " + number(results.over_seeds("zipf=0", "rate").mean) +
      ") a model makes up " + even("made_up", 1) + " of what it says after one epoch and " +
      even("made_up", last) + " after " + std::to_string(last) + ", miscalibrated by " +
      even("miscalibration", 1) + " and " + even("miscalibration", last) +
      ". These models are never calibrated: at first they rank true statements high and give them too "
      "little, "
      "at last they give what was stated more than its share, and so the theorem says " +
      (telling == 0 ? std::string("nothing") : "something of " + std::to_string(telling)) +
      " of them. Given the probability that their own ranking earns, they would make up " +
      even("calibrated", 1) + " and " + even("calibrated", last) + ", where the bound is " +
      number(results.over_seeds("zipf=0", "calibrated_bound").mean) +
      ": facts never stated have their share of the truth, and who gives it to them has to guess.";
  return out;
}

}  // namespace

const Experiment kMonofact = {
    .name = "monofact",
    .limit = "hallucination",
    .question = "How much does a model make up, against the share of facts that its data state once?",
    .predicted =
        "Kalai and Vempala 2024, theorem 1: made up >= monofact rate - miscalibration - 3 r / (delta f) - "
        "sqrt(6 "
        "ln(6 / delta) / n) with probability 1 - delta = .95; f false statements for each true one, r how "
        "unevenly "
        "truth falls on what was not stated (`limits/hallucination/bound/monofact.h`).",
    .measured =
        "12,100 entities with one of 2,304 values each (two symbols of 48), a log of 12,100 statements drawn "
        "evenly or by Zipf's law (ci: 900, 400, 1,000); a decoder of 2 layers, width 64, trained on it for "
        "up to "
        "32 epochs. All statements are enumerated, so that what it says unasked and its miscalibration are "
        "exact: "
        "statements are put into bins of equal probability to a factor 1.25, and the truth is spread evenly "
        "over "
        "each. A model is calibrated by giving each bin the probability of its truths, evenly.",
    .assumes =
        "That values are independent of names, as here. The bound is about what a model says when it speaks "
        "freely, not about answers that may be withheld. Calibrating by the truth uses what no training has, "
        "which "
        "is why the theorem does not cover it: it shows what the ranking of a model is worth.",
    .revision = 3,
    .conditions = conditions,
    .measure = measure,
    .find = find,
};

}  // namespace genkai::lab::experiment
