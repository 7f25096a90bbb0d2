// encodings: which position encodings still tell order beyond the length that a model was trained at.

#include <algorithm>
#include <cmath>

#include "lab/experiment/lookup.h"
#include "lab/experiment/registry.h"
#include "limits/context/bound/encoding.h"

namespace genkai::lab::experiment {
namespace {

using base::Result;
namespace bound = limits::context::bound;
using train::Positions;

constexpr std::size_t kWidth = 32, kHeads = 4;
constexpr double kBase = 300;

struct Encoding {
  const char* condition;
  Positions positions;
};
constexpr Encoding kEncodings[] = {{"sinusoidal", Positions::sinusoidal},
                                   {"rope", Positions::rope},
                                   {"alibi", Positions::alibi},
                                   {"none", Positions::none}};

std::vector<std::string> conditions(Scale) {
  std::vector<std::string> out;
  for (const Encoding& encoding : kEncodings) out.emplace_back(encoding.condition);
  return out;
}

struct Setting {
  std::size_t trained, keys;  // items of a text, keys stated twice in it
  std::uint64_t steps;
  std::size_t samples, trials;
  Symbols symbols{.keys = 32, .values = 16, .fillers = 8};
};
Setting setting_of(Scale scale) {
  if (scale == Scale::ci) return {.trained = 12, .keys = 2, .steps = 30, .samples = 16, .trials = 30};
  return {.trained = 32, .keys = 8, .steps = 500, .samples = 32, .trials = 300};
}
/// Lengths asked at, in quarters of the trained one.
constexpr std::size_t kQuarters[] = {4, 5, 6, 8, 12, 16};

std::size_t tokens_of(const Setting& setting, std::size_t quarters) {
  return setting.trained * quarters / 4 * setting.symbols.item_size() + 1;
}
std::string named(const char* what, std::size_t quarters) {
  return std::string(what) + "@" + number(static_cast<double>(quarters) / 4, 2);
}

/// Each key is stated twice, with different values, and then asked: the later statement counts.
Text draw_text(const Setting& setting, std::size_t length, bool only_last, base::Rng& rng) {
  std::vector<Item> items(length);
  const auto keys = some_of(setting.symbols.keys, setting.keys, rng);
  // With one question it stands at the end, and the statements anywhere before.
  auto places = some_of(length - 1, (only_last ? 2 : 3) * setting.keys, rng);
  for (std::size_t k = 0; k < setting.keys; ++k) {
    const std::size_t each = only_last ? 2 : 3;
    const auto begin = places.begin() + static_cast<std::ptrdiff_t>(each * k);
    std::sort(begin, begin + static_cast<std::ptrdiff_t>(each));
    const auto values = some_of(setting.symbols.values, 2, rng);
    items[begin[0]] = {ItemKind::fact, keys[k], values[0]};
    items[begin[1]] = {ItemKind::fact, keys[k], values[1]};
    if (!only_last) items[begin[2]] = {ItemKind::question, keys[k], values[1]};
    if (only_last && k == 0) items[length - 1] = {ItemKind::question, keys[k], values[1]};
  }
  return write(setting.symbols, items, rng);
}

/// The largest difference between the encoding's formula and what the trainer computes, over distances:
/// rotated ones for RoPE, waves for sinusoidal, scores without content for ALiBi.
double off_formula(Positions positions) {
  constexpr std::size_t kRows = 512, kSize = kWidth / kHeads;
  const train::Parameters none;
  train::HostTape tape(none);
  double off = 0;
  if (positions == Positions::rope) {
    const auto decay = bound::rotary({.size = kSize, .base = kBase}, 0);
    std::vector<std::int32_t> at(kRows);
    for (std::size_t i = 0; i < kRows; ++i) at[i] = static_cast<std::int32_t>(i);
    const std::vector<float> ones(kRows * kSize, 1);
    const auto turned =
        tape.value(tape.rope(tape.constant(ones, kRows, kSize), kSize, at, static_cast<float>(kBase)));
    for (std::size_t d = 0; d < kRows; ++d) {
      double dot = 0;
      for (std::size_t i = 0; i < kSize; ++i)
        dot += static_cast<double>(turned[i]) * static_cast<double>(turned[d * kSize + i]);
      off = std::max(off, std::abs(dot / kSize - decay->at(d)));
    }
  }
  if (positions == Positions::alibi) {
    // Equal keys: the weights of the last query are e^(-slope d) over their sum. Values name their own row.
    const auto slopes = bound::alibi(kHeads);
    constexpr std::size_t kFew = 64;
    const std::vector<float> zeros(kFew * kHeads * kFew, 0);
    std::vector<float> rows(kFew * kHeads * kFew, 0);
    for (std::size_t r = 0; r < kFew; ++r)
      for (std::size_t h = 0; h < kHeads; ++h) rows[(r * kHeads + h) * kFew + r] = 1;
    const train::Value q = tape.constant(zeros, kFew, kHeads * kFew),
                       v = tape.constant(rows, kFew, kHeads * kFew);
    const auto mixed = tape.value(tape.attention(
        q, q, v, {0, kFew}, {.heads = kHeads, .kv_heads = kHeads, .size = kFew, .alibi = true}));
    for (std::size_t h = 0; h < kHeads; ++h) {
      double sum = 0;
      for (std::size_t d = 0; d < kFew; ++d) sum += std::exp(-slopes->slopes[h] * static_cast<double>(d));
      for (std::size_t d = 0; d < kFew; ++d)
        off = std::max(off,
                       std::abs(static_cast<double>(mixed[((kFew - 1) * kHeads + h) * kFew + kFew - 1 - d]) -
                                std::exp(-slopes->slopes[h] * static_cast<double>(d)) / sum));
    }
  }
  return off;
}

/// Without positions one layer sees a set: a text and the same with the two values of the asked key exchanged
/// get the same answer. How many of `trials` pairs do not.
double told_apart(const train::Decoder& model, const Setting& setting, std::size_t trials, base::Rng& rng) {
  std::vector<Text> texts;
  for (std::size_t t = 0; t < trials; ++t) {
    std::vector<Item> items(setting.trained);
    const auto values = some_of(setting.symbols.values, 2, rng);
    auto places = some_of(setting.trained / 2 - 1, 2, rng);
    std::sort(places.begin(), places.end());
    items[2 * places[0]] = {ItemKind::fact, 0, values[0]};
    items[2 * places[1]] = {ItemKind::fact, 0, values[1]};
    items.back() = {ItemKind::question, 0, values[1]};
    Text text = write(setting.symbols, items, rng);
    // What follows both values is alike, so that the embedding of neighbours tells nothing of the order
    // either.
    const std::size_t first = 2 + 2 * places[0] * 2, second = 2 + 2 * places[1] * 2;
    text.tokens[first + 1] = text.tokens[second + 1];
    Text exchanged = text;
    std::swap(exchanged.tokens[first], exchanged.tokens[second]);
    texts.push_back(std::move(text));
    texts.push_back(std::move(exchanged));
  }
  const auto answers = ask(model, setting.symbols, texts);
  double apart = 0;
  for (std::size_t t = 0; t < trials; ++t)
    apart += std::abs(answers[2 * t].probability - answers[2 * t + 1].probability) > 1e-3 ? 1 : 0;
  return apart;
}

Result<Numbers> measure(const CellKey& key, const CellContext& context) {
  const Setting setting = setting_of(context.scale);
  Positions positions = Positions::none;
  for (const Encoding& encoding : kEncodings)
    if (key.condition == encoding.condition) positions = encoding.positions;
  train::Decoder model = make_model({.vocabulary = setting.symbols.vocabulary(),
                                     .width = kWidth,
                                     .layers = 1,
                                     .heads = kHeads,
                                     .positions = positions,
                                     .neighbours = 2,
                                     .rope_base = kBase},
                                    key.seed);
  const auto draw = [&setting](base::Rng& rng) {
    return sample_of(draw_text(setting, setting.trained, false, rng));
  };
  GENKAI_RETURN_IF_ERROR(teach(model, draw,
                               {.steps = setting.steps, .samples = setting.samples, .rate = 5e-3}, key.seed,
                               context.stop));
  base::Rng rng(key.seed + 200);
  Numbers out{{"off_formula", off_formula(positions)},
              {"pairs", static_cast<double>(setting.trials)},
              {"apart", told_apart(model, setting, setting.trials, rng)}};
  for (const std::size_t quarters : kQuarters) {
    std::vector<Text> texts;
    for (std::size_t t = 0; t < setting.trials; ++t)
      texts.push_back(draw_text(setting, setting.trained * quarters / 4, true, rng));
    for (const Answer& answer : ask(model, setting.symbols, texts))
      out[named("right", quarters)] += answer.right ? 1.0 / static_cast<double>(setting.trials) : 0;
  }
  return out;
}

Finding find(const Results& results) {
  const Setting setting = setting_of(results.scale());
  Finding out;
  out.figure = {
      .title = "Position encodings beyond the trained length",
      .description =
          "Share of questions answered by the later of two statements, against the length of the text, for "
          "four position encodings; one half is had by guessing between the two statements.",
      .x = {.title = "tokens of the text (trained at " + std::to_string(tokens_of(setting, 4)) + ")"},
      .y = {.title = "right", .percent = true, .low = 0, .high = 1}};
  out.columns = {"encoding", "trained length", "at 1.5 times", "at 2 times", "at 4 times"};
  stats::FigureSeries guess{"one of the two statements", {}, stats::SeriesStyle::reference};
  double off = 0;
  std::string twice;
  for (const Encoding& encoding : kEncodings) {
    stats::FigureSeries series{encoding.condition, {}, stats::SeriesStyle::line_dots};
    for (const std::size_t quarters : kQuarters)
      series.points.push_back(results.over_seeds(encoding.condition, named("right", quarters))
                                  .within(0, 1)
                                  .at(static_cast<double>(tokens_of(setting, quarters))));
    out.figure.series.push_back(std::move(series));
    std::vector<std::string> row{encoding.condition};
    for (const std::size_t quarters : {4, 6, 8, 16})
      row.push_back(results.over_seeds(encoding.condition, named("right", quarters)).within(0, 1).text());
    twice += (twice.empty() ? "" : ", ") + std::string(encoding.condition) + " " + row[1] + ", " + row[3] +
             " and " + row[4];
    out.rows.push_back(std::move(row));
    for (const double v : results.values(encoding.condition, "off_formula")) off = std::max(off, v);
  }
  for (const std::size_t quarters : kQuarters)
    guess.points.push_back({.x = static_cast<double>(tokens_of(setting, quarters)), .y = 0.5});
  out.figure.series.push_back(std::move(guess));
  double apart = 0, pairs = 0, apart_others = 0;
  for (const double v : results.values("none", "apart")) apart += v;
  for (const double v : results.values("none", "pairs")) pairs += v;
  for (const double v : results.values("rope", "apart")) apart_others += v;
  out.claims.push_back({ClaimKind::bound,
                        "rotations and slopes of the trained model decay as "
                        "`limits/context/bound/encoding.h` says: largest difference " +
                            number(off, 7),
                        off < 1e-4});
  out.claims.push_back({ClaimKind::bound,
                        "one layer without positions sees a set: " + number(apart, 0) + " of " +
                            number(pairs, 0) +
                            " texts are told from the same with both statements exchanged (with RoPE " +
                            number(apart_others, 0) + ")",
                        apart == 0 && pairs > 0});
  const auto right = [&](const char* encoding, std::size_t quarters) {
    return results.over_seeds(encoding, named("right", quarters)).within(0, 1);
  };
  for (const char* encoding : {"sinusoidal", "rope"})
    out.claims.push_back({ClaimKind::phenomenon,
                          std::string(encoding) +
                              " is lost beyond the trained length: " + right(encoding, 4).text() +
                              " becomes " + right(encoding, 8).text() + " at twice of it",
                          right(encoding, 4).mean > 0.9 &&
                              right(encoding, 8).interval.high < right(encoding, 4).interval.low});
  out.claims.push_back({ClaimKind::phenomenon,
                        "ALiBi goes on: " + right("alibi", 4).text() + " becomes " +
                            right("alibi", 8).text() + " at twice and " + right("alibi", 16).text() +
                            " at four times the trained length",
                        right("alibi", 4).mean > 0.9 && right("alibi", 16).mean > 0.9});
  const auto slopes = bound::alibi(kHeads);
  out.paragraph = "Right at the trained length, at twice and at four times of it: " + twice + ". ";
  if (slopes)
    out.paragraph += "The factor of ALiBi's widest head falls below 1 % at " +
                     number(slopes->reach(kHeads - 1, 0.01), 0) + " tokens, that of the next at " +
                     number(slopes->reach(kHeads - 2, 0.01), 0) + ". ";
  out.paragraph +=
      "Why RoPE and sinusoidal encoding fall is not tested here: training showed them neither the distances "
      "nor "
      "the places beyond its length. Without positions the value can be found, but not which statement came "
      "later.";
  return out;
}

}  // namespace

const Experiment kEncodingsBeyond = {
    .name = "encodings",
    .limit = "context",
    .question = "Which position encodings still tell order beyond the length that a model was trained at?",
    .predicted =
        "RoPE turns a match at distance d into A(d) = 2/h sum cos(d b^(-2i/h)), sinusoidal encodings "
        "likewise over the width, ALiBi multiplies it by e^(-slope d) (`limits/context/bound/encoding.h`). "
        "None of these says what a model makes of it; Press et al. (2022) observed that ALiBi goes on beyond "
        "the trained length where the others fail. Without positions one layer of attention sees a set and "
        "cannot tell order.",
    .measured =
        "Texts state 8 keys twice, with different values, among filler, and ask for the later one; keys, "
        "values and filler are one token each. Decoders of 1 layer, width 32, 4 heads, whose embedding takes "
        "in the token before, trained for 500 steps of 32 texts of 65 tokens, with RoPE of base 300. Then "
        "300 texts for each length, with as many statements and more filler, and the question at the end "
        "(ci: 2 keys, 25 tokens, 30 steps of 16, 30 texts).",
    .assumes =
        "One layer and one lookup. With more layers a model without positions can count what it has seen. "
        "Where the last statement need not be told from an earlier one, sinusoidal and no encoding lose "
        "nothing at these lengths: a lookup by content alone does not use them.",
    .conditions = conditions,
    .measure = measure,
    .find = find,
};

}  // namespace genkai::lab::experiment
