#include "lab/train/decoder.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace genkai::lab::train {
namespace {
double fan_in(std::size_t inputs) {
  return 1 / std::sqrt(static_cast<double>(inputs));
}
}  // namespace

Decoder::NormWeights Decoder::add_norm(const std::string& name) {
  NormWeights out{};
  out.gain = parameters_.add(name + ".weight", 1, options_.shape.width);
  parameters_.fill(out.gain, 1);
  if (options_.norm == Norm::layer) out.bias = parameters_.add(name + ".bias", 1, options_.shape.width);
  return out;
}

Decoder::Decoder(const DecoderOptions& options, std::uint64_t seed) : options_(options) {
  const auto& shape = options_.shape;
  base::Rng rng(seed);
  const auto matrix = [&](const std::string& name, std::size_t rows, std::size_t cols) {
    const ParameterId id = parameters_.add(name, rows, cols);
    parameters_.fill_normal(id, fan_in(cols), rng);
    return id;
  };
  embedding_ = matrix("token_embd.weight", shape.vocabulary, shape.width);
  if (options_.positions == Positions::learned)
    positions_ = matrix("position_embd.weight", shape.context, shape.width);
  if (options_.neighbours > 1)
    neighbours_ = matrix("token_conv.weight", shape.width, options_.neighbours * shape.width);
  for (std::size_t l = 0; l < shape.layers; ++l) {
    const std::string block = "blk." + std::to_string(l) + ".";
    Layer layer{};
    layer.attention_norm = add_norm(block + "attn_norm");
    layer.q = matrix(block + "attn_q.weight", shape.width, shape.width);
    layer.k = matrix(block + "attn_k.weight", shape.kv_width(), shape.width);
    layer.v = matrix(block + "attn_v.weight", shape.kv_width(), shape.width);
    layer.attention_output = matrix(block + "attn_output.weight", shape.width, shape.width);
    layer.feed_forward_norm = add_norm(block + "ffn_norm");
    if (options_.feed_forward == FeedForward::swiglu)
      layer.gate = matrix(block + "ffn_gate.weight", shape.hidden, shape.width);
    layer.up = matrix(block + "ffn_up.weight", shape.hidden, shape.width);
    layer.down = matrix(block + "ffn_down.weight", shape.width, shape.hidden);
    layers_.push_back(layer);
  }
  output_norm_ = add_norm("output_norm");
  output_ = shape.tied ? embedding_ : matrix("output.weight", shape.vocabulary, shape.width);
}

Decoder Decoder::deeper(std::size_t layers, std::uint64_t seed) const {
  assert(layers >= layers_.size());
  DecoderOptions options = options_;
  options.shape.layers = layers;
  Decoder out(options, seed);
  // Matrices stand in the same order in both: what comes before the layers, these, what comes after.
  const ParameterId first = layers_.front().attention_norm.gain,
                    each = (output_norm_.gain - first) / layers_.size();
  const auto copy = [&](ParameterId from, ParameterId to, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      std::ranges::copy(parameters_.matrix(from + i), out.parameters_.matrix(to + i).begin());
  };
  for (const Layer& layer : out.layers_) {
    out.parameters_.fill(layer.attention_output, 0);
    out.parameters_.fill(layer.down, 0);
  }
  copy(0, 0, first);
  for (std::size_t l = 0; l < layers_.size(); ++l) {  // the first stays the first, the last the last
    const std::size_t to = layers_.size() == 1 ? layers - 1 : l * (layers - 1) / (layers_.size() - 1);
    copy(first + l * each, first + to * each, each);
  }
  copy(output_norm_.gain, out.output_norm_.gain, parameters_.entries().size() - output_norm_.gain);
  return out;
}

Value Decoder::normalise(Tape& tape, Value x, const NormWeights& weights) const {
  const float epsilon = static_cast<float>(options_.shape.norm_epsilon);
  if (options_.norm == Norm::rms) return tape.rms_norm(x, tape.parameter(weights.gain), epsilon);
  return tape.layer_norm(x, tape.parameter(weights.gain), tape.parameter(weights.bias), epsilon);
}

