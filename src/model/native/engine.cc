#include "model/native/engine.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <string>

#include "model/native/kernels.h"
#include "model/native/log_n.h"

namespace genkai::model::native {
namespace {

using base::Code;
using base::fail;

/// Tokens computed side by side: enough to read each weight for many, few enough to stay in the second cache.
constexpr std::size_t kRows = 64;
/// Rows of matrices are divided among threads by multiples of this.
constexpr std::size_t kGrain = 8;
/// Below so many weights a token is done before a second thread has woken.
constexpr std::uint64_t kWorthThreads = 500'000;

/// Activations in both forms that products take; the quantised one is filled where a matrix is q8_0.
struct Buffer {
  std::size_t columns = 0;
  std::vector<float> values;
  std::vector<std::int8_t> quants;
  std::vector<std::int32_t> offsets;
  std::vector<float> scales;

  void resize(std::size_t width, bool quantised) {
    columns = width;
    values.resize(kRows * width);
    if (!quantised) return;
    const std::size_t padded = kernels::padded(width);
    quants.resize(kRows * padded);
    offsets.resize(kRows * padded / 4);
    scales.resize(kRows * padded / 4);
  }
  float* row(std::size_t i) { return values.data() + i * columns; }
  void quantise(std::size_t i) {
    if (quants.empty()) return;
    const std::size_t padded = kernels::padded(columns);
    kernels::quantise(row(i), columns, quants.data() + i * padded, offsets.data() + i * padded / 4,
                      scales.data() + i * padded / 4);
  }
  kernels::Activations view() const { return {values.data(), quants.data(), offsets.data(), scales.data()}; }
};

/// One token on its way through the layers.
struct Row {
  std::size_t input, token, position;
  TokenId id;
  bool logits;
  KvCache::View view;
};

/// One product of a job: out[row][r] of all rows.
struct Product {
  const Matrix* matrix;
  float* out;
};

}  // namespace

void Observer::hidden(std::size_t, std::size_t, std::size_t, std::span<const float>) {}
void Observer::attention(std::size_t, std::size_t, std::size_t, std::size_t, std::span<const float>) {}

struct Engine::State {
  std::shared_ptr<const Weights> weights;
  EngineOptions options;
  Team team;
  std::vector<double> frequencies;  // [head_size / 2], radians a position
  std::vector<float> stream;        // [kRows][width], the residual
  Buffer normed, attended, hidden;
  std::vector<float> query, sink_query, key, value, up;  // [kRows][...]
  std::vector<float> turn, sink_turn;                    // [kRows][head_size]: cosine and sine by pairs
  std::vector<std::vector<kernels::Block>> blocks;       // of each input

  State(std::shared_ptr<const Weights> w, EngineOptions o, std::size_t threads)
      : weights(std::move(w)), options(o), team(threads) {
    const Architecture& a = weights->architecture();
    const auto quantised = [](const Matrix& m) { return m.type == WeightType::q8_0; };
    bool wide = quantised(weights->output()), attention = false, down = false;
    for (const auto& layer : weights->layers()) {
      for (const Matrix* m : {&layer.query, &layer.key, &layer.value, &layer.gate, &layer.up})
        wide = wide || quantised(*m);
      attention = attention || quantised(layer.attention_output);
      down = down || quantised(layer.down);
    }
    stream.resize(kRows * a.width);
    normed.resize(a.width, wide);
    attended.resize(a.width, attention);
    hidden.resize(a.hidden, down);
    up.resize(kRows * a.hidden);
    query.resize(kRows * a.width);
    sink_query.resize(kRows * a.width);
    key.resize(kRows * a.kv_width());
    value.resize(kRows * a.kv_width());
    turn.resize(kRows * a.head_size());
    sink_turn.resize(kRows * a.head_size());
    const auto size = static_cast<double>(a.head_size());
    for (std::size_t i = 0; i < a.head_size() / 2; ++i)
      frequencies.push_back(std::pow(a.rope_theta, -2.0 * static_cast<double>(i) / size));
  }
};

/// Up to kRows tokens through all layers.
class Engine::Pass {
 public:
  Pass(State& state, std::span<const Input> inputs, std::span<const Row> rows, Observer* observer)
      : s_(state), a_(state.weights->architecture()), inputs_(inputs), rows_(rows), observer_(observer) {}

  /// Fills logits of the rows that want them, from row `out` of the output on. False: a number was not
  /// finite.
  bool run(Output& output, std::size_t out) {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      decode_row(s_.weights->embedding(), static_cast<std::size_t>(rows_[i].id),
                 s_.stream.data() + i * a_.width);
      turns(i);
    }
    observe(0);
    for (std::size_t l = 0; l < a_.layers; ++l) {
      layer(l);
      if (!finite_) return false;
      observe(l + 1);
    }
    return logits(output, out);
  }

