// distance: how far back a model finds a fact, against how often its training showed that distance.

#include <algorithm>
#include <cmath>
#include <map>

#include "lab/experiment/lookup.h"
#include "lab/experiment/registry.h"
#include "limits/context/bound/positions.h"

namespace genkai::lab::experiment {
namespace {

using base::Result;
namespace bound = limits::context::bound;

/// Lengths of documents in items, and of each how often it comes among 1,000 (even: each once).
struct Share {
  std::size_t items, skewed;
};
constexpr Share kFull[] = {{8, 600}, {12, 250}, {16, 100}, {24, 36}, {32, 10}, {48, 3}, {64, 1}};
constexpr Share kCi[] = {{4, 32}, {8, 20}, {12, 8}, {16, 4}};

struct Setting {
  bool even, packed;
  std::span<const Share> lengths;
  std::size_t longest;  // items
  std::size_t tokens;   // of a step, about
  std::uint64_t steps;
  std::size_t trials;  // of each distance
  Symbols symbols;
};

Setting setting_of(std::string_view condition, Scale scale) {
  const bool ci = scale == Scale::ci;
  Setting out{.even = condition == "lengths=uniform",
              .packed = condition == "lengths=packed",
              .lengths = ci ? std::span<const Share>(kCi) : std::span<const Share>(kFull),
              .longest = 0,
              .tokens = ci ? std::size_t{1000} : std::size_t{4096},
              .steps = ci ? std::uint64_t{40} : std::uint64_t{300},
              .trials = ci ? std::size_t{20} : std::size_t{150},
              .symbols = {.keys = 32, .values = 16, .fillers = 8}};
  out.longest = out.lengths.back().items;
  return out;
}

constexpr const char* kConditions[] = {"lengths=skewed", "lengths=uniform", "lengths=packed"};

std::vector<std::string> conditions(Scale) {
  return {std::begin(kConditions), std::end(kConditions)};
}

std::size_t draw_length(const Setting& setting, base::Rng& rng) {
  std::size_t all = 0;
  for (const Share& share : setting.lengths) all += setting.even ? 1 : share.skewed;
  std::size_t left = rng.below(all);
  for (const Share& share : setting.lengths) {
    const std::size_t count = setting.even ? 1 : share.skewed;
    if (left < count) return share.items;
    left -= count;
  }
  return setting.longest;
}

/// A document whose facts are each asked once, at places drawn evenly; a quarter as many facts as items.
void add_document(std::vector<Item>& to, std::size_t items, std::span<const std::size_t> keys,
                  const Symbols& symbols, base::Rng& rng) {
  const std::size_t begin = to.size(), facts = items / 4;
  to.resize(begin + items);
  const auto places = some_of(items, 2 * facts, rng);
  for (std::size_t f = 0; f < facts; ++f) {
    const auto [first, second] = std::minmax(places[2 * f], places[2 * f + 1]);
    const std::size_t value = rng.below(symbols.values);
    to[begin + first] = {ItemKind::fact, keys[f], value};
    to[begin + second] = {ItemKind::question, keys[f], value};
  }
}

Text draw_text(const Setting& setting, base::Rng& rng) {
  std::vector<Item> items;
  const auto keys = some_of(setting.symbols.keys, setting.longest / 4 + 1, rng);
  std::size_t used = 0;
  do {
    std::size_t length = draw_length(setting, rng);
    if (setting.packed) length = std::min(length, setting.longest - items.size());
    add_document(items, length, std::span(keys).subspan(used), setting.symbols, rng);
    used += length / 4;
  } while (setting.packed && items.size() < setting.longest);
  return write(setting.symbols, items, rng);
}

/// Lengths in tokens of what is trained on.
bound::Lengths lengths_of(const Setting& setting) {
  bound::Lengths out;
  for (const Share& share : setting.lengths)
    out[share.items * setting.symbols.item_size() + 1] = setting.even ? 1 : share.skewed;
  return out;
}

Result<bound::Practice> practice_of(const Setting& setting) {
  return bound::position_frequency(
      lengths_of(setting),
      {.window = setting.longest * setting.symbols.item_size() + 1, .packed = setting.packed});
}

std::vector<std::size_t> distances(const Setting& setting) {
  std::vector<std::size_t> out;
  const std::size_t step = std::max<std::size_t>(1, setting.longest / 16);
  for (std::size_t items = 1; items < setting.longest; items += step)
    out.push_back(items * setting.symbols.item_size() - 1);
  return out;
}

std::string at(std::size_t distance) {
  return "right@" + std::to_string(distance);
}

/// Questions at the distance in a million tokens of training.
std::string asked_at(std::size_t distance) {
  return "asked@" + std::to_string(distance);
}

/// As long as the longest of training, with a fact at the distance, others at random, and one question at the
/// end.
Text probe(const Setting& setting, std::size_t distance, base::Rng& rng) {
  std::vector<Item> items(setting.longest);
  const std::size_t facts = setting.longest / 4;
  const auto keys = some_of(setting.symbols.keys, facts, rng);
  const std::size_t last = setting.longest - 1, place = last - (distance + 1) / setting.symbols.item_size();
  const std::size_t value = rng.below(setting.symbols.values);
  auto places = some_of(last, facts, rng);
  std::erase(places, place);
  for (std::size_t f = 1; f < facts; ++f)
    items[places[f - 1]] = {ItemKind::fact, keys[f], rng.below(setting.symbols.values)};
  items[place] = {ItemKind::fact, keys[0], value};
  items[last] = {ItemKind::question, keys[0], value};
  return write(setting.symbols, items, rng);
}

/// Pairs at each distance in drawn texts against the formula on the lengths drawn: how many differ.
double miscounted(const Setting& setting, base::Rng& rng) {
  bound::Lengths drawn;
  std::vector<double> counted(setting.longest * setting.symbols.item_size() + 2);
  for (int i = 0; i < 50; ++i) {
    const train::Sample sample = sample_of(draw_text(setting, rng));
    ++drawn[sample.tokens.size()];
    for (std::size_t query = 0; query < sample.tokens.size(); ++query)
      for (std::size_t key = 0; key <= query; ++key) ++counted[query - key];
  }
  const bound::Practice practice(drawn);
  double out = 0;
  for (std::size_t d = 0; d < counted.size(); ++d) out += counted[d] != practice.at(d) ? 1 : 0;
  return out;
}

Result<Numbers> measure(const CellKey& key, const CellContext& context) {
  const Setting setting = setting_of(key.condition, context.scale);
  // The slowest pair turns as far within the trained length as that of a model of base 10,000 within 4,096.
  train::Decoder model = make_model({.vocabulary = setting.symbols.vocabulary(),
                                     .width = 32,
                                     .layers = 1,
                                     .heads = 2,
                                     .neighbours = 2,
                                     .rope_base = 300},
                                    key.seed);
  base::Rng rng(key.seed + 100);
  Numbers out{{"miscounted", miscounted(setting, rng)}};
  constexpr int kTexts = 2000;
  double tokens = 0;
  std::map<std::size_t, double> asked;
  for (int i = 0; i < kTexts; ++i) {
    const Text text = draw_text(setting, rng);
    tokens += static_cast<double>(text.tokens.size()) / kTexts;
    for (const Question& question : text.questions) ++asked[question.distance];
  }
  for (const std::size_t d : distances(setting)) out[asked_at(d)] = 1e6 * asked[d] / (tokens * kTexts);
  const auto draw = [&setting](base::Rng& from) { return sample_of(draw_text(setting, from)); };
  GENKAI_RETURN_IF_ERROR(
      teach(model, draw,
            {.steps = setting.steps,
             .samples = static_cast<std::size_t>(static_cast<double>(setting.tokens) / tokens + 0.5),
             .rate = 5e-3},
            key.seed, context.stop));
  std::vector<Text> texts;
  for (const std::size_t d : distances(setting))
    for (std::size_t t = 0; t < setting.trials; ++t) texts.push_back(probe(setting, d, rng));
  for (const Answer& answer : ask(model, setting.symbols, texts))
    out[at(answer.distance)] += answer.right ? 1.0 / static_cast<double>(setting.trials) : 0;
  // Where accuracy falls below half for the first time, between the distances tried.
  double half = static_cast<double>(distances(setting).back()), before = 1, before_at = 0;
  for (const std::size_t d : distances(setting)) {
    const double right = out[at(d)];
    if (right < 0.5) {
      half =
          before_at + (static_cast<double>(d) - before_at) * std::min(1.0, (before - 0.5) / (before - right));
      break;
    }
    before = right;
    before_at = static_cast<double>(d);
  }
  out["half"] = half;
  return out;
}

/// Of two lists, by Kendall: concordant less discordant pairs over all that are not tied.
double rank_correlation(std::span<const double> a, std::span<const double> b) {
  double agree = 0, all = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const double product = (a[i] - a[j]) * (b[i] - b[j]);
      agree += product > 0 ? 1 : product < 0 ? -1 : 0;
      all += product != 0 ? 1 : 0;
    }
  return all > 0 ? agree / all : 0;
}

Finding find(const Results& results) {
  Finding out;
  out.figure = {
      .title = "Accuracy by distance",
      .description =
          "Share of questions answered right against the distance of the fact, and how often training showed "
          "that distance (dashed), for short-skewed, uniform and packed training lengths.",
      .x = {.title = "tokens between question and fact"},
      .y = {.title = "right; f(i) / f(0) dashed", .percent = true, .low = 0, .high = 1}};
  out.columns = {"training lengths",
                 "f falls below a tenth at",
                 "right at half of the longest",
                 "f there",
                 "right at the longest",
                 "f there",
                 "accuracy falls below half at"};
  double miscounts = 0, cells = 0;
  std::vector<Estimate> halves;
  std::vector<double> seen, asked, right;
  std::string reached;
  for (const char* condition : kConditions) {
    const Setting setting = setting_of(condition, results.scale());
    const auto practice = practice_of(setting);
    if (!practice) continue;
    const std::string name = std::string(condition).substr(8);
    stats::FigureSeries measured{name, {}, stats::SeriesStyle::line_dots},
        predicted{name + " f", {}, stats::SeriesStyle::reference};
    const auto all = distances(setting);
    for (const std::size_t d : all) {
      const Estimate e = results.over_seeds(condition, at(d)).within(0, 1);
      measured.points.push_back(e.at(static_cast<double>(d)));
      predicted.points.push_back({.x = static_cast<double>(d), .y = practice->relative(d)});
      seen.push_back(practice->relative(d));
      asked.push_back(results.over_seeds(condition, asked_at(d)).mean);
      right.push_back(e.mean);
    }
    out.figure.series.push_back(std::move(measured));
    out.figure.series.push_back(std::move(predicted));
    halves.push_back(results.over_seeds(condition, "half").within(0, static_cast<double>(all.back())));
    const std::size_t middle = all[all.size() / 2], last = all.back();
    const Estimate at_last = results.over_seeds(condition, at(last)).within(0, 1);
    out.rows.push_back({name, std::to_string(practice->within(0.1)),
                        results.over_seeds(condition, at(middle)).within(0, 1).text(),
                        number(practice->relative(middle), 3), at_last.text(),
                        number(practice->relative(last), 4), halves.back().text(0)});
    reached += (reached.empty() ? "" : ", ") + halves.back().text(0) + " for " + name;
    for (const double v : results.values(condition, "miscounted")) miscounts += v, cells += 1;
  }
  out.claims.push_back({ClaimKind::bound,
                        "pairs counted in the texts of training are those of f(i), exactly: " +
                            number(miscounts, 0) + " distances differ in " + number(cells, 0) + " runs",
                        miscounts == 0 && cells > 0});
  if (halves.size() == 3) {
    out.claims.push_back({ClaimKind::phenomenon,
                          "where long distances are rare in training, they are lost earlier: half of the "
                          "answers are right up to " +
                              reached + " lengths",
                          halves[0].interval.high < halves[1].interval.low});
    out.claims.push_back({ClaimKind::phenomenon,
                          "documents packed into full windows reach as far as f(i) says, beyond the short "
                          "ones of which they are made: " +
                              halves[2].text(0) + " against " + halves[0].text(0),
                          halves[2].interval.low > halves[0].interval.high});
  }
  const double by_seen = rank_correlation(seen, right), by_asked = rank_correlation(asked, right);
  out.claims.push_back(
      {ClaimKind::phenomenon,
       "accuracy is ordered as f(i) / f(0) over all lengths and distances: rank correlation " +
           number(by_seen),
       by_seen > 0.6});
  out.claims.push_back(
      {ClaimKind::phenomenon,
       "it is ordered better by how often training asked over a distance than by how often it "
       "showed it: " +
           number(by_asked) + " against " + number(by_seen),
       by_asked > by_seen});
  out.paragraph =
      "With the same number of training tokens, half of the answers are right up to a distance of " +
      reached + " lengths. Over all conditions and distances accuracy has a rank correlation of " +
      number(by_seen) + " with f(i) / f(0), the pairs that training shows, and of " + number(by_asked) +
      " with the questions that it asks over that distance. In packed windows long distances are "
      "seen but never asked over, which f(i) cannot tell.";
  return out;
}

}  // namespace

