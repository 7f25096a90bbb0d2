#include "model/native/engine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/rng.h"
#include "model/native/log_n.h"

namespace genkai::model::native {
namespace {

Architecture small(bool tied = false) {
  return {.vocabulary = 96,
          .width = 64,
          .layers = 3,
          .heads = 4,
          .kv_heads = 2,
          .hidden = 160,
          .context = 128,
          .rope_theta = 10000,
          .norm_epsilon = 1e-5,
          .tied = tied};
}

std::vector<TokenId> tokens(std::size_t count, std::size_t vocabulary, std::uint64_t seed = 7) {
  base::Rng rng(seed);
  std::vector<TokenId> ids(count);
  for (auto& id : ids) id = static_cast<TokenId>(rng.below(vocabulary));
  return ids;
}

using Vector = std::vector<double>;

/// The whole model in plain loops and double precision, from the definition: the logits of every token.
/// `place(i, j)` is the distance at which token i sees token j, or negative where it does not.
template <class Place>
std::vector<Vector> reference(const Weights& weights, const std::vector<TokenId>& ids, const Place& place,
                              bool log_n = false) {
  const Architecture& a = weights.architecture();
  const std::size_t size = a.head_size();
  const auto row = [](const Matrix& m, std::size_t r) {
    std::vector<float> out(m.columns);
    decode_row(m, r, out.data());
    return Vector(out.begin(), out.end());
  };
  const auto times = [&](const Matrix& m, const Vector& x) {
    Vector out(m.rows);
    for (std::size_t r = 0; r < m.rows; ++r) {
      const Vector w = row(m, r);
      out[r] = std::inner_product(w.begin(), w.end(), x.begin(), 0.0);
    }
    return out;
  };
  const auto norm = [&](const Matrix& m, const Vector& x) {
    const double mean =
        std::inner_product(x.begin(), x.end(), x.begin(), 0.0) / static_cast<double>(x.size());
    Vector out = row(m, 0);
    for (std::size_t i = 0; i < x.size(); ++i) out[i] *= x[i] / std::sqrt(mean + a.norm_epsilon);
    return out;
  };
  std::vector<Vector> x;
  for (const TokenId id : ids) x.push_back(row(weights.embedding(), static_cast<std::size_t>(id)));
  for (const Layer& layer : weights.layers()) {
    std::vector<Vector> q, k, v;
    for (const Vector& state : x) {
      const Vector n = norm(layer.attention_norm, state);
      q.push_back(times(layer.query, n));
      k.push_back(times(layer.key, n));
      v.push_back(times(layer.value, n));
    }
    for (std::size_t i = 0; i < x.size(); ++i) {
      Vector mixed(a.width, 0.0);
      for (std::size_t h = 0; h < a.heads; ++h) {
        const std::size_t g = h * a.kv_heads / a.heads;
        Vector share(i + 1, 0.0);
        std::size_t seen = 0;
        for (std::size_t j = 0; j <= i; ++j) seen += place(i, j) >= 0;
        double total = 0;
        for (std::size_t j = 0; j <= i; ++j) {
          const int distance = place(i, j);
          if (distance < 0) continue;
          double score = 0;
          for (std::size_t p = 0; p < size; p += 2) {  // q rotated by `distance` against k
            const double angle =
                distance * std::pow(a.rope_theta, -static_cast<double>(p) / static_cast<double>(size));
            const double c = std::cos(angle), s = std::sin(angle);
            const double q0 = q[i][h * size + p], q1 = q[i][h * size + p + 1];
            score += (q0 * c - q1 * s) * k[j][g * size + p] + (q0 * s + q1 * c) * k[j][g * size + p + 1];
          }
          score /= std::sqrt(static_cast<double>(size));
          if (log_n) score *= log_n_scale(seen, a.context);
          total += share[j] = std::exp(score);
        }
        for (std::size_t j = 0; j <= i; ++j)
          for (std::size_t p = 0; p < size; ++p) mixed[h * size + p] += share[j] / total * v[j][g * size + p];
      }
      const Vector out = times(layer.attention_output, mixed);
      for (std::size_t p = 0; p < a.width; ++p) x[i][p] += out[p];
      const Vector n = norm(layer.ffn_norm, x[i]);
      Vector gate = times(layer.gate, n);
      const Vector up = times(layer.up, n);
      for (std::size_t p = 0; p < a.hidden; ++p) gate[p] = gate[p] / (1 + std::exp(-gate[p])) * up[p];
      const Vector down = times(layer.down, gate);
      for (std::size_t p = 0; p < a.width; ++p) x[i][p] += down[p];
    }
  }
  std::vector<Vector> logits;
  for (const Vector& state : x) logits.push_back(times(weights.output(), norm(weights.output_norm(), state)));
  return logits;
}
int plain(std::size_t i, std::size_t j) {
  return static_cast<int>(i - j);
}

std::vector<float> all_logits(Engine& engine, const std::vector<TokenId>& ids, Rolling rolling = {},
                              std::size_t piece = 1000) {
  KvCache sequence(engine.architecture(), rolling);
  Output output;
  std::vector<float> logits;
  for (std::size_t i = 0; i < ids.size(); i += piece) {
    const auto part = std::span<const TokenId>(ids).subspan(i, std::min(piece, ids.size() - i));
    const auto status = engine.forward(std::vector<Input>{{&sequence, part, true}}, output);
    if (!status) ADD_FAILURE() << status.error().message;
    logits.insert(logits.end(), output.logits.begin(), output.logits.end());
  }
  return logits;
}

double greatest_difference(const std::vector<float>& logits, const std::vector<Vector>& expected) {
  double most = 0;
  const std::size_t vocabulary = expected[0].size();
  EXPECT_EQ(logits.size(), expected.size() * vocabulary);
  for (std::size_t i = 0; i < logits.size(); ++i)
    most = std::max(most, std::abs(logits[i] - expected[i / vocabulary][i % vocabulary]));
  return most;
}

TEST(EngineTest, GivesTheLogitsOfThePlainDoublePrecisionModel) {
  const auto ids = tokens(75, 96);
  for (const bool tied : {false, true}) {
    for (const auto& [type, allowed] :
         {std::pair{WeightType::f32, 1e-5}, {WeightType::f16, 1e-5}, {WeightType::q8_0, 0.15}}) {
      const auto weights = Weights::random(small(tied), 1, type);
      Engine engine(weights, {});
      // The reference reads the same rounded weights: what is left is the rounding of sums, and with q8_0 of
      // activations.
      EXPECT_LT(greatest_difference(all_logits(engine, ids), reference(*weights, ids, plain)), allowed)
          << to_string(type);
    }
  }
}

TEST(EngineTest, WidthsThatFillNoVectorGiveTheSameLogits) {
  Architecture odd = small();
  odd.width = 54, odd.heads = 9, odd.kv_heads = 3, odd.hidden = 77, odd.vocabulary = 41;  // heads of 6
  for (const WeightType type : {WeightType::f32, WeightType::f16}) {
    const auto weights = Weights::random(odd, 2, type);
    const auto ids = tokens(40, 41);
    Engine engine(weights, {});
    EXPECT_LT(greatest_difference(all_logits(engine, ids), reference(*weights, ids, plain)), 1e-5);
  }
  Architecture blocks = small();  // 32 divides, 64 does not: an odd number of blocks
  blocks.width = 96, blocks.heads = 3, blocks.kv_heads = 1, blocks.hidden = 160;
  const auto weights = Weights::random(blocks, 2, WeightType::q8_0);
  const auto ids = tokens(40, 96);
  Engine engine(weights, {});
  EXPECT_LT(greatest_difference(all_logits(engine, ids), reference(*weights, ids, plain)), 0.15);
}

TEST(EngineTest, EveryDivisionOfTheWorkGivesTheSameBits) {
  const auto ids = tokens(101, 96);
  for (const WeightType type : {WeightType::f32, WeightType::f16, WeightType::q8_0}) {
    const auto weights = Weights::random(small(), 3, type);
    Engine one(weights, {.threads = 1}), three(weights, {.threads = 3});
    const auto whole = all_logits(one, ids);
    EXPECT_EQ(whole, all_logits(one, ids, {}, 1)) << "token by token";
    EXPECT_EQ(whole, all_logits(one, ids, {}, 7)) << "in pieces";
    EXPECT_EQ(whole, all_logits(three, ids, {}, 13)) << "with three threads";
  }
}

TEST(EngineTest, SequencesInABatchAndForksGiveTheSameBitsAsAlone) {
  const auto weights = Weights::random(small(), 4);
  Engine engine(weights, {.threads = 2});
  const auto prompt = tokens(45, 96);
  KvCache shared(engine.architecture());
  Output output;
  ASSERT_TRUE(engine.forward(std::vector<Input>{{&shared, prompt}}, output));
  ASSERT_EQ(output.rows, 1U);
  std::vector<KvCache> forks;
  std::vector<std::vector<TokenId>> text;
  for (std::size_t f = 0; f < 5; ++f) {
    forks.push_back(shared.fork());
    text.push_back(prompt);
  }
  std::vector<float> last;
  for (std::size_t step = 0; step < 25; ++step) {
    std::vector<TokenId> next;
    for (std::size_t f = 0; f < 5; ++f) next.push_back(static_cast<TokenId>((step * 7 + f * 11) % 96));
    std::vector<Input> inputs;
    for (std::size_t f = 0; f < 5; ++f) {
      inputs.push_back({&forks[f], {&next[f], 1}});
      text[f].push_back(next[f]);
    }
    ASSERT_TRUE(engine.forward(inputs, output));
    last = output.logits;
  }
  EXPECT_EQ(shared.length(), prompt.size());
  for (std::size_t f = 0; f < 5; ++f) {
    const auto alone = all_logits(engine, text[f]);
    EXPECT_TRUE(std::equal(last.begin() + static_cast<std::ptrdiff_t>(f * 96),
                           last.begin() + static_cast<std::ptrdiff_t>((f + 1) * 96), alone.end() - 96));
  }
}

TEST(EngineTest, TruncatingForgets) {
  Engine engine(Weights::random(small(), 5), {});
  const auto ids = tokens(70, 96);
  KvCache sequence(engine.architecture());
  Output output;
  ASSERT_TRUE(engine.forward(std::vector<Input>{{&sequence, ids}}, output));
  const auto expected = output.logits;
  sequence.truncate(33);
  const auto other = tokens(20, 96, 9);
  ASSERT_TRUE(engine.forward(std::vector<Input>{{&sequence, other}}, output));
  sequence.truncate(33);
  ASSERT_TRUE(engine.forward(std::vector<Input>{{&sequence, std::span(ids).subspan(33)}}, output));
  EXPECT_EQ(output.logits, expected);
}

TEST(EngineTest, ARollingCacheSeesSinksAndWindowAtDistancesInsideTheCache) {
  const auto weights = Weights::random(small(), 6);
  Engine engine(weights, {});
  const auto ids = tokens(150, 96);
  const Rolling rolling{.sinks = 4, .window = 40};
  const auto logits = all_logits(engine, ids, rolling, 1);
  // Only the first layer's keys are the text's alone, but the definition is per layer: token i sees its sinks
  // and window.
  const auto place = [](std::size_t i, std::size_t j) {
    if (i < 44) return static_cast<int>(i - j);
    if (j < 4) return 43 - static_cast<int>(j);
    return i - j < 40 ? static_cast<int>(i - j) : -1;
  };
  EXPECT_LT(greatest_difference(logits, reference(*weights, ids, place)), 1e-5);
  EXPECT_EQ(logits, all_logits(engine, ids, rolling, 50));
  KvCache sequence(engine.architecture(), rolling);
  Output output;
  for (std::size_t i = 0; i < 1000; ++i) {
    const TokenId id = static_cast<TokenId>(i % 96);
    ASSERT_TRUE(engine.forward(std::vector<Input>{{&sequence, {&id, 1}}}, output));
  }
  EXPECT_EQ(sequence.length(), 1000U);
  EXPECT_LE(sequence.bytes(), 3 * sequence.block_bytes());
}

TEST(EngineTest, LogNScalingSharpensOnlyBeyondTheTrainedLength) {
  Architecture shape = small();
  shape.context = 20;
  const auto weights = Weights::random(shape, 7);
  Engine engine(weights, {.longest = 100, .log_n_scaling = true}), without(weights, {.longest = 100});
  const auto ids = tokens(60, 96);
  const auto logits = all_logits(engine, ids);
  EXPECT_LT(greatest_difference(logits, reference(*weights, ids, plain, true)), 1e-5);
  const auto usual = all_logits(without, ids);
  EXPECT_TRUE(std::equal(usual.begin(), usual.begin() + 20 * 96, logits.begin()));
  EXPECT_NE(usual, logits);
}

class Recorder : public Observer {
 public:
  std::vector<std::size_t> layers;
  double smallest_sum = 2, largest_sum = 0;
  std::size_t attentions = 0;
  void hidden(std::size_t layer, std::size_t, std::size_t, std::span<const float> state) override {
    layers.push_back(layer);
    EXPECT_EQ(state.size(), 64U);
  }
  bool wants_attention() const override { return true; }
  void attention(std::size_t, std::size_t, std::size_t, std::size_t token,
                 std::span<const float> weights) override {
    EXPECT_EQ(weights.size(), token + 1);
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    smallest_sum = std::min(smallest_sum, sum), largest_sum = std::max(largest_sum, sum);
    ++attentions;
  }
};

TEST(EngineTest, AnObserverSeesEveryLayerAndChangesNothing) {
  Engine engine(Weights::random(small(), 8), {});
  const auto ids = tokens(10, 96);
  KvCache sequence(engine.architecture());
  Output output;
  Recorder recorder;
  ASSERT_TRUE(engine.forward(std::vector<Input>{{&sequence, ids, true}}, output, &recorder));
  EXPECT_EQ(output.logits, all_logits(engine, ids));
  EXPECT_EQ(recorder.layers.size(), 10U * 4);
  EXPECT_EQ(recorder.attentions, 10U * 3 * 4);
  EXPECT_NEAR(recorder.smallest_sum, 1, 1e-5);
  EXPECT_NEAR(recorder.largest_sum, 1, 1e-5);
}

TEST(EngineTest, WrongInputIsAnErrorAndChangesNothing) {
  Engine engine(Weights::random(small(), 9), {});
  KvCache sequence(engine.architecture()), other([] {
    Architecture shape = small();
    shape.layers = 2;
    return shape;
  }());
  Output output;
  const TokenId good = 3, outside = 96, negative = -1;
  const auto code = [&](std::vector<Input> inputs) {
    const auto status = engine.forward(inputs, output);
    return status ? std::string() : std::string(base::to_string(status.error().code));
  };
  EXPECT_EQ(code({{&sequence, {&outside, 1}}}), "invalid_argument");
  EXPECT_EQ(code({{&sequence, {&negative, 1}}}), "invalid_argument");
  EXPECT_EQ(code({{&sequence, {}}}), "invalid_argument");
  EXPECT_EQ(code({{nullptr, {&good, 1}}}), "invalid_argument");
  EXPECT_EQ(code({{&other, {&good, 1}}}), "invalid_argument");
  EXPECT_EQ(code({{&sequence, {&good, 1}}, {&sequence, {&good, 1}}}), "invalid_argument");
  const auto longer = tokens(129, 96);
  EXPECT_EQ(code({{&sequence, longer}}), "resource_exhausted");
  EXPECT_EQ(sequence.length(), 0U);
  EXPECT_EQ(code({{&sequence, std::span(longer).first(128)}}), "");
  EXPECT_EQ(code({{&sequence, {&good, 1}}}), "resource_exhausted");
}

/// Random weights with one tensor's bytes exchanged by `change`.
template <class Change>
base::Result<std::shared_ptr<const Weights>> changed(const Change& change,
                                                     const Architecture& shape = small(),
                                                     WeightType type = WeightType::f32) {
  const auto original = Weights::random(small(), 10, type);
  auto tensors = original->tensors();
  change(tensors);
  return Weights::from(shape, tensors, original);
}

TEST(EngineTest, WeightsThatAreNotFiniteAreFoundWhileRunning) {
  const float nan = std::numeric_limits<float>::quiet_NaN(),
              infinite = std::numeric_limits<float>::infinity();
  for (const WeightType type : {WeightType::f32, WeightType::q8_0}) {
    for (const std::string name :
         {"token_embd.weight", "blk.0.attn_q.weight", "blk.1.attn_k.weight", "blk.1.attn_v.weight",
          "blk.2.attn_output.weight", "blk.0.ffn_norm.weight", "blk.0.ffn_gate.weight",
          "blk.2.ffn_down.weight", "output_norm.weight", "output.weight"}) {
      std::vector<std::byte> bytes;
      auto weights = changed(
          [&](std::vector<NamedMatrix>& tensors) {
            for (auto& tensor : tensors) {
              if (tensor.name != name) continue;
              std::vector<float> values(tensor.matrix.rows * tensor.matrix.columns, 0.1F);
              for (std::size_t i = 0; i < values.size(); i += 50) values[i] = i % 100 == 0 ? nan : infinite;
              bytes = encode(values, tensor.matrix.type, tensor.matrix.columns);
              tensor.matrix.data = bytes.data();
            }
          },
          small(), type);
      ASSERT_TRUE(weights);
      EXPECT_FALSE((*weights)->check_finite());
      Engine engine(*weights, {});
      KvCache sequence(engine.architecture());
      Output output;
      const auto ids = tokens(5, 96);
      const auto status = engine.forward(std::vector<Input>{{&sequence, ids}}, output);
      ASSERT_FALSE(status) << name << " " << to_string(type);
      EXPECT_EQ(status.error().code, base::Code::corrupt);
      EXPECT_EQ(sequence.length(), 0U);
    }
  }
}

TEST(WeightsTest, WrongTensorsAreRefusedByName) {
  const auto message = [](auto result) { return result ? std::string() : result.error().message; };
  EXPECT_EQ(message(changed([](auto&) {})), "");
  EXPECT_NE(message(changed([](auto& t) { t.pop_back(); })).find("output.weight"), std::string::npos);
  EXPECT_NE(message(changed([](auto& t) { t[2].matrix.rows = 63; })).find("attn_q.weight is 63 x 64"),
            std::string::npos);
  EXPECT_NE(message(changed([](auto& t) { t[2].bytes -= 1; })).find("cut short"), std::string::npos);
  EXPECT_NE(message(changed([](auto& t) { t[1].matrix.type = WeightType::f16; })).find("norms"),
            std::string::npos);
  EXPECT_NE(message(changed([](auto& t) { t.push_back(t[2]); })).find("two tensors"), std::string::npos);
  EXPECT_NE(message(changed([](auto& t) {
              t.push_back(t[2]), t.back().name = "rope_freqs.weight";
            })).find("rope_freqs"),
            std::string::npos);
  Architecture huge = small();
  huge.layers = 1000;
  EXPECT_NE(message(changed([](auto&) {}, huge)).find("1000 layers"), std::string::npos);
}

TEST(ArchitectureTest, ImpossibleShapesAreRefused) {
  EXPECT_TRUE(check(small()));
  const auto refused = [](auto change) {
    Architecture shape = small();
    change(shape);
    return !check(shape);
  };
  EXPECT_TRUE(refused([](Architecture& a) { a.vocabulary = 0; }));
  EXPECT_TRUE(refused([](Architecture& a) { a.width = std::size_t{1} << 62; }));
  EXPECT_TRUE(refused([](Architecture& a) { a.heads = 5; }));
  EXPECT_TRUE(refused([](Architecture& a) { a.heads = 64; }));
  EXPECT_TRUE(refused([](Architecture& a) { a.kv_heads = 3; }));
  EXPECT_TRUE(refused([](Architecture& a) { a.rope_theta = std::nan(""); }));
  EXPECT_TRUE(refused([](Architecture& a) { a.width = 4096, a.heads = 1, a.kv_heads = 1; }));
}

TEST(WeightsTest, HalfAndQuantisedNumbersRoundTrip) {
  base::Rng rng(1);
  std::vector<float> values(32 * 40);
  for (auto& value : values)
    value = static_cast<float>(std::clamp(rng.normal() * std::exp(rng.normal() * 4), -65504.0, 65504.0));
  for (const WeightType type : {WeightType::f32, WeightType::f16, WeightType::q8_0}) {
    const auto bytes = encode(values, type, 32);
    for (std::size_t r = 0; r < 40; ++r) {
      float back[32];
      decode_row({type, 40, 32, bytes.data()}, r, back);
      float most = 0;
      for (std::size_t i = 0; i < 32; ++i) most = std::max(most, std::abs(values[r * 32 + i]));
      for (std::size_t i = 0; i < 32; ++i) {
        const float x = values[r * 32 + i];
        const double allowed = type == WeightType::f32   ? 0
                               : type == WeightType::f16 ? std::abs(x) / 2048 + 3e-8
                                                         : most / 253;
        EXPECT_LE(std::abs(back[i] - x), allowed) << to_string(type);
      }
    }
  }
}

}  // namespace
}  // namespace genkai::model::native