 private:
  std::size_t count() const { return rows_.size(); }

  /// The rotation of row i's position: rotary position embedding (Su et al. 2021), angles in double
  /// precision.
  void turns(std::size_t i) {
    const std::size_t half = a_.head_size() / 2;
    const auto fill = [&](std::size_t position, float* turn) {
      for (std::size_t j = 0; j < half; ++j) {
        const double angle = static_cast<double>(position) * s_.frequencies[j];
        turn[2 * j] = static_cast<float>(std::cos(angle));
        turn[2 * j + 1] = static_cast<float>(std::sin(angle));
      }
    };
    fill(rows_[i].position, s_.turn.data() + i * a_.head_size());
    if (rows_[i].view.sinks > 0)
      fill(rows_[i].position - rows_[i].view.shift, s_.sink_turn.data() + i * a_.head_size());
  }

  /// to = from rotated by pairs (2j, 2j+1), head by head, times `scale`.
  void rotate(const float* from, const float* turn, std::size_t heads, float scale, float* to) const {
    const std::size_t size = a_.head_size();
    for (std::size_t h = 0; h < heads; ++h, from += size, to += size)
      for (std::size_t j = 0; j < size; j += 2) {
        const float x = from[j] * scale, y = from[j + 1] * scale;
        to[j] = x * turn[j] - y * turn[j + 1];
        to[j + 1] = x * turn[j + 1] + y * turn[j];
      }
  }

  /// Runs body(i) for each row, on the team where there are many.
  template <class Body>
  void each_row(const Body& body) {
    if (count() < 4) {
      for (std::size_t i = 0; i < count(); ++i) body(i);
    } else {
      s_.team.run(count(), body);
    }
  }

  void norm(const Matrix& weight) {
    const auto epsilon = static_cast<float>(a_.norm_epsilon);
    const auto* w = reinterpret_cast<const float*>(weight.data);
    each_row([&](std::size_t i) {
      const float mean =
          kernels::rms_norm(s_.stream.data() + i * a_.width, w, a_.width, epsilon, s_.normed.row(i));
      if (!std::isfinite(mean)) finite_ = false;
      s_.normed.quantise(i);
    });
  }

  /// Divides the rows of matrices with as many columns among the team.
  template <class After>
  void multiply(std::span<const Product> products, const Buffer& x, bool add, const After& after) {
    std::size_t total = 0;
    for (const auto& product : products) total += (product.matrix->rows + kGrain - 1) / kGrain;
    const std::size_t grains =
        s_.team.size() == 1 ? total : std::max<std::size_t>(total / (4 * s_.team.size()), 1);
    const kernels::Activations view = x.view();
    s_.team.run((total + grains - 1) / grains, [&](std::size_t part) {
      std::size_t begin = part * grains, end = std::min(begin + grains, total);
      for (const auto& product : products) {
        const std::size_t rows = product.matrix->rows, own = (rows + kGrain - 1) / kGrain;
        if (begin < own && begin < end) {
          const std::size_t first = begin * kGrain, last = std::min(std::min(end, own) * kGrain, rows);
          kernels::multiply(*product.matrix, first, last, view, count(), product.out, rows, add);
          after(first, last);
        }
        begin = begin < own ? 0 : begin - own;
        end = end < own ? 0 : end - own;
      }
    });
  }
  void multiply(std::span<const Product> products, const Buffer& x, bool add) {
    multiply(products, x, add, [](std::size_t, std::size_t) {});
  }

  void layer(std::size_t l) {
    const Layer& w = s_.weights->layers()[l];
    norm(w.attention_norm);
    const Product qkv[] = {{&w.query, s_.query.data()}, {&w.key, s_.key.data()}, {&w.value, s_.value.data()}};
    multiply(qkv, s_.normed, false);
    for (std::size_t i = 0; i < count(); ++i) remember(l, i);
    attend(l);
    each_row([&](std::size_t i) { s_.attended.quantise(i); });
    multiply(std::array{Product{&w.attention_output, s_.stream.data()}}, s_.attended, true);
    norm(w.ffn_norm);
    feed_forward(w);
  }