Value Decoder::embed(Tape& tape, const Batch& batch) const {
  const std::size_t width = options_.shape.width;
  Value x = tape.embed(tape.parameter(embedding_), batch.tokens);
  if (options_.neighbours > 1)
    x = tape.linear(tape.unfold(x, batch.segments, options_.neighbours), tape.parameter(neighbours_));
  if (options_.positions == Positions::learned) {
    std::vector<TokenId> rows(batch.positions.begin(), batch.positions.end());
    for (TokenId& row : rows) row = std::min(row, static_cast<TokenId>(options_.shape.context) - 1);
    return tape.add(x, tape.embed(tape.parameter(positions_), rows));
  }
  if (options_.positions != Positions::sinusoidal) return x;
  std::vector<float> waves(batch.rows() * width);
  for (std::size_t r = 0; r < batch.rows(); ++r)
    for (std::size_t i = 0; i < width; ++i) {
      const double wavelength =
          std::pow(10000.0, static_cast<double>(i / 2 * 2) / static_cast<double>(width));
      const double angle = batch.positions[r] / wavelength;
      // The embedding's rows have length 1 at the start; so have these: width / 2 pairs of sin^2 + cos^2.
      waves[r * width + i] = static_cast<float>((i % 2 == 0 ? std::sin(angle) : std::cos(angle)) *
                                                std::sqrt(2.0 / static_cast<double>(width)));
    }
  return tape.add(x, tape.constant(waves, batch.rows(), width));
}

Value Decoder::feed_forward(Tape& tape, Value x, const Layer& layer) const {
  const Value up = tape.linear(x, tape.parameter(layer.up));
  Value inner;
  switch (options_.feed_forward) {
    case FeedForward::swiglu:
      inner = tape.swiglu(tape.linear(x, tape.parameter(layer.gate)), up);
      break;
    case FeedForward::gelu:
      inner = tape.activate(Activation::gelu, up);
      break;
    case FeedForward::relu:
      inner = tape.activate(Activation::relu, up);
      break;
  }
  return tape.linear(inner, tape.parameter(layer.down));
}

AttentionOptions Decoder::attention() const {
  const auto& shape = options_.shape;
  return {.heads = shape.heads,
          .kv_heads = shape.kv_heads,
          .size = shape.head_size(),
          .alibi = options_.positions == Positions::alibi,
          .log_n_base = options_.log_n_base};
}

Value Decoder::run(Tape& tape, const Batch& batch, const Mix& mix) const {
  const auto& shape = options_.shape;
  const auto turned = [&](Value v) {
    if (options_.positions != Positions::rope) return v;
    return tape.rope(v, shape.head_size(), batch.positions, static_cast<float>(shape.rope_theta));
  };
  Value x = embed(tape, batch);
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const Layer& layer = layers_[l];
    const Value h = normalise(tape, x, layer.attention_norm);
    const Value q = turned(tape.linear(h, tape.parameter(layer.q)));
    const Value k = turned(tape.linear(h, tape.parameter(layer.k)));
    const Value v = tape.linear(h, tape.parameter(layer.v));
    x = tape.add(x, tape.linear(mix(l, q, k, v), tape.parameter(layer.attention_output)));
    x = tape.add(x, feed_forward(tape, normalise(tape, x, layer.feed_forward_norm), layer));
  }
  return normalise(tape, x, output_norm_);
}

Value Decoder::hidden(Tape& tape, const Batch& batch) const {
  return run(tape, batch, [&](std::size_t, Value q, Value k, Value v) {
    return tape.attention(q, k, v, batch.segments, attention());
  });
}

Value Decoder::hidden_after(HostTape& tape, const Batch& batch, std::span<KeyCache* const> caches) const {
  assert(!tape.recording() && options_.neighbours == 1 && batch.segments.size() == caches.size() + 1);
  for (KeyCache* cache : caches) {
    cache->keys.resize(layers_.size());
    cache->values.resize(layers_.size());
  }
  const std::size_t width = options_.shape.kv_width();
  const Value out = run(tape, batch, [&](std::size_t layer, Value q, Value k, Value v) {
    std::vector<KeptKeys> kept;
    for (std::size_t s = 0; s < caches.size(); ++s) {
      const std::size_t begin = batch.segments[s], fresh = batch.segments[s + 1] - begin;
      auto &keys = caches[s]->keys[layer], &values = caches[s]->values[layer];
      const auto rows = [&](Value of) { return tape.value(of).subspan(begin * width, fresh * width); };
      keys.insert(keys.end(), rows(k).begin(), rows(k).end());
      values.insert(values.end(), rows(v).begin(), rows(v).end());
      kept.push_back({keys.data(), values.data(), width, caches[s]->length + fresh, fresh});
    }
    return tape.attention_over(q, kept, attention());
  });
  for (std::size_t s = 0; s < caches.size(); ++s)
    caches[s]->length += batch.segments[s + 1] - batch.segments[s];
  return out;
}

