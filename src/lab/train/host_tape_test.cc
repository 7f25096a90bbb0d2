// Every operation's gradient against central differences.
#include "lab/train/host_tape.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numeric>

#include "lab/train/decoder.h"

namespace genkai::lab::train {
namespace {

using Build = std::function<Value(Tape&)>;

/// A sum of the result's numbers with fixed factors, so that each of them matters differently.
std::vector<float> factors(std::size_t n) {
  base::Rng rng(99);
  std::vector<float> out(n);
  for (float& f : out) f = static_cast<float>(rng.normal());
  return out;
}

double weighted(Tape& tape, const Build& build) {
  tape.reset();
  const auto value = tape.value(build(tape));
  const std::vector<float> by = factors(value.size());
  double total = 0;
  for (std::size_t i = 0; i < by.size(); ++i)
    total += static_cast<double>(value[i]) * static_cast<double>(by[i]);
  return total;
}

/// Compares the gradient of each parameter with (8 (f(x + h) - f(x - h)) - (f(x + 2h) - f(x - 2h))) / 12h,
/// whose error is of the order h^4. With h = 1/128 and single precision the quotient is good to about 1e-4;
/// the tolerance is ten times that, relative to the largest entry of the matrix.
void expect_gradients(Parameters& parameters, const Build& build) {
  Floats gradients(parameters.values().size());
  HostTape tape(parameters, gradients);
  const Value out = build(tape);
  if (tape.rows(out) * tape.cols(out) == 1) {
    const double factor = static_cast<double>(factors(1)[0]);
    tape.backward(out);  // a loss takes no factor
    for (float& g : gradients) g *= static_cast<float>(factor);
  } else {
    const std::vector<float> by = factors(tape.rows(out) * tape.cols(out));
    tape.backward(tape.sum(tape.multiply(out, tape.constant(by, tape.rows(out), tape.cols(out)))));
  }
  HostTape plain(parameters);
  constexpr float kStep = 1.0F / 128;
  for (ParameterId id = 0; id < parameters.entries().size(); ++id) {
    const Parameters::Entry entry = parameters.entry(id);
    std::vector<double> numeric;
    for (float& value : parameters.matrix(id)) {
      const float kept = value;
      const auto moved = [&](float steps) {
        value = kept + steps * kStep;
        const double result = weighted(plain, build);
        value = kept;
        return result;
      };
      numeric.push_back((8 * (moved(1) - moved(-1)) - (moved(2) - moved(-2))) /
                        (12 * static_cast<double>(kStep)));
    }
    double largest = 0;
    for (const double g : numeric) largest = std::max(largest, std::abs(g));
    ASSERT_GT(largest, 0) << entry.name << " changes nothing";
    for (std::size_t i = 0; i < numeric.size(); ++i)
      ASSERT_NEAR(static_cast<double>(gradients[entry.offset + i]), numeric[i], 1e-3 * std::max(1.0, largest))
          << entry.name << " at " << i;
  }
}

class TapeTest : public ::testing::Test {
 protected:
  ParameterId random(const std::string& name, std::size_t rows, std::size_t cols, double deviation = 1) {
    const ParameterId id = parameters_.add(name, rows, cols);
    parameters_.fill_normal(id, deviation, rng_);
    return id;
  }
  Parameters parameters_;
  base::Rng rng_{7};
};

TEST_F(TapeTest, LinearAndMatmul) {
  const auto x = random("x", 5, 7), w = random("w", 3, 7), m = random("m", 3, 4);
  expect_gradients(parameters_, [&](Tape& t) {
    return t.matmul(t.linear(t.parameter(x), t.parameter(w)), t.parameter(m));
  });
}

TEST_F(TapeTest, AValueThatIsUsedTwiceGetsBothGradients) {
  const auto x = random("x", 3, 5), w = random("w", 5, 5), b = random("b", 1, 5);
  expect_gradients(parameters_, [&](Tape& t) {
    const Value h = t.linear(t.parameter(x), t.parameter(w));
    return t.add_bias(t.add(t.multiply(h, h), t.scale(t.linear(h, t.parameter(w)), -0.5F)), t.parameter(b));
  });
}

TEST_F(TapeTest, EmbeddingsOfRepeatedTokensAddUp) {
  const auto table = random("table", 6, 5);
  const std::vector<TokenId> tokens = {1, 4, 1, 0, 1};
  expect_gradients(parameters_, [&](Tape& t) {
    const Value h = t.embed(t.parameter(table), tokens);
    return t.multiply(h, h);
  });
}

TEST_F(TapeTest, Activations) {
  const auto x = random("x", 3, 21), up = random("up", 3, 21);
  for (float& v : parameters_.matrix(x))
    if (std::abs(v) < 0.05F) v += 0.1F;  // away from the corner of relu
  for (const Activation kind : {Activation::silu, Activation::gelu, Activation::relu}) {
    expect_gradients(parameters_,
                     [&](Tape& t) { return t.multiply(t.activate(kind, t.parameter(x)), t.parameter(up)); });
  }
  expect_gradients(parameters_, [&](Tape& t) { return t.swiglu(t.parameter(x), t.parameter(up)); });
}

TEST(Kernels, ActivationsOfLargeNumbersAreNumbers) {
  const std::vector<float> x = {-1e6F, -300, -100, -89, -20, 0, 20, 89, 100, 300, 1e6F};
  for (const Activation kind : {Activation::silu, Activation::gelu, Activation::relu}) {
    std::vector<float> value(x.size()), slope(x.size(), 0), ones(x.size(), 1);
    kernels::activate(kind, value.data(), x.data(), x.size());
    kernels::activate_backward(kind, slope.data(), ones.data(), x.data(), x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      EXPECT_NEAR(value[i], std::max(x[i], 0.0F), 1e-3F) << x[i];
      if (x[i] != 0) {
        EXPECT_NEAR(slope[i], x[i] > 0 ? 1.0F : 0.0F, 1e-3F) << x[i];
      }
    }
  }
}

TEST(Kernels, ProbabilitiesOfLargeScoresAreProbabilities) {
  std::vector<float> row = {-1e30F, 3e4F, -3e4F, 3e4F, 7};
  kernels::softmax(row.data(), 1, 0, 4, 5);
  EXPECT_EQ(row, (std::vector<float>{0, 0.5F, 0, 0.5F, 0}));
  std::vector<float> logits = {1e4F, -1e4F, 0};
  EXPECT_FLOAT_EQ(kernels::cross_entropy(logits.data(), 1, 2, 3), 2e4F);
  EXPECT_EQ(logits, (std::vector<float>{2, -2, 0}));
}

TEST_F(TapeTest, Norms) {
  const auto x = random("x", 4, 37), gain = random("gain", 1, 37), bias = random("bias", 1, 37);
  expect_gradients(parameters_, [&](Tape& t) {
    return t.add_bias(t.rms_norm(t.parameter(x), t.parameter(gain)), t.parameter(bias));
  });
  expect_gradients(parameters_, [&](Tape& t) {
    return t.layer_norm(t.parameter(x), t.parameter(gain), t.parameter(bias));
  });
}

TEST_F(TapeTest, RotaryPositions) {
  const auto x = random("x", 4, 24);
  const std::vector<std::int32_t> positions = {0, 3, 1, 200};
  expect_gradients(parameters_, [&](Tape& t) { return t.rope(t.parameter(x), 8, positions); });
}

TEST_F(TapeTest, ConvolutionAsAProduct) {
  const auto x = random("x", 7, 3), kernel = random("kernel", 2, 9);
  const Segments segments = {0, 5, 7};
  expect_gradients(parameters_, [&](Tape& t) {
    return t.linear(t.unfold(t.parameter(x), segments, 3), t.parameter(kernel));
  });
}

TEST_F(TapeTest, ConvolutionSeesItsOwnSegmentOnly) {
  const auto x = random("x", 4, 1);
  HostTape t(parameters_);
  const auto values = parameters_.matrix(x);
  const auto unfolded = t.value(t.unfold(t.parameter(x), {0, 2, 4}, 2));
  const std::vector<float> expected = {0, values[0], values[0], values[1],
                                       0, values[2], values[2], values[3]};
  EXPECT_EQ(std::vector<float>(unfolded.begin(), unfolded.end()), expected);
}

struct AttentionCase {
  std::size_t heads, kv_heads;
  bool alibi;
  double log_n_base;
};
class AttentionTest : public TapeTest, public ::testing::WithParamInterface<AttentionCase> {};

TEST_P(AttentionTest, Gradients) {
  const AttentionCase c = GetParam();
  const AttentionOptions options{c.heads, c.kv_heads, 4, c.alibi, c.log_n_base};
  const Segments segments = {0, 5, 6, 14};
  const auto q = random("q", 14, c.heads * 4), k = random("k", 14, c.kv_heads * 4),
             v = random("v", 14, c.kv_heads * 4);
  expect_gradients(parameters_, [&](Tape& t) {
    return t.attention(t.parameter(q), t.parameter(k), t.parameter(v), segments, options);
  });
}

/// The definition, one query at a time, over more rows than a block of the fast one holds.
TEST_P(AttentionTest, EqualsTheDefinition) {
  const AttentionCase c = GetParam();
  constexpr std::size_t kSize = 6;
  const AttentionOptions options{c.heads, c.kv_heads, kSize, c.alibi, c.log_n_base};
  const Segments segments = {0, 131, 140};
  const auto q = random("q", 140, c.heads * kSize), k = random("k", 140, c.kv_heads * kSize),
             v = random("v", 140, c.kv_heads * kSize);
  HostTape t(parameters_);
  const auto out = t.value(t.attention(t.parameter(q), t.parameter(k), t.parameter(v), segments, options));
  const auto at = [&](ParameterId id, std::size_t row, std::size_t col) {
    return static_cast<double>(parameters_.matrix(id)[row * parameters_.entry(id).cols + col]);
  };
  for (std::size_t row = 0; row < 140; ++row)
    for (std::size_t h = 0; h < c.heads; ++h) {
      const std::size_t begin = row < 131 ? 0 : 131, kv = h * c.kv_heads / c.heads, i = row - begin;
      const double factor = c.log_n_base > 0 ? std::log(i + 1.0) / std::log(c.log_n_base) : 1;
      std::vector<double> weight(i + 1);
      for (std::size_t j = 0; j <= i; ++j) {
        double score = 0;
        for (std::size_t d = 0; d < kSize; ++d)
          score += at(q, row, h * kSize + d) * at(k, begin + j, kv * kSize + d);
        score *= factor / std::sqrt(static_cast<double>(kSize));
        if (c.alibi) score -= std::exp2(-8.0 * (h + 1.0) / c.heads) * static_cast<double>(i - j);
        weight[j] = std::exp(score);
      }
      const double total = std::accumulate(weight.begin(), weight.end(), 0.0);
      for (std::size_t d = 0; d < kSize; ++d) {
        double expected = 0;
        for (std::size_t j = 0; j <= i; ++j) expected += weight[j] / total * at(v, begin + j, kv * kSize + d);
        ASSERT_NEAR(static_cast<double>(out[row * c.heads * kSize + h * kSize + d]), expected, 1e-5) << row;
      }
    }
}

INSTANTIATE_TEST_SUITE_P(Kinds, AttentionTest,
                         ::testing::Values(AttentionCase{2, 2, false, 0}, AttentionCase{4, 2, false, 0},
                                           AttentionCase{4, 1, true, 0}, AttentionCase{2, 1, false, 10.0}));

TEST_F(TapeTest, NextTokenLoss) {
  const auto hidden = random("hidden", 5, 6), output = random("output", 9, 6);
  const std::vector<TokenId> targets = {3, 0, 8, 3, 1};
  const std::vector<float> weights = {1, 0, 0.5F, 2, 1};
  // The test's factor is applied to the gradient afterwards: see expect_gradients.
  expect_gradients(parameters_, [&](Tape& t) {
    return t.next_token_loss(t.parameter(hidden), t.parameter(output), targets, weights);
  });
  HostTape t(parameters_);
  const Value h = t.parameter(hidden), o = t.parameter(output);
  const auto logits = t.value(t.linear(h, o));
  double expected = 0;
  for (std::size_t r = 0; r < 5; ++r) {
    double total = 0;
    for (std::size_t j = 0; j < 9; ++j) total += std::exp(static_cast<double>(logits[r * 9 + j]));
    expected += static_cast<double>(weights[r]) *
                (std::log(total) - static_cast<double>(logits[r * 9 + static_cast<std::size_t>(targets[r])]));
  }
  EXPECT_NEAR(static_cast<double>(t.value(t.next_token_loss(h, o, targets, weights))[0]), expected, 1e-5);
}

struct DecoderCase {
  const char* name;
  Positions positions;
  Norm norm;
  FeedForward feed_forward;
  double log_n_base;
  bool tied;
  std::size_t neighbours = 1;
};
class DecoderGradientTest : public ::testing::TestWithParam<DecoderCase> {};

DecoderOptions small(const DecoderCase& c) {
  DecoderOptions options;
  options.shape = {.vocabulary = 11,
                   .width = 8,
                   .layers = 2,
                   .heads = 2,
                   .kv_heads = 1,
                   .hidden = 12,
                   .context = 8,
                   .tied = c.tied};
  options.positions = c.positions;
  options.norm = c.norm;
  options.feed_forward = c.feed_forward;
  options.log_n_base = c.log_n_base;
  options.neighbours = c.neighbours;
  return options;
}

TEST_P(DecoderGradientTest, WholeModel) {
  Decoder decoder(small(GetParam()), 3);
  Batch batch;
  append(batch, {.tokens = {1, 5, 6, 7, 5, 6, 8, 10}, .weights = {0, 1, 1, 0.5F, 1, 1, 1, 1}});
  append(batch, {.tokens = {1, 9, 3, 2, 0, 4}, .weights = {0, 1, 1, 1, 1, 1}});
  expect_gradients(decoder.parameters(), [&](Tape& t) { return decoder.loss(t, batch); });
}

INSTANTIATE_TEST_SUITE_P(
    Variants, DecoderGradientTest,
    ::testing::Values(DecoderCase{"llama", Positions::rope, Norm::rms, FeedForward::swiglu, 0, true},
                      DecoderCase{"untied", Positions::rope, Norm::rms, FeedForward::swiglu, 8, false},
                      DecoderCase{"neighbours", Positions::rope, Norm::rms, FeedForward::swiglu, 0, true, 3},
                      DecoderCase{"alibi", Positions::alibi, Norm::layer, FeedForward::gelu, 0, true},
                      DecoderCase{"learned", Positions::learned, Norm::rms, FeedForward::gelu, 0, false},
                      DecoderCase{"sinusoidal", Positions::sinusoidal, Norm::layer, FeedForward::gelu, 0,
                                  true}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace genkai::lab::train
