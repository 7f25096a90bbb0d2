// distractors: how many other facts, and how alike ones, a lookup stands out from.

#include <algorithm>
#include <cmath>

#include "lab/experiment/lookup.h"
#include "lab/experiment/registry.h"
#include "limits/context/bound/crowding.h"

namespace genkai::lab::experiment {
namespace {

using base::Result;
namespace bound = limits::context::bound;

struct Setting {
  std::size_t items, trained_facts;  // of a text of training
  std::uint64_t steps;
  std::size_t samples, trials;
  std::vector<std::size_t> others;  // facts beside the right one
  Symbols symbols;
};
Setting setting_of(Scale scale) {
  if (scale == Scale::ci)
    return {.items = 24,
            .trained_facts = 4,
            .steps = 30,
            .samples = 16,
            .trials = 30,
            .others = {2, 4, 8},
            .symbols = {.keys = 100, .values = 16, .fillers = 8, .side = 10}};
  return {.items = 64,
          .trained_facts = 8,
          .steps = 700,
          .samples = 32,
          .trials = 300,
          .others = {2, 4, 7, 12, 20, 30, 46},
          .symbols = {.keys = 2'304, .values = 16, .fillers = 8, .side = 48}};
}

// Trained with distractors drawn at random, or with half of the texts' distractors alike.
constexpr const char* kConditions[] = {"trained=random", "trained=alike"};
std::vector<std::string> conditions(Scale) {
  return {std::begin(kConditions), std::end(kConditions)};
}

constexpr const char* kKinds[] = {"other", "alike"};
std::string named(const char* what, const char* kind, std::size_t others) {
  return std::string(what) + "-" + kind + "@" + std::to_string(others);
}

/// Keys of which the first is asked; `alike` ones share one of its two symbols, others none.
std::vector<std::size_t> draw_keys(const Symbols& symbols, std::size_t count, bool alike, base::Rng& rng) {
  const std::size_t side = symbols.side, first = rng.below(side), second = rng.below(side);
  std::vector<std::size_t> out{first * side + second};
  auto firsts = some_of(side, side, rng), seconds = some_of(side, side, rng);
  std::erase(firsts, first);
  std::erase(seconds, second);
  for (std::size_t i = 0; i + 1 < count; ++i) {
    const bool keeps_first = i % 2 == 0;
    out.push_back(alike ? (keeps_first ? first * side + seconds[i] : firsts[i] * side + second)
                        : firsts[i] * side + seconds[i]);
  }
  return out;
}

/// One question at the end, about one of the facts before it.
Text draw_text(const Setting& setting, std::size_t facts, bool alike, base::Rng& rng) {
  std::vector<Item> items(setting.items);
  const auto keys = draw_keys(setting.symbols, facts, alike, rng);
  const auto places = some_of(setting.items - 1, facts, rng);
  for (std::size_t f = 0; f < facts; ++f)
    items[places[f]] = {ItemKind::fact, keys[f], rng.below(setting.symbols.values)};
  items.back() = {ItemKind::question, keys[0], items[places[0]].value};
  return write(setting.symbols, items, rng);
}

/// All facts are asked, at the end, in random order.
Text draw_lesson(const Setting& setting, bool alike, base::Rng& rng) {
  const std::size_t facts = 2 + rng.below(setting.trained_facts - 1);
  std::vector<Item> items(setting.items / 2);
  const auto keys = draw_keys(setting.symbols, facts, alike, rng);
  const auto places = some_of(items.size(), facts, rng);
  for (std::size_t f = 0; f < facts; ++f)
    items[places[f]] = {ItemKind::fact, keys[f], rng.below(setting.symbols.values)};
  for (const std::size_t f : some_of(facts, facts, rng))
    items.push_back({ItemKind::question, keys[f], items[places[f]].value});
  return write(setting.symbols, items, rng);
}

Result<Numbers> measure(const CellKey& key, const CellContext& context) {
  const Setting setting = setting_of(context.scale);
  const bool hard = key.condition == "trained=alike";
  train::Decoder model = make_model({.vocabulary = setting.symbols.vocabulary(),
                                     .width = 32,
                                     .layers = 1,
                                     .heads = 2,
                                     .positions = train::Positions::none,
                                     .neighbours = 3},
                                    key.seed);
  const auto draw = [&](base::Rng& rng) {
    const bool alike = hard && rng.below(2) == 0;
    return sample_of(draw_lesson(setting, alike, rng));
  };
  GENKAI_RETURN_IF_ERROR(teach(model, draw,
                               {.steps = setting.steps, .samples = setting.samples, .rate = 5e-3}, key.seed,
                               context.stop));
  base::Rng rng(key.seed + 300);
  Numbers out;
  for (const char* kind : kKinds)
    for (const std::size_t others : setting.others) {
      std::vector<Text> texts;
      for (std::size_t t = 0; t < setting.trials; ++t)
        texts.push_back(draw_text(setting, others + 1, std::string_view(kind) == "alike", rng));
      const double each = 1.0 / static_cast<double>(setting.trials);
      for (const Answer& answer : ask(model, setting.symbols, texts)) {
        out[named("right", kind, others)] += answer.right ? each : 0;
        out[named("probability", kind, others)] += each * answer.probability;
      }
    }
  return out;
}

/// The margin that a probability p of the right one among `others` shows: logit(p) + ln others.
double margin_of(double probability, std::size_t others) {
  const double p = std::clamp(probability, 1e-6, 1 - 1e-6);
  return std::log(p / (1 - p)) + std::log(static_cast<double>(others));
}

Finding find(const Results& results) {
  const Setting setting = setting_of(results.scale());
  Finding out;
  out.figure = {
      .title = "Distractors",
      .description =
          "Probability of the right value against the number of other facts, unlike and alike, for two "
          "trainings; dashed what the margin at the trained number of facts predicts.",
      .x = {.title = "other facts (trained with up to " + std::to_string(setting.trained_facts - 1) + ")",
            .log = true},
      .y = {.title = "probability of the right value", .percent = true, .low = 0, .high = 1}};
  const std::size_t most = setting.others.back(),
                    base = *std::find_if(setting.others.rbegin(), setting.others.rend(),
                                         [&](std::size_t n) { return n < setting.trained_facts; });
  out.columns = {"training",
                 "distractors",
                 "right at " + std::to_string(base),
                 "margin m there",
                 "N* for one half",
                 "probability at " + std::to_string(most),
                 "predicted from m",
                 "right at " + std::to_string(most)};
  double worst = 0;
  std::string said;
  for (const char* condition : kConditions)
    for (const char* kind : kKinds) {
      const std::string name = std::string(condition).substr(8) + ", asked " + kind;
      stats::FigureSeries measured{name, {}, stats::SeriesStyle::line_dots},
          predicted{name + " predicted", {}, stats::SeriesStyle::reference};
      const double margin =
          margin_of(results.over_seeds(condition, named("probability", kind, base)).mean, base);
      const auto model_at = [&](std::size_t others) {
        return bound::weight_of(margin, {.tokens = others + 1}).value_or(0);
      };
      for (const std::size_t others : setting.others) {
        measured.points.push_back(results.over_seeds(condition, named("probability", kind, others))
                                      .within(0, 1)
                                      .at(static_cast<double>(others)));
        if (others >= base)
          predicted.points.push_back({.x = static_cast<double>(others), .y = model_at(others)});
      }
      const Estimate last = results.over_seeds(condition, named("probability", kind, most)).within(0, 1),
                     right = results.over_seeds(condition, named("right", kind, most)).within(0, 1);
      worst = std::max(worst, std::abs(last.mean - model_at(most)));
      const auto longest = bound::longest_for(margin, {.weight = 0.5});
      out.rows.push_back({std::string(condition).substr(8), kind,
                          results.over_seeds(condition, named("right", kind, base)).within(0, 1).text(),
                          number(margin, 1),
                          longest && longest->tokens ? std::to_string(*longest->tokens) : "none", last.text(),
                          number(model_at(most)), right.text()});
      said += (said.empty() ? "" : "; ") + name + ": " + right.text();
      out.figure.series.push_back(std::move(measured));
      out.figure.series.push_back(std::move(predicted));
    }
  const auto right = [&](const char* condition, const char* kind, std::size_t n) {
    return results.over_seeds(condition, named("right", kind, n)).within(0, 1);
  };
  out.claims.push_back(
      {ClaimKind::phenomenon,
       "more distractors cost accuracy: " + right(kConditions[0], "alike", setting.others.front()).text() +
           " right among " + std::to_string(setting.others.front()) + " alike, " +
           right(kConditions[0], "alike", most).text() + " among " + std::to_string(most),
       right(kConditions[0], "alike", most).interval.high <
           right(kConditions[0], "alike", setting.others.front()).interval.low});
  out.claims.push_back(
      {ClaimKind::phenomenon,
       "alike distractors cost more than others: " + right(kConditions[0], "alike", most).text() +
           " against " + right(kConditions[0], "other", most).text() + " right among " + std::to_string(most),
       right(kConditions[0], "alike", most).interval.high <
           right(kConditions[0], "other", most).interval.low});
  out.claims.push_back(
      {ClaimKind::phenomenon,
       "training with alike distractors helps against them: " + right(kConditions[1], "alike", most).text() +
           " against " + right(kConditions[0], "alike", most).text(),
       right(kConditions[1], "alike", most).interval.low >
           right(kConditions[0], "alike", most).interval.high});
  out.claims.push_back({ClaimKind::phenomenon,
                        "the margin at " + std::to_string(base) + " predicts the probability at " +
                            std::to_string(most) + " within .1: off by up to " + number(worst),
                        worst < 0.1});
  out.paragraph = "Right among " + std::to_string(most) +
                  " other facts (training, distractors asked): " + said +
                  ". The probability that one margin predicts from " + std::to_string(base) +
                  " facts is off by up to " + number(worst) + " there.";
  return out;
}

}  // namespace

const Experiment kDistractors = {
    .name = "distractors",
    .limit = "context",
    .question = "How many other facts, and how alike ones, does a lookup stand out from?",
    .predicted =
        "A key that leads n others by a margin m has the weight 1 / (1 + n e^-m) "
        "(`limits/context/bound/crowding.h`). Here m is read off the probability of the right value at the "
        "largest number within training, m = logit(p) + ln n, and the rest of the curve predicted from it. "
        "That treats the output's probability as if it were the weight of one head: a model, not a bound.",
    .measured =
        "Keys are two symbols of 48 each; a distractor shares one of them with the key that is asked (alike) "
        "or none (other). Texts of 64 items with 2 to 46 other facts, filler between them and the question "
        "at the end, 300 for each number. Decoders of 1 layer, width 32, 2 heads, without positions, whose "
        "embedding takes in the two tokens before, trained for 700 steps of 32 texts with 2 to 8 facts, the "
        "distractors drawn without shared symbols (random) or in half of the texts alike (ci: 10 symbols, 24 "
        "items, 30 steps of 16).",
    .assumes =
        "One layer without positions, so that distance costs nothing. Some distractors have the right value "
        "by chance (1 in 16).",
    .conditions = conditions,
    .measure = measure,
    .find = find,
};

}  // namespace genkai::lab::experiment
