#include "model/native/generate.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "model/native/guards/adaptive_temperature.h"

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
  const std::vector<TokenId>& question = options.without_context;
  const bool contrasts = !question.empty();
  KvCache cache(engine.architecture()), without(engine.architecture());
  std::vector<Input> inputs{{.sequence = &cache, .tokens = prompt}};
  if (contrasts) inputs.push_back({.sequence = &without, .tokens = question});
  Output output;
  GENKAI_RETURN_IF_ERROR(engine.forward(inputs, output));
  for (std::size_t i = 0; i < std::max<std::size_t>(1, options.samples); ++i) {
    generation.caches_.push_back(cache.fork());
    if (contrasts) generation.without_.push_back(without.fork());
    if (options.mask) generation.masks_.push_back(options.mask());
    generation.draws_.emplace_back(options.seed + 0x9E3779B97F4A7C15ULL * i);
    generation.decodings_.emplace_back(tokenizer);
    generation.samples_.emplace_back();
    GENKAI_RETURN_IF_ERROR(
        generation.take(i, output.row(0), contrasts ? output.row(1) : std::span<const float>()));
  }
  return generation;
}

bool Generation::running() const {
  return std::any_of(samples_.begin(), samples_.end(),
                     [](const Generated& sample) { return sample.running; });
}

base::Status Generation::take(std::size_t at, std::span<const float> logits, std::span<const float> without) {
  Generated& sample = samples_[at];
  std::vector<float> guarded(logits.begin(), logits.end()), question(without.begin(), without.end());
  if (!masks_.empty()) {
    std::vector<TokenId> so_far;
    for (const LoggedToken& token : sample.tokens) so_far.push_back(token.id);
    GENKAI_RETURN_IF_ERROR(apply(*masks_[at], so_far, guarded));
    for (std::size_t i = 0; i < question.size(); ++i)
      if (std::isinf(guarded[i])) question[i] = guarded[i];
  }
  // After the mask: among tokens that may not come none is plausible.
  if (!question.empty())
    context_aware(std::vector<float>(guarded), question, options_.context_aware, guarded);
  double temperature = options_.temperature;
  if (temperature > 0 && options_.adaptive_theta > 0)
    temperature = adaptive_temperature(guarded, {.highest = temperature, .theta = options_.adaptive_theta});
  const auto id = static_cast<TokenId>(draw(guarded, temperature, options_.top_p, draws_[at]));
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
  return {};
}

base::Status Generation::step() {
  std::vector<Input> inputs;
  std::vector<std::size_t> whose;
  for (std::size_t i = 0; i < samples_.size(); ++i) {
    if (!samples_[i].running) continue;
    inputs.push_back({.sequence = &caches_[i], .tokens = {&samples_[i].tokens.back().id, 1}});
    whose.push_back(i);
  }
  if (!without_.empty())
    for (const std::size_t i : whose)
      inputs.push_back({.sequence = &without_[i], .tokens = {&samples_[i].tokens.back().id, 1}});
  if (inputs.empty()) return {};
  Output output;
  GENKAI_RETURN_IF_ERROR(engine_->forward(inputs, output));
  for (std::size_t i = 0; i < whose.size(); ++i)
    GENKAI_RETURN_IF_ERROR(take(whose[i], output.row(i),
                                without_.empty() ? std::span<const float>() : output.row(whose.size() + i)));
  return {};
}

}  // namespace genkai::model::native