Value Decoder::loss(Tape& tape, const Batch& batch) const {
  return tape.next_token_loss(hidden(tape, batch), tape.parameter(output_), batch.targets, batch.weights);
}

std::vector<std::vector<TokenId>> greedy(const Decoder& decoder,
                                         std::span<const std::vector<TokenId>> prompts,
                                         const Greedy& options) {
  std::vector<std::vector<TokenId>> answers(prompts.size());
  HostTape tape(decoder.parameters());
  for (std::size_t first = 0; first < prompts.size(); first += options.at_once) {
    struct Sequence {
      std::size_t prompt;
      KeyCache cache;
      std::vector<TokenId> fresh;  // not yet in the cache
    };
    std::vector<Sequence> active;
    for (std::size_t i = first; i < std::min(prompts.size(), first + options.at_once); ++i)
      if (!prompts[i].empty()) active.push_back({i, {}, prompts[i]});
    for (std::size_t made = 0; made < options.most && !active.empty(); ++made) {
      tape.reset();
      Batch batch;
      std::vector<KeyCache*> caches;
      std::vector<TokenId> last_rows;
      for (Sequence& sequence : active) {
        for (const TokenId token : sequence.fresh) {
          batch.positions.push_back(
              static_cast<std::int32_t>(sequence.cache.length + batch.rows() - batch.segments.back()));
          batch.tokens.push_back(token);
        }
        batch.segments.push_back(batch.rows());
        last_rows.push_back(static_cast<TokenId>(batch.rows()) - 1);
        caches.push_back(&sequence.cache);
      }
      const Value hidden = tape.embed(decoder.hidden_after(tape, batch, caches), last_rows);
      const Value logits = decoder.logits(tape, hidden);
      const std::size_t vocabulary = tape.cols(logits);
      for (std::size_t s = 0; s < active.size(); ++s) {
        const TokenId next =
            static_cast<TokenId>(kernels::largest(tape.value(logits).data() + s * vocabulary, vocabulary));
        active[s].fresh = {next};
        if (next != options.stop) answers[active[s].prompt].push_back(next);
      }
      std::erase_if(active, [&](const Sequence& s) { return s.fresh.front() == options.stop; });
    }
  }
  return answers;
}

Score score(const Decoder& decoder, std::span<const Sample> samples) {
  constexpr std::size_t kRows = 1024;
  Score total;
  HostTape tape(decoder.parameters());
  std::vector<float> row;
  for (std::size_t next = 0; next < samples.size();) {
    Batch batch;
    std::vector<std::size_t> sample_of_row;
    const std::size_t first = next;
    for (; next < samples.size() && batch.rows() < kRows; ++next) {
      append(batch, samples[next]);
      sample_of_row.resize(batch.rows(), next - first);
    }
    std::vector<TokenId> asked;
    for (std::size_t r = 0; r < batch.rows(); ++r)
      if (batch.weights[r] != 0) asked.push_back(static_cast<TokenId>(r));
    tape.reset();
    const Value logits = decoder.logits(tape, tape.embed(decoder.hidden(tape, batch), asked));
    const std::size_t vocabulary = tape.cols(logits);
    std::vector<bool> wrong(next - first, false);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      const auto r = static_cast<std::size_t>(asked[i]);
      const auto of_row = tape.value(logits).subspan(i * vocabulary, vocabulary);
      row.assign(of_row.begin(), of_row.end());
      const auto target = static_cast<std::size_t>(batch.targets[r]);
      const bool right = kernels::largest(row.data(), vocabulary) == target;
      ++total.tokens;
      total.right += right ? 1 : 0;
      if (!right) wrong[sample_of_row[r]] = true;
      total.weight += static_cast<double>(batch.weights[r]);
      total.loss += static_cast<double>(batch.weights[r]) *
                    static_cast<double>(kernels::cross_entropy(row.data(), target, 1, vocabulary));
    }
    total.samples += next - first;
    total.exact += static_cast<std::uint64_t>(std::count(wrong.begin(), wrong.end(), false));
  }
  return total;
}

}  // namespace genkai::lab::train
