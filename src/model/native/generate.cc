#include "model/native/generate.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace genkai::model::native {
namespace {

// A token at a temperature, from the most probable ones that reach top_p (nucleus sampling, Holtzman et al.
// 2020).
std::size_t draw(std::span<const float> logits, double temperature, double top_p, base::Rng& rng) {
  const auto best = static_cast<std::size_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
  if (!(temperature > 0)) return best;
  const double most = logits[best];
  std::vector<double> weights(logits.size());
  for (std::size_t i = 0; i < logits.size(); ++i) weights[i] = std::exp((logits[i] - most) / temperature);
  double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (top_p < 1) {
    std::vector<std::size_t> order(logits.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return weights[a] > weights[b]; });
    double kept = 0;
    std::size_t count = 0;
    while (count < order.size() && (count == 0 || kept < top_p * total)) kept += weights[order[count++]];
    for (std::size_t i = count; i < order.size(); ++i) weights[order[i]] = 0;
    total = kept;
  }
  double at = rng.uniform() * total;
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (at < weights[i])
      return i;
    else
      at -= weights[i];
  return best;  // rounding
}

}  // namespace

std::vector<double> probabilities(std::span<const float> logits) {
  const double most = *std::max_element(logits.begin(), logits.end());
  std::vector<double> out(logits.size());
  double total = 0;
  for (std::size_t i = 0; i < logits.size(); ++i) total += out[i] = std::exp(logits[i] - most);
  for (double& p : out) p /= total;
  return out;
}

base::Result<Generation> Generation::begin(Engine& engine, const Tokenizer& tokenizer,
                                           std::span<const TokenId> prompt, const GenerateOptions& options) {
  const std::size_t context = engine.architecture().context;
  if (prompt.empty() || prompt.size() >= context)
    return base::fail(base::Code::invalid_argument,
                      "a prompt of " + std::to_string(prompt.size()) +
                          " tokens does not fit the context of " + std::to_string(context) + " tokens",
                      "give it fewer or shorter passages");
  Generation generation(engine, tokenizer, options);
  generation.options_.max_tokens =
      std::max<std::size_t>(1, std::min(options.max_tokens, context - prompt.size()));
  KvCache cache(engine.architecture());
  Output output;
  GENKAI_RETURN_IF_ERROR(engine.forward(std::vector<Input>{{.sequence = &cache, .tokens = prompt}}, output));
  for (std::size_t i = 0; i < std::max<std::size_t>(1, options.samples); ++i) {
    generation.caches_.push_back(cache.fork());
    generation.draws_.emplace_back(options.seed + 0x9E3779B97F4A7C15ULL * i);
    generation.decodings_.emplace_back(tokenizer);
    generation.samples_.emplace_back();
    generation.take(i, output.row(0));
  }
  return generation;
}

bool Generation::running() const {
  return std::any_of(samples_.begin(), samples_.end(),
                     [](const Generated& sample) { return sample.running; });
}

void Generation::take(std::size_t at, std::span<const float> logits) {
  Generated& sample = samples_[at];
  const auto id = static_cast<TokenId>(draw(logits, options_.temperature, options_.top_p, draws_[at]));
  const std::vector<double> p = probabilities(logits);
  const auto logged = [&](std::size_t token) { return std::log(std::max(p[token], 1e-300)); };
  LoggedToken token{id, logged(static_cast<std::size_t>(id)), {}};
  if (options_.alternatives > 0) {
    std::vector<std::size_t> order(p.size());
    std::iota(order.begin(), order.end(), 0);
    const std::size_t count = std::min(options_.alternatives, order.size());
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(),
                      [&](std::size_t a, std::size_t b) { return p[a] != p[b] ? p[a] > p[b] : a < b; });
    for (std::size_t i = 0; i < count; ++i)
      token.alternatives.emplace_back(static_cast<TokenId>(order[i]), logged(order[i]));
  }
  sample.tokens.push_back(std::move(token));
  if (id == tokenizer_->eos()) {
    sample.ended = true;
  } else {
    sample.text += decodings_[at].add(id);
    for (const std::string& stop : options_.stop) {
      const std::size_t found = stop.empty() ? std::string::npos : sample.text.find(stop);
      if (found == std::string::npos) continue;
      sample.text.resize(found);
      sample.ended = true;
    }
  }
  sample.running = !sample.ended && sample.tokens.size() < options_.max_tokens;
  if (!sample.running && !sample.ended) sample.text += decodings_[at].finish();
}

base::Status Generation::step() {
  std::vector<Input> inputs;
  std::vector<std::size_t> whose;
  for (std::size_t i = 0; i < samples_.size(); ++i) {
    if (!samples_[i].running) continue;
    inputs.push_back({.sequence = &caches_[i], .tokens = {&samples_[i].tokens.back().id, 1}});
    whose.push_back(i);
  }
  if (inputs.empty()) return {};
  Output output;
  GENKAI_RETURN_IF_ERROR(engine_->forward(inputs, output));
  for (std::size_t i = 0; i < whose.size(); ++i) take(whose[i], output.row(i));
  return {};
}

}  // namespace genkai::model::native
