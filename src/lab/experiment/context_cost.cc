// context-cost: time and memory of the built-in engine against the length of its context, beside the
// formulas.

#include <algorithm>
#include <cmath>

#include "base/cpu_time.h"
#include "base/rng.h"
#include "lab/experiment/registry.h"
#include "limits/context/bound/cost.h"
#include "model/native/engine.h"

namespace genkai::lab::experiment {
namespace {

using base::Result;
namespace bound = limits::context::bound;
namespace native = model::native;

// Narrow and deep in heads, so that attention is half of the reading within the lengths that are tried.
constexpr native::Architecture kShape{
    .vocabulary = 256, .width = 64, .layers = 2, .heads = 4, .kv_heads = 2, .hidden = 128, .context = 16'384};

std::vector<std::size_t> lengths(Scale scale) {
  if (scale == Scale::ci) return {32, 100, 256};
  return {128, 256, 512, 1024, 2048, 4096, 8192};
}

bound::Shape shape() {
  return {.layers = kShape.layers,
          .width = kShape.width,
          .heads = kShape.heads,
          .kv_heads = kShape.kv_heads,
          .hidden = kShape.hidden,
          .vocabulary = kShape.vocabulary,
          .weight_bytes = sizeof(float),
          .cache_bytes = sizeof(float)};
}

std::vector<std::string> conditions(Scale) {
  return {"threads=1"};
}

std::string named(const char* what, std::size_t n) {
  return std::string(what) + "@" + std::to_string(n);
}

/// The mean and its interval are of the logarithm, as times differ by factors.
stats::FigurePoint time_point(std::size_t n, std::vector<double> times) {
  for (double& time : times) time = std::log(time);
  stats::FigurePoint point = estimate(times).at(static_cast<double>(n));
  point.y = std::exp(point.y);
  if (point.low) point.low = std::exp(*point.low);
  if (point.high) point.high = std::exp(*point.high);
  return point;
}

Result<Numbers> measure(const CellKey& key, const CellContext& context) {
  native::Engine engine(native::Weights::random(kShape, key.seed), {.threads = 1});
  base::Rng rng(key.seed);
  native::Output output;
  Numbers out;
  constexpr std::size_t kDecoded = 16;
  for (const std::size_t n : lengths(context.scale)) {
    std::vector<native::TokenId> tokens(n);
    for (native::TokenId& token : tokens) token = static_cast<native::TokenId>(rng.below(kShape.vocabulary));
    // The least of some repetitions: what other work on the machine adds is no cost of the model.
    double prefill = INFINITY, decode = INFINITY;
    for (std::size_t repeat = 0; repeat < (n <= 1024 ? 5U : 3U); ++repeat) {
      if (context.stop.cancelled()) return base::fail(base::Code::cancelled, "stopped");
      native::KvCache sequence(kShape);
      double begin = base::cpu_seconds(base::CpuOf::thread);
      GENKAI_RETURN_IF_ERROR(engine.forward(std::vector<native::Input>{{&sequence, tokens}}, output));
      prefill = std::min(prefill, base::cpu_seconds(base::CpuOf::thread) - begin);
      out[named("bytes", n)] = static_cast<double>(sequence.bytes());
      for (std::size_t i = 0; i < kDecoded; ++i) {
        begin = base::cpu_seconds(base::CpuOf::thread);
        GENKAI_RETURN_IF_ERROR(
            engine.forward(std::vector<native::Input>{{&sequence, std::span(tokens).first(1)}}, output));
        decode = std::min(decode, base::cpu_seconds(base::CpuOf::thread) - begin);
      }
    }
    out[named("prefill", n)] = prefill;
    out[named("decode", n)] = decode;
  }
  out["block_bytes"] = static_cast<double>(native::KvCache(kShape).block_bytes());
  return out;
}

/// Slope of ln y over ln x between the last two lengths.
double exponent(double x0, double y0, double x1, double y1) {
  return std::log(y1 / y0) / std::log(x1 / x0);
}

Finding find(const Results& results) {
  const auto all = lengths(results.scale());
  const std::string condition = "threads=1";
  Finding out;
  out.figure = {
      .title = "Time and memory against the context",
      .description =
          "Seconds of reading N tokens and of one more token after them, measured on the built-in engine, "
          "against what the formula of operations predicts from the rate at the shortest length (dashed).",
      .x = {.title = "tokens N", .log = true},
      .y = {.title = "seconds", .log = true}};
  out.columns = {"N",
                 "bytes of the cache, formula",
                 "engine",
                 "FLOP of reading",
                 "of it attention",
                 "reading, ms",
                 "formula at the first rate, ms",
                 "one more token, ms"};
  stats::FigureSeries read{"reading N tokens", {}, stats::SeriesStyle::line_dots},
      one{"one more token", {}, stats::SeriesStyle::line_dots},
      read_model{"formula", {}, stats::SeriesStyle::reference},
      one_model{"formula, one more", {}, stats::SeriesStyle::reference};
  bool bytes_hold = !all.empty();
  double rate = 0, decode_rate = 0, most = 0;
  const double block = results.over_seeds(condition, "block_bytes").mean;
  for (const std::size_t n : all) {
    const auto cost = bound::context_cost(shape(), n);
    if (!cost) return out;
    const Estimate bytes = results.over_seeds(condition, named("bytes", n)),
                   prefill = results.over_seeds(condition, named("prefill", n)),
                   decode = results.over_seeds(condition, named("decode", n));
    const double x = static_cast<double>(n);
    if (n == all.front()) rate = prefill.mean / cost->prefill, decode_rate = decode.mean / cost->decode;
    // Blocks of 32 tokens: no less than the formula, and no more than the next whole block.
    for (const double v : results.values(condition, named("bytes", n)))
      bytes_hold = bytes_hold && v >= cost->cache_bytes &&
                   v <= std::ceil(x / native::KvCache::kBlock) * block && v < cost->cache_bytes + block;
    most = std::max(most, std::abs(std::log(prefill.mean / (rate * cost->prefill))));
    read.points.push_back(time_point(n, results.values(condition, named("prefill", n))));
    one.points.push_back(time_point(n, results.values(condition, named("decode", n))));
    read_model.points.push_back({.x = x, .y = rate * cost->prefill});
    one_model.points.push_back({.x = x, .y = decode_rate * cost->decode});
    out.rows.push_back({std::to_string(n), number(cost->cache_bytes, 0), number(bytes.mean, 0),
                        number(cost->prefill / 1e6, 1) + " M",
                        number(100 * cost->prefill_attention / cost->prefill, 0) + " %",
                        number(1e3 * prefill.mean, 2), number(1e3 * rate * cost->prefill, 2),
                        number(1e3 * decode.mean, 3)});
  }
  out.figure.series = {std::move(read), std::move(one), std::move(read_model), std::move(one_model)};
  out.claims.push_back(
      {ClaimKind::bound, "the cache takes the bytes of the formula, up to a block of 32 tokens", bytes_hold});
  const std::size_t n0 = all[all.size() - 2], n1 = all.back();
  const auto at = [&](const char* what, std::size_t n) {
    return results.over_seeds(condition, named(what, n)).mean;
  };
  const auto cost0 = bound::context_cost(shape(), n0), cost1 = bound::context_cost(shape(), n1);
  const double x0 = static_cast<double>(n0), x1 = static_cast<double>(n1);
  const double measured = exponent(x0, at("prefill", n0), x1, at("prefill", n1)),
               predicted = exponent(x0, cost0->prefill, x1, cost1->prefill);
  const double measured_one = exponent(x0, at("decode", n0), x1, at("decode", n1)),
               predicted_one = exponent(x0, cost0->decode, x1, cost1->decode);
  const std::string between = "between " + std::to_string(n0) + " and " + std::to_string(n1) + " tokens ";
  out.claims.push_back({ClaimKind::phenomenon,
                        between + "the time of reading grows as N^" + number(measured) +
                            "; the formula says N^" + number(predicted),
                        std::abs(measured - predicted) < 0.25});
  out.claims.push_back({ClaimKind::phenomenon,
                        between + "the time of one more token grows as N^" + number(measured_one) +
                            "; the formula says N^" + number(predicted_one),
                        std::abs(measured_one - predicted_one) < 0.25});
  out.paragraph = "The cache grows by " + number(cost1->cache_bytes / x1, 0) +
                  " bytes a token, as the formula says. Attention is half of the operations from " +
                  number(cost1->attention_is_half, 0) + " tokens on; " + between + "reading grows as N^" +
                  number(measured) + " (formula N^" + number(predicted) + "), one more token as N^" +
                  number(measured_one) + " (formula N^" + number(predicted_one) +
                  "). Counted operations are no times: from the rate at " + std::to_string(all.front()) +
                  " tokens the time of reading is off by a factor of up to " + number(std::exp(most), 1) +
                  ", as a product of large matrices and attention do not run at one rate.";
  return out;
}

}  // namespace

const Experiment kContextCost = {
    .name = "context-cost",
    .limit = "context",
    .question = "What do N tokens of context cost in time and memory, and do the formulas say it?",
    .predicted =
        "Reading N tokens takes 2 FLOP for each weight and token and 4 x layers x width for each pair of "
        "positions, N(N + 1)/2 of them; one more token the same with N + 1 pairs; the cache 2 x layers x "
        "width of keys x bytes for each token (`limits/context/bound/cost.h`).",
    .measured =
        "The built-in engine with random weights (2 layers, width 64, 4 heads, 2 of keys, F32), one thread, "
        "128 to 8,192 tokens (ci: 32 to 256): the bytes that the cache holds, and the least CPU time of 3 to "
        "5 "
        "repetitions. Intervals are over sets of weights.",
    .assumes =
        "Times are those of one machine and not the same again; bytes are. The formula leaves out norms, "
        "rotations, softmax and what memory takes.",
    .revision = 2,
    .conditions = conditions,
    .measure = measure,
    .find = find,
};

}  // namespace genkai::lab::experiment