  /// Rotates the query and the key of row i, and writes key and value into the cache.
  void remember(std::size_t l, std::size_t i) {
    const Row& row = rows_[i];
    const std::size_t size = a_.head_size(), stride = kernels::value_stride(size);
    const float* turn = s_.turn.data() + i * size;
    float* query = s_.query.data() + i * a_.width;
    auto scale = 1 / std::sqrt(static_cast<double>(size));
    if (s_.options.log_n_scaling)
      scale *= log_n_scale(row.position - row.view.first + row.view.sinks + 1, a_.context);
    if (row.view.sinks > 0)
      rotate(query, s_.sink_turn.data() + i * size, a_.heads, static_cast<float>(scale),
             s_.sink_query.data() + i * a_.width);
    rotate(query, turn, a_.heads, static_cast<float>(scale), query);
    float* key = s_.key.data() + i * a_.kv_width();
    const float* value = s_.value.data() + i * a_.kv_width();
    rotate(key, turn, a_.kv_heads, 1, key);
    KvCache& cache = *inputs_[row.input].sequence;
    float* block = cache.block(row.position);
    const std::size_t place = row.position % KvCache::kBlock;
    for (std::size_t h = 0; h < a_.kv_heads; ++h, key += size, value += size) {
      float* keys = block + cache.offset(l, h);
      for (std::size_t j = 0; j < size; ++j) keys[j * KvCache::kBlock + place] = key[j];
      std::copy_n(value, size, keys + size * KvCache::kBlock + place * stride);
    }
  }

  void attend(std::size_t l) {
    const std::size_t size = a_.head_size(), group = a_.heads / a_.kv_heads;
    s_.team.run(count() * a_.heads, [&](std::size_t part) {
      const std::size_t i = part / a_.heads, h = part % a_.heads;
      const auto& blocks = s_.blocks[rows_[i].input];
      kernels::attend(query(i, h), blocks.data(), blocks.size(),
                      inputs_[rows_[i].input].sequence->offset(l, h / group), size,
                      s_.attended.row(i) + h * size);
    });
    if (observer_ == nullptr || !observer_->wants_attention()) return;
    std::vector<float> weights;
    for (std::size_t i = 0; i < count(); ++i)
      for (std::size_t h = 0; h < a_.heads; ++h) {
        attention_weights(l, i, h, weights);
        observer_->attention(l, h, rows_[i].input, rows_[i].token, weights);
      }
  }

  kernels::Query query(std::size_t i, std::size_t h) const {
    const std::size_t at = i * a_.width + h * a_.head_size();
    const KvCache::View& view = rows_[i].view;
    return {s_.query.data() + at, s_.sink_query.data() + at, view.sinks, view.first, rows_[i].position};
  }

  void attention_weights(std::size_t l, std::size_t i, std::size_t h, std::vector<float>& weights) const {
    const kernels::Query q = query(i, h);
    const std::size_t offset = inputs_[rows_[i].input].sequence->offset(l, h * a_.kv_heads / a_.heads);
    std::vector<double> scores(q.position + 1, -HUGE_VAL);
    for (const auto& block : s_.blocks[rows_[i].input])
      for (std::size_t t = 0; t < KvCache::kBlock && block.start + t <= q.position; ++t) {
        const std::size_t position = block.start + t;
        const bool sink = position < std::min(q.sinks, q.first);
        if (!sink && position < q.first) continue;
        const float* from = sink ? q.sink_query : q.query;
        double score = 0;
        for (std::size_t j = 0; j < a_.head_size(); ++j)
          score += double{from[j]} * block.data[offset + j * KvCache::kBlock + t];
        scores[position] = score;
      }
    const double most = *std::max_element(scores.begin(), scores.end());
    double total = 0;
    for (auto& score : scores) total += score = std::exp(score - most);
    weights.resize(scores.size());
    for (std::size_t t = 0; t < scores.size(); ++t) weights[t] = static_cast<float>(scores[t] / total);
  }

  void feed_forward(const Layer& w) {
    const std::size_t total = a_.hidden;
    const std::size_t parts =
        s_.team.size() == 1 ? 1 : std::min<std::size_t>(4 * s_.team.size(), total / kGrain + 1);
    const std::size_t rows = ((total + parts - 1) / parts + kGrain - 1) / kGrain * kGrain;
    const kernels::Activations x = s_.normed.view();
    s_.team.run((total + rows - 1) / rows, [&](std::size_t part) {
      const std::size_t first = part * rows, last = std::min(first + rows, total);
      kernels::multiply(w.gate, first, last, x, count(), s_.hidden.values.data(), total, false);
      kernels::multiply(w.up, first, last, x, count(), s_.up.data(), total, false);
      for (std::size_t i = 0; i < count(); ++i)
        kernels::silu_multiply(s_.hidden.row(i) + first, s_.up.data() + i * total + first, last - first);
    });
    each_row([&](std::size_t i) { s_.hidden.quantise(i); });
    multiply(std::array{Product{&w.down, s_.stream.data()}}, s_.hidden, true);
  }