const Experiment kDistance = {
    .name = "distance",
    .limit = "context",
    .question =
        "How far back does a model find a fact, and does that follow how often training showed the distance?",
    .predicted =
        "A pair of tokens i apart is seen f(i) = sum over sequences of max(length - i, 0) times "
        "(`limits/context/bound/positions.h`). An et al. (2024) observed that accuracy falls where f(i) is "
        "small; that is no theorem.",
    .measured =
        "Texts of facts (a key, its value), filler and questions (a key again); keys, values and filler are "
        "one token each. Documents of 8 to 64 items of 2 tokens, short ones far more frequent (skewed), each "
        "length as often (uniform), or the skewed ones joined into windows of 64 items with attention across "
        "borders and no question across them (packed); the same number of tokens for each. A decoder of 1 "
        "layer, width 32, 2 heads, RoPE of base 300, whose embedding takes in the token before (so that a "
        "key and its value are bound without a layer for it), 300 steps of about 4,096 tokens. Then texts of "
        "64 items, with 15 other facts, ask for a fact at each distance, 150 times (ci: 4 to 16 items, 40 "
        "steps, 20 times).",
    .assumes =
        "One layer, one lookup, a base of the rotation that turns as far within 129 tokens as 10,000 does "
        "within 4,096. Larger models with several layers may carry a distance that one lookup cannot. f(i) "
        "counts pairs that are seen; packed training sees distances over which it never asks.",
    .conditions = conditions,
    .measure = measure,
    .find = find,
};

}  // namespace genkai::lab::experiment
