#include "model/native/generate.h"

#include <algorithm>
#include <cmath>
#include <limits>
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

LoggedToken logged_token(TokenId id, std::span<const float> logits, std::size_t alternatives) {
  const std::vector<double> p = probabilities(logits);
  const auto logged = [&](std::size_t token) { return std::log(std::max(p[token], 1e-300)); };
  LoggedToken token{id, logged(static_cast<std::size_t>(id)), {}};
  if (alternatives == 0) return token;
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), 0);
  const std::size_t count = std::min(alternatives, order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(),
                    [&](std::size_t a, std::size_t b) { return p[a] != p[b] ? p[a] > p[b] : a < b; });
  for (std::size_t i = 0; i < count; ++i)
    token.alternatives.emplace_back(static_cast<TokenId>(order[i]), logged(order[i]));
  return token;
}

void extend(Generated& sample, LoggedToken token, std::optional<std::string_view> bytes,
            WholeCharacters& characters, const GenerateOptions& options) {
  sample.tokens.push_back(std::move(token));
  if (!bytes) {
    sample.ended = true;
  } else {
    sample.text += characters.add(*bytes);
    for (const std::string& stop : options.stop) {
      const std::size_t found = stop.empty() ? std::string::npos : sample.text.find(stop);
      if (found == std::string::npos) continue;
      sample.text.resize(found);
      sample.ended = true;
    }
  }
  sample.running = !sample.ended && sample.tokens.size() < options.max_tokens;
  if (!sample.running && !sample.ended) sample.text += characters.finish();
}

base::Result<Generation> Generation::prepare(const Architecture& architecture, const Tokenizer& tokenizer,
                                             std::span<const TokenId> prompt,
                                             const GenerateOptions& options) {
  const std::size_t context = architecture.context;
  const std::size_t longest = std::max(prompt.size(), options.without_context.size());
  if (prompt.empty() || longest >= context)
    return base::fail(base::Code::invalid_argument,
                      "a prompt of " + std::to_string(longest) + " tokens does not fit the context of " +
                          std::to_string(context) + " tokens",
                      "give it fewer or shorter passages");
  Generation generation(tokenizer, options);
  generation.options_.max_tokens = std::max<std::size_t>(1, std::min(options.max_tokens, context - longest));
  generation.readings_.push_back({.cache = KvCache(architecture), .tokens = {prompt.begin(), prompt.end()}});
  if (!options.without_context.empty())
    generation.readings_.push_back(
        {.cache = KvCache(architecture), .tokens = std::move(generation.options_.without_context)});
  generation.samples_.resize(std::max<std::size_t>(1, options.samples));
  for (const Reading& reading : generation.readings_) {
    // Blocks that the text fills are shared; the one in which it ends is there once more until all have gone
    // on.
    const std::size_t full = reading.tokens.size() / KvCache::kBlock;
    const std::size_t all =
        (reading.tokens.size() + generation.options_.max_tokens + KvCache::kBlock - 1) / KvCache::kBlock;
    generation.most_bytes_ +=
        (full + 1 + generation.samples_.size() * (all - full)) * reading.cache.block_bytes();
  }
  return generation;
}

base::Result<Generation> Generation::begin(Engine& engine, const Tokenizer& tokenizer,
                                           std::span<const TokenId> prompt, const GenerateOptions& options) {
  GENKAI_ASSIGN_OR_RETURN(Generation generation, prepare(engine.architecture(), tokenizer, prompt, options));
  generation.engine_ = &engine;
  GENKAI_RETURN_IF_ERROR(generation.step());
  return generation;
}

bool Generation::running() const {
  return std::any_of(samples_.begin(), samples_.end(),
                     [](const Generated& sample) { return sample.running; });
}

base::Status Generation::choose(std::size_t at, std::span<const float> logits,
                                std::span<const float> without) {
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
  LoggedToken token = logged_token(id, logits, options_.alternatives);
  if (id == tokenizer_->eos())
    extend(sample, std::move(token), std::nullopt, characters_[at], options_);
  else
    extend(sample, std::move(token), tokenizer_->piece(id), characters_[at], options_);
  return {};
}

base::Status Generation::step() {
  std::vector<Input> inputs;
  if (feed(inputs, std::numeric_limits<std::size_t>::max()) == 0) return {};
  Output output;
  GENKAI_RETURN_IF_ERROR(engine_->forward(inputs, output));
  return take(output, 0);
}

std::size_t Generation::feed(std::vector<Input>& inputs, std::size_t most) {
  std::size_t fed = 0;
  for (Reading& reading : readings_) {
    reading.fed = std::min(reading.tokens.size() - reading.read, most - fed);
    fed += reading.fed;
    if (reading.fed > 0)
      inputs.push_back({.sequence = &reading.cache,
                        .tokens = std::span<const TokenId>(reading.tokens).subspan(reading.read, reading.fed),
                        .logits = reading.read + reading.fed == reading.tokens.size()});
  }
  if (reading()) return fed;
  for (auto* caches : {&caches_, &without_})
    for (std::size_t i = 0; i < caches->size(); ++i)
      if (samples_[i].running) {
        inputs.push_back({.sequence = &(*caches)[i], .tokens = {&samples_[i].tokens.back().id, 1}});
        ++fed;
      }
  return fed;
}

base::Status Generation::take(const Output& output, std::size_t first) {
  if (reading()) {
    for (Reading& reading : readings_) {
      if (reading.fed == 0) continue;
      reading.read += std::exchange(reading.fed, 0);
      if (reading.read < reading.tokens.size()) continue;
      const auto row = output.row(first++);
      reading.logits.assign(row.begin(), row.end());
    }
    const bool read = std::none_of(readings_.begin(), readings_.end(),
                                   [](const Reading& reading) { return reading.logits.empty(); });
    return read ? start() : base::Status();
  }
  const auto count = static_cast<std::size_t>(std::count_if(
      samples_.begin(), samples_.end(), [](const Generated& sample) { return sample.running; }));
  for (std::size_t i = 0; i < samples_.size(); ++i) {
    if (!samples_[i].running) continue;
    GENKAI_RETURN_IF_ERROR(choose(i, output.row(first),
                                  without_.empty() ? std::span<const float>() : output.row(first + count)));
    ++first;
  }
  return {};
}

base::Status Generation::start() {
  const std::vector<Reading> read = std::exchange(readings_, {});
  const bool contrasts = read.size() > 1;
  for (std::size_t i = 0; i < samples_.size(); ++i) {
    caches_.push_back(read[0].cache.fork());
    if (contrasts) without_.push_back(read[1].cache.fork());
    if (options_.mask) masks_.push_back(options_.mask());
    draws_.emplace_back(options_.seed + 0x9E3779B97F4A7C15ULL * i);
    characters_.emplace_back();
    GENKAI_RETURN_IF_ERROR(choose(
        i, read[0].logits, contrasts ? std::span<const float>(read[1].logits) : std::span<const float>()));
  }
  return {};
}

}  // namespace genkai::model::native