  bool logits(Output& output, std::size_t out) {
    std::size_t wanted = 0;
    for (std::size_t i = 0; i < count(); ++i) {
      if (!rows_[i].logits) continue;
      std::copy_n(s_.stream.data() + i * a_.width, a_.width, s_.stream.data() + wanted * a_.width);
      ++wanted;
    }
    rows_ = rows_.first(wanted);
    if (wanted == 0) return true;
    norm(s_.weights->output_norm());
    float* to = output.logits.data() + out * a_.vocabulary;
    multiply(std::array{Product{&s_.weights->output(), to}}, s_.normed, false);
    return finite_ && std::all_of(to, to + wanted * a_.vocabulary, [](float x) { return std::isfinite(x); });
  }

  void observe(std::size_t layer) {
    if (observer_ == nullptr) return;
    for (std::size_t i = 0; i < count(); ++i)
      observer_->hidden(layer, rows_[i].input, rows_[i].token, {s_.stream.data() + i * a_.width, a_.width});
  }

  State& s_;
  const Architecture& a_;
  std::span<const Input> inputs_;
  std::span<const Row> rows_;
  Observer* observer_;
  std::atomic<bool> finite_{true};
};

Engine::Engine(std::shared_ptr<const Weights> weights, EngineOptions options) {
  std::size_t threads = options.threads;
  if (threads == 0)
    threads = weights->architecture().parameters() < kWorthThreads
                  ? 1
                  : std::max(1U, std::thread::hardware_concurrency());
  state_ = std::make_unique<State>(std::move(weights), options, threads);
}
Engine::~Engine() = default;

const Architecture& Engine::architecture() const {
  return state_->weights->architecture();
}
const Weights& Engine::weights() const {
  return *state_->weights;
}
std::size_t Engine::threads() const {
  return state_->team.size();
}
Team& Engine::team() {
  return state_->team;
}

base::Status Engine::forward(std::span<const Input> inputs, Output& output, Observer* observer) {
  const Architecture& a = architecture();
  const std::size_t longest = state_->options.longest == 0 ? a.context : state_->options.longest;
  std::vector<const KvCache*> seen;
  std::vector<Row> rows;
  output.rows = 0;
  output.vocabulary = a.vocabulary;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Input& input = inputs[i];
    if (input.sequence == nullptr || !input.sequence->fits(a))
      return fail(Code::invalid_argument, "a sequence was made for another model");
    if (input.tokens.empty()) return fail(Code::invalid_argument, "a sequence has no next token");
    seen.push_back(input.sequence);
    if (input.sequence->rolling().window == 0 &&
        (input.tokens.size() > longest || input.sequence->length() > longest - input.tokens.size()))
      return fail(Code::resource_exhausted,
                  "a sequence of " + std::to_string(input.sequence->length() + input.tokens.size()) +
                      " tokens is longer than the " + std::to_string(longest) + " that the model takes",
                  "give it less text, or raise the limit and measure how well it still answers");
    for (std::size_t t = 0; t < input.tokens.size(); ++t) {
      const TokenId id = input.tokens[t];
      if (id < 0 || static_cast<std::size_t>(id) >= a.vocabulary)
        return fail(Code::invalid_argument, "token " + std::to_string(id) + " is outside the vocabulary of " +
                                                std::to_string(a.vocabulary));
      const bool logits = input.all_logits || (input.logits && t + 1 == input.tokens.size());
      const std::size_t position = input.sequence->length() + t;
      rows.push_back({i, t, position, id, logits, input.sequence->view(position)});
      output.rows += logits ? 1 : 0;
    }
  }
  std::sort(seen.begin(), seen.end());
  if (std::adjacent_find(seen.begin(), seen.end()) != seen.end())
    return fail(Code::invalid_argument, "a sequence is named twice");

  output.logits.resize(output.rows * a.vocabulary);
  state_->blocks.resize(inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    KvCache& sequence = *inputs[i].sequence;
    sequence.reserve(inputs[i].tokens.size());
    auto& blocks = state_->blocks[i];
    blocks.clear();
    for (const std::size_t start : sequence.starts()) blocks.push_back({sequence.block(start), start});
  }
  std::size_t out = 0;
  for (std::size_t first = 0; first < rows.size(); first += kRows) {
    const auto part = std::span<const Row>(rows).subspan(first, std::min(kRows, rows.size() - first));
    if (!Pass(*state_, inputs, part, observer).run(output, out))
      return fail(Code::corrupt, "the model computed a number that is not finite",
                  "its weights are damaged, or its training diverged: get or train it again");
    for (const Row& row : part) out += row.logits ? 1 : 0;
  }
  for (const Input& input : inputs) input.sequence->advance(input.tokens.size());
  return {};
}

}  // namespace genkai::model::native
