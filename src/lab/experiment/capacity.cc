// capacity: how many bits of facts a model holds, by its parameters and by how often each fact was stated.

#include <algorithm>
#include <cmath>

#include "lab/experiment/closed_world.h"
#include "lab/experiment/registry.h"
#include "limits/hallucination/bound/capacity.h"

namespace genkai::lab::experiment {
namespace {

using base::Result;
using limits::hallucination::bound::Precision;

constexpr double kDelta = 1e-6;  // with which a bound may fail in one model

std::vector<std::size_t> widths(Scale scale) {
  return scale == Scale::ci ? std::vector<std::size_t>{4, 8} : std::vector<std::size_t>{4, 8, 12, 16, 24};
}

std::vector<std::size_t> exposures(Scale scale) {
  return scale == Scale::ci ? std::vector<std::size_t>{20, 100} : std::vector<std::size_t>{30, 100, 1000};
}

std::string condition_of(std::size_t width, std::size_t times) {
  return "width=" + std::to_string(width) + "_exposures=" + std::to_string(times);
}

std::vector<std::string> conditions(Scale scale) {
  std::vector<std::string> out;
  for (const std::size_t times : exposures(scale))
    for (const std::size_t width : widths(scale)) out.push_back(condition_of(width, times));
  return out;
}

/// Rounds each matrix, row by row, to whole multiples of its largest entry over 2^(bits - 1) - 1, and returns
/// in how many bits the whole model can then be written: rounded numbers, scales and gains of 32 bits.
double round_weights(train::Parameters& parameters, int bits) {
  double total = 0;
  const auto most = static_cast<float>((1 << (bits - 1)) - 1);
  for (train::ParameterId id = 0; id < parameters.entries().size(); ++id) {
    const auto& entry = parameters.entry(id);
    if (!entry.decays()) {
      total += 32 * static_cast<double>(entry.size());
      continue;
    }
    total +=
        static_cast<double>(bits) * static_cast<double>(entry.size()) + 32 * static_cast<double>(entry.rows);
    for (std::size_t row = 0; row < entry.rows; ++row) {
      const auto values = parameters.matrix(id).subspan(row * entry.cols, entry.cols);
      float largest = 0;
      for (const float v : values) largest = std::max(largest, std::abs(v));
      if (largest == 0) continue;
      for (float& v : values) v = std::round(v / largest * most) * largest / most;
    }
  }
  return total;
}

struct Knowledge {
  double bits = 0;   // sum of log2(values * probability of the true value)
  double right = 0;  // facts whose true value is the likeliest
};

Knowledge knowledge(const train::Decoder& model, const ClosedWorld& world,
                    const std::vector<std::size_t>& entities) {
  std::vector<Tokens> questions;
  for (const std::size_t e : entities) questions.push_back(world.question(e));
  const auto answers = next_probabilities(model, questions);
  Knowledge out;
  for (std::size_t i = 0; i < entities.size(); ++i) {
    const TokenId truth = world.value_token(world.value(entities[i]));
    const double p = static_cast<double>(answers.of(i)[static_cast<std::size_t>(truth)]);
    out.bits += std::log2(static_cast<double>(world.values()) * std::max(p, 1e-30));
    out.right += answers.likeliest(i) == truth ? 1 : 0;
  }
  return out;
}

Result<Numbers> measure(const CellKey& key, const CellContext& context) {
  const bool ci = context.scale == Scale::ci;
  const std::size_t width = std::stoul(key.condition.substr(6));
  const std::size_t times = std::stoul(key.condition.substr(key.condition.rfind('=') + 1));
  const ClosedWorld world({.side = ci ? std::size_t{16} : std::size_t{40},
                           .values = ci ? std::size_t{16} : std::size_t{64},
                           .draws = 0,
                           .zipf = 0},
                          key.seed);
  base::Rng rng(key.seed + 300);
  std::vector<std::size_t> stated(world.entities());
  for (std::size_t e = 0; e < stated.size(); ++e) stated[e] = e;
  rng.shuffle(stated);
  const std::size_t kept_back = stated.size() / 10;
  const std::vector<std::size_t> never(stated.end() - static_cast<std::ptrdiff_t>(kept_back), stated.end());
  stated.resize(stated.size() - kept_back);
  train::Decoder model = make_model({.vocabulary = world.vocabulary(), .width = width, .heads = 2}, key.seed);
  const auto draw = [&](base::Rng& from) {
    const std::size_t e = stated[from.below(stated.size())];
    return sample_of(world.statement(e, world.value(e)), 3);
  };
  GENKAI_RETURN_IF_ERROR(
      teach(model, draw,
            {.steps = std::max<std::uint64_t>(60, times * stated.size() / 64), .samples = 64, .rate = 1e-2},
            key.seed, context.stop));
  const auto parameters = static_cast<double>(model.parameters().count());
  const double bits_per_fact = std::log2(static_cast<double>(world.values()));
  GENKAI_ASSIGN_OR_RETURN(const auto fits, limits::hallucination::bound::fact_capacity(
                                               {.parameters = parameters,
                                                .exposures = static_cast<double>(times),
                                                .precision = Precision::float32,
                                                .bits_per_fact = bits_per_fact,
                                                .facts = static_cast<double>(stated.size())}));
  const Knowledge known = knowledge(model, world, stated);
  Numbers out{{"parameters", parameters},
              {"facts", static_cast<double>(stated.size())},
              {"facts_bits", static_cast<double>(stated.size()) * bits_per_fact},
              {"bits", known.bits},
              {"per_parameter", known.bits / parameters},
              {"right", known.right},
              {"share", known.right / static_cast<double>(stated.size())},
              {"share_predicted", fits.known_share.value_or(1)},
              {"never_bits", knowledge(model, world, never).bits},
              {"held@32", 32 * parameters}};
  for (const int bits : {8, 4}) {  // of the trained weights each
    train::Decoder rounded = model;
    const std::string at = "@" + std::to_string(bits);
    out["held" + at] = round_weights(rounded.parameters(), bits);
    out["bits" + at] = knowledge(rounded, world, stated).bits;
  }
  return out;
}

void add_claims(const Results& results, Finding& out) {
  const double allowed = std::log2(1 / kDelta);
  double most_used = 0, most_used_4 = 0, never = -1e30;
  bool holds = true;
  for (const Cell& cell : results.cells()) {
    const Numbers& n = cell.numbers;
    for (const auto& [bits, held] :
         {std::pair{"bits", "held@32"}, {"bits@8", "held@8"}, {"bits@4", "held@4"}})
      holds = holds && n.at(bits) <= n.at(held) + allowed;
    most_used = std::max(most_used, n.at("bits") / n.at("held@32"));
    most_used_4 = std::max(most_used_4, n.at("bits@4") / n.at("held@4"));
    never = std::max(never, n.at("never_bits"));
  }
  out.claims.push_back(
      {ClaimKind::bound,
       "no model knows more bits than its numbers are written in, at 32, 8 and 4 bits a weight: "
       "at most " +
           number(100 * most_used, 1) + " % of them at 32, " + number(100 * most_used_4, 1) + " % at 4",
       holds});
  out.claims.push_back({ClaimKind::bound,
                        "facts never stated are not known: at most " + number(never, 0) +
                            " bits in any model (" + number(allowed, 0) +
                            " would be an event of probability 10^-6)",
                        never <= allowed});
}

Finding find(const Results& results) {
  Finding out;
  const auto all_widths = widths(results.scale());
  const auto all_times = exposures(results.scale());
  out.figure = {.title = "Capacity: bits of facts by parameters",
                .description =
                    "Bits of facts that models hold against their parameters, by how often each fact was "
                    "stated, with 2 bits a parameter and the bits of all facts.",
                .x = {.title = "parameters", .log = true},
                .y = {.title = "bits of facts known", .log = true}};
  out.columns = {"parameters",
                 "stated",
                 "bits known",
                 "bits a parameter",
                 "facts known, share",
                 "at most",
                 "kept at 8 bits a weight",
                 "at 4"};
  double most = 0, all_bits = 0, facts = 0;
  std::vector<double> first_rates;  // bits a parameter of the smallest model, by exposures
  for (const std::size_t times : all_times) {
    stats::FigureSeries series{
        "stated " + std::to_string(times) + " times", {}, stats::SeriesStyle::line_dots};
    for (const std::size_t width : all_widths) {
      const std::string condition = condition_of(width, times);
      const Estimate bits = results.over_seeds(condition, "bits"),
                     rate = results.over_seeds(condition, "per_parameter"),
                     share = results.over_seeds(condition, "share").within(0, 1);
      const double parameters = results.over_seeds(condition, "parameters").mean;
      all_bits = results.over_seeds(condition, "facts_bits").mean;
      facts = results.over_seeds(condition, "facts").mean;
      most = std::max(most, rate.mean);
      if (width == all_widths.front()) first_rates.push_back(rate.mean);
      series.points.push_back(bits.at(parameters));
      const auto kept = [&](const char* name) {
        return bits.mean > 0 ? number(results.over_seeds(condition, name).mean / bits.mean) : "none";
      };
      out.rows.push_back({number(parameters, 0), std::to_string(times), bits.text(0), rate.text(),
                          share.text(3), number(results.over_seeds(condition, "share_predicted").mean),
                          kept("bits@8"), kept("bits@4")});
    }
    out.figure.series.push_back(std::move(series));
  }
  const double smallest =
      results.over_seeds(condition_of(all_widths.front(), all_times.back()), "parameters").mean;
  const double largest =
      results.over_seeds(condition_of(all_widths.back(), all_times.back()), "parameters").mean;
  out.figure.series.push_back(
      {"2 bits a parameter",
       {{smallest, 2 * smallest}, {std::min(largest, all_bits), 2 * std::min(largest, all_bits)}},
       stats::SeriesStyle::reference});
  out.figure.series.push_back(
      {"all facts", {{smallest, all_bits}, {largest, all_bits}}, stats::SeriesStyle::reference});
  add_claims(results, out);
  const std::string last = condition_of(all_widths.front(), all_times.back()),
                    last_large = condition_of(all_widths.back(), all_times.back());
  const Estimate small = results.over_seeds(last, "share").within(0, 1),
                 large = results.over_seeds(last_large, "share").within(0, 1),
                 kept8 = results.over_seeds(last, "bits@8"), full = results.over_seeds(last, "bits");
  out.claims.push_back(
      {ClaimKind::phenomenon,
       "no more than 2 bits a parameter are held, the most that was found in large models: " + number(most) +
           " at most",
       most <= 2});
  out.claims.push_back(
      {ClaimKind::phenomenon,
       "a model that is too small stays ignorant however often facts are stated, a larger one "
       "learns all: " +
           small.text() + " and " + large.text() + " of " + number(facts, 0) + " facts",
       small.interval.high < 0.9 && large.mean > 0.95});
  out.claims.push_back({ClaimKind::phenomenon,
                        "fewer statements, fewer bits a parameter in the smallest model: " +
                            number(first_rates.front()) + " after " + std::to_string(all_times.front()) +
                            ", " + number(first_rates.back()) + " after " + std::to_string(all_times.back()),
                        std::is_sorted(first_rates.begin(), first_rates.end())});
  out.claims.push_back({ClaimKind::phenomenon,
                        "8 bits a weight lose nothing: " + number(kept8.mean / full.mean) +
                            " of the smallest model's bits are kept",
                        kept8.mean > 0.95 * full.mean});
  out.paragraph = "With " + std::to_string(all_times.back()) +
                  " statements of each fact the smallest model (" + number(smallest, 0) +
                  " parameters) knows " + small.text() + " of " + number(facts, 0) +
                  " facts and the largest (" + number(largest, 0) + ") " + large.text() +
                  "; the most that any holds is " + number(most) +
                  " bits a parameter. Stating facts more often fills a model up and does not make it larger: "
                  "what does not fit has to stand in a document.";
  return out;
}

}  // namespace

const Experiment kCapacity = {
    .name = "capacity",
    .limit = "hallucination",
    .question = "How many facts can a model hold, by its parameters and by how often each is stated?",
    .predicted =
        "Counting: a model written in B bits knows at most B + log2(1 / delta) bits of facts with "
        "probability "
        "1 - delta (for each of the 2^B models the likelihood ratio of independent facts has mean 1; Markov, "
        "and "
        "a union over models). Far below it, trained transformers were found to hold 2 bits a parameter at "
        "1,000 "
        "statements of each fact and 1 at 100 (Allen-Zhu and Li 2024, "
        "`limits/hallucination/bound/capacity.h`): \"at most\" is the share of facts that this leaves.",
    .measured =
        "1,440 facts (ci: 230) of 6 bits (4) each, stated equally often; 160 (26) more never. Decoders of 2 "
        "layers and widths 4 to 24. A fact whose true value, one of v, has probability p counts log2(v p) "
        "bits, "
        "also where that is negative; the weights are then rounded to 8 and to 4 bits, row by row, and asked "
        "again.",
    .assumes =
        "Values are even and independent: nothing about them can be derived. Embeddings of names count as "
        "parameters and are most of the smallest models. Training was not tuned for each width, so that what "
        "is "
        "held is no more than a lower limit of what could be.",
    .conditions = conditions,
    .measure = measure,
    .find = find,
};

}  // namespace genkai::lab::experiment
