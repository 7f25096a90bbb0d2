// reversal: whether who learnt that A is B knows that B is A.

#include <cmath>
#include <numeric>

#include "lab/experiment/registry.h"
#include "lab/experiment/small_models.h"

namespace genkai::lab::experiment {
namespace {

using base::Result;

constexpr TokenId kForward = kFirstSymbol, kBackward = kFirstSymbol + 1, kFirstName = kFirstSymbol + 2;

std::vector<std::string> conditions(Scale) {
  return {"both=0", "both=0.5", "both=0.9"};
}

/// Pairs (a, b): all are stated forward, the share `both` of them backward too; the rest is asked backward.
Result<Numbers> measure(const CellKey& key, const CellContext& context) {
  const bool ci = context.scale == Scale::ci;
  const std::size_t pairs = ci ? 200 : 1000;
  const double both = std::stod(key.condition.substr(5));
  std::vector<TokenId> partner(pairs);
  std::iota(partner.begin(), partner.end(), kFirstName + static_cast<TokenId>(pairs));
  base::Rng rng(key.seed + 500);
  rng.shuffle(partner);
  const auto taught = static_cast<std::size_t>(both * static_cast<double>(pairs));
  const auto a = [](std::size_t i) { return kFirstName + static_cast<TokenId>(i); };
  train::Decoder model = make_model({.vocabulary = kFirstName + 2 * pairs}, key.seed);
  const auto draw = [&](base::Rng& from) {
    const std::size_t i = from.below(pairs + taught);
    if (i < pairs) return sample_of({kBegin, kForward, a(i), partner[i]}, 2);
    return sample_of({kBegin, kBackward, partner[i - pairs], a(i - pairs)}, 2);
  };
  const std::uint64_t epochs = ci ? 200 : 300;
  GENKAI_RETURN_IF_ERROR(teach(model, draw,
                               {.steps = epochs * (pairs + taught) / 64, .samples = 64, .rate = 2e-3},
                               key.seed, context.stop));
  std::vector<Tokens> forward, backward;
  for (std::size_t i = 0; i < pairs; ++i) {
    forward.push_back({kBegin, kForward, a(i)});
    backward.push_back({kBegin, kBackward, partner[i]});
  }
  const auto said = next_probabilities(model, forward), said_back = next_probabilities(model, backward);
  double right = 0, right_taught = 0, right_untaught = 0, any_a = 0;
  for (std::size_t i = 0; i < pairs; ++i) {
    right += said.likeliest(i) == partner[i] ? 1 : 0;
    (i < taught ? right_taught : right_untaught) += said_back.likeliest(i) == a(i) ? 1 : 0;
    if (i >= taught) any_a += said_back.likeliest(i) < kFirstName + static_cast<TokenId>(pairs) ? 1 : 0;
  }
  const auto untaught = static_cast<double>(pairs - taught);
  Numbers out{{"forward", right / static_cast<double>(pairs)},
              {"untaught", right_untaught / untaught},
              {"untaught_right", right_untaught},
              {"untaught_n", untaught},
              {"right_kind", any_a / untaught},
              {"chance", 1.0 / static_cast<double>(pairs)}};
  if (taught > 0) out["taught"] = right_taught / static_cast<double>(taught);
  return out;
}

Finding find(const Results& results) {
  Finding out;
  out.figure = {
      .title = "Reversal",
      .description =
          "Share right of forward questions, of backward questions stated backward in training, and of those "
          "stated forward alone, by the share of pairs taught both ways.",
      .x = {.title = "pairs taught both ways", .percent = true},
      .y = {.title = "right", .percent = true, .low = 0, .high = 1}};
  out.columns = {"taught both ways", "forward", "backward, taught", "backward, not taught", "chance"};
  stats::FigureSeries forward{"forward", {}, stats::SeriesStyle::line_dots},
      taught{"backward, taught", {}, stats::SeriesStyle::line_dots},
      untaught{"backward, not taught", {}, stats::SeriesStyle::line_dots};
  double right = 0, n = 0, chance = 0;
  for (const std::string& condition : conditions(results.scale())) {
    const double x = std::stod(condition.substr(5));
    const Estimate f = results.over_seeds(condition, "forward").within(0, 1),
                   t = results.over_seeds(condition, "taught").within(0, 1),
                   u = results.over_seeds(condition, "untaught").within(0, 1);
    chance = results.over_seeds(condition, "chance").mean;
    forward.points.push_back(f.at(x));
    if (t.n > 0) taught.points.push_back(t.at(x));
    untaught.points.push_back(u.at(x));
    out.rows.push_back({number(x, 1), f.text(3), t.text(3), u.text(3), number(chance, 3)});
    for (const double v : results.values(condition, "untaught_right")) right += v;
    for (const double v : results.values(condition, "untaught_n")) n += v;
  }
  out.figure.series = {std::move(forward), std::move(taught), std::move(untaught)};
  const Estimate known = results.over_seeds("both=0", "forward");
  out.claims.push_back({ClaimKind::phenomenon,
                        "what was stated forward alone is not known backward: " + number(right / n, 4) +
                            " right of " + number(n, 0) + ", chance " + number(chance, 4),
                        right / n < 0.05 && known.mean > 0.9});
  const Estimate most = results.over_seeds("both=0.9", "untaught");
  out.claims.push_back(
      {ClaimKind::phenomenon,
       "teaching nine of ten pairs both ways does not carry over to the tenth: " + most.text(3),
       most.mean < 0.05});
  out.paragraph = "Forward " + known.text(3) +
                  " of the pairs are known; backward, of those never stated backward, " +
                  number(right / n, 4) + " over all conditions, where chance is " + number(chance, 4) +
                  ". Other pairs taught both ways teach the form of the answer (" +
                  results.over_seeds("both=0.9", "right_kind").text() +
                  " name something of the right kind) and not the answer. A document that states the fact is "
                  "needed, or both "
                  "directions in training.";
  return out;
}

}  // namespace

const Experiment kReversal = {
    .name = "reversal",
    .limit = "hallucination",
    .question = "Does a model that learnt \"A is B\" know that B is A?",
    .predicted =
        "Nothing that lowers the loss on A -> B stores B -> A (Berglund et al. 2023; Zhu et al. 2024): at "
        "chance, one of all "
        "pairs, unless the pair was stated backward too.",
    .measured =
        "1,000 pairs of symbols (ci: 200), all stated forward, none, half or nine tenths of them backward "
        "too; a decoder of 2 "
        "layers, width 64, trained until forward questions are right; the other pairs are asked backward.",
    .assumes = "Facts in the weights. A fact in the context is read in either direction.",
    .conditions = conditions,
    .measure = measure,
    .find = find,
};

}  // namespace genkai::lab::experiment
